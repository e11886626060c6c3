//! A history that no decision could have made stops the stream.

use super::fixtures::*;
use crate::{
    ChargeId, PurchaseId, StripeCallKey,
    purchase::{
        ChargeFacts, Order, PlannedCall, Purchase, PurchaseCommand, PurchaseEvent, Route, Step, UnknownReason,
    },
    replay,
};

/// The history is possible, and with the event it is not.
fn impossible(history: impl IntoIterator<Item = PurchaseEvent>, event: PurchaseEvent) {
    let mut history: Vec<_> = history.into_iter().collect();
    replay::<Purchase>(&history).expect("possible so far");
    let told = format!("{event:?}");
    history.push(event);
    let refused = replay::<Purchase>(&history).expect_err(&told);
    assert_eq!(refused.category, "purchase");
}

fn renewed(step: Step, generation: u32) -> PurchaseEvent {
    PurchaseEvent::StepRenewed {
        call: call(step, generation),
        at: at(2),
    }
}

fn unknown(step: Step, generation: u32) -> PurchaseEvent {
    PurchaseEvent::OutcomeUnknown {
        step,
        generation,
        reason: UnknownReason::ReplyLost,
    }
}

fn credential(generation: u32) -> PurchaseEvent {
    PurchaseEvent::CredentialDerived {
        generation,
        credential: clone_named("first"),
    }
}

#[test]
fn a_purchase_begins_once_with_an_order_that_adds_up() {
    impossible([], charged());
    impossible(ready(), started(Route::PaymentMethod));
    let order = Order {
        total: usd(999),
        ..order()
    };
    impossible(
        [],
        PurchaseEvent::Started {
            order,
            payment: Some(terms(Route::Token)),
            at: at(0),
        },
    );
    impossible(
        [],
        PurchaseEvent::Started {
            order: free_order(),
            payment: Some(terms(Route::Token)),
            at: at(0),
        },
    );
}

#[test]
fn a_credential_comes_only_from_the_call_that_is_due() {
    impossible(ready(), credential(1));
    impossible(sold(), credential(1));
    impossible([started(Route::PaymentMethod)], credential(2));
    impossible([started(Route::Token)], credential(1));
    impossible([started_free()], credential(1));
    impossible(
        then(
            ready(),
            [renewed(Step::Charge, 2), renewed(Step::DeriveCredential, 2)],
        ),
        credential(1),
    );
}

#[test]
fn only_a_call_that_is_due_has_an_unknown_outcome() {
    impossible([started(Route::PaymentMethod)], unknown(Step::Charge, 1));
    impossible(ready(), unknown(Step::Charge, 2));
    impossible(ready(), unknown(Step::DeriveCredential, 1));
    impossible(ready(), unknown(Step::Cancel, 1));
    impossible(then(ready(), [charged()]), unknown(Step::Charge, 1));
}

#[test]
fn only_a_step_at_hand_is_renewed_and_to_the_next_generation() {
    impossible(ready(), renewed(Step::Cancel, 1));
    impossible(ready(), renewed(Step::Charge, 1));
    impossible(ready(), renewed(Step::Charge, 3));
    impossible(
        then(ready(), [unknown(Step::Charge, 1)]),
        renewed(Step::Charge, 2),
    );
    impossible(then(ready(), [waiting()]), renewed(Step::Charge, 2));
    impossible([started(Route::PaymentMethod)], renewed(Step::Charge, 2));
    impossible(sold(), renewed(Step::Charge, 2));
    let foreign = PlannedCall::of(&PurchaseId::parse("pur_2").unwrap(), Step::Charge, 2);
    impossible(
        ready(),
        PurchaseEvent::StepRenewed {
            call: foreign,
            at: at(2),
        },
    );
}

#[test]
fn only_a_payment_that_is_being_made_waits_for_the_rider() {
    impossible([started(Route::PaymentMethod)], waiting());
    impossible([started(Route::Token), derived(Route::Token)], waiting());
    impossible(then(ready(), [waiting()]), waiting());
    impossible(sold(), waiting());
    let cancel = call(Step::Charge, 1);
    impossible(
        ready(),
        PurchaseEvent::ActionRequired {
            payment_intent: intent("pi_1"),
            cancel,
            at: at(2),
        },
    );
}

#[test]
fn only_a_token_of_that_route_is_handed_over_and_reported_upon() {
    let over = PurchaseEvent::CredentialHandedOver {
        charge_before: at(60),
    };
    let report = PurchaseEvent::ChargeReported {
        charge: ChargeId::parse("ch_1").unwrap(),
        at: at(4),
    };
    impossible(ready(), over.clone());
    impossible(ready(), report.clone());
    impossible([started(Route::TokenHandedOver)], over.clone());
    let ready = [started(Route::TokenHandedOver), derived(Route::TokenHandedOver)];
    impossible(then(ready.to_vec(), [over.clone()]), over);
    impossible(then(ready.to_vec(), [report.clone()]), report);
}

