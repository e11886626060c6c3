//! Each rule by itself.

use chrono::{TimeDelta, Weekday};

use super::*;
use crate::tariff::{
    Charged, DayKind, DayMaximum, EventRate, FreeMinutes, LONGEST_STAY_MINUTES, Maximum, TariffRefusal, Tax,
    WeekTimes,
};

/// A Wednesday.
const NOON: &str = "2024-06-05T12:00:00-07:00";

const EVERY_DAY: [Weekday; 7] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
    Weekday::Sun,
];

/// Half hours by day, and a flat price from six in the evening to six in the morning.
fn with_nights() -> Tariff {
    let mut tariff = tariff(by_time(&[tier(None, 30, 100)]));
    let mut nights = period("Nights", flat(500));
    nights.times = vec![WeekTimes {
        days: EVERY_DAY.to_vec(),
        from_minute: 1_080,
        until_minute: 360,
    }];
    tariff.periods.push(nights);
    tariff
}

#[test]
fn what_is_begun_is_paid_whole() {
    let hourly = tariff(by_time(&[tier(None, 60, 200)]));
    let start = at(NOON);
    let cost = |stay| hourly.price(start, start + stay).unwrap().total.amount;
    assert_eq!(cost(TimeDelta::zero()), 0);
    assert_eq!(cost(TimeDelta::milliseconds(1)), 200);
    assert_eq!(cost(TimeDelta::minutes(60)), 200);
    assert_eq!(cost(TimeDelta::minutes(60) + TimeDelta::milliseconds(1)), 400);
}

#[test]
fn tiers_follow_each_other() {
    let tiers = tariff(by_time(&[
        tier(Some(60), 60, 400),
        tier(Some(120), 30, 150),
        tier(None, 60, 100),
    ]));
    for (minutes, expected) in [
        (1, 400),
        (60, 400),
        (61, 550),
        (180, 1_000),
        (181, 1_100),
        (300, 1_200),
    ] {
        assert_eq!(cost(&tiers, NOON, minutes), expected, "{minutes}");
    }
}

#[test]
fn free_minutes_come_off_or_are_charged_when_exceeded() {
    let mut hourly = tariff(by_time(&[tier(None, 60, 200)]));
    for (charged_when_exceeded, expected) in [(false, [0, 200, 200, 400]), (true, [0, 200, 400, 400])] {
        hourly.free = Some(FreeMinutes {
            minutes: 15,
            charged_when_exceeded,
        });
        let costs = [15, 16, 75, 76].map(|minutes| cost(&hourly, NOON, minutes));
        assert_eq!(costs, expected);
    }
}

#[test]
fn the_period_of_its_beginning_prices_an_interval() {
    let tariff = with_nights();
    // 17:45 to 18:15 is begun by day; the night begins with what is begun after it.
    assert_eq!(cost(&tariff, "2024-06-05T17:45:00-07:00", 30), 100);
    assert_eq!(cost(&tariff, "2024-06-05T17:45:00-07:00", 31), 600);
    // Over midnight and up to six is one night.
    assert_eq!(cost(&tariff, "2024-06-05T18:00:00-07:00", 720), 500);
    assert_eq!(cost(&tariff, "2024-06-05T18:00:00-07:00", 721), 600);
    let two_nights = priced(&tariff, "2024-06-05T17:00:00-07:00", 2 * 1_440);
    let amounts: Vec<i64> = two_nights.lines.iter().map(|line| line.amount).collect();
    assert_eq!(amounts, [200, 500, 2_400, 500, 2_200]);
}

#[test]
fn a_day_costs_at_most_its_maximum() {
    let mut tariff = tariff(by_time(&[tier(None, 60, 200)]));
    let maximum = |day| {
        Some(DayMaximum {
            amount: 1_000,
            day,
            restarts: false,
        })
    };
    tariff.day_maximum = maximum(DayKind::FromEntry);
    assert_eq!(cost(&tariff, NOON, 24 * 60), 1_000);
    assert_eq!(cost(&tariff, NOON, 25 * 60), 1_200);
    tariff.day_maximum = maximum(DayKind::Calendar);
    // Twelve hours of each date.
    assert_eq!(cost(&tariff, NOON, 24 * 60), 2_000);
    assert_eq!(cost(&tariff, "2024-06-05T20:00:00-07:00", 6 * 60), 1_200);
    let lines = priced(&tariff, NOON, 24 * 60).lines;
    assert_eq!(lines.len(), 2);
    assert!(lines.iter().all(|line| line.maximum == Some(Maximum::Day)));
}

#[test]
fn tiers_begin_anew_with_the_day_only_where_it_says_so() {
    let mut tariff = tariff(by_time(&[tier(Some(60), 60, 400), tier(None, 60, 100)]));
    for (restarts, expected) in [(false, 2_900), (true, 3_200)] {
        tariff.day_maximum = Some(DayMaximum {
            amount: 10_000,
            day: DayKind::FromEntry,
            restarts,
        });
        assert_eq!(cost(&tariff, NOON, 26 * 60), expected);
    }
}

