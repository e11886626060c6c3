//! Refunds that change at Stripe without us.

use super::fixtures::*;
use crate::{
    purchase::{Purchase, PurchaseCommand, PurchaseEvent, PurchaseRejection as No, RefundState},
    testing::given,
};

fn undo(name: &str, stripe: &str) -> PurchaseCommand {
    PurchaseCommand::RecordRefundUndone {
        refund: refund_id(name),
        stripe_refund: stripe_refund(stripe),
        code: "expired_or_canceled_card".to_owned(),
        at: at(9),
    }
}

fn undone(name: &str, stripe: &str) -> [PurchaseEvent; 2] {
    let undone = PurchaseEvent::RefundUndone {
        refund: refund_id(name),
        stripe_refund: stripe_refund(stripe),
        code: "expired_or_canceled_card".to_owned(),
        at: at(9),
    };
    let review = PurchaseEvent::ReviewRequested {
        reason: format!("a refund that was done has failed afterwards ({name})"),
        at: at(9),
    };
    [undone, review]
}

fn made(stripe: &str, cents: i64) -> PurchaseCommand {
    PurchaseCommand::RecordRefundAtStripe {
        stripe_refund: stripe_refund(stripe),
        amount: usd(cents),
        items: vec![],
        at: at(9),
    }
}

fn made_there(stripe: &str, cents: i64) -> Vec<PurchaseEvent> {
    let refund = refund_id(&format!("rfd_{stripe}"));
    let started = PurchaseEvent::RefundStarted {
        key: PurchaseCommand::refund_key(&refund),
        refund: refund.clone(),
        amount: usd(cents),
        fee_returned: usd(0),
        fee_kept: true,
        items: vec![],
        rules_overridden: false,
        reason: "made at Stripe, not here".to_owned(),
        at: at(9),
    };
    let done = PurchaseEvent::Refunded {
        refund,
        stripe_refund: stripe_refund(stripe),
        at: at(9),
    };
    vec![started, done]
}

#[test]
fn a_refund_that_failed_after_it_was_done_is_undone_once_and_can_be_tried_again() {
    let done = then(
        sold(),
        [refund_started("rfd_1", 400, 40), refunded("rfd_1", "re_1")],
    );
    given::<Purchase>(done.clone())
        .when(undo("rfd_1", "re_other"))
        .then_nothing();
    given::<Purchase>(done.clone())
        .when(undo("rfd_1", "re_1"))
        .then(undone("rfd_1", "re_1"));
    let history = then(done, undone("rfd_1", "re_1"));
    given::<Purchase>(history.clone())
        .when(undo("rfd_1", "re_1"))
        .then_nothing();
    // That it had been done is old news.
    given::<Purchase>(history.clone())
        .when(record_refund("rfd_1", "re_1"))
        .then_nothing();
    let state = given::<Purchase>(history.clone()).state();
    assert_eq!(state.refundable(), Ok(usd(1_000)));
    let refund = &state.refunds()[&refund_id("rfd_1")];
    assert!(matches!(refund.state, RefundState::Refused { .. }));
    // What it had returned of our fee did not come back, and is not returned again.
    let retried = PurchaseEvent::RefundRetried {
        refund: refund_id("rfd_1"),
        generation: 2,
        fee_returned: usd(0),
        key: PurchaseCommand::refund_key_of(&refund_id("rfd_1"), 2),
        at: at(10),
    };
    given::<Purchase>(history.clone())
        .when(PurchaseCommand::RetryRefund {
            refund: refund_id("rfd_1"),
            generation: 1,
            at: at(10),
        })
        .then([retried.clone()]);
    let history = then(history, [retried, refunded("rfd_1", "re_2")]);
    given::<Purchase>(history)
        .when(start_refund("rfd_2", usd(600)))
        .then([refund_started("rfd_2", 600, 60)]);
}

#[test]
fn what_somebody_gave_back_at_stripe_counts_once_and_leaves_us_our_fee() {
    given::<Purchase>(sold())
        .when(made("re_9", 400))
        .then(made_there("re_9", 400));
    let history = then(sold(), made_there("re_9", 400));
    given::<Purchase>(history.clone())
        .when(made("re_9", 400))
        .then_nothing();
    given::<Purchase>(history.clone())
        .when(made("re_10", 700))
        .then_rejected(No::ExceedsRemaining { remaining: usd(600) });
    let name = "rfd_re_9";
    let history = then(history, undone(name, "re_9"));
    given::<Purchase>(history).when(made("re_9", 400)).then_nothing();
}

#[test]
fn our_own_refund_is_not_taken_for_somebody_elses() {
    let done = then(
        sold(),
        [refund_started("rfd_1", 400, 40), refunded("rfd_1", "re_1")],
    );
    given::<Purchase>(done).when(made("re_1", 400)).then_nothing();
}
