//! A code is redeemed by as many accounts as may, once by each, and never after it was withdrawn.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::{collection::vec, prelude::*};
use uuid::Uuid;

use super::*;
use crate::{
    Aggregate, SeriesId, UserId, VoucherId,
    testing::{given, play},
    transfer::CodeHash,
};

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::minutes(minute)
}

fn account(number: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(number))
}

fn hash(digit: char) -> CodeHash {
    CodeHash::parse(digit.to_string().repeat(64)).unwrap()
}

fn issue(accounts: u32) -> VoucherCommand {
    VoucherCommand::Issue {
        voucher: VoucherId::from_uuid(Uuid::from_u128(1)),
        series: SeriesId::from_uuid(Uuid::from_u128(1)),
        code_hash: hash('a'),
        accounts,
        at: at(0),
    }
}

fn issued(accounts: u32) -> VoucherEvent {
    VoucherEvent::Issued {
        voucher: VoucherId::from_uuid(Uuid::from_u128(1)),
        series: SeriesId::from_uuid(Uuid::from_u128(1)),
        code_hash: hash('a'),
        accounts,
        at: at(0),
    }
}

fn redeem(number: u128) -> VoucherCommand {
    VoucherCommand::Redeem {
        code_hash: hash('a'),
        by: account(number),
        at: at(1),
    }
}

fn redeemed(number: u128) -> VoucherEvent {
    VoucherEvent::Redeemed {
        by: account(number),
        at: at(1),
    }
}

const WITHDRAWN_AT: i64 = 2;

fn withdraw() -> VoucherCommand {
    VoucherCommand::Withdraw { at: at(WITHDRAWN_AT) }
}

fn withdrawn() -> VoucherEvent {
    VoucherEvent::Withdrawn { at: at(WITHDRAWN_AT) }
}

#[test]
fn a_voucher_is_issued_once_and_for_somebody() {
    given::<Voucher>([]).when(issue(1)).then([issued(1)]);
    given::<Voucher>([issued(1)]).when(issue(1)).then_nothing();
    given::<Voucher>([issued(1)])
        .when(issue(2))
        .then_rejected(VoucherRejection::VoucherDiffers);
    given::<Voucher>([])
        .when(issue(0))
        .then_rejected(VoucherRejection::ForNobody);
    given::<Voucher>([])
        .when(redeem(1))
        .then_rejected(VoucherRejection::NotKnown);
    assert!(Voucher::apply(None, &issued(0)).is_err());
}

#[test]
fn whoever_comes_first_redeems_it_and_nobody_after() {
    given::<Voucher>([issued(1)]).when(redeem(1)).then([redeemed(1)]);
    let used = [issued(1), redeemed(1)];
    given::<Voucher>(used.clone())
        .when(redeem(1))
        .then_rejected(VoucherRejection::AlreadyUsed);
    given::<Voucher>(used.clone())
        .when(redeem(2))
        .then_rejected(VoucherRejection::UsedUp);
    given::<Voucher>(used.clone())
        .when(withdraw())
        .then_rejected(VoucherRejection::UsedUp);
    let state = given::<Voucher>(used).state();
    assert_eq!(state.status(), VoucherStatus::UsedUp);
    assert_eq!(state.refusal_for(None), Some(VoucherRejection::UsedUp));
    for impossible in [redeemed(1), redeemed(2), withdrawn()] {
        assert!(Voucher::apply(Some(state.clone()), &impossible).is_err());
    }
}

#[test]
fn a_code_for_several_accounts_is_good_once_for_each() {
    let history = [issued(2), redeemed(1)];
    given::<Voucher>(history.clone())
        .when(redeem(1))
        .then_rejected(VoucherRejection::AlreadyUsed);
    given::<Voucher>(history.clone())
        .when(redeem(2))
        .then([redeemed(2)]);
    let both = [issued(2), redeemed(1), redeemed(2)];
    given::<Voucher>(both)
        .when(redeem(3))
        .then_rejected(VoucherRejection::UsedUp);
}

#[test]
fn another_code_opens_nothing_and_tells_nothing() {
    let wrong = VoucherCommand::Redeem {
        code_hash: hash('b'),
        by: account(1),
        at: at(1),
    };
    for history in [vec![issued(1)], vec![issued(1), redeemed(1)]] {
        given::<Voucher>(history)
            .when(wrong.clone())
            .then_rejected(VoucherRejection::NotKnown);
    }
}

#[test]
fn what_was_withdrawn_is_redeemed_by_nobody_else() {
    given::<Voucher>([issued(2)]).when(withdraw()).then([withdrawn()]);
    let history = [issued(2), redeemed(1), withdrawn()];
    given::<Voucher>(history.clone()).when(withdraw()).then_nothing();
    given::<Voucher>(history.clone())
        .when(redeem(1))
        .then_rejected(VoucherRejection::AlreadyUsed);
    given::<Voucher>(history)
        .when(redeem(2))
        .then_rejected(VoucherRejection::Withdrawn);
}

proptest! {
    #[test]
    fn never_more_accounts_than_may_and_none_twice(
        accounts in 1_u32..4,
        commands in vec(prop_oneof![4 => (1_u128..6).prop_map(redeem), 1 => Just(withdraw())], 0..16),
    ) {
        let (history, _) = play::<Voucher>(std::iter::once(issue(accounts)).chain(commands));
        let by: Vec<&UserId> = history.iter().filter_map(|event| match event {
            VoucherEvent::Redeemed { by, .. } => Some(by),
            _ => None,
        }).collect();
        let distinct: std::collections::BTreeSet<&&UserId> = by.iter().collect();
        prop_assert_eq!(distinct.len(), by.len());
        prop_assert!(by.len() <= usize::try_from(accounts).unwrap());
        let over = history.iter().position(|event| matches!(event, VoucherEvent::Withdrawn { .. }));
        prop_assert!(over.is_none_or(|over| over + 1 == history.len()));
    }
}