#[test]
fn a_purchase_is_charged_once_for_what_was_ordered() {
    impossible(sold(), charged());
    impossible(
        sold(),
        PurchaseEvent::Charged {
            facts: facts("ch_2"),
            at: at(3),
        },
    );
    impossible([started_free()], charged());
    for facts in [
        ChargeFacts {
            amount: usd(999),
            ..facts("ch_1")
        },
        ChargeFacts {
            engine_fee: usd(1_001),
            ..facts("ch_1")
        },
    ] {
        impossible(ready(), PurchaseEvent::Charged { facts, at: at(3) });
    }
}

#[test]
fn what_is_over_does_not_end_again() {
    for end in [charged(), declined(), voided()] {
        impossible(then(ready(), [end.clone()]), declined());
        impossible(then(ready(), [end]), voided());
    }
    impossible([started_free()], declined());
    impossible([started_free(), completed()], voided());
}

#[test]
fn nothing_is_issued_that_is_not_charged_or_free() {
    impossible([started(Route::PaymentMethod)], completed());
    impossible(ready(), completed());
    impossible(then(ready(), [declined()]), completed());
    impossible(then(ready(), [declined(), charged()]), completed());
    impossible(
        then(ready(), [charged(), refund_started("rfd_1", 1_000, 100)]),
        completed(),
    );
    impossible(sold(), completed());
}

#[test]
fn a_refund_is_covered_by_the_charge_and_returns_its_share_of_the_fee() {
    impossible(ready(), refund_started("rfd_1", 1, 0));
    impossible(then(ready(), [charged()]), refund_started("rfd_1", 400, 40));
    impossible(sold(), refund_started("rfd_1", 1_001, 100));
    impossible(sold(), refund_started("rfd_1", 400, 41));
    let once = then(sold(), [refund_started("rfd_1", 400, 40)]);
    impossible(once.clone(), refund_started("rfd_1", 400, 40));
    impossible(once, refund_started("rfd_2", 601, 60));
    let PurchaseEvent::RefundStarted {
        refund,
        amount,
        fee_returned,
        fee_kept,
        items,
        rules_overridden,
        reason,
        at,
        ..
    } = refund_started("rfd_1", 400, 40)
    else {
        unreachable!("the fixture starts a refund");
    };
    let key = StripeCallKey::derive("rfd_2", "refund", 1);
    impossible(
        sold(),
        PurchaseEvent::RefundStarted {
            refund,
            amount,
            fee_returned,
            fee_kept,
            items,
            rules_overridden,
            reason,
            key,
            at,
        },
    );
}

#[test]
fn a_refund_is_settled_after_it_was_started_and_done_once() {
    let unknown = PurchaseEvent::RefundUnknown {
        refund: refund_id("rfd_1"),
        reason: UnknownReason::ReplyLost,
    };
    for event in [
        refunded("rfd_1", "re_1"),
        refund_refused("rfd_1"),
        unknown.clone(),
    ] {
        impossible(sold(), event);
    }
    let done = then(
        sold(),
        [refund_started("rfd_1", 400, 40), refunded("rfd_1", "re_1")],
    );
    for event in [
        refunded("rfd_1", "re_1"),
        refund_refused("rfd_1"),
        unknown.clone(),
    ] {
        impossible(done.clone(), event);
    }
    impossible(
        then(done, [refund_started("rfd_2", 400, 40)]),
        refunded("rfd_2", "re_1"),
    );
    let refused = then(
        sold(),
        [refund_started("rfd_1", 700, 70), refund_refused("rfd_1")],
    );
    impossible(refused.clone(), unknown);
    impossible(refused.clone(), refund_refused("rfd_1"));
    impossible(
        then(refused, [refund_started("rfd_2", 400, 40)]),
        refunded("rfd_1", "re_1"),
    );
}

#[test]
fn a_dispute_is_opened_before_it_is_closed_and_each_once() {
    let opened = PurchaseEvent::Disputed {
        dispute: dispute_id("dp_1"),
        amount: usd(1),
        inquiry: false,
        reason: None,
        at: at(7),
    };
    let closed = PurchaseEvent::DisputeClosed {
        dispute: dispute_id("dp_1"),
        won: true,
        at: at(8),
    };
    impossible(ready(), opened.clone());
    impossible(sold(), closed.clone());
    impossible(then(sold(), [opened.clone()]), opened.clone());
    impossible(then(sold(), [opened, closed.clone()]), closed);
}

#[test]
fn a_person_is_asked_once_for_a_reason() {
    let asked = PurchaseEvent::ReviewRequested {
        reason: "odd".to_owned(),
        at: at(9),
    };
    impossible(then(sold(), [asked.clone()]), asked);
}

#[test]
fn a_refunds_key_is_its_own() {
    assert_eq!(
        PurchaseCommand::refund_key(&refund_id("rfd_1")).as_str(),
        "rfd_1-refund-1"
    );
}
