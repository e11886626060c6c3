//! When a pass can be used, and on which device.

use chrono::{DateTime, TimeDelta, Utc};

use super::fixtures::*;
use crate::{
    DeviceId, PassId,
    aggregate::replay,
    catalog::Validity,
    testing::given,
    wallet::{PassStatus, Wallet, WalletCommand, WalletEvent, WalletRejection},
};

fn three_day_use(on: Option<DeviceId>, at: DateTime<Utc>, ticket_expires_at: DateTime<Utc>) -> WalletEvent {
    let ends_at = midnight() + TimeDelta::days(2);
    WalletEvent::PassActivated {
        pass: pass(1),
        device: on,
        at,
        ends_at,
        ticket_expires_at,
    }
}

fn status(wallet: &Wallet, on: Option<&DeviceId>, at: DateTime<Utc>) -> PassStatus {
    wallet.pass(&pass(1)).unwrap().status(on, at)
}

#[test]
fn the_first_activation_fixes_when_the_pass_ends() {
    given::<Wallet>([issued([single(1, TWO_HOURS)])])
        .when(activate(pass(1), device("phone"), hour(1)))
        .then([activated(pass(1), device("phone"), hour(1))]);
    given::<Wallet>([
        issued([single(1, THREE_DAYS)]),
        three_day_use(None, hour(0), midnight()),
    ])
    .when(activate(pass(1), None, hour(20)))
    .then([three_day_use(None, hour(20), midnight() + TimeDelta::days(1))]);
}

#[test]
fn a_pass_of_several_days_goes_stale_each_night_and_expires_in_the_end() {
    let phone = device("phone");
    let wallet = given::<Wallet>([
        issued([single(1, THREE_DAYS)]),
        three_day_use(phone.clone(), hour(0), midnight()),
    ])
    .state();
    let at = |at| status(&wallet, phone.as_ref(), at);
    assert_eq!(at(hour(0)), PassStatus::Active);
    assert_eq!(at(midnight() - TimeDelta::seconds(1)), PassStatus::Active);
    assert_eq!(at(midnight()), PassStatus::StaleTicket);
    assert_eq!(
        at(midnight() + TimeDelta::days(2) - TimeDelta::seconds(1)),
        PassStatus::StaleTicket
    );
    assert_eq!(at(midnight() + TimeDelta::days(2)), PassStatus::Expired);
    let use_so_far = wallet.pass(&pass(1)).unwrap().activation().unwrap();
    assert_eq!(
        (use_so_far.first_at, use_so_far.ticket_expires_at),
        (hour(0), midnight())
    );
}

#[test]
fn a_fresh_pass_says_when_it_would_end() {
    let wallet = given::<Wallet>([issued([single(1, TWO_HOURS)])]).state();
    let fresh = wallet.pass(&pass(1)).unwrap();
    assert_eq!(fresh.status(None, hour(5)), PassStatus::Unactivated);
    assert_eq!(fresh.would_end_at(hour(5)), Some(hour(7)));
    let wallet = given::<Wallet>([issued([single(1, TWO_HOURS)]), activated(pass(1), None, hour(0))]).state();
    assert_eq!(wallet.pass(&pass(1)).unwrap().would_end_at(hour(1)), None);
}

#[test]
fn activating_again_on_the_same_device_changes_nothing_even_for_a_client_that_is_behind() {
    let history = [
        issued([single(1, TWO_HOURS)]),
        activated(pass(1), device("phone"), hour(0)),
    ];
    given::<Wallet>(history)
        .when(WalletCommand::Activate {
            pass: pass(1),
            device: device("phone"),
            seen: Some(1),
            caps: vec![],
            at: hour(1),
        })
        .then_nothing();
}

