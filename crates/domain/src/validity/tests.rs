//! Rules of time, by name, and laws over the weeks in which clocks change.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::{ends_at, service_day_end, ticket_expires_at};
use crate::catalog::{ServiceCalendar, Validity};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn calendar(zone: Tz, cutoff_minutes: u16) -> ServiceCalendar {
    ServiceCalendar { zone, cutoff_minutes }
}

const LOS_ANGELES: Tz = chrono_tz::America::Los_Angeles;
const WARSAW: Tz = chrono_tz::Europe::Warsaw;

#[test]
fn a_service_day_ends_at_local_midnight_where_nothing_else_is_said() {
    let day_end = service_day_end(calendar(LOS_ANGELES, 0), at("2020-03-14T16:57:25-07:00"));
    assert_eq!(day_end, Some(at("2020-03-15T00:00:00-07:00")));
}

#[test]
fn a_night_bus_belongs_to_the_day_before_until_the_cutoff() {
    let calendar = calendar(WARSAW, 180);
    assert_eq!(
        service_day_end(calendar, at("2024-06-01T02:59:59+02:00")),
        Some(at("2024-06-01T03:00:00+02:00"))
    );
    assert_eq!(
        service_day_end(calendar, at("2024-06-01T03:00:00+02:00")),
        Some(at("2024-06-02T03:00:00+02:00"))
    );
}

#[test]
fn a_cutoff_that_does_not_exist_is_read_as_if_the_clocks_had_not_been_changed() {
    let half_past_two = service_day_end(calendar(LOS_ANGELES, 150), at("2024-03-10T00:30:00-08:00"));
    assert_eq!(half_past_two, Some(at("2024-03-10T03:30:00-07:00")));
    // Lord Howe moves its clocks by half an hour.
    let quarter_past_two = service_day_end(
        calendar(chrono_tz::Australia::Lord_Howe, 135),
        at("2024-10-06T01:00:00+10:30"),
    );
    assert_eq!(quarter_past_two, Some(at("2024-10-06T02:45:00+11:00")));
}

#[test]
fn a_cutoff_that_exists_twice_is_the_second_of_the_two() {
    let half_past_one = calendar(LOS_ANGELES, 90);
    assert_eq!(
        service_day_end(half_past_one, at("2024-11-03T01:45:00-07:00")),
        Some(at("2024-11-03T01:30:00-08:00"))
    );
    assert_eq!(
        service_day_end(half_past_one, at("2024-11-03T01:30:00-08:00")),
        Some(at("2024-11-04T01:30:00-08:00"))
    );
}

#[test]
fn a_date_that_the_zone_leaves_out_is_not_a_day_to_ride() {
    let apia = calendar(chrono_tz::Pacific::Apia, 0);
    let last_before = at("2011-12-29T12:00:00-10:00");
    assert_eq!(
        service_day_end(apia, last_before),
        Some(at("2011-12-31T00:00:00+14:00"))
    );
    let two_days = Validity::ServiceDays { days: 2 };
    assert_eq!(
        ends_at(two_days, apia, last_before),
        Some(at("2012-01-01T00:00:00+14:00"))
    );
    let night_bus = calendar(chrono_tz::Pacific::Apia, 180);
    assert_eq!(
        service_day_end(night_bus, last_before),
        Some(at("2011-12-31T03:00:00+14:00"))
    );
}

#[test]
fn a_duration_is_real_time_whatever_the_clocks_do() {
    let end = ends_at(
        Validity::Duration { minutes: 120 },
        calendar(WARSAW, 0),
        at("2024-03-31T01:30:00+01:00"),
    );
    assert_eq!(end, Some(at("2024-03-31T04:30:00+02:00")));
}

#[test]
fn service_days_run_to_the_end_of_the_last_one_also_when_one_is_shorter() {
    let calendar = calendar(LOS_ANGELES, 240);
    let seven_days = ends_at(
        Validity::ServiceDays { days: 7 },
        calendar,
        at("2024-03-08T02:00:00-08:00"),
    );
    assert_eq!(seven_days, Some(at("2024-03-14T04:00:00-07:00")));
}

#[test]
fn calendar_months_run_until_their_date_comes_round_again() {
    let month = Validity::CalendarMonths { months: 1 };
    let end = |text| ends_at(month, calendar(WARSAW, 0), at(text));
    assert_eq!(
        end("2024-03-15T09:00:00+01:00"),
        Some(at("2024-04-15T00:00:00+02:00"))
    );
    assert_eq!(
        end("2023-01-31T09:00:00+01:00"),
        Some(at("2023-02-28T00:00:00+01:00"))
    );
    assert_eq!(
        end("2024-01-31T09:00:00+01:00"),
        Some(at("2024-02-29T00:00:00+01:00"))
    );
}

#[test]
fn a_month_counts_from_the_service_day_and_not_from_the_date_on_the_wall() {
    let end = ends_at(
        Validity::CalendarMonths { months: 1 },
        calendar(WARSAW, 180),
        at("2024-05-01T01:00:00+02:00"),
    );
    assert_eq!(end, Some(at("2024-05-30T03:00:00+02:00")));
}

