//! Reaching a cap, and riding on what it gives.

use super::*;
use crate::{
    testing::given,
    wallet::{PassStatus, Standing, Wallet, WalletRejection},
};

/// Two rides for 2.00 on Monday morning, of which the first was used.
fn one_used() -> Vec<WalletEvent> {
    vec![
        issued([ride_for(1, 200), ride_for(2, 200), ride_for(3, 200)]),
        activated(pass(1), device("phone"), hour(0)),
    ]
}

/// The same after the second has reached a cap of 4.00 a day.
fn reached() -> Vec<WalletEvent> {
    let passes = [pass(1), pass(2)];
    let upgrade = upgrade(&day_cap(400), &passes, 400, device("phone"), hour(3), midnight());
    one_used().into_iter().chain(upgrade).collect()
}

#[test]
fn the_activation_that_reaches_the_cap_gives_a_pass_for_the_rest_of_the_period_in_its_stead() {
    let expected = reached().split_off(2);
    given::<Wallet>(one_used())
        .when(under(&[day_cap(400)], pass(2), device("phone"), hour(3)))
        .then(expected);
    let wallet = given::<Wallet>(reached()).state();
    let status = |id: &PassId| {
        wallet
            .pass(id)
            .unwrap()
            .status(device("phone").as_ref(), hour(13))
    };
    assert_eq!(status(&pass(1)), PassStatus::FareCapped);
    assert_eq!(status(&pass(2)), PassStatus::FareCapped);
    assert_eq!(status(&pass(3)), PassStatus::Unactivated);
    assert_eq!(status(&given_for(&pass(2))), PassStatus::Active);
    let replacement = wallet.pass(&given_for(&pass(2))).unwrap();
    assert_eq!(replacement.status(None, midnight()), PassStatus::Expired);
    assert_eq!(replacement.paid(), usd(0));
    assert_eq!(replacement.bought_by(), None);
    let boards_with = wallet.boarding_pass(&pass(2), device("phone").as_ref(), hour(3));
    assert_eq!(boards_with.unwrap().id(), &given_for(&pass(2)));
}

#[test]
fn below_the_cap_a_pass_is_activated_as_ever() {
    given::<Wallet>(one_used())
        .when(under(&[day_cap(401)], pass(2), None, hour(3)))
        .then([activated(pass(2), None, hour(3))]);
}

#[test]
fn one_pass_that_costs_as_much_as_the_cap_reaches_it_alone() {
    let held = issued([ride_for(1, 500)]);
    let passes = [pass(1)];
    given::<Wallet>([held])
        .when(under(&[day_cap(400)], pass(1), None, hour(0)))
        .then(upgrade(&day_cap(400), &passes, 500, None, hour(0), midnight()));
}

#[test]
fn what_the_cap_gave_is_ridden_on_and_no_further_pass_is_used_up() {
    given::<Wallet>(reached())
        .when(under(&[day_cap(400)], pass(3), device("phone"), hour(9)))
        .then_nothing();
    let wallet = given::<Wallet>(reached()).state();
    let boards_with = wallet.boarding_pass(&pass(3), device("phone").as_ref(), hour(9));
    assert_eq!(boards_with.unwrap().id(), &given_for(&pass(2)));
    // Nor where the operator has given up its caps meanwhile.
    given::<Wallet>(reached())
        .when(under(&[], pass(3), device("phone"), hour(9)))
        .then_nothing();
}

#[test]
fn on_the_next_day_passes_are_used_up_again() {
    given::<Wallet>(reached())
        .when(under(&[day_cap(400)], pass(3), device("phone"), midnight()))
        .then([activated(pass(3), device("phone"), midnight())]);
    let wallet = given::<Wallet>(reached()).state();
    let boards_with = wallet.boarding_pass(&pass(3), None, midnight());
    assert_eq!(boards_with.unwrap().id(), &pass(3));
}

#[test]
fn what_a_weekly_cap_gave_is_activated_anew_each_day() {
    let caps = [week_cap(400)];
    let week_end = hour(14 + 6 * 24);
    let passes = [pass(1), pass(2)];
    let upgraded = upgrade(&caps[0], &passes, 400, device("phone"), hour(3), week_end);
    let history: Vec<_> = one_used().into_iter().chain(upgraded).collect();
    let replacement = given_for(&pass(2));
    let again = WalletEvent::PassActivated {
        pass: replacement.clone(),
        device: device("tablet"),
        at: hour(20),
        ends_at: week_end,
        ticket_expires_at: hour(14 + 24),
    };
    given::<Wallet>(history.clone())
        .when(under(&caps, pass(3), device("tablet"), hour(20)))
        .then([again.clone()]);
    // On Monday it was the phone's.
    given::<Wallet>(history.clone())
        .when(under(&caps, pass(3), device("tablet"), hour(9)))
        .then_rejected(WalletRejection::ActiveOnAnotherDevice);
    let on_tuesday: Vec<_> = history.into_iter().chain([again]).collect();
    let seen = given::<Wallet>(on_tuesday.clone()).state().revision() - 1;
    let behind = WalletCommand::Activate {
        pass: pass(3),
        device: device("tablet"),
        seen: Some(seen),
        caps: caps.to_vec(),
        at: hour(20),
    };
    given::<Wallet>(on_tuesday).when(behind).then_nothing();
}

