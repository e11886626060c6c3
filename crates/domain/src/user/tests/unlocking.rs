//! What vouchers unlock for an account, and when they do not.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::fixtures::*;
use crate::{
    Aggregate, SeriesId, VoucherId,
    series::{SeriesTerms, Unlocked},
    testing::given,
    user::{User, UserCommand, UserEvent, UserRejection},
};

fn series() -> SeriesId {
    SeriesId::from_uuid(Uuid::from_u128(1))
}

fn voucher(number: u128) -> VoucherId {
    VoucherId::from_uuid(Uuid::from_u128(number))
}

fn terms(fares: &[&str], unlocked: Unlocked) -> SeriesTerms {
    SeriesTerms {
        name: "n".to_owned(),
        fares: fares.iter().copied().map(fare).collect::<BTreeSet<_>>(),
        unlocked,
        accounts_per_voucher: 1,
        vouchers_per_account: None,
        requires: None,
        expires_at: None,
    }
}

fn until(second: i64) -> Unlocked {
    Unlocked::Until { until: at(second) }
}

fn redeem(number: u128, terms: SeriesTerms) -> UserCommand {
    UserCommand::RedeemVoucher {
        voucher: voucher(number),
        series: series(),
        operator: operator("bus"),
        terms: Box::new(terms),
        at: at(5),
    }
}

fn redeemed(number: u128, ordinal: u32) -> UserEvent {
    UserEvent::VoucherRedeemed {
        voucher: voucher(number),
        series: series(),
        ordinal,
        at: at(5),
    }
}

fn unlocked(name: &str, until: Option<i64>) -> UserEvent {
    UserEvent::EntitlementGranted {
        operator: operator("bus"),
        fare: fare(name),
        until: until.map(at),
        at: at(5),
    }
}

#[test]
fn a_voucher_unlocks_its_fares_for_an_account_that_is_counted() {
    let both = || terms(&["reduced", "student"], until(90));
    let events = [
        redeemed(1, 1),
        unlocked("reduced", Some(90)),
        unlocked("student", Some(90)),
    ];
    given::<User>([registered()])
        .when(redeem(1, both()))
        .then(events.clone());
    let history = then(events);
    given::<User>(history.clone())
        .when(redeem(1, both()))
        .then_nothing();
    let state = given::<User>(history).state();
    assert!(state.may_buy_restricted(&operator("bus"), &fare("student"), at(89)));
    assert!(!state.may_buy_restricted(&operator("bus"), &fare("student"), at(90)));
    assert_eq!(state.redeemed_of(&series()), 1);
}

#[test]
fn a_voucher_never_shortens_what_an_account_has() {
    let history = then([unlocked("reduced", None), unlocked("student", Some(50))]);
    given::<User>(history.clone())
        .when(redeem(1, terms(&["reduced", "student"], until(90))))
        .then([redeemed(1, 1), unlocked("student", Some(90))]);
    for nothing in [
        terms(&["reduced"], until(90)),
        terms(&["reduced"], Unlocked::Good),
        terms(&["student"], until(50)),
    ] {
        given::<User>(history.clone())
            .when(redeem(1, nothing))
            .then_rejected(UserRejection::NothingToUnlock);
    }
    given::<User>(history)
        .when(redeem(1, terms(&["student"], Unlocked::Good)))
        .then([redeemed(1, 1), unlocked("student", None)]);
}

#[test]
fn an_account_redeems_as_many_of_a_series_as_it_may_and_that_comes_first() {
    let one_each = |fares: &[&str]| SeriesTerms {
        vouchers_per_account: Some(1),
        ..terms(fares, Unlocked::Good)
    };
    let history = then([redeemed(1, 1), unlocked("reduced", None)]);
    for fares in [&["reduced"], &["student"]] {
        given::<User>(history.clone())
            .when(redeem(2, one_each(fares)))
            .then_rejected(UserRejection::VoucherLimitReached);
    }
    given::<User>(history)
        .when(redeem(2, terms(&["student"], Unlocked::Good)))
        .then([redeemed(2, 2), unlocked("student", None)]);
}

#[test]
fn a_series_may_be_for_those_who_have_another_fare_at_that_moment() {
    let for_students = || SeriesTerms {
        requires: Some(fare("student")),
        ..terms(&["reduced"], Unlocked::Good)
    };
    for history in [then([]), then([unlocked("student", Some(5))])] {
        given::<User>(history)
            .when(redeem(1, for_students()))
            .then_rejected(UserRejection::NotEligible);
    }
    given::<User>(then([unlocked("student", Some(6))]))
        .when(redeem(1, for_students()))
        .then([redeemed(1, 1), unlocked("reduced", None)]);
}

#[test]
fn a_voucher_is_folded_in_once_and_counted_in_order() {
    let state = given::<User>(then([redeemed(1, 1)])).state();
    for impossible in [redeemed(1, 2), redeemed(2, 1), redeemed(2, 3)] {
        assert!(User::apply(Some(state.clone()), &impossible).is_err());
    }
    assert!(User::apply(Some(state), &redeemed(2, 2)).is_ok());
}
