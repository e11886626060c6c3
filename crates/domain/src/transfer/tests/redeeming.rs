//! Taking what is in a transfer, or taking it back, or being too late.

use super::fixtures::*;
use crate::{
    UserId,
    testing::given,
    transfer::{Eligibility, Transfer, TransferCommand, TransferEvent, TransferRejection, TransferStatus},
    wallet::tests::fixtures::{hour, pass_item},
};

#[test]
fn whoever_has_the_code_takes_what_is_in_it() {
    given::<Transfer>([created()])
        .when(redeem_as(rider(), 1))
        .then([redeemed()]);
    let taken = state([redeemed()]);
    assert_eq!(
        taken.redemption().map(|it| (&it.by, it.at)),
        Some((&rider(), hour(1)))
    );
    assert_eq!(taken.status(), TransferStatus::Transferred);
}

#[test]
fn another_code_opens_nothing() {
    for history in [after([]), after([cancelled()]), after([redeemed()])] {
        given::<Transfer>(history)
            .when(TransferCommand::Redeem {
                code_hash: code('b'),
                by: rider(),
                eligibility: Eligibility::Eligible,
                at: hour(1),
            })
            .then_rejected(TransferRejection::NotKnown);
    }
}

/// The sender itself tries, not being eligible, while a refund is open: each history takes one reason away.
#[test]
fn a_redemption_is_refused_for_the_first_reason_there_is() {
    let ineligible = |by, eligibility, at| TransferCommand::Redeem {
        code_hash: code('a'),
        by,
        eligibility,
        at: hour(at),
    };
    let under_way = || refund_started(1, [pass_item(1)]);
    for (history, at) in [
        (after([cancelled()]), 1),
        (after([under_way(), expired()]), 1),
        (after([under_way()]), 10),
        (after(refunded(1, all())), 4),
    ] {
        given::<Transfer>(history)
            .when(ineligible(office(), Eligibility::Ineligible, at))
            .then_rejected(TransferRejection::Invalid);
    }
    for (by, at, refusal) in [
        (rider(), 11, TransferRejection::AlreadyUsed),
        (office(), 11, TransferRejection::UsedByAnotherAccount),
        (user(3), 1, TransferRejection::UsedByAnotherAccount),
    ] {
        given::<Transfer>(after([redeemed(), under_way()]))
            .when(ineligible(by, Eligibility::Ineligible, at))
            .then_rejected(refusal);
    }
    for (by, eligibility, refusal) in [
        (
            office(),
            Eligibility::Ineligible,
            TransferRejection::IntoSourceAccount,
        ),
        (rider(), Eligibility::Ineligible, TransferRejection::Ineligible),
        (
            rider(),
            Eligibility::LimitsExceeded,
            TransferRejection::LimitsExceeded,
        ),
        (rider(), Eligibility::Eligible, TransferRejection::RefundUnderWay),
    ] {
        given::<Transfer>(after([under_way()]))
            .when(ineligible(by, eligibility, 3))
            .then_rejected(refusal);
    }
}

#[test]
fn who_is_not_logged_in_is_told_less() {
    let refusal = |events: &[TransferEvent], account: Option<UserId>, at| {
        state(events.to_vec()).refusal_for(account.as_ref(), hour(at))
    };
    assert_eq!(refusal(&[], None, 1), None);
    assert_eq!(
        refusal(&[], Some(office()), 1),
        Some(TransferRejection::IntoSourceAccount)
    );
    assert_eq!(refusal(&[], None, 10), Some(TransferRejection::Invalid));
    assert_eq!(
        refusal(&[redeemed()], None, 10),
        Some(TransferRejection::UsedByAnotherAccount)
    );
    assert_eq!(
        refusal(&[redeemed()], Some(rider()), 10),
        Some(TransferRejection::AlreadyUsed)
    );
}

#[test]
fn a_transfer_expires_by_the_clock_and_not_by_its_record() {
    let waiting = state([]);
    assert!(!waiting.is_expired(hour(9)) && waiting.is_expired(hour(10)) && waiting.is_expiry_due(hour(10)));
    given::<Transfer>([created()])
        .when(redeem_as(rider(), 9))
        .then([TransferEvent::Redeemed {
            by: rider(),
            at: hour(9),
        }]);
    given::<Transfer>([created()])
        .when(redeem_as(rider(), 10))
        .then_rejected(TransferRejection::Invalid);
    let recorded = state([expired()]);
    assert!(recorded.is_expired(hour(10)) && !recorded.is_expiry_due(hour(10)));
    for events in [vec![redeemed()], vec![cancelled()]] {
        assert!(!state(events).is_expired(hour(11)));
    }
    assert!(!state(refunded(1, all())).is_expiry_due(hour(11)));
}

#[test]
fn an_expiry_is_recorded_once_and_in_its_time() {
    let expire = |at| TransferCommand::Expire { at: hour(at) };
    given::<Transfer>([created()]).when(expire(10)).then([expired()]);
    given::<Transfer>(after([refund_started(1, [pass_item(1)])]))
        .when(expire(10))
        .then([expired()]);
    given::<Transfer>(after([expired()]))
        .when(expire(11))
        .then_nothing();
    given::<Transfer>(after([redeemed()]))
        .when(expire(11))
        .then_rejected(TransferRejection::Redeemed);
    given::<Transfer>(after([cancelled()]))
        .when(expire(11))
        .then_rejected(TransferRejection::Cancelled);
    given::<Transfer>(after(refunded(1, all())))
        .when(expire(11))
        .then_rejected(TransferRejection::Refunded);
    given::<Transfer>([created()])
        .when(expire(9))
        .then_rejected(TransferRejection::NotExpired);
}

#[test]
fn only_what_nobody_took_is_cancelled() {
    let cancel = |at| TransferCommand::Cancel { at: hour(at) };
    given::<Transfer>([created()]).when(cancel(1)).then([cancelled()]);
    given::<Transfer>(after([cancelled()]))
        .when(cancel(11))
        .then_nothing();
    let partly = |events: [TransferEvent; 1]| after(refunded(1, [pass_item(1)]).into_iter().chain(events));
    for (history, at, refusal) in [
        (partly([redeemed()]), 11, TransferRejection::Redeemed),
        (after([expired()]), 1, TransferRejection::Expired),
        (after([refund_started(1, all())]), 10, TransferRejection::Expired),
        (after(refunded(1, all())), 4, TransferRejection::Refunded),
        (
            after([refund_started(1, all())]),
            4,
            TransferRejection::RefundUnderWay,
        ),
    ] {
        given::<Transfer>(history).when(cancel(at)).then_rejected(refusal);
    }
    let taken_back = state([cancelled()]);
    assert_eq!(taken_back.status(), TransferStatus::Cancelled);
    assert_eq!(taken_back.refunded_or_cancelled_at(), Some(hour(1)));
    assert_eq!(taken_back.item_refunded_at(&pass_item(1)), None);
}
