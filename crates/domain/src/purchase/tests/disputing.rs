//! The rider's bank wants the money back.

use super::fixtures::*;
use crate::{
    Money,
    purchase::{Dispute, Purchase, PurchaseCommand, PurchaseEvent, PurchaseRejection as No},
    testing::given,
};

fn open(amount: Money) -> PurchaseCommand {
    PurchaseCommand::RecordDispute {
        dispute: dispute_id("dp_1"),
        amount,
        inquiry: false,
        reason: None,
        at: at(7),
    }
}

fn close(won: bool) -> PurchaseCommand {
    PurchaseCommand::RecordDisputeClosed {
        dispute: dispute_id("dp_1"),
        amount: usd(1_000),
        inquiry: false,
        reason: None,
        won,
        at: at(8),
    }
}

fn opened(minute: i64) -> PurchaseEvent {
    PurchaseEvent::Disputed {
        dispute: dispute_id("dp_1"),
        amount: usd(1_000),
        inquiry: false,
        reason: None,
        at: at(minute),
    }
}

fn closed(won: bool) -> PurchaseEvent {
    PurchaseEvent::DisputeClosed {
        dispute: dispute_id("dp_1"),
        won,
        at: at(8),
    }
}

#[test]
fn a_dispute_is_opened_once_and_decided_once() {
    given::<Purchase>(sold()).when(open(usd(1_000))).then([opened(7)]);
    let history = then(sold(), [opened(7)]);
    given::<Purchase>(history.clone())
        .when(open(usd(1_000)))
        .then_nothing();
    given::<Purchase>(history.clone())
        .when(close(false))
        .then([closed(false)]);
    let history = then(history, [closed(false)]);
    given::<Purchase>(history.clone())
        .when(close(false))
        .then_nothing();
    given::<Purchase>(history.clone())
        .when(open(usd(1_000)))
        .then_nothing();
    let dispute = Dispute {
        amount: usd(1_000),
        inquiry: false,
        reason: None,
        won: Some(false),
    };
    assert_eq!(
        given::<Purchase>(history).state().disputes()[&dispute_id("dp_1")],
        dispute
    );
}

#[test]
fn a_disputes_end_may_be_heard_of_before_its_beginning() {
    given::<Purchase>(sold())
        .when(close(true))
        .then([opened(8), closed(true)]);
    given::<Purchase>(then(sold(), [opened(8), closed(true)]))
        .when(open(usd(1_000)))
        .then_nothing();
}

#[test]
fn a_dispute_of_something_else_is_not_mistaken_for_a_known_one() {
    given::<Purchase>(then(sold(), [opened(7)]))
        .when(open(usd(1)))
        .then_rejected(No::DisputeDiffers);
    given::<Purchase>(then(sold(), [opened(7), closed(true)]))
        .when(close(false))
        .then_rejected(No::DisputeDiffers);
}

#[test]
fn only_a_charge_is_disputed() {
    given::<Purchase>(ready())
        .when(open(usd(1_000)))
        .then_rejected(No::NotCharged);
    given::<Purchase>(ready())
        .when(close(true))
        .then_rejected(No::NotCharged);
}

fn asks(inquiry: bool) -> PurchaseCommand {
    PurchaseCommand::RecordDispute {
        dispute: dispute_id("dp_1"),
        amount: usd(1_000),
        inquiry,
        reason: Some("fraudulent".to_owned()),
        at: at(7),
    }
}

#[test]
fn a_banks_question_takes_no_money_and_may_become_a_dispute_that_does() {
    let asked = PurchaseEvent::Disputed {
        dispute: dispute_id("dp_1"),
        amount: usd(1_000),
        inquiry: true,
        reason: Some("fraudulent".to_owned()),
        at: at(7),
    };
    let escalated = PurchaseEvent::DisputeEscalated {
        dispute: dispute_id("dp_1"),
        at: at(7),
    };
    given::<Purchase>(sold()).when(asks(true)).then([asked.clone()]);
    let history = then(sold(), [asked]);
    assert!(!given::<Purchase>(history.clone()).state().is_withheld());
    given::<Purchase>(history.clone()).when(asks(true)).then_nothing();
    given::<Purchase>(history.clone())
        .when(asks(false))
        .then([escalated.clone()]);
    let history = then(history, [escalated]);
    assert!(given::<Purchase>(history.clone()).state().is_withheld());
    // That it was a question is old news.
    given::<Purchase>(history.clone()).when(asks(true)).then_nothing();
    given::<Purchase>(history).when(close(true)).then([closed(true)]);
}

#[test]
fn only_what_the_operator_has_again_is_withheld_no_more() {
    let open = then(sold(), [opened(7)]);
    for (won, withheld) in [(true, false), (false, true)] {
        let history = then(open.clone(), [closed(won)]);
        assert_eq!(given::<Purchase>(history).state().is_withheld(), withheld);
    }
}
