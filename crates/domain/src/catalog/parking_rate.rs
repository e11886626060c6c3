//! What a stay costs, and where.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    Currency, LocationId, Money, MoneyError,
    operator::GeoPoint,
    tariff::{
        Calculation, Charged, LONGEST_STAY_MINUTES, Line, Maximum, Tariff, TariffRefusal, minutes_begun,
    },
    text::Text,
};

/// Minutes in the day to which a daily maximum applies.
const DAY: u64 = 1_440;

/// A place to park.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParkingLocation {
    /// Unique within the operator.
    pub id: LocationId,
    /// Displayable name.
    pub name: Text,
    /// Where it is.
    pub position: GeoPoint,
    /// Postal address, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Text>,
    /// How a stay begins and ends.
    pub entry: Entry,
    /// How many vehicles fit, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    /// What a stay costs, unless there is a tariff: then only its currency counts.
    pub rate: ParkingRate,
    /// What a stay costs, where a simple rate does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tariff: Option<Tariff>,
}

impl ParkingLocation {
    /// What a stay here costs, line by line: the same for a quote and for a bill.
    pub fn price(&self, start: DateTime<Utc>, end: DateTime<Utc>) -> Result<Calculation, TariffRefusal> {
        match &self.tariff {
            Some(tariff) => tariff.price(start, end),
            None => self.rate.price(start, end),
        }
    }

    /// How long the tariff lets anybody stay, where it says so.
    #[must_use]
    pub fn longest_stay(&self) -> Option<TimeDelta> {
        let minutes = self.tariff.as_ref()?.longest_stay_minutes?;
        Some(TimeDelta::minutes(i64::from(minutes)))
    }

    /// Whether no stay here ever costs anything.
    #[must_use]
    pub fn is_free(&self) -> bool {
        match &self.tariff {
            Some(tariff) => tariff.is_free(),
            None => self.rate.flat == 0 && self.rate.interval.is_none_or(|interval| interval.price == 0),
        }
    }
}

/// How a stay begins and ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// The rider says so.
    Open,
    /// The gate says so.
    Gated,
}

/// The price of a stay. Its minutes are counted up, a started one as a whole one; the free ones come off first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParkingRate {
    /// What the amounts are in.
    pub currency: Currency,
    /// Minutes at the beginning that cost nothing.
    #[serde(default)]
    pub free_minutes: u32,
    /// Once for every stay that outlasts the free minutes, in minor units; not negative.
    #[serde(default)]
    pub flat: i64,
    /// For every interval begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<IntervalPrice>,
    /// At most so much for each 24 hours of a stay, counted from its beginning, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daily_maximum: Option<i64>,
}

/// So much for every so many minutes begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntervalPrice {
    /// At least one.
    pub minutes: u32,
    /// In minor units; not negative.
    pub price: i64,
}

impl ParkingRate {
    /// A rate that says nothing but its currency, for locations with a tariff.
    #[must_use]
    pub const fn of_currency(currency: Currency) -> Self {
        Self {
            currency,
            free_minutes: 0,
            flat: 0,
            interval: None,
            daily_maximum: None,
        }
    }

    /// What a stay costs, and how that comes about.
    fn price(&self, start: DateTime<Utc>, end: DateTime<Utc>) -> Result<Calculation, TariffRefusal> {
        let longest_minutes = LONGEST_STAY_MINUTES;
        let too_long = TariffRefusal::TooLong { longest_minutes };
        let minutes = minutes_begun(end - start).ok_or(TariffRefusal::EndsBeforeStart)?;
        let minutes = u32::try_from(minutes).map_err(|_| too_long)?;
        if minutes > longest_minutes {
            return Err(too_long);
        }
        let free = self.free_minutes.min(minutes);
        let paid = minutes - free;
        let turn = start
            .checked_add_signed(TimeDelta::minutes(i64::from(free)))
            .ok_or(TariffRefusal::OutOfRange)?
            .min(end);
        let line = |charged, from, until, minutes| Line {
            charged,
            from,
            until,
            minutes,
            intervals: 0,
            amount: 0,
            tax: 0,
            maximum: None,
        };
        let mut lines = Vec::new();
        if free > 0 {
            lines.push(line(Charged::Free, start, turn, free));
        }
        if paid > 0 {
            let cost = self.cost(start, end)?.amount;
            let without_maximum = Self {
                daily_maximum: None,
                ..*self
            };
            let held = without_maximum.cost(start, end)?.amount > cost;
            lines.push(Line {
                intervals: self.intervals(minutes),
                amount: cost,
                maximum: held.then_some(Maximum::Day),
                ..line(Charged::Rate, turn, end, paid)
            });
        }
        Ok(Calculation::of(lines, self.currency, None)?)
    }

