//! Fare caps: what an operator promises that nobody pays more than.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    event::CatalogContent,
    fare::{Fare, Product, Validity},
    problem::{Flaw, Inspection},
};
use crate::{FareId, Money};

/// Within one period, passes of one group cost a rider no more than this: whoever has paid so much gets a pass for the
/// rest of the period instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FareCap {
    /// Fares of this `cap_group` count together.
    pub group: String,
    /// Within which time they are counted.
    pub period: CapPeriod,
    /// What nobody pays more than; more than nothing, in the catalog's currency.
    pub limit: Money,
    /// What replaces the passes: a single pass of this catalog, for sale or not, that lasts the period.
    pub replacement: FareId,
}

/// A period by the operator's service days, in its time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CapPeriod {
    /// One service day.
    ServiceDay,
    /// The service days from Monday to Sunday.
    ServiceWeek,
    /// The service days of one month of the calendar.
    CalendarMonth,
}

/// The most hours that a service day has, when the clocks go back.
const LONGEST_DAY_HOURS: u32 = 26;
const MINUTES_PER_HOUR: u32 = 60;

impl CapPeriod {
    const fn longest_in_days(self) -> u32 {
        match self {
            Self::ServiceDay => 1,
            Self::ServiceWeek => 7,
            Self::CalendarMonth => 31,
        }
    }

    /// Whether a pass that is valid for so long lasts from any moment of such a period to its end.
    fn is_covered_by(self, validity: Validity) -> bool {
        let days = self.longest_in_days();
        match validity {
            Validity::Duration { minutes } => {
                // Every day as long as the longest is more than enough, wherever the clocks change.
                let needed = days
                    .saturating_mul(LONGEST_DAY_HOURS)
                    .saturating_mul(MINUTES_PER_HOUR);
                minutes >= needed
            }
            Validity::ServiceDays { days: valid } => valid >= days,
            Validity::CalendarMonths { months } => months > 0,
        }
    }
}

impl CatalogContent {
    /// What riders may buy, in the order of display: all fares but those that only replace others.
    pub fn fares_for_sale(&self) -> impl Iterator<Item = &Fare> {
        self.fares.iter().filter(|fare| self.is_for_sale(&fare.id))
    }

    /// Whether riders may buy a fare of the catalog.
    pub(super) fn is_for_sale(&self, id: &FareId) -> bool {
        !self.not_for_sale.contains(id)
    }
}

impl Inspection {
    /// Everything wrong with what is kept from sale, and with the caps.
    pub(super) fn caps(&mut self, content: &CatalogContent) {
        let mut withheld = BTreeSet::new();
        for (index, id) in content.not_for_sale.iter().enumerate() {
            let path = format!("not_for_sale[{index}]");
            self.must(content.fare(id).is_some(), &path, Flaw::UnknownFare);
            self.must(withheld.insert(id), &path, Flaw::DuplicateId);
        }
        let mut known = BTreeSet::new();
        for (index, cap) in content.caps.iter().enumerate() {
            let path = format!("caps[{index}]");
            self.must(
                known.insert((&cap.group, cap.period)),
                format_args!("{path}.period"),
                Flaw::DuplicateId,
            );
            self.cap(&path, cap, content);
        }
    }

    fn cap(&mut self, path: &str, cap: &FareCap, content: &CatalogContent) {
        let counted = content
            .fares
            .iter()
            .any(|fare| fare.cap_group.as_ref() == Some(&cap.group));
        self.must(counted, format_args!("{path}.group"), Flaw::UnknownGroup);
        let limit = format!("{path}.limit");
        self.price(&limit, cap.limit, content.currency);
        self.must(cap.limit.amount != 0, &limit, Flaw::ZeroLimit);
        let path = format!("{path}.replacement");
        let Some(fare) = content.fare(&cap.replacement) else {
            self.must(false, path, Flaw::UnknownFare);
            return;
        };
        let is_one_pass = fare.product == Product::SinglePass;
        self.must(is_one_pass, &path, Flaw::NotASinglePass);
        let lasts = cap.period.is_covered_by(fare.validity);
        self.must(lasts, &path, Flaw::EndsBeforeThePeriod);
        self.must(fare.usable.is_empty(), &path, Flaw::NotAlwaysUsable);
    }
}