#[test]
fn a_pass_is_pinned_to_its_device_until_the_service_day_ends_and_then_to_the_next() {
    let (phone, tablet) = (device("phone"), device("tablet"));
    let history = [
        issued([single(1, THREE_DAYS)]),
        three_day_use(phone.clone(), hour(0), midnight()),
    ];
    let wallet = given::<Wallet>(history.clone()).state();
    for other in [&tablet, &None] {
        assert_eq!(
            status(&wallet, other.as_ref(), hour(1)),
            PassStatus::ActiveOnAnotherDevice
        );
        given::<Wallet>(history.clone())
            .when(activate(pass(1), other.clone(), hour(1)))
            .then_rejected(WalletRejection::ActiveOnAnotherDevice);
    }
    let second_night = midnight() + TimeDelta::days(1);
    let moved_on = three_day_use(tablet.clone(), midnight(), second_night);
    given::<Wallet>(history.clone())
        .when(activate(pass(1), tablet, midnight()))
        .then([moved_on.clone()]);
    let wallet = given::<Wallet>(history.into_iter().chain([moved_on])).state();
    assert_eq!(
        status(&wallet, phone.as_ref(), hour(15)),
        PassStatus::ActiveOnAnotherDevice
    );
}

#[test]
fn without_a_device_claim_all_devices_are_one() {
    let history = [issued([single(1, TWO_HOURS)]), activated(pass(1), None, hour(0))];
    given::<Wallet>(history.clone())
        .when(activate(pass(1), None, hour(1)))
        .then_nothing();
    given::<Wallet>(history)
        .when(activate(pass(1), device("phone"), hour(1)))
        .then_rejected(WalletRejection::ActiveOnAnotherDevice);
}

fn on_phone(seen: usize, id: PassId, at: DateTime<Utc>) -> WalletCommand {
    WalletCommand::Activate {
        pass: id,
        device: device("phone"),
        seen: u64::try_from(seen).ok(),
        caps: vec![],
        at,
    }
}

#[test]
fn a_client_acts_on_what_it_has_seen() {
    given::<Wallet>([])
        .when(on_phone(1, pass(9), hour(0)))
        .then_rejected(WalletRejection::OutOfSync);
    let shown = WalletEvent::PassShown {
        pass: pass(1),
        shown_at: hour(0),
        latitude_microdegrees: None,
        longitude_microdegrees: None,
        at: hour(0),
    };
    let history = [
        issued([single(1, TWO_HOURS), single(2, TWO_HOURS)]),
        activated(pass(1), None, hour(0)),
        shown,
    ];
    for behind_or_ahead in [0, 1, 3] {
        given::<Wallet>(history.clone())
            .when(on_phone(behind_or_ahead, pass(2), hour(1)))
            .then_rejected(WalletRejection::OutOfSync);
    }
    // Showing a pass is nothing that another device must know.
    given::<Wallet>(history)
        .when(on_phone(2, pass(2), hour(1)))
        .then([activated(pass(2), device("phone"), hour(1))]);
}

/// The pass could only be activated in the first four hours. At nine it is too late, which counts only where nothing
/// weightier does; and a client that is behind is told so first of all.
#[test]
fn what_became_of_a_pass_outweighs_that_its_time_is_over() {
    let moved = || vec![reserved(1, [pass_item(2)]), moved_out(1, [pass_item(2)])];
    for (fate, refusal) in [
        (moved(), WalletRejection::Transferred),
        (
            vec![reserved(1, [pass_item(2)])],
            WalletRejection::TransferInProgress,
        ),
        (vec![refunded(1, [pass_item(2)])], WalletRejection::Refunded),
        (vec![invalidated([pass_item(2)])], WalletRejection::Invalidated),
        (vec![capped([pass(2)])], WalletRejection::Capped),
        (vec![], WalletRejection::Expired),
    ] {
        let history: Vec<_> = std::iter::once(issued([single_until(2, 4)]))
            .chain(fate)
            .collect();
        let revision = history.len();
        for (seen, refusal) in [(revision + 1, WalletRejection::OutOfSync), (revision, refusal)] {
            given::<Wallet>(history.clone())
                .when(on_phone(seen, pass(2), hour(9)))
                .then_rejected(refusal);
        }
    }
}

#[test]
fn only_a_pass_of_this_wallet_is_activated_and_never_a_book() {
    let history = [issued([single(1, TWO_HOURS), three_rides(2)])];
    given::<Wallet>(history.clone())
        .when(activate(pass(9), None, hour(0)))
        .then_rejected(WalletRejection::NoSuchPass);
    given::<Wallet>(history.clone())
        .when(activate(pass(2), None, hour(0)))
        .then_rejected(WalletRejection::NotAPass);
    given::<Wallet>(history)
        .when(activate(ride(2, 3), None, hour(0)))
        .then([activated(ride(2, 3), None, hour(0))]);
}

