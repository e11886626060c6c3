//! The rules of a stay, by name.

mod gate;
mod overdue;
mod payment;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::*;
use crate::{
    AppId, Currency, LocationId, Money, OperatorId, ParkingSessionId, PurchaseId, UserId, aggregate::replay,
    app::KeyDigest, testing::given,
};

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
}

fn stay(rate_version: u32) -> Stay {
    Stay {
        session: ParkingSessionId::from_uuid(Uuid::from_u128(1)),
        app: AppId::parse("cityhop").unwrap(),
        user: UserId::from_uuid(Uuid::from_u128(2)),
        operator: OperatorId::parse("parkwell").unwrap(),
        location: LocationId::parse("pier").unwrap(),
        rate_version,
        is_simulated: false,
    }
}

fn digest(digit: char) -> KeyDigest {
    KeyDigest::parse(digit.to_string().repeat(64)).unwrap()
}

fn purchase(number: u128) -> PurchaseId {
    PurchaseId::from_uuid(Uuid::from_u128(number))
}

fn usd(amount: i64) -> Money {
    Money::new(amount, Currency::USD)
}

fn started() -> Vec<ParkingEvent> {
    vec![ParkingEvent::Started {
        stay: stay(1),
        at: at(10),
    }]
}

fn pending() -> Vec<ParkingEvent> {
    vec![ParkingEvent::EntryPending {
        stay: stay(1),
        redemption: digest('a'),
        at: at(10),
    }]
}

fn then(mut history: Vec<ParkingEvent>, more: impl IntoIterator<Item = ParkingEvent>) -> Vec<ParkingEvent> {
    history.extend(more);
    history
}

fn ended() -> Vec<ParkingEvent> {
    then(
        started(),
        [ParkingEvent::Ended {
            by: EndedBy::Rider,
            at: at(70),
        }],
    )
}

fn entered(minute: i64) -> ParkingEvent {
    ParkingEvent::GateEntered {
        at: at(minute),
        barcode: None,
    }
}

fn left(minute: i64) -> ParkingEvent {
    ParkingEvent::GateLeft {
        at: at(minute),
        barcode: None,
    }
}

fn ended_by_gate(minute: i64) -> ParkingEvent {
    ParkingEvent::Ended {
        by: EndedBy::Gate,
        at: at(minute),
    }
}

fn billed() -> Vec<ParkingEvent> {
    then(
        ended(),
        [ParkingEvent::Billed {
            purchase: purchase(1),
            cost: usd(400),
            at: at(71),
        }],
    )
}

fn owed() -> Vec<ParkingEvent> {
    let code = "card_declined".to_owned();
    then(
        billed(),
        [ParkingEvent::PaymentFailed {
            purchase: purchase(1),
            code,
            at: at(72),
        }],
    )
}

fn enter(minute: i64) -> ParkingCommand {
    ParkingCommand::RecordEntry {
        at: at(minute),
        barcode: None,
    }
}

fn exit(minute: i64) -> ParkingCommand {
    ParkingCommand::RecordExit {
        at: at(minute),
        barcode: None,
    }
}

fn end(by: EndedBy, minute: i64) -> ParkingCommand {
    ParkingCommand::End { by, at: at(minute) }
}

fn bill(number: u128, amount: i64) -> ParkingCommand {
    ParkingCommand::Bill {
        purchase: purchase(number),
        cost: usd(amount),
        at: at(71),
    }
}

fn paid(number: u128) -> ParkingCommand {
    ParkingCommand::RecordPaid {
        purchase: purchase(number),
        at: at(72),
    }
}

fn failed(number: u128) -> ParkingCommand {
    ParkingCommand::RecordPaymentFailed {
        purchase: purchase(number),
        code: "card_declined".to_owned(),
        at: at(72),
    }
}

fn close(reason: CloseReason) -> ParkingCommand {
    ParkingCommand::Close {
        reason,
        at: at(9_000),
    }
}

fn cancel() -> ParkingCommand {
    ParkingCommand::Cancel {
        reason: "wrong lot".to_owned(),
        at: at(11),
    }
}

fn cancelled(history: Vec<ParkingEvent>) -> Vec<ParkingEvent> {
    then(
        history,
        [ParkingEvent::Cancelled {
            reason: "wrong lot".to_owned(),
            at: at(11),
        }],
    )
}

