//! The same rules minute by minute, written to be read and not to be fast.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc};

use crate::tariff::{DayKind, Price, Tariff};

struct Stretch {
    key: (usize, bool, Option<i64>),
    began: i64,
    spent: i64,
}

/// What a stay costs.
pub(super) fn cost(tariff: &Tariff, start: DateTime<Utc>, end: DateTime<Utc>) -> i64 {
    let nanoseconds = (end - start).num_nanoseconds().unwrap();
    let minutes = (nanoseconds + 59_999_999_999) / 60_000_000_000;
    let free = tariff.free.map_or(0, |free| i64::from(free.minutes));
    if minutes <= free {
        return 0;
    }
    let charged_after_all = tariff.free.is_some_and(|free| free.charged_when_exceeded);
    let first = if charged_after_all { 0 } else { free };
    let mut days: BTreeMap<i64, i64> = BTreeMap::new();
    let mut stay = 0;
    let mut charge = |amount: i64, day: i64| {
        let spent = days.entry(day).or_default();
        let amount = tariff
            .day_maximum
            .map_or(amount, |maximum| amount.min((maximum.amount - *spent).max(0)));
        let amount = tariff
            .stay_maximum
            .map_or(amount, |maximum| amount.min((maximum - stay).max(0)));
        *spent += amount;
        stay += amount;
        amount
    };
    let mut total = charge(tariff.flat, day_of(tariff, start, first));
    let mut paid_until = first;
    let mut stretch: Option<Stretch> = None;
    for minute in first..minutes {
        if minute < paid_until {
            continue;
        }
        let day = day_of(tariff, start, minute);
        let (place, is_event, price) = price_at(tariff, start + TimeDelta::minutes(minute));
        let restarts = tariff.day_maximum.is_some_and(|maximum| maximum.restarts);
        let key = (place, is_event, restarts.then_some(day));
        let mut amount = 0;
        if stretch.as_ref().is_none_or(|known| known.key != key) {
            stretch = Some(Stretch {
                key,
                began: minute,
                spent: 0,
            });
            amount += price.flat;
        }
        let stretch = stretch.as_mut().unwrap();
        let mut tier_ends = 0;
        for tier in &price.tiers {
            tier_ends += tier.minutes.map_or(i64::MAX / 2, i64::from);
            if minute - stretch.began < tier_ends {
                amount += tier.price;
                paid_until = minute + i64::from(tier.every_minutes);
                break;
            }
        }
        let amount = price
            .maximum
            .map_or(amount, |maximum| amount.min((maximum - stretch.spent).max(0)));
        stretch.spent += amount;
        let beyond = is_event && tariff.events[place].beyond_maxima;
        total += if beyond { amount } else { charge(amount, day) };
    }
    match tariff.tax {
        Some(tax) if !tax.included => total + (total * i64::from(tax.basis_points) + 5_000) / 10_000,
        _ => total,
    }
}

fn day_of(tariff: &Tariff, start: DateTime<Utc>, minute: i64) -> i64 {
    match tariff.day_maximum.map(|maximum| maximum.day) {
        None => 0,
        Some(DayKind::FromEntry) => minute / 1_440,
        Some(DayKind::Calendar) => {
            let local = (start + TimeDelta::minutes(minute)).with_timezone(&tariff.zone);
            i64::from(local.num_days_from_ce())
        }
    }
}

fn price_at(tariff: &Tariff, at: DateTime<Utc>) -> (usize, bool, &Price) {
    for (place, event) in tariff.events.iter().enumerate() {
        if event.from <= at && at < event.until {
            return (place, true, &event.price);
        }
    }
    let local = at.with_timezone(&tariff.zone);
    let minute = u16::try_from(local.hour() * 60 + local.minute()).unwrap();
    let today = local.weekday();
    for (place, period) in tariff.periods.iter().enumerate() {
        let applies = period.times.iter().any(|times| {
            let (from, until) = (times.from_minute, times.until_minute);
            let over_midnight = until <= from;
            let begun_today =
                times.days.contains(&today) && minute >= from && (over_midnight || minute < until);
            let begun_yesterday = over_midnight && times.days.contains(&today.pred()) && minute < until;
            begun_today || begun_yesterday
        });
        if applies {
            return (place, false, &period.price);
        }
    }
    let base = tariff.periods.iter().position(|period| period.times.is_empty());
    let base = base.unwrap();
    (base, false, &tariff.periods[base].price)
}
