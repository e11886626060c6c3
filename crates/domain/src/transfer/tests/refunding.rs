//! Refunds of what is in a transfer.

use super::fixtures::*;
use crate::{
    testing::given,
    transfer::{RefundState, Transfer, TransferEvent, TransferRejection, TransferStatus},
    wallet::tests::fixtures::{book_item, hour, pass_item},
};

#[test]
fn items_are_refunded_in_part_or_as_a_whole_before_the_redemption_or_after() {
    for before in [vec![], vec![redeemed()], vec![expired()]] {
        let untouched = state(before.clone()).status();
        let begun = after(before.clone());
        given::<Transfer>(begun.clone())
            .when(start_refund(1, [pass_item(1)]))
            .then([refund_started(1, [pass_item(1)])]);
        let started: Vec<_> = begun
            .into_iter()
            .chain([refund_started(1, [pass_item(1)])])
            .collect();
        assert_eq!(given::<Transfer>(started.clone()).state().status(), untouched);
        given::<Transfer>(started)
            .when(record_refund(1))
            .then([items_refunded(1, [pass_item(1)])]);
        let partly = before.iter().cloned().chain(refunded(1, [pass_item(1)]));
        assert_eq!(state(partly.clone()).status(), TransferStatus::PartiallyRefunded);
        let wholly = state(partly.chain(refunded(2, [book_item(2)])));
        assert_eq!(wholly.status(), TransferStatus::Refunded);
        assert_eq!(wholly.refunded_or_cancelled_at(), Some(hour(3)));
        assert_eq!(wholly.items_left().count(), 0);
    }
}

#[test]
fn what_is_left_after_a_refund_can_still_be_redeemed() {
    let history = after(refunded(1, [pass_item(1)]));
    let left = given::<Transfer>(history.clone()).state();
    assert_eq!(
        left.items_left().map(|it| it.item.clone()).collect::<Vec<_>>(),
        [book_item(2)]
    );
    given::<Transfer>(history)
        .when(redeem_as(rider(), 4))
        .then([TransferEvent::Redeemed {
            by: rider(),
            at: hour(4),
        }]);
}

#[test]
fn a_refund_is_refused_for_the_first_reason_there_is() {
    let done = || after(refunded(1, [pass_item(1)]));
    given::<Transfer>(done())
        .when(start_refund(1, [pass_item(1)]))
        .then_nothing();
    given::<Transfer>([created()])
        .when(record_refund(1))
        .then_rejected(TransferRejection::RefundNotStarted);
    given::<Transfer>([created()])
        .when(record_refused(1))
        .then_rejected(TransferRejection::RefundNotStarted);
    for (history, items, refusal) in [
        (done(), all(), TransferRejection::RefundDiffers),
        (
            after([cancelled()]),
            vec![pass_item(9)],
            TransferRejection::Cancelled,
        ),
        (after([]), vec![pass_item(9)], TransferRejection::NoSuchItem),
        (
            after(refunded(2, [pass_item(1)])),
            all(),
            TransferRejection::ItemRefunded,
        ),
        (
            after([refund_started(2, [pass_item(1)])]),
            all(),
            TransferRejection::RefundUnderWay,
        ),
        (
            after([]),
            vec![pass_item(1), pass_item(1)],
            TransferRejection::ItemRepeated,
        ),
        (after([]), vec![], TransferRejection::NoItems),
    ] {
        given::<Transfer>(history)
            .when(start_refund(1, items))
            .then_rejected(refusal);
    }
}

#[test]
fn a_refund_that_could_not_be_made_leaves_its_items_as_they_were() {
    let started = || after([refund_started(1, all())]);
    given::<Transfer>(started())
        .when(record_refused(1))
        .then([refund_refused(1)]);
    let refused = || after([refund_started(1, all()), refund_refused(1)]);
    given::<Transfer>(refused())
        .when(record_refused(1))
        .then_nothing();
    given::<Transfer>(refused())
        .when(redeem_as(rider(), 4))
        .then([TransferEvent::Redeemed {
            by: rider(),
            at: hour(4),
        }]);
    given::<Transfer>(refused())
        .when(start_refund(2, [pass_item(1)]))
        .then([refund_started(2, [pass_item(1)])]);
    assert!(
        given::<Transfer>(refused())
            .state()
            .refunds()
            .all(|(_, it)| it.state == RefundState::Refused)
    );
}

#[test]
fn money_that_went_back_after_all_counts_unless_it_went_back_another_way() {
    let refused = [refund_started(1, all()), refund_refused(1)];
    given::<Transfer>(after(refused.clone()))
        .when(record_refund(1))
        .then([items_refunded(1, all())]);
    given::<Transfer>(after(refunded(1, all())))
        .when(record_refund(1))
        .then_nothing();
    given::<Transfer>(after(refunded(1, all())))
        .when(record_refused(1))
        .then_rejected(TransferRejection::ItemRefunded);
    given::<Transfer>(after(
        refused.clone().into_iter().chain(refunded(2, [book_item(2)])),
    ))
    .when(record_refund(1))
    .then_rejected(TransferRejection::ItemRefunded);
    given::<Transfer>(after(
        refused.into_iter().chain([refund_started(2, [pass_item(1)])]),
    ))
    .when(record_refund(1))
    .then_rejected(TransferRejection::RefundUnderWay);
}