    /// How many intervals of so many minutes are begun, counted as [`ParkingRate::cost`] counts them: anew with each
    /// day, where days have a maximum.
    fn intervals(&self, minutes: u32) -> u32 {
        let Some(every) = self.interval.map(|interval| interval.minutes.max(1)) else {
            return 0;
        };
        let day = u32::try_from(DAY).unwrap_or(u32::MAX);
        let paid = minutes.saturating_sub(self.free_minutes);
        if self.daily_maximum.is_none() {
            return paid.div_ceil(every);
        }
        let first = minutes.min(day).saturating_sub(self.free_minutes);
        let later = minutes.saturating_sub(day).min(paid);
        let full_days = (later / day).saturating_mul(day.div_ceil(every));
        first.div_ceil(every) + full_days + (later % day).div_ceil(every)
    }

    /// What a stay costs. One that ends before it begins is refused as out of range.
    pub fn cost(&self, start: DateTime<Utc>, end: DateTime<Utc>) -> Result<Money, MoneyError> {
        let minutes = minutes_begun(end - start).ok_or(MoneyError::OutOfRange)?;
        let free = u64::from(self.free_minutes);
        if minutes <= free {
            return Ok(Money::zero(self.currency));
        }
        let Some(maximum) = self.daily_maximum else {
            return self.money(self.uncapped(i128::from(self.flat), minutes - free));
        };
        // Full days all cost alike, except the first, which has the free minutes and the flat price.
        let first = self
            .uncapped(i128::from(self.flat), minutes.min(DAY).saturating_sub(free))
            .min(maximum.into());
        let later = minutes.saturating_sub(DAY).min(minutes - free);
        let full_day = self.uncapped(0, DAY).min(maximum.into());
        let rest = self.uncapped(0, later % DAY).min(maximum.into());
        self.money(first + full_day * i128::from(later / DAY) + rest)
    }

    fn uncapped(&self, flat: i128, minutes: u64) -> i128 {
        let per_interval = self.interval.map_or(0, |interval| {
            let begun = minutes.div_ceil(u64::from(interval.minutes.max(1)));
            i128::from(begun) * i128::from(interval.price)
        });
        flat + per_interval
    }

