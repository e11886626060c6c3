//! A price with everything that led to it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{tax::Tax, terms::is_zero};
use crate::{Currency, Money, MoneyError, text::Text};

/// What a stay costs, line by line. The lines follow each other without gaps from the beginning of the stay to its end,
/// and their amounts, with their taxes where these come on top, sum to the total exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calculation {
    /// What is to be paid, tax included.
    pub total: Money,
    /// How much of that is tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<TaxShare>,
    /// How it came about.
    pub lines: Vec<Line>,
}

/// How much tax is in a total, and by which rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxShare {
    /// The rule.
    pub rule: Tax,
    /// The amount.
    pub amount: Money,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What is charged for.
    pub charged: Charged,
    /// From when.
    pub from: DateTime<Utc>,
    /// To when: as far as what was begun reaches within the stay.
    pub until: DateTime<Utc>,
    /// How many minutes of the stay that is, a started one as a whole one.
    pub minutes: u32,
    /// How many intervals were begun.
    pub intervals: u32,
    /// What is paid for it, in minor units; without the tax where that comes on top. Never negative.
    pub amount: i64,
    /// How much of the tax is due to it, in minor units.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub tax: i64,
    /// Which maximum held the amount down, the widest if several did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Maximum>,
}

/// What is charged for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Charged {
    /// Minutes that cost nothing.
    Free,
    /// Staying at all.
    Entry,
    /// A rate that is the same at all times.
    Rate,
    /// A stretch in a period, or what of it belongs to one day.
    Period {
        /// The period's name.
        name: Text,
    },
    /// A stretch in an event, or what of it belongs to one day.
    Event {
        /// The event's name.
        name: Text,
    },
}

/// Something that nobody pays more than.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Maximum {
    /// For a stretch.
    Stretch,
    /// For a day.
    Day,
    /// For the stay.
    Stay,
}

impl Calculation {
    /// Sums lines up, giving each its share of the tax.
    pub(crate) fn of(mut lines: Vec<Line>, currency: Currency, tax: Option<Tax>) -> Result<Self, MoneyError> {
        let out_of_range = |_| MoneyError::OutOfRange;
        let (mut sum, mut taxed) = (0_i128, 0_i128);
        for line in &mut lines {
            sum += i128::from(line.amount);
            let so_far = tax.map_or(0, |tax| tax.of(sum));
            line.tax = i64::try_from(so_far - taxed).map_err(out_of_range)?;
            taxed = so_far;
        }
        let on_top = tax.is_some_and(|tax| !tax.included);
        let total = if on_top { sum + taxed } else { sum };
        let money =
            |amount| Ok::<_, MoneyError>(Money::new(i64::try_from(amount).map_err(out_of_range)?, currency));
        let tax = tax.map(|rule| {
            Ok::<_, MoneyError>(TaxShare {
                rule,
                amount: money(taxed)?,
            })
        });
        Ok(Self {
            total: money(total)?,
            tax: tax.transpose()?,
            lines,
        })
    }
}
