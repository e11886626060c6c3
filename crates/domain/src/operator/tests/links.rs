//! The rules of links and fees.

use super::*;

fn establish(link: LinkDeclaration, minute: i64) -> OperatorCommand {
    OperatorCommand::Link { link, at: at(minute) }
}

fn change_fee(basis_points: u32, from: i64, minute: i64) -> OperatorCommand {
    OperatorCommand::ChangeFee {
        app: cityhop(),
        fee: percent(basis_points),
        effective_from: at(from),
        at: at(minute),
    }
}

fn fee_changed(basis_points: u32, from: i64, minute: i64) -> OperatorEvent {
    OperatorEvent::FeeChanged {
        app: cityhop(),
        fee: percent(basis_points),
        effective_from: at(from),
        at: at(minute),
    }
}

fn unlinked(minute: i64) -> OperatorEvent {
    OperatorEvent::Unlinked {
        app: cityhop(),
        reason: "over".to_owned(),
        at: at(minute),
    }
}

#[test]
fn a_link_needs_sound_terms_and_the_consent_of_both_sides() {
    let refused = |link, reason| {
        given::<Operator>([registered()])
            .when(establish(link, 1))
            .then_rejected(reason);
    };
    let mut wanted = link(10_001, 0);
    wanted.consents.operator.by = "jo@bus.example".to_owned();
    refused(wanted.clone(), OperatorRejection::UnsoundFee);
    wanted.fee = percent(100);
    refused(wanted.clone(), OperatorRejection::ConsentMissing);
    wanted.consents.operator.by = String::new();
    refused(wanted, OperatorRejection::ConsentMissing);
    given::<Operator>([registered()])
        .when(establish(link(100, 1), 1))
        .then([linked(100, 1)]);
}

#[test]
fn a_standing_link_is_not_made_again() {
    given::<Operator>(declared())
        .when(establish(link(100, 0), 1))
        .then_nothing();
    given::<Operator>(declared())
        .when(establish(link(200, 0), 1))
        .then_rejected(OperatorRejection::LinkDiffers { app: cityhop() });
}

#[test]
fn a_link_that_has_ended_needs_fresh_consent() {
    let ended = || and(unlinked(5));
    given::<Operator>(ended())
        .when(establish(link(100, 0), 6))
        .then_rejected(OperatorRejection::ConsentOutdated);
    given::<Operator>(ended()).when(declare(bus(), 6)).then_nothing();
    given::<Operator>(ended())
        .when(establish(link(100, 6), 6))
        .then([linked(100, 6)]);
}

#[test]
fn a_link_ends_once() {
    let unlink = |app| OperatorCommand::Unlink {
        app,
        reason: "over".to_owned(),
        at: at(5),
    };
    given::<Operator>(declared())
        .when(unlink(cityhop()))
        .then([unlinked(5)]);
    given::<Operator>(and(unlinked(5)))
        .when(unlink(cityhop()))
        .then_nothing();
    let app = AppId::parse("stranger").unwrap();
    given::<Operator>(declared())
        .when(unlink(app.clone()))
        .then_rejected(OperatorRejection::NotLinked { app });
}

#[test]
fn a_fee_changes_on_its_date_and_never_in_the_past() {
    given::<Operator>(declared())
        .when(change_fee(200, 60, 5))
        .then([fee_changed(200, 60, 5)]);
    given::<Operator>(declared())
        .when(change_fee(200, -60, 5))
        .then([fee_changed(200, 5, 5)]);
    let operator = given::<Operator>(and(fee_changed(200, 60, 5))).state();
    let fees = [-1, 0, 59, 60].map(|minute| {
        operator
            .fee_for(&cityhop(), at(minute))
            .map(|fee| fee.basis_points)
    });
    assert_eq!(fees, [None, Some(100), Some(100), Some(200)]);
}

#[test]
fn a_fee_with_immediate_effect_takes_back_what_was_scheduled() {
    let history = [and(fee_changed(200, 60, 5)), vec![fee_changed(150, 10, 10)]].concat();
    let operator = given::<Operator>(history).state();
    assert_eq!(operator.fee_for(&cityhop(), at(61)).unwrap(), &percent(150));
}

#[test]
fn changing_a_fee_again_to_the_same_records_nothing() {
    given::<Operator>(declared())
        .when(change_fee(100, 5, 5))
        .then_nothing();
    given::<Operator>(and(fee_changed(200, 60, 5)))
        .when(change_fee(200, 60, 6))
        .then_nothing();
    given::<Operator>(and(fee_changed(200, 60, 5)))
        .when(change_fee(200, 30, 6))
        .then([fee_changed(200, 30, 6)]);
}

#[test]
fn only_a_standing_link_has_a_fee_to_change() {
    given::<Operator>(and(unlinked(5)))
        .when(change_fee(200, 60, 6))
        .then_rejected(OperatorRejection::NotLinked { app: cityhop() });
    given::<Operator>(declared())
        .when(change_fee(10_001, 60, 6))
        .then_rejected(OperatorRejection::UnsoundFee);
    assert_eq!(
        given::<Operator>(and(unlinked(5)))
            .state()
            .fee_for(&cityhop(), at(6)),
        None
    );
}

#[test]
fn a_declaration_changes_the_terms_of_a_standing_link() {
    let wanted = LinkDeclaration {
        shows_tickets: false,
        ..link(200, 0)
    };
    given::<Operator>(declared())
        .when(declare(
            OperatorDeclaration {
                links: vec![wanted],
                ..bus()
            },
            7,
        ))
        .then([
            fee_changed(200, 7, 7),
            OperatorEvent::TicketDisplaySet {
                app: cityhop(),
                shows_tickets: false,
                at: at(7),
            },
        ]);
}

#[test]
fn a_declared_fee_lets_a_scheduled_one_come_and_then_replaces_it() {
    let scheduled = and(fee_changed(200, 60, 5));
    given::<Operator>(scheduled.clone())
        .when(declare(bus(), 59))
        .then_nothing();
    given::<Operator>(scheduled)
        .when(declare(bus(), 60))
        .then([fee_changed(100, 60, 60)]);
}

#[test]
fn a_declaration_plays_to_the_state_it_declares() {
    let (history, operator) = play::<Operator>([declare(bus(), 0)]);
    let operator = operator.unwrap();
    assert_eq!(history, declared());
    assert_eq!(operator.profile(), &profile());
    assert_eq!(operator.calendar().cutoff_minutes, 180);
    assert!(operator.kind().sells_rides() && !operator.kind().sells_stays());
    assert!(operator.link(&cityhop()).unwrap().shows_tickets);
    assert_eq!(operator.links().count(), 1);
}