#[test]
fn a_repeated_activation_that_reached_the_cap_changes_nothing_and_a_new_one_is_refused() {
    let asked = |seen| WalletCommand::Activate {
        pass: pass(2),
        device: device("phone"),
        seen,
        caps: vec![day_cap(400)],
        at: hour(3),
    };
    let revision = given::<Wallet>(reached()).state().revision();
    for behind in [None, Some(2), Some(revision - 1)] {
        given::<Wallet>(reached()).when(asked(behind)).then_nothing();
    }
    given::<Wallet>(reached())
        .when(asked(Some(revision)))
        .then_rejected(WalletRejection::Capped);
}

#[test]
fn what_replaces_passes_never_ends_before_one_of_them_would_have() {
    // A ride that begins an hour before midnight lasts until one, and so does the pass for the day.
    let late = hour(13);
    let passes = [pass(1), pass(2)];
    given::<Wallet>(one_used())
        .when(under(&[day_cap(400)], pass(2), None, late))
        .then(upgrade(&day_cap(400), &passes, 400, None, late, hour(15)));
}

#[test]
fn a_pass_in_use_is_activated_anew_for_itself_whatever_caps_say() {
    let mut three_days = ride_for(1, 200);
    three_days.terms.fare.validity = THREE_DAYS;
    let third_night = hour(14 + 48);
    let used = |at, until| WalletEvent::PassActivated {
        pass: pass(1),
        device: None,
        at,
        ends_at: third_night,
        ticket_expires_at: until,
    };
    given::<Wallet>([issued([three_days]), used(hour(0), midnight())])
        .when(under(&[day_cap(1)], pass(1), None, hour(20)))
        .then([used(hour(20), hour(14 + 24))]);
}

#[test]
fn a_pass_that_cannot_be_activated_is_refused_for_its_own_reason() {
    let sent = reached().into_iter().chain([reserved(1, [pass_item(3)])]);
    given::<Wallet>(sent)
        .when(under(&[day_cap(400)], pass(3), device("phone"), hour(9)))
        .then_rejected(WalletRejection::TransferInProgress);
}

#[test]
fn what_a_cap_ended_counts_as_used_and_is_neither_refunded_nor_sent() {
    let held = issued([book_for(1, 600), ride_for(2, 200)]);
    let rides = [ride(1, 1)];
    let upgraded = upgrade(&day_cap(200), &rides, 200, None, hour(0), midnight());
    let history: Vec<_> = std::iter::once(held).chain(upgraded).collect();
    let wallet = given::<Wallet>(history.clone()).state();
    assert!(wallet.is_used(&book_item(1)));
    assert_eq!(wallet.unactivated_remaining_count(&book(1), hour(1)), 2);
    given::<Wallet>(history)
        .when(WalletCommand::Reserve {
            transfer: transfer(1),
            items: vec![book_item(1)],
            at: hour(1),
        })
        .then_rejected(WalletRejection::Capped);
    given::<Wallet>(reached())
        .when(WalletCommand::Refund {
            refund: refund(1),
            items: vec![pass_item(1)],
            at: hour(4),
        })
        .then_rejected(WalletRejection::Capped);
    let standing = given::<Wallet>(reached()).state();
    assert!(matches!(
        standing.pass(&pass(1)).unwrap().standing(),
        Standing::Capped { .. }
    ));
}

#[test]
fn a_history_in_which_a_cap_was_not_due_is_impossible() {
    let terms = day_cap(400);
    let within = period_of(terms.cap.period, terms.replacement.calendar, hour(3)).unwrap();
    let passes = [pass(1), pass(2)];
    let fold = |event: &WalletEvent| {
        let wallet = given::<Wallet>(one_used()).state();
        <Wallet as crate::Aggregate>::apply(Some(wallet), event)
    };
    assert!(fold(&capped_within(&terms, within, &passes, 400, hour(3))).is_ok());
    // Too little was spent, less than the passes cost, or on another day.
    for (spent, at) in [(399, hour(3)), (400, hour(20))] {
        assert!(fold(&capped_within(&terms, within, &passes, spent, at)).is_err());
    }
    let cheap = capped_within(&day_cap(300), within, &passes, 350, hour(3));
    assert!(fold(&cheap).is_err());
}
