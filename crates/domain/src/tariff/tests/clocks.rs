//! The weeks in which clocks are changed: elapsed time is paid for, the local clock says by which price.

use chrono::Weekday;

use super::*;
use crate::tariff::{DayKind, DayMaximum, WeekTimes};

/// A tariff with minutes at 1 by day and at 10 from one to four in the morning.
fn with_small_hours() -> Tariff {
    let mut tariff = tariff(by_time(&[tier(None, 1, 1)]));
    let mut small_hours = period("Small hours", by_time(&[tier(None, 1, 10)]));
    small_hours.times = vec![WeekTimes {
        days: vec![Weekday::Sun],
        from_minute: 60,
        until_minute: 240,
    }];
    tariff.periods.push(small_hours);
    tariff
}

#[test]
fn an_hour_that_the_clocks_leave_out_is_not_paid() {
    // 02:00 is followed by 03:00 on 10 March 2024: of three hours on the clock, two pass.
    let whole_morning = cost(&with_small_hours(), "2024-03-10T00:00:00-08:00", 5 * 60);
    assert_eq!(whole_morning, 60 + 2 * 60 * 10 + 2 * 60);
}

#[test]
fn an_hour_that_the_clocks_repeat_is_paid_twice() {
    // 02:00 is followed by 01:00 on 3 November 2024: of three hours on the clock, four pass.
    let whole_morning = cost(&with_small_hours(), "2024-11-03T00:00:00-07:00", 7 * 60);
    assert_eq!(whole_morning, 60 + 4 * 60 * 10 + 2 * 60);
}

#[test]
fn a_calendar_day_is_as_long_as_its_date() {
    let mut hourly = tariff(by_time(&[tier(None, 60, 100)]));
    hourly.day_maximum = Some(DayMaximum {
        amount: 2_400,
        day: DayKind::Calendar,
        restarts: false,
    });
    for (midnight, hours, of_the_date) in [
        ("2024-03-10T00:00:00-08:00", 24, 23),
        ("2024-11-03T00:00:00-07:00", 25, 25),
    ] {
        let lines = priced(&hourly, midnight, hours * 60).lines;
        assert_eq!(lines[0].minutes, of_the_date * 60, "{midnight}");
    }
    // The 25th hour of the long day is beyond its maximum.
    assert_eq!(cost(&hourly, "2024-11-03T00:00:00-07:00", 25 * 60), 2_400);
    // 24 hours from entry are 24 hours, whatever clocks do.
    hourly.day_maximum = Some(DayMaximum {
        amount: 2_400,
        day: DayKind::FromEntry,
        restarts: false,
    });
    assert_eq!(cost(&hourly, "2024-11-03T00:00:00-07:00", 25 * 60), 2_500);
}

#[test]
fn half_hours_and_left_out_dates_are_zones_like_any_other() {
    let mut tariff = with_small_hours();
    // Lord Howe goes from 02:00 to 02:30 on 6 October 2024.
    tariff.zone = chrono_tz::Australia::Lord_Howe;
    assert_eq!(
        cost(&tariff, "2024-10-06T00:00:00+10:30", 5 * 60),
        60 + 150 * 10 + 90
    );
    // Apia had no 30 December 2011, a Friday.
    tariff.zone = chrono_tz::Pacific::Apia;
    tariff.periods[1].times[0] = WeekTimes {
        days: vec![Weekday::Fri],
        from_minute: 0,
        until_minute: 1_440,
    };
    assert_eq!(cost(&tariff, "2011-12-29T00:00:00-10:00", 3 * 1_440), 3 * 1_440);
}

#[test]
fn a_second_before_a_change_is_before_it() {
    let tariff = with_small_hours();
    assert_eq!(cost(&tariff, "2024-06-02T00:59:59-07:00", 2), 1 + 10);
    assert_eq!(cost(&tariff, "2024-06-02T00:59:00-07:00", 2), 1 + 10);
    assert_eq!(cost(&tariff, "2024-06-02T01:00:00-07:00", 2), 20);
    assert_eq!(cost(&tariff, "2024-06-02T03:59:59.999-07:00", 2), 10 + 1);
}
