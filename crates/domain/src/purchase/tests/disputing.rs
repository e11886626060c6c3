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
        at: at(7),
    }
}

fn close(won: bool) -> PurchaseCommand {
    PurchaseCommand::RecordDisputeClosed {
        dispute: dispute_id("dp_1"),
        amount: usd(1_000),
        won,
        at: at(8),
    }
}

fn opened(minute: i64) -> PurchaseEvent {
    PurchaseEvent::Disputed {
        dispute: dispute_id("dp_1"),
        amount: usd(1_000),
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
