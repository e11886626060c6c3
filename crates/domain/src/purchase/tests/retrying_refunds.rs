//! Making a refund after all that Stripe refused.

use super::fixtures::*;
use crate::{
    purchase::{Purchase, PurchaseCommand, PurchaseEvent, PurchaseRejection as No},
    testing::given,
};

fn retry(name: &str, generation: u32) -> PurchaseCommand {
    PurchaseCommand::RetryRefund {
        refund: refund_id(name),
        generation,
        at: at(8),
    }
}

fn retried(name: &str, generation: u32, fee: i64) -> PurchaseEvent {
    let refund = refund_id(name);
    let key = PurchaseCommand::refund_key_of(&refund, generation);
    PurchaseEvent::RefundRetried {
        refund,
        generation,
        fee_returned: usd(fee),
        key,
        at: at(8),
    }
}

#[test]
fn only_a_refused_refund_is_tried_again_and_each_time_under_a_new_key() {
    let refused = then(
        sold(),
        [refund_started("rfd_1", 400, 40), refund_refused("rfd_1")],
    );
    given::<Purchase>(refused.clone())
        .when(retry("rfd_1", 1))
        .then([retried("rfd_1", 2, 40)]);
    given::<Purchase>(refused.clone())
        .when(retry("rfd_2", 1))
        .then_rejected(No::RefundNotStarted);
    let under_way = then(refused, [retried("rfd_1", 2, 40)]);
    given::<Purchase>(under_way.clone())
        .when(retry("rfd_1", 1))
        .then_nothing();
    given::<Purchase>(under_way.clone())
        .when(retry("rfd_1", 2))
        .then_rejected(No::RefundNotRefused);
    let state = given::<Purchase>(under_way.clone()).state();
    assert_eq!(
        state.refunds()[&refund_id("rfd_1")].key.as_str(),
        "rfd_1-refund-2"
    );
    let again = then(under_way, [refund_refused("rfd_1")]);
    given::<Purchase>(again)
        .when(retry("rfd_1", 2))
        .then([retried("rfd_1", 3, 40)]);
}

#[test]
fn a_refused_refund_is_not_tried_again_for_money_that_went_another_way() {
    let history = then(
        sold(),
        [
            refund_started("rfd_1", 400, 40),
            refund_refused("rfd_1"),
            refund_started("rfd_2", 700, 70),
        ],
    );
    given::<Purchase>(history)
        .when(retry("rfd_1", 1))
        .then_rejected(No::ExceedsRemaining { remaining: usd(300) });
}
