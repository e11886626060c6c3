//! Showing a pass to whoever drives.

use super::fixtures::*;
use crate::{
    testing::given,
    wallet::{Shown, Wallet, WalletCommand, WalletEvent, WalletRejection},
};

fn show(pass: crate::PassId, shown_at: i64) -> WalletCommand {
    WalletCommand::Show {
        pass,
        shown_at: hour(shown_at),
        latitude_microdegrees: Some(37_773_972),
        longitude_microdegrees: Some(-122_431_297),
        at: hour(1),
    }
}

fn shown(shown_at: i64) -> WalletEvent {
    WalletEvent::PassShown {
        pass: pass(1),
        shown_at: hour(shown_at),
        latitude_microdegrees: Some(37_773_972),
        longitude_microdegrees: Some(-122_431_297),
        at: hour(1),
    }
}

#[test]
fn an_activated_pass_is_shown_and_nothing_changes_that_a_device_must_know() {
    let history = [issued([single(1, TWO_HOURS)]), activated(pass(1), None, hour(0))];
    given::<Wallet>(history.clone())
        .when(show(pass(1), 1))
        .then([shown(1)]);
    let before = given::<Wallet>(history.clone()).state();
    let after = given::<Wallet>(history.into_iter().chain([shown(1)])).state();
    assert_eq!(before.revision(), after.revision());
    let reported = Shown {
        at: hour(1),
        latitude_microdegrees: Some(37_773_972),
        longitude_microdegrees: Some(-122_431_297),
    };
    assert_eq!(after.pass(&pass(1)).unwrap().last_shown(), Some(&reported));
}

#[test]
fn the_same_showing_is_noted_once_and_the_next_one_again() {
    let history = [
        issued([single(1, TWO_HOURS)]),
        activated(pass(1), None, hour(0)),
        shown(1),
    ];
    given::<Wallet>(history.clone())
        .when(show(pass(1), 1))
        .then_nothing();
    given::<Wallet>(history).when(show(pass(1), 2)).then([shown(2)]);
}

#[test]
fn a_showing_that_is_reported_late_still_counts() {
    let history = [
        issued([single(1, TWO_HOURS)]),
        activated(pass(1), None, hour(0)),
        refunded(1, [pass_item(1)]),
    ];
    given::<Wallet>(history).when(show(pass(1), 1)).then([shown(1)]);
}

#[test]
fn only_an_activated_pass_is_shown() {
    let history = [issued([single(1, TWO_HOURS), three_rides(2)])];
    given::<Wallet>(history.clone())
        .when(show(pass(9), 1))
        .then_rejected(WalletRejection::NoSuchPass);
    given::<Wallet>(history.clone())
        .when(show(pass(2), 1))
        .then_rejected(WalletRejection::NotAPass);
    given::<Wallet>(history.clone())
        .when(show(pass(1), 1))
        .then_rejected(WalletRejection::NotActivated);
    given::<Wallet>(history.into_iter().chain([reserved(1, [pass_item(1)])]))
        .when(show(pass(1), 1))
        .then_rejected(WalletRejection::TransferInProgress);
}
