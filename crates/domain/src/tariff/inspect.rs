//! What can be wrong with a tariff. Everything is told at once, each with its place.

use std::fmt;

use super::{
    terms::{LONGEST_STAY_MINUTES, Period, Price, Tariff, WeekTimes},
    week::{DAY_MINUTES, Week, WeekMinute},
};
use crate::text::Text;

/// The most that any single amount may be, so that no stay costs more than can be counted.
const HIGHEST: i64 = 1_000_000_000_000;

/// How many periods, times of a period, tiers and events there may be: the work of pricing a stay grows with them.
const MOST_PERIODS: usize = 32;
const MOST_TIMES: usize = 32;
const MOST_TIERS: usize = 24;
const MOST_EVENTS: usize = 400;

/// Something wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TariffProblem {
    /// The place in the tariff: `periods[1].price.tiers[0].price`.
    pub path: String,
    /// What is wrong there.
    pub flaw: TariffFlaw,
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum TariffFlaw {
    /// Receipts would say nothing.
    #[error("the name is blank")]
    BlankName,
    /// Nobody is paid for parking.
    #[error("the amount is negative")]
    NegativeAmount,
    /// Nobody pays that.
    #[error("the amount is above {HIGHEST}")]
    AmountTooHigh,
    /// It would go on for ever without a minute passing.
    #[error("the interval has no length")]
    ZeroInterval,
    /// Longer than any stay.
    #[error("it is longer than {LONGEST_STAY_MINUTES} minutes")]
    TooLong,
    /// It would never begin.
    #[error("the tier has no length")]
    ZeroTier,
    /// An interval would begin in one tier and end in the next.
    #[error("the tier is not a whole number of intervals long")]
    BrokenInterval,
    /// Nothing would be said of what comes after it.
    #[error("the last tier has an end")]
    LastTierEnds,
    /// What comes after it would never begin.
    #[error("only the last tier is without an end")]
    TierNeverEnds,
    /// Nothing would cost anything at any time.
    #[error("there are no periods")]
    NoPeriods,
    /// Not a time of day.
    #[error("it is not a minute of the day")]
    NotAMinute,
    /// It would never apply.
    #[error("no days are named")]
    NoDays,
    /// Only one period can be what applies when nothing else does.
    #[error("another period without times applies already whenever no other does")]
    SecondBase,
    /// The others leave it no time.
    #[error("the other periods cover the whole week, so that it never applies")]
    NeverApplies,
    /// Nothing is said of a time.
    #[error("no period covers {from} to {until}")]
    Gap {
        /// Its first minute.
        from: WeekMinute,
        /// The first minute after it.
        until: WeekMinute,
    },
    /// Two prices at the same time.
    #[error("it applies at {from}, when periods[{other}] does")]
    Overlap {
        /// The first minute that both claim.
        from: WeekMinute,
        /// The other period.
        other: usize,
    },
    /// It would end before it begins.
    #[error("the time of the event is empty")]
    EmptyEvent,
    /// Two prices at the same time.
    #[error("it begins before events[{other}] is over")]
    EventsOverlap {
        /// The other event.
        other: usize,
    },
    /// Nobody could stay at all.
    #[error("no stay is short enough")]
    NoStay,
    /// More than everything.
    #[error("the tax is above 10,000 basis points")]
    TaxTooHigh,
    /// Too many to price a stay in good time.
    #[error("there are more than {most}")]
    TooMany {
        /// How many there may be.
        most: usize,
    },
}

#[derive(Default)]
struct Inspection {
    problems: Vec<TariffProblem>,
}

/// Everything wrong with a tariff.
#[must_use]
pub fn inspect_tariff(tariff: &Tariff) -> Vec<TariffProblem> {
    let mut inspection = Inspection::default();
    let longest = LONGEST_STAY_MINUTES;
    let free = tariff.free.map_or(0, |free| free.minutes);
    inspection.must(free <= longest, "free.minutes", TariffFlaw::TooLong);
    inspection.amount("flat", tariff.flat);
    inspection.periods(&tariff.periods);
    inspection.events(tariff);
    if let Some(maximum) = tariff.day_maximum {
        inspection.amount("day_maximum.amount", maximum.amount);
    }
    if let Some(maximum) = tariff.stay_maximum {
        inspection.amount("stay_maximum", maximum);
    }
    let tax = tariff.tax.map_or(0, |tax| tax.basis_points);
    inspection.must(tax <= 10_000, "tax.basis_points", TariffFlaw::TaxTooHigh);
    let own = tariff.longest_stay_minutes;
    inspection.must(own != Some(0), "longest_stay_minutes", TariffFlaw::NoStay);
    let fits = own.is_none_or(|own| own <= longest);
    inspection.must(fits, "longest_stay_minutes", TariffFlaw::TooLong);
    inspection.problems
}

impl Inspection {
    fn must(&mut self, holds: bool, path: impl fmt::Display, flaw: TariffFlaw) {
        if !holds {
            self.problems.push(TariffProblem {
                path: path.to_string(),
                flaw,
            });
        }
    }