#[test]
fn a_ticket_goes_stale_with_the_service_day_and_at_the_latest_with_the_pass() {
    let calendar = calendar(LOS_ANGELES, 0);
    let now = at("2020-03-14T23:00:00-07:00");
    let midnight = at("2020-03-15T00:00:00-07:00");
    assert_eq!(
        ticket_expires_at(calendar, now, at("2020-03-20T00:00:00-07:00")),
        Some(midnight)
    );
    let soon = at("2020-03-14T23:30:00-07:00");
    assert_eq!(ticket_expires_at(calendar, now, soon), Some(soon));
}

#[test]
fn what_no_calendar_can_hold_has_no_end() {
    let now = at("2024-06-01T00:00:00Z");
    let here = calendar(WARSAW, 0);
    for validity in [
        Validity::Duration { minutes: 0 },
        Validity::ServiceDays { days: 0 },
        Validity::CalendarMonths { months: 0 },
        Validity::ServiceDays { days: u32::MAX },
        Validity::CalendarMonths { months: u32::MAX },
    ] {
        assert_eq!(ends_at(validity, here, now), None, "{validity:?}");
    }
    let nearly_for_ever = ends_at(Validity::Duration { minutes: u32::MAX }, here, now);
    assert!(nearly_for_ever.is_some_and(|end| end > now));
    assert_eq!(service_day_end(calendar(WARSAW, 1_440), now), None);
    for edge in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
        for zone in [LOS_ANGELES, chrono_tz::Pacific::Apia] {
            for validity in [
                Validity::Duration { minutes: u32::MAX },
                Validity::ServiceDays { days: 1 },
                Validity::CalendarMonths { months: 1 },
            ] {
                let end = ends_at(validity, calendar(zone, 1_439), edge);
                assert!(end.is_none_or(|end| end > edge));
            }
        }
    }
}

/// Moments at which the clocks of several zones change: by an hour, by half of one, by a day, and for Ramadan.
const CHANGES: [(Tz, &str); 10] = [
    (LOS_ANGELES, "2024-03-10T10:00:00Z"),
    (LOS_ANGELES, "2024-11-03T09:00:00Z"),
    (WARSAW, "2024-03-31T01:00:00Z"),
    (WARSAW, "2024-10-27T01:00:00Z"),
    (chrono_tz::Australia::Lord_Howe, "2024-04-06T15:00:00Z"),
    (chrono_tz::Australia::Lord_Howe, "2024-10-05T15:30:00Z"),
    (chrono_tz::Pacific::Apia, "2011-12-30T10:00:00Z"),
    (chrono_tz::Pacific::Apia, "2012-03-31T14:00:00Z"),
    (chrono_tz::Africa::Casablanca, "2024-03-10T02:00:00Z"),
    (chrono_tz::Africa::Casablanca, "2024-04-14T02:00:00Z"),
];

prop_compose! {
    /// A calendar, and a moment within five days of a change of its clocks.
    fn moment()(change in 0..CHANGES.len(), cutoff in 0_u16..1_440, seconds in -432_000_i64..432_000)
        -> (ServiceCalendar, DateTime<Utc>) {
        let (zone, text) = CHANGES[change];
        (calendar(zone, cutoff), at(text) + TimeDelta::seconds(seconds))
    }
}

fn validity() -> impl Strategy<Value = Validity> {
    prop_oneof![
        (1_u32..20_000).prop_map(|minutes| Validity::Duration { minutes }),
        (1_u32..40).prop_map(|days| Validity::ServiceDays { days }),
        (1_u32..15).prop_map(|months| Validity::CalendarMonths { months }),
    ]
}

proptest! {
    #[test]
    fn a_pass_ends_after_its_activation_and_its_ticket_no_later((calendar, now) in moment(), validity in validity()) {
        let end = ends_at(validity, calendar, now).unwrap();
        let ticket = ticket_expires_at(calendar, now, end).unwrap();
        prop_assert!(now < ticket && ticket <= end);
    }

    #[test]
    fn activating_later_never_ends_sooner(
        (calendar, now) in moment(),
        validity in validity(),
        later in 0_i64..864_000,
    ) {
        let later = now + TimeDelta::seconds(later);
        prop_assert!(ends_at(validity, calendar, now).unwrap() <= ends_at(validity, calendar, later).unwrap());
    }

    #[test]
    fn service_days_follow_each_other_without_gap_or_overlap((calendar, now) in moment(), share in 0_u8..=100) {
        let end = service_day_end(calendar, now).unwrap();
        let within = now + (end - now) * i32::from(share) / 100;
        if within < end {
            prop_assert_eq!(service_day_end(calendar, within).unwrap(), end);
        }
        let next = service_day_end(calendar, end).unwrap();
        let hours = (next - end).num_hours();
        prop_assert!((22..=26).contains(&hours), "{} hours", hours);
    }

    #[test]
    fn one_more_day_ends_where_the_next_service_day_does((calendar, now) in moment(), days in 1_u32..40) {
        let end = ends_at(Validity::ServiceDays { days }, calendar, now).unwrap();
        let one_more = ends_at(Validity::ServiceDays { days: days + 1 }, calendar, now).unwrap();
        prop_assert_eq!(service_day_end(calendar, end).unwrap(), one_more);
        prop_assert_eq!(ends_at(Validity::ServiceDays { days: 1 }, calendar, now), service_day_end(calendar, now));
    }
}
