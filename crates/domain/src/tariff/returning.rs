//! Whether whoever leaves and comes straight back can pay less than who stays.

use super::terms::{DayKind, Tariff};

/// Minutes in 24 hours.
const DAY: u32 = 1_440;

/// Why two stays, one beginning as the other ends, may cost less than one over both. Where there is no reason, they never
/// do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Returning {
    /// Each stay has them.
    #[error("free minutes are given again to whoever leaves and comes back")]
    FreeMinutes,
    /// Intervals begin elsewhere in the day, and what is begun has the price of its beginning.
    #[error("prices change by the clock, and whoever comes back begins new intervals before a price rises")]
    PriceChanges,
    /// Each stay begins with the first tier.
    #[error(
        "a later tier is dearer than an earlier one or has other intervals, and whoever comes back begins with the first"
    )]
    DearerTiers,
    /// An interval that runs over the end of a day is saved on the next.
    #[error("intervals do not fill the day of the daily maximum evenly, and whoever comes back shifts them")]
    UnevenDays,
    /// Two amounts of tax are rounded.
    #[error("tax comes on top and is rounded for each stay by itself")]
    TaxRounding,
}

impl Tariff {
    /// Every reason why coming back may pay.
    #[must_use]
    pub fn returning(&self) -> Vec<Returning> {
        let tiers = || self.periods.iter().flat_map(|period| &period.price.tiers);
        let pairs = || tiers().zip(tiers().skip(1));
        let is_even = |maximum: &super::DayMaximum| {
            maximum.day == DayKind::FromEntry
                && tiers().all(|tier| DAY.is_multiple_of(tier.every_minutes.max(1)))
        };
        let reasons = [
            (
                self.free.is_some_and(|free| free.minutes > 0),
                Returning::FreeMinutes,
            ),
            (
                self.periods.len() > 1 || !self.events.is_empty(),
                Returning::PriceChanges,
            ),
            (
                pairs().any(|(a, b)| b.price > a.price || b.every_minutes != a.every_minutes),
                Returning::DearerTiers,
            ),
            (
                self.day_maximum.as_ref().is_some_and(|maximum| !is_even(maximum)),
                Returning::UnevenDays,
            ),
            (
                self.tax.is_some_and(|tax| !tax.included && tax.basis_points > 0),
                Returning::TaxRounding,
            ),
        ];
        let holding = reasons.into_iter().filter(|(holds, _)| *holds);
        holding.map(|(_, reason)| reason).collect()
    }
}