#[test]
fn a_pass_is_activated_only_within_its_usable_times() {
    given::<Wallet>([issued([single_from(1, 4)])])
        .when(activate(pass(1), None, hour(3)))
        .then_rejected(WalletRejection::OutsideUsableTimes);
    given::<Wallet>([issued([single_from(1, 4)])])
        .when(activate(pass(1), None, hour(4)))
        .then([activated(pass(1), None, hour(4))]);
    // Once activated it stays so to its end; but what is pinned elsewhere is first of all outside its times.
    let history = [
        issued([single_until(1, 1)]),
        activated(pass(1), device("phone"), hour(0)),
    ];
    let wallet = given::<Wallet>(history.clone()).state();
    assert_eq!(
        status(&wallet, device("phone").as_ref(), hour(1)),
        PassStatus::Active
    );
    given::<Wallet>(history)
        .when(activate(pass(1), device("tablet"), hour(1)))
        .then_rejected(WalletRejection::OutsideUsableTimes);
}

#[test]
fn a_fresh_pass_whose_last_usable_time_is_past_has_expired() {
    let wallet = given::<Wallet>([issued([single_until(1, 4)])]).state();
    assert_eq!(status(&wallet, None, hour(3)), PassStatus::Unactivated);
    assert_eq!(status(&wallet, None, hour(4)), PassStatus::Expired);
}

#[test]
fn a_validity_that_no_calendar_can_hold_is_refused() {
    for validity in [
        Validity::CalendarMonths { months: u32::MAX },
        Validity::Duration { minutes: 0 },
    ] {
        given::<Wallet>([issued([single(1, validity)])])
            .when(activate(pass(1), None, hour(0)))
            .then_rejected(WalletRejection::ValidityOutOfRange);
    }
}

#[test]
fn statuses_are_named_and_judged_as_the_ticketing_api_says() {
    for (status, name, boards, can_be_activated, later) in [
        (PassStatus::Unactivated, "unactivated", false, true, true),
        (PassStatus::Active, "active", true, true, true),
        (PassStatus::StaleTicket, "stale_ticket", false, true, true),
        (
            PassStatus::ActiveOnAnotherDevice,
            "active_on_another_device",
            false,
            false,
            true,
        ),
        (PassStatus::Expired, "expired", false, false, false),
        (PassStatus::Refunded, "refunded", false, false, false),
        (PassStatus::Invalid, "invalid", false, false, false),
        (PassStatus::FareCapped, "fare_capped", false, false, false),
        (
            PassStatus::AwaitingTransfer,
            "awaiting_transfer",
            false,
            false,
            false,
        ),
        (PassStatus::Transferred, "transferred", false, false, false),
    ] {
        assert_eq!(status.as_str(), name);
        assert_eq!(serde_json::to_value(status).unwrap(), name);
        let judged = (
            status.is_usable_for_boarding(),
            status.can_be_activated(),
            status.is_usable(),
        );
        assert_eq!(judged, (boards, can_be_activated, later), "{name}");
    }
}

#[test]
fn a_history_in_which_a_pass_is_active_twice_is_impossible() {
    let twice = [
        issued([single(1, TWO_HOURS)]),
        activated(pass(1), device("phone"), hour(0)),
        activated(pass(1), device("tablet"), hour(1)),
    ];
    assert!(replay::<Wallet>(&twice).is_err());
    let other_end = [
        issued([single(1, THREE_DAYS)]),
        three_day_use(None, hour(0), midnight()),
        activated(pass(1), None, hour(15)),
    ];
    assert!(replay::<Wallet>(&other_end).is_err());
    let backwards = WalletEvent::PassActivated {
        pass: pass(1),
        device: None,
        at: hour(2),
        ends_at: hour(2),
        ticket_expires_at: hour(2),
    };
    assert!(replay::<Wallet>(&[issued([single(1, TWO_HOURS)]), backwards]).is_err());
    for fate in [
        refunded(1, [pass_item(1)]),
        invalidated([pass_item(1)]),
        reserved(1, [pass_item(1)]),
    ] {
        let after = [
            issued([single(1, TWO_HOURS)]),
            fate,
            activated(pass(1), None, hour(1)),
        ];
        assert!(replay::<Wallet>(&after).is_err());
    }
}
