//! What has been charged for a stay so far, held down by its maxima.

use std::collections::BTreeMap;

use super::{
    calculation::Maximum,
    terms::{DayMaximum, Tariff},
};

/// Amounts so far.
pub(super) struct Purse {
    day_maximum: Option<DayMaximum>,
    stay_maximum: Option<i64>,
    /// By day. Clocks that are put back at midnight bring a date back, so that the last day is not always the one.
    days: BTreeMap<i64, i64>,
    stay: i64,
}

/// What is charged, and what held it down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) amount: i64,
    pub(super) by: Option<Maximum>,
}

impl Held {
    pub(super) const fn nothing() -> Self {
        Self { amount: 0, by: None }
    }

    /// At most what is left of a maximum after what was spent.
    pub(super) fn within(self, maximum: Option<i64>, spent: i64, by: Maximum) -> Self {
        let left = maximum.map(|maximum| maximum.saturating_sub(spent).max(0));
        match left.filter(|left| self.amount > *left) {
            Some(amount) => Self { amount, by: Some(by) },
            None => self,
        }
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self {
            amount: self.amount.saturating_add(other.amount),
            by: self.by.max(other.by),
        }
    }
}

impl Purse {
    pub(super) fn new(tariff: &Tariff) -> Self {
        Self {
            day_maximum: tariff.day_maximum,
            stay_maximum: tariff.stay_maximum,
            days: BTreeMap::new(),
            stay: 0,
        }
    }

    /// Charges what may be charged on a day.
    pub(super) fn charge(&mut self, held: Held, day: i64) -> Held {
        let spent = self.days.entry(day).or_default();
        let held = held
            .within(self.day_maximum.map(|it| it.amount), *spent, Maximum::Day)
            .within(self.stay_maximum, self.stay, Maximum::Stay);
        *spent = spent.saturating_add(held.amount);
        self.stay = self.stay.saturating_add(held.amount);
        held
    }
}
