//! Sound tariffs and stays of any kind.

use chrono::{DateTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;
use proptest::{collection::vec, option, prelude::*, sample::subsequence};

use super::*;
use crate::tariff::{DayKind, DayMaximum, EventRate, FreeMinutes, Tax, WeekTimes};

const ZONES: [Tz; 6] = [
    chrono_tz::UTC,
    chrono_tz::America::Los_Angeles,
    // Midnight itself is left out and repeated.
    chrono_tz::America::Havana,
    chrono_tz::Australia::Lord_Howe,
    chrono_tz::Asia::Kathmandu,
    chrono_tz::Pacific::Apia,
];

const DAYS: [Weekday; 7] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
    Weekday::Sun,
];

pub(super) fn price() -> impl Strategy<Value = Price> {
    let any_tier = (1_u32..5, 1_u32..200, 0_i64..500);
    (0_i64..300, vec(any_tier, 0..4), option::of(0_i64..3_000)).prop_map(|(flat, tiers, maximum)| {
        let last = tiers.len().saturating_sub(1);
        let tiers = tiers.into_iter().enumerate();
        Price {
            flat,
            tiers: tiers
                .map(|(index, (intervals, every, price))| {
                    tier((index < last).then_some(intervals * every), every, price)
                })
                .collect(),
            maximum,
        }
    })
}

/// Periods that never overlap, one of them over midnight, and one for all the rest.
fn periods() -> impl Strategy<Value = Vec<Period>> {
    let cuts = subsequence((1_u16..1_440).collect::<Vec<_>>(), 4);
    let days = || subsequence(DAYS.to_vec(), 1..=7);
    let priced = vec(price(), 4);
    (cuts, days(), days(), days(), priced, 1_usize..=4).prop_map(|(cuts, a, b, c, prices, count)| {
        let times = [
            Vec::new(),
            vec![(a, cuts[0], cuts[1])],
            vec![(b, cuts[1], cuts[2])],
            vec![(c, cuts[3], cuts[0])],
        ];
        let periods = times.into_iter().zip(prices).take(count);
        periods
            .map(|(times, price)| Period {
                name: Text::plain("Some time"),
                times: times
                    .into_iter()
                    .map(|(days, from_minute, until_minute)| WeekTimes {
                        days,
                        from_minute,
                        until_minute,
                    })
                    .collect(),
                price,
            })
            .collect()
    })
}

/// Moments about changes of clocks in most of the zones, and any other in those years.
pub(super) fn start() -> impl Strategy<Value = DateTime<Utc>> {
    let about = prop_oneof![
        Just("2024-03-10T04:00:00Z"),
        Just("2024-11-03T04:00:00Z"),
        Just("2024-10-05T12:00:00Z"),
        Just("2024-04-06T12:00:00Z"),
        Just("2011-12-29T12:00:00Z"),
    ];
    let near = (about, -3 * 86_400_000_i64..86_400_000)
        .prop_map(|(moment, off)| at(moment) + TimeDelta::milliseconds(off));
    let far = (0_i64..63_072_000).prop_map(|off| at("2023-01-01T00:00:00Z") + TimeDelta::seconds(off));
    prop_oneof![2 => near, 1 => far]
}

/// Events that never overlap.
fn events() -> impl Strategy<Value = Vec<EventRate>> {
    let one = (0_i64..3_000_000, 1_i64..30_000_000, price(), any::<bool>());
    (start(), vec(one, 0..3)).prop_map(|(start, some)| {
        let mut after = start;
        some.into_iter()
            .map(|(pause, length, price, beyond_maxima)| {
                let from = after + TimeDelta::milliseconds(pause);
                let until = from + TimeDelta::milliseconds(length);
                after = until;
                EventRate {
                    name: Text::plain("Some event"),
                    from,
                    until,
                    price,
                    beyond_maxima,
                }
            })
            .collect()
    })
}

pub(super) fn day_maximum() -> impl Strategy<Value = DayMaximum> {
    let kind = prop_oneof![Just(DayKind::Calendar), Just(DayKind::FromEntry)];
    (0_i64..3_000, kind, any::<bool>()).prop_map(|(amount, day, restarts)| DayMaximum {
        amount,
        day,
        restarts,
    })
}

pub(super) fn tax() -> impl Strategy<Value = Tax> {
    (0_u32..2_500, any::<bool>()).prop_map(|(basis_points, included)| Tax {
        basis_points,
        included,
    })
}

pub(super) fn any_tariff() -> impl Strategy<Value = Tariff> {
    let free = (0_u32..200, any::<bool>()).prop_map(|(minutes, charged_when_exceeded)| FreeMinutes {
        minutes,
        charged_when_exceeded,
    });
    let maxima = (
        option::of(day_maximum()),
        option::of(0_i64..9_000),
        option::of(tax()),
    );
    let zone = prop::sample::select(ZONES.to_vec());
    (zone, option::of(free), 0_i64..300, periods(), events(), maxima).prop_map(
        |(zone, free, flat, periods, events, (day_maximum, stay_maximum, tax))| Tariff {
            currency: Currency::USD,
            zone,
            free,
            flat,
            periods,
            events,
            day_maximum,
            stay_maximum,
            tax,
            longest_stay_minutes: None,
        },
    )
}

/// Tariffs with one price at all times, whose later intervals cost no more than earlier ones, and with any maxima.
pub(super) fn plain_tariff() -> impl Strategy<Value = Tariff> {
    let every = prop_oneof![
        prop::sample::select(vec![1_u32, 10, 15, 30, 60, 1_440]),
        1_u32..200
    ];
    let prices = vec((1_u32..6, 0_i64..500), 0..4);
    let maxima = (
        option::of(day_maximum()),
        option::of(0_i64..9_000),
        option::of(tax()),
        option::of(0_i64..3_000),
    );
    (every, prices, 0_i64..200, 0_i64..200, maxima).prop_map(|(every, mut prices, flat, entry, maxima)| {
        prices.sort_by_key(|(_, price)| std::cmp::Reverse(*price));
        let last = prices.len().saturating_sub(1);
        let tiers = prices.into_iter().enumerate();
        let tiers = tiers.map(|(index, (intervals, price))| {
            tier((index < last).then_some(intervals * every), every, price)
        });
        let mut plain = tariff(by_time(&tiers.collect::<Vec<_>>()));
        plain.flat = entry;
        plain.periods[0].price.flat = flat;
        (plain.day_maximum, plain.stay_maximum, plain.tax) = (maxima.0, maxima.1, maxima.2);
        plain.periods[0].price.maximum = maxima.3;
        plain
    })
}