    fn amount(&mut self, path: impl fmt::Display, amount: i64) {
        self.must(amount >= 0, &path, TariffFlaw::NegativeAmount);
        self.must(amount <= HIGHEST, &path, TariffFlaw::AmountTooHigh);
    }

    fn few(&mut self, path: impl fmt::Display, count: usize, most: usize) {
        self.must(count <= most, path, TariffFlaw::TooMany { most });
    }

    fn name(&mut self, path: impl fmt::Display, name: &Text) {
        let shown = std::iter::once(&name.default).chain(name.translations.values());
        let shown = shown.into_iter().all(|text| !text.trim().is_empty());
        self.must(shown, path, TariffFlaw::BlankName);
    }

    fn periods(&mut self, periods: &[Period]) {
        self.must(!periods.is_empty(), "periods", TariffFlaw::NoPeriods);
        self.few("periods", periods.len(), MOST_PERIODS);
        let week = Week::of(periods);
        for (index, period) in periods.iter().enumerate() {
            let path = format!("periods[{index}]");
            self.name(format_args!("{path}.name"), &period.name);
            self.few(format_args!("{path}.times"), period.times.len(), MOST_TIMES);
            for (index, times) in period.times.iter().enumerate() {
                self.times(&format!("{path}.times[{index}]"), times);
            }
            self.price(&format!("{path}.price"), &period.price);
            if period.times.is_empty() {
                let is_only = week.base == Some(index);
                self.must(is_only, format_args!("{path}.times"), TariffFlaw::SecondBase);
                let applies = !week.is_full();
                self.must(applies, format_args!("{path}.times"), TariffFlaw::NeverApplies);
            }
        }
        if !periods.is_empty() {
            for (from, until) in week.gaps() {
                self.must(false, "periods", TariffFlaw::Gap { from, until });
            }
        }
        for (earlier, later) in week.overlaps() {
            let flaw = TariffFlaw::Overlap {
                from: WeekMinute(later.from),
                other: earlier.period,
            };
            self.must(false, format_args!("periods[{}].times", later.period), flaw);
        }
    }

    fn times(&mut self, path: &str, times: &WeekTimes) {
        self.must(
            !times.days.is_empty(),
            format_args!("{path}.days"),
            TariffFlaw::NoDays,
        );
        self.must(
            times.from_minute < DAY_MINUTES,
            format_args!("{path}.from_minute"),
            TariffFlaw::NotAMinute,
        );
        self.must(
            times.until_minute <= DAY_MINUTES,
            format_args!("{path}.until_minute"),
            TariffFlaw::NotAMinute,
        );
    }

    fn price(&mut self, path: &str, price: &Price) {
        self.amount(format_args!("{path}.flat"), price.flat);
        if let Some(maximum) = price.maximum {
            self.amount(format_args!("{path}.maximum"), maximum);
        }
        self.few(format_args!("{path}.tiers"), price.tiers.len(), MOST_TIERS);
        let last = price.tiers.len().saturating_sub(1);
        for (index, tier) in price.tiers.iter().enumerate() {
            let path = format!("{path}.tiers[{index}]");
            let (every, longest) = (tier.every_minutes, LONGEST_STAY_MINUTES);
            self.must(
                every > 0,
                format_args!("{path}.every_minutes"),
                TariffFlaw::ZeroInterval,
            );
            self.must(
                every <= longest,
                format_args!("{path}.every_minutes"),
                TariffFlaw::TooLong,
            );
            self.amount(format_args!("{path}.price"), tier.price);
            let path = format!("{path}.minutes");
            match tier.minutes {
                Some(_) if index == last => self.must(false, path, TariffFlaw::LastTierEnds),
                None if index < last => self.must(false, path, TariffFlaw::TierNeverEnds),
                Some(minutes) => {
                    self.must(minutes > 0, &path, TariffFlaw::ZeroTier);
                    self.must(minutes <= longest, &path, TariffFlaw::TooLong);
                    let whole = every == 0 || minutes.is_multiple_of(every);
                    self.must(whole, &path, TariffFlaw::BrokenInterval);
                }
                None => {}
            }
        }
    }

    fn events(&mut self, tariff: &Tariff) {
        self.few("events", tariff.events.len(), MOST_EVENTS);
        for (index, event) in tariff.events.iter().enumerate() {
            let path = format!("events[{index}]");
            self.name(format_args!("{path}.name"), &event.name);
            self.must(
                event.from < event.until,
                format_args!("{path}.until"),
                TariffFlaw::EmptyEvent,
            );
            self.price(&format!("{path}.price"), &event.price);
        }
        let mut by_time: Vec<_> = tariff.events.iter().enumerate().collect();
        by_time.sort_by_key(|(_, event)| event.from);
        let mut longest = None;
        for (index, event) in by_time {
            if let Some((other, until)) = longest
                && event.from < until
            {
                let flaw = TariffFlaw::EventsOverlap { other };
                self.must(false, format_args!("events[{index}].from"), flaw);
            }
            if longest.is_none_or(|(_, until)| event.until > until) {
                longest = Some((index, event.until));
            }
        }
    }
}