#[test]
fn a_stay_and_a_stretch_have_maxima_of_their_own() {
    let mut tariff = with_nights();
    tariff.stay_maximum = Some(1_500);
    let lines = priced(&tariff, NOON, 3 * 1_440).lines;
    assert_eq!(lines.iter().map(|line| line.amount).sum::<i64>(), 1_500);
    assert_eq!(lines[1].maximum, Some(Maximum::Stay));
    let mut capped = super::tariff(by_time(&[tier(None, 10, 100)]));
    capped.periods[0].price.maximum = Some(450);
    assert_eq!(cost(&capped, NOON, 40), 400);
    assert_eq!(cost(&capped, NOON, 41), 450);
    assert_eq!(priced(&capped, NOON, 41).lines[0].maximum, Some(Maximum::Stretch));
}

#[test]
fn an_event_replaces_the_periods_and_may_go_beyond_the_maxima() {
    let mut tariff = tariff(by_time(&[tier(None, 60, 200)]));
    tariff.day_maximum = Some(DayMaximum {
        amount: 600,
        day: DayKind::Calendar,
        restarts: false,
    });
    tariff.events = vec![EventRate {
        name: Text::plain("Match"),
        from: at("2024-06-05T14:00:00-07:00"),
        until: at("2024-06-05T17:00:00-07:00"),
        price: flat(3_000),
        beyond_maxima: false,
    }];
    assert_eq!(cost(&tariff, NOON, 120), 400);
    assert_eq!(cost(&tariff, NOON, 121), 600);
    tariff.events[0].beyond_maxima = true;
    assert_eq!(cost(&tariff, NOON, 121), 3_400);
    let whole = priced(&tariff, NOON, 8 * 60);
    let amounts: Vec<i64> = whole.lines.iter().map(|line| line.amount).collect();
    assert_eq!(amounts, [400, 3_000, 200]);
    let Charged::Event { name } = &whole.lines[1].charged else {
        panic!("{:?}", whole.lines)
    };
    assert_eq!(name.default, "Match");
}

#[test]
fn tax_is_rounded_half_up_once_and_shown_by_line() {
    let mut tariff = with_nights();
    tariff.tax = Some(Tax {
        basis_points: 950,
        included: false,
    });
    let on_top = priced(&tariff, "2024-06-05T17:45:00-07:00", 60);
    let shown: Vec<(i64, i64)> = on_top.lines.iter().map(|line| (line.amount, line.tax)).collect();
    // 9.5 of 100 is 10, 57 of 600 is 57: the second line gets what is left.
    assert_eq!(shown, [(100, 10), (500, 47)]);
    assert_eq!(on_top.total.amount, 657);
    tariff.tax = Some(Tax {
        basis_points: 950,
        included: true,
    });
    let included = priced(&tariff, "2024-06-05T17:45:00-07:00", 60);
    assert_eq!(included.total.amount, 600);
    assert_eq!(included.tax.unwrap().amount.amount, 52);
}

#[test]
fn the_price_of_staying_at_all_is_paid_once() {
    let mut tariff = with_nights();
    tariff.flat = 75;
    tariff.free = Some(FreeMinutes {
        minutes: 10,
        charged_when_exceeded: false,
    });
    assert_eq!(cost(&tariff, NOON, 10), 0);
    let lines = priced(&tariff, NOON, 11).lines;
    let amounts: Vec<i64> = lines.iter().map(|line| line.amount).collect();
    assert_eq!(amounts, [0, 75, 100]);
}

#[test]
fn a_stay_that_ends_before_it_begins_or_lasts_beyond_belief_has_no_price() {
    let mut tariff = tariff(by_time(&[tier(None, 1, 1)]));
    let start = at(NOON);
    assert_eq!(
        tariff.price(start, start - TimeDelta::nanoseconds(1)),
        Err(TariffRefusal::EndsBeforeStart)
    );
    let years = start + TimeDelta::days(3_650);
    let longest_minutes = LONGEST_STAY_MINUTES;
    assert_eq!(
        tariff.price(start, years),
        Err(TariffRefusal::TooLong { longest_minutes })
    );
    tariff.longest_stay_minutes = Some(60);
    assert_eq!(cost(&tariff, NOON, 60), 60);
    let longest_minutes = 60;
    assert_eq!(
        tariff.price(start, start + TimeDelta::minutes(61)),
        Err(TariffRefusal::TooLong { longest_minutes })
    );
}

#[test]
fn the_longest_stay_at_the_highest_prices_is_within_range() {
    let highest = 1_000_000_000_000;
    let mut tariff = tariff(by_time(&[tier(None, 1, highest)]));
    tariff.tax = Some(Tax {
        basis_points: 10_000,
        included: false,
    });
    assert_eq!(crate::tariff::inspect_tariff(&tariff), []);
    let priced = priced(&tariff, NOON, i64::from(LONGEST_STAY_MINUTES));
    assert_eq!(priced.total.amount, 2 * 527_040 * highest);
}
