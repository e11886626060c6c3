//! What a gate tells.

use super::*;

#[test]
fn a_gated_stay_waits_for_the_gate() {
    let wait = |digit| ParkingCommand::AwaitEntry {
        stay: Box::new(stay(1)),
        redemption: digest(digit),
        at: at(10),
    };
    given::<ParkingSession>([]).when(wait('a')).then(pending());
    given::<ParkingSession>(pending()).when(wait('a')).then_nothing();
    given::<ParkingSession>(pending())
        .when(wait('b'))
        .then_rejected(ParkingRejection::StayDiffers);
    assert_eq!(given::<ParkingSession>(pending()).state().started_at(), None);
}

#[test]
fn a_gated_stay_is_ended_by_the_gate_only() {
    for by in [EndedBy::Rider, EndedBy::Operator] {
        given::<ParkingSession>(then(pending(), [entered(11)]))
            .when(end(by, 20))
            .then_rejected(ParkingRejection::GateEndsIt);
    }
    given::<ParkingSession>(started())
        .when(end(EndedBy::Gate, 20))
        .then_rejected(ParkingRejection::NotGated);
}

#[test]
fn a_gate_begins_and_ends_a_stay() {
    given::<ParkingSession>(pending())
        .when(enter(11))
        .then([entered(11)]);
    given::<ParkingSession>(then(pending(), [entered(11)]))
        .when(exit(50))
        .then([left(50), ended_by_gate(50)]);
}

#[test]
fn a_repeated_scan_changes_nothing() {
    let inside = then(pending(), [entered(11)]);
    let outside = then(inside.clone(), [left(50), ended_by_gate(50)]);
    given::<ParkingSession>(inside).when(enter(12)).then_nothing();
    given::<ParkingSession>(outside.clone())
        .when(enter(60))
        .then_nothing();
    given::<ParkingSession>(outside).when(exit(60)).then_nothing();
}

#[test]
fn an_exit_that_is_known_first_waits_for_its_entry() {
    given::<ParkingSession>(pending()).when(exit(50)).then([left(50)]);
    let out = then(pending(), [left(50)]);
    assert!(given::<ParkingSession>(out.clone()).state().is_active());
    given::<ParkingSession>(out.clone())
        .when(enter(11))
        .then([entered(11), ended_by_gate(50)]);
    given::<ParkingSession>(out)
        .when(enter(51))
        .then_rejected(ParkingRejection::EndsBeforeStart);
}

#[test]
fn a_gate_that_sees_the_exit_before_the_entry_is_not_believed() {
    given::<ParkingSession>(then(pending(), [entered(11)]))
        .when(exit(10))
        .then_rejected(ParkingRejection::EndsBeforeStart);
}

#[test]
fn there_is_no_scan_where_there_is_no_gate() {
    for scan in [enter(11), exit(11)] {
        given::<ParkingSession>(started())
            .when(scan)
            .then_rejected(ParkingRejection::NotGated);
    }
}

#[test]
fn a_barcode_opens_one_gate_once() {
    let scanned = |digit| Some(digest(digit));
    let entry = |digit, minute| ParkingCommand::RecordEntry {
        at: at(minute),
        barcode: scanned(digit),
    };
    let exit = |digit, minute| ParkingCommand::RecordExit {
        at: at(minute),
        barcode: scanned(digit),
    };
    let inside = then(
        pending(),
        [ParkingEvent::GateEntered {
            at: at(11),
            barcode: scanned('a'),
        }],
    );
    given::<ParkingSession>(pending())
        .when(entry('a', 11))
        .then(inside.iter().skip(1).cloned());
    for again in [entry('a', 12), exit('a', 50)] {
        given::<ParkingSession>(inside.clone())
            .when(again)
            .then_rejected(ParkingRejection::BarcodeUsed);
    }
    let left = ParkingEvent::GateLeft {
        at: at(50),
        barcode: scanned('b'),
    };
    given::<ParkingSession>(inside.clone())
        .when(exit('b', 50))
        .then([left, ended_by_gate(50)]);
    let twice = ParkingEvent::GateLeft {
        at: at(50),
        barcode: scanned('a'),
    };
    assert!(replay::<ParkingSession>(&then(inside, [twice])).is_err());
}

#[test]
fn an_entry_that_is_told_late_may_have_used_the_barcode_that_the_exit_was_told_with() {
    let barcode = || Some(digest('a'));
    let out = then(
        pending(),
        [ParkingEvent::GateLeft {
            at: at(50),
            barcode: barcode(),
        }],
    );
    let entry = |minute| ParkingCommand::RecordEntry {
        at: at(minute),
        barcode: barcode(),
    };
    let entered = ParkingEvent::GateEntered {
        at: at(11),
        barcode: barcode(),
    };
    given::<ParkingSession>(out)
        .when(entry(11))
        .then([entered, ended_by_gate(50)]);
}
