//! Days, weeks and months, across their ends and changes of the clocks.

use chrono::TimeDelta;

use super::*;
use crate::{
    Aggregate,
    catalog::ServiceCalendar,
    testing::given,
    wallet::{PassStatus, Wallet},
};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The end of the replacement, where a ride at `second` reaches the cap after one at `first`; none where it does not.
fn reached(cap: &CapTerms, first: DateTime<Utc>, second: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let wallet = given::<Wallet>([
        issued([ride_for(1, 200), ride_for(2, 200)]),
        activated(pass(1), None, first),
    ])
    .state();
    let caps = std::slice::from_ref(cap);
    let decided = Wallet::decide(Some(&wallet), under(caps, pass(2), None, second)).unwrap();
    match decided.as_slice() {
        [WalletEvent::PassActivated { .. }] => None,
        [_, _, WalletEvent::PassActivated { ends_at, .. }] => Some(*ends_at),
        other => panic!("neither: {other:?}"),
    }
}

fn with_cutoff(period: CapPeriod, cutoff_minutes: u16) -> CapTerms {
    let mut cap = cap(period, 400);
    cap.replacement.calendar = ServiceCalendar {
        zone: chrono_tz::America::Los_Angeles,
        cutoff_minutes,
    };
    cap
}

#[test]
fn a_day_is_the_operators_service_day_with_its_night() {
    let cap = with_cutoff(CapPeriod::ServiceDay, 180);
    let evening = at("2024-05-06T20:00:00-07:00");
    assert_eq!(
        reached(&cap, evening, at("2024-05-07T00:30:00-07:00")),
        Some(at("2024-05-07T03:00:00-07:00"))
    );
    assert_eq!(reached(&cap, evening, at("2024-05-07T03:00:00-07:00")), None);
}

#[test]
fn a_week_begins_on_monday() {
    let cap = with_cutoff(CapPeriod::ServiceWeek, 180);
    let monday = at("2024-05-06T03:00:00-07:00");
    let sunday_night = at("2024-05-13T00:59:00-07:00");
    let next_monday = at("2024-05-13T03:00:00-07:00");
    assert_eq!(reached(&cap, monday, sunday_night), Some(next_monday));
    assert_eq!(reached(&cap, monday, next_monday), None);
    let night_before = monday - TimeDelta::seconds(1);
    assert_eq!(reached(&cap, night_before, at("2024-05-06T12:00:00-07:00")), None);
}

#[test]
fn a_month_is_the_calendars() {
    let cap = with_cutoff(CapPeriod::CalendarMonth, 180);
    let first = at("2024-02-01T03:00:00-08:00");
    assert_eq!(
        reached(&cap, first, at("2024-03-01T00:30:00-08:00")),
        Some(at("2024-03-01T03:00:00-08:00"))
    );
    assert_eq!(reached(&cap, first, at("2024-03-01T03:00:00-08:00")), None);
    assert_eq!(
        reached(
            &cap,
            at("2024-12-31T12:00:00-08:00"),
            at("2025-01-01T12:00:00-08:00")
        ),
        None
    );
}

#[test]
fn a_day_on_which_clocks_change_has_an_hour_more_or_less() {
    let cap = with_cutoff(CapPeriod::ServiceDay, 0);
    let shorter = [at("2024-03-10T00:10:00-08:00"), at("2024-03-10T20:00:00-07:00")];
    assert_eq!(
        reached(&cap, shorter[0], shorter[1]),
        Some(at("2024-03-11T00:00:00-07:00"))
    );
    let longer = [at("2024-11-03T00:10:00-07:00"), at("2024-11-03T20:00:00-08:00")];
    assert_eq!(
        reached(&cap, longer[0], longer[1]),
        Some(at("2024-11-04T00:00:00-08:00"))
    );
    let week = with_cutoff(CapPeriod::ServiceWeek, 120);
    // Two in the morning on the day of the change does not exist, so Sunday begins at three.
    assert_eq!(
        reached(
            &week,
            at("2024-03-10T03:30:00-07:00"),
            at("2024-03-10T20:00:00-07:00")
        ),
        Some(at("2024-03-11T02:00:00-07:00"))
    );
}

#[test]
fn a_longer_period_counts_what_the_caps_of_shorter_ones_have_ended() {
    let caps = [day_cap(400), week_cap(600)];
    let (phone, tuesday) = (device("phone"), hour(24));
    let passes = [pass(1), pass(2)];
    let monday = upgrade(&caps[0], &passes, 400, phone.clone(), hour(3), midnight());
    let history: Vec<_> = [
        issued([ride_for(1, 200), ride_for(2, 200), ride_for(3, 200)]),
        activated(pass(1), phone.clone(), hour(0)),
    ]
    .into_iter()
    .chain(monday)
    .collect();
    let week_end = hour(14 + 6 * 24);
    given::<Wallet>(history)
        .when(under(&caps, pass(3), phone.clone(), tuesday))
        .then(upgrade(&caps[1], &[pass(3)], 600, phone, tuesday, week_end));
}

#[test]
fn of_two_caps_reached_at_once_the_longer_one_counts() {
    let caps = [day_cap(100), week_cap(150), day_cap(50)];
    let week_end = hour(14 + 6 * 24);
    given::<Wallet>([issued([ride_for(1, 200)])])
        .when(under(&caps, pass(1), None, hour(0)))
        .then(upgrade(&caps[1], &[pass(1)], 200, None, hour(0), week_end));
    let wallet = given::<Wallet>([issued([ride_for(1, 200)])].into_iter().chain(upgrade(
        &caps[1],
        &[pass(1)],
        200,
        None,
        hour(0),
        week_end,
    )))
    .state();
    let replacement = wallet.pass(&given_for(&pass(1))).unwrap();
    assert_eq!(replacement.status(None, hour(20)), PassStatus::StaleTicket);
    assert_eq!(replacement.status(None, week_end), PassStatus::Expired);
}