    fn money(&self, amount: i128) -> Result<Money, MoneyError> {
        let amount = i64::try_from(amount).map_err(|_| MoneyError::OutOfRange)?;
        Ok(Money::new(amount, self.currency))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rate(
        free_minutes: u32,
        flat: i64,
        interval: Option<(u32, i64)>,
        daily_maximum: Option<i64>,
    ) -> ParkingRate {
        let interval = interval.map(|(minutes, price)| IntervalPrice { minutes, price });
        ParkingRate {
            currency: Currency::USD,
            free_minutes,
            flat,
            interval,
            daily_maximum,
        }
    }

    fn cost(rate: ParkingRate, stay: TimeDelta) -> i64 {
        let start = DateTime::UNIX_EPOCH;
        rate.cost(start, start + stay).unwrap().amount
    }

    #[test]
    fn every_interval_begun_is_paid() {
        let hourly = rate(0, 0, Some((60, 200)), None);
        for (stay, expected) in [
            (TimeDelta::zero(), 0),
            (TimeDelta::seconds(1), 200),
            (TimeDelta::minutes(60), 200),
            (TimeDelta::minutes(60) + TimeDelta::milliseconds(1), 400),
        ] {
            assert_eq!(cost(hourly, stay), expected, "{stay}");
        }
    }

    #[test]
    fn free_minutes_come_off_first() {
        let rate = rate(15, 100, Some((30, 50)), None);
        assert_eq!(cost(rate, TimeDelta::minutes(15)), 0);
        assert_eq!(cost(rate, TimeDelta::minutes(16)), 150);
        assert_eq!(cost(rate, TimeDelta::minutes(46)), 200);
    }

    #[test]
    fn each_24_hours_cost_at_most_the_daily_maximum() {
        let rate = rate(0, 0, Some((60, 200)), Some(1_000));
        assert_eq!(cost(rate, TimeDelta::hours(4)), 800);
        assert_eq!(cost(rate, TimeDelta::hours(24)), 1_000);
        assert_eq!(cost(rate, TimeDelta::hours(25)), 1_200);
        assert_eq!(cost(rate, TimeDelta::hours(72)), 3_000);
    }

    #[test]
    fn free_time_longer_than_a_day_reaches_into_the_next() {
        let rate = rate(1_500, 0, Some((60, 200)), Some(1_000));
        assert_eq!(cost(rate, TimeDelta::minutes(1_500)), 0);
        assert_eq!(cost(rate, TimeDelta::minutes(1_560)), 200);
    }

    #[test]
    fn a_stay_that_ends_before_it_begins_has_no_cost() {
        let start = DateTime::UNIX_EPOCH;
        let refused = rate(0, 1, None, None).cost(start, start - TimeDelta::milliseconds(1));
        assert_eq!(refused, Err(MoneyError::OutOfRange));
    }

    #[test]
    fn a_stay_beyond_belief_is_refused_by_name() {
        let start = DateTime::UNIX_EPOCH;
        let longest_minutes = LONGEST_STAY_MINUTES;
        let end = start + TimeDelta::minutes(i64::from(longest_minutes));
        let rate = rate(0, 0, Some((1, 1)), None);
        assert_eq!(rate.price(start, end).unwrap().total.amount, 527_040);
        assert_eq!(
            rate.price(start, end + TimeDelta::milliseconds(1)),
            Err(TariffRefusal::TooLong { longest_minutes })
        );
    }

    #[test]
    fn a_simple_rate_shows_its_intervals_and_its_maximum() {
        let rate = rate(15, 0, Some((60, 200)), Some(1_000));
        let start = DateTime::UNIX_EPOCH;
        let priced = rate.price(start, start + TimeDelta::hours(25)).unwrap();
        let [free, paid] = priced.lines.as_slice() else {
            panic!("{:?}", priced.lines)
        };
        assert_eq!((free.minutes, free.amount), (15, 0));
        assert_eq!((paid.minutes, paid.intervals, paid.amount), (1_485, 25, 1_200));
        assert_eq!(paid.maximum, Some(Maximum::Day));
    }

    proptest! {
        #[test]
        fn a_longer_stay_never_costs_less(
            minutes in 0_i64..10_000,
            free in 0_u32..2_000,
            flat in 0_i64..500,
            interval in (1_u32..200, 0_i64..500),
            maximum in proptest::option::of(0_i64..3_000),
        ) {
            let rate = rate(free, flat, Some(interval), maximum);
            prop_assert!(cost(rate, TimeDelta::minutes(minutes)) <= cost(rate, TimeDelta::minutes(minutes + 1)));
        }

        #[test]
        fn the_lines_of_a_simple_rate_sum_to_what_it_always_cost(
            seconds in 0_i64..1_000_000,
            free in 0_u32..2_000,
            flat in 0_i64..500,
            interval in proptest::option::of((1_u32..200, 0_i64..500)),
            maximum in proptest::option::of(0_i64..3_000),
        ) {
            let rate = rate(free, flat, interval, maximum);
            let start = DateTime::UNIX_EPOCH;
            let end = start + TimeDelta::seconds(seconds);
            let priced = rate.price(start, end).unwrap();
            prop_assert_eq!(priced.total, rate.cost(start, end).unwrap());
            prop_assert_eq!(priced.lines.iter().map(|line| line.amount).sum::<i64>(), priced.total.amount);
            let mut reached = start;
            for line in &priced.lines {
                prop_assert_eq!(line.from, reached);
                reached = line.until;
            }
            prop_assert_eq!(reached, end);
        }
    }
}