#[test]
fn a_stay_is_started_once() {
    let start = |version| ParkingCommand::Start {
        stay: Box::new(stay(version)),
        at: at(10),
    };
    given::<ParkingSession>([]).when(start(1)).then(started());
    given::<ParkingSession>(started()).when(start(1)).then_nothing();
    given::<ParkingSession>(started())
        .when(start(2))
        .then_rejected(ParkingRejection::StayDiffers);
    given::<ParkingSession>(pending())
        .when(start(1))
        .then_rejected(ParkingRejection::StayDiffers);
}

#[test]
fn nothing_happens_to_a_stay_that_was_never_started() {
    for command in [
        enter(1),
        exit(1),
        end(EndedBy::Rider, 1),
        bill(1, 1),
        paid(1),
        failed(1),
        cancel(),
    ] {
        given::<ParkingSession>([])
            .when(command)
            .then_rejected(ParkingRejection::NotStarted);
    }
}

#[test]
fn a_rider_ends_a_stay_once_and_not_before_it_began() {
    let ends = |history: Vec<ParkingEvent>, minute| {
        given::<ParkingSession>(history).when(end(EndedBy::Rider, minute))
    };
    ends(started(), 9).then_rejected(ParkingRejection::EndsBeforeStart);
    ends(started(), 10).then([ParkingEvent::Ended {
        by: EndedBy::Rider,
        at: at(10),
    }]);
    ends(ended(), 80).then_nothing();
}

#[test]
fn a_stay_is_closed_only_by_the_rule_that_fits() {
    use CloseReason::{Abandoned, EntryNeverSeen, EntryNeverUsed, ExitNeverSeen};
    let cases = [
        (pending(), EntryNeverUsed),
        (then(pending(), [left(50)]), EntryNeverSeen),
        (then(pending(), [entered(11)]), ExitNeverSeen),
        (started(), Abandoned),
    ];
    for (history, fitting) in cases {
        for reason in [EntryNeverUsed, EntryNeverSeen, ExitNeverSeen, Abandoned] {
            let closing = given::<ParkingSession>(history.clone()).when(close(reason));
            if reason == fitting {
                closing.then([ParkingEvent::Closed {
                    reason,
                    at: at(9_000),
                }]);
            } else {
                closing.then_rejected(ParkingRejection::ReasonDoesNotFit);
            }
        }
    }
    given::<ParkingSession>(ended())
        .when(close(Abandoned))
        .then_rejected(ParkingRejection::Ended);
}

#[test]
fn a_stay_that_was_given_up_stays_so() {
    let closed = then(
        pending(),
        [ParkingEvent::Closed {
            reason: CloseReason::EntryNeverUsed,
            at: at(9_000),
        }],
    );
    given::<ParkingSession>(closed.clone())
        .when(close(CloseReason::EntryNeverUsed))
        .then_nothing();
    for command in [
        enter(11),
        exit(11),
        end(EndedBy::Rider, 20),
        cancel(),
        close(CloseReason::ExitNeverSeen),
    ] {
        given::<ParkingSession>(closed.clone())
            .when(command)
            .then_rejected(ParkingRejection::GivenUp);
    }
    given::<ParkingSession>(cancelled(pending()))
        .when(cancel())
        .then_nothing();
    given::<ParkingSession>(cancelled(pending()))
        .when(enter(12))
        .then_rejected(ParkingRejection::GivenUp);
    given::<ParkingSession>(ended())
        .when(cancel())
        .then_rejected(ParkingRejection::Ended);
}

#[test]
fn a_history_that_nobody_could_have_decided_stops_the_stream() {
    let paid = ParkingEvent::Paid {
        purchase: purchase(1),
        at: at(72),
    };
    let histories = [
        vec![entered(11)],
        then(started(), started()),
        then(started(), [entered(11)]),
        then(started(), [ended_by_gate(20)]),
        then(
            started(),
            [ParkingEvent::Ended {
                by: EndedBy::Rider,
                at: at(9),
            }],
        ),
        then(
            pending(),
            [ParkingEvent::Ended {
                by: EndedBy::Rider,
                at: at(20),
            }],
        ),
        then(pending(), [left(50), left(50)]),
        then(started(), [paid.clone()]),
        then(billed(), [paid.clone(), paid]),
        then(
            cancelled(started()),
            [ParkingEvent::Ended {
                by: EndedBy::Rider,
                at: at(20),
            }],
        ),
    ];
    for history in histories {
        assert!(replay::<ParkingSession>(&history).is_err(), "{history:?}");
    }
}
