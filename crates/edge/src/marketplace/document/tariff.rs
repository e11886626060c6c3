//! Tariffs as a person writes them.

use chrono::{DateTime, FixedOffset};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::TextDocument;

/// A tariff: prices by the clock, tiers, events, maxima and tax. All amounts are in minor units.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TariffDocument {
    /// ISO 4217.
    pub currency: String,
    /// What costs nothing at the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free: Option<FreeDocument>,
    /// Once for every stay that outlasts the free minutes.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub flat: i64,
    /// Prices by the clock. Together they cover the week, each minute once.
    pub periods: Vec<TariffPeriodDocument>,
    /// Prices that replace those of the periods for a time. They do not overlap.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<EventRateDocument>,
    /// The most that a day of a stay costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day_maximum: Option<DayMaximumDocument>,
    /// The most that a stay costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stay_maximum: Option<i64>,
    /// What the state takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<TaxDocument>,
    /// Nobody may stay longer; 527,040 minutes (366 days), if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longest_stay_minutes: Option<u32>,
}

/// Minutes that cost nothing.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FreeDocument {
    /// How many.
    pub minutes: u32,
    /// Whether whoever stays longer pays for them after all.
    #[serde(default, skip_serializing_if = "is_false")]
    pub charged_when_exceeded: bool,
}

/// A price and when it applies.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TariffPeriodDocument {
    /// Displayable name.
    pub name: TextDocument,
    /// When it applies. One period may leave this out: it applies whenever no other does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<WeekTimesDocument>,
    /// What is paid then.
    pub price: TariffPriceDocument,
}

/// The same time on some days of the week.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WeekTimesDocument {
    /// On which days it begins: `mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun`.
    pub days: Vec<String>,
    /// When it begins on the local clock, as `08:00`.
    pub from: String,
    /// When it is over, as `18:00` or `24:00`. A time that is not after `from` is on the next day.
    pub until: String,
}

/// What a stretch in a period or an event costs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TariffPriceDocument {
    /// Once for each stretch.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub flat: i64,
    /// By time, one after the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<TierDocument>,
    /// The most that a stretch costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<i64>,
}

/// So much for every interval begun.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TierDocument {
    /// How long it goes on, a whole number of intervals. The last tier has no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
    /// How long an interval is.
    pub every_minutes: u32,
    /// What each costs.
    pub price: i64,
}

/// A price for a time that has a date.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EventRateDocument {
    /// Displayable name.
    pub name: TextDocument,
    /// Its first moment, with an offset: `2026-12-31T18:00:00-08:00`.
    pub from: DateTime<FixedOffset>,
    /// The first moment after it.
    pub until: DateTime<FixedOffset>,
    /// What is paid then.
    pub price: TariffPriceDocument,
    /// Whether it is paid on top of the maxima of day and stay.
    #[serde(default, skip_serializing_if = "is_false")]
    pub beyond_maxima: bool,
}

/// The most that a day costs.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DayMaximumDocument {
    /// How much.
    pub amount: i64,
    /// What a day is.
    pub day: DayKindDocument,
    /// Whether flat prices and tiers are counted anew with each day.
    #[serde(default, skip_serializing_if = "is_false")]
    pub restarts: bool,
}

/// What a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayKindDocument {
    /// A date on the local clock.
    Calendar,
    /// 24 hours from the beginning of the stay, and each 24 hours after them.
    FromEntry,
}

/// A tax on everything that is paid, rounded once for the stay, halves up.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaxDocument {
    /// In hundredths of a percent.
    pub basis_points: u32,
    /// Whether the prices contain it; else it comes on top.
    pub included: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a function of a reference"
)]
const fn is_zero(amount: &i64) -> bool {
    *amount == 0
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a function of a reference"
)]
const fn is_false(flag: &bool) -> bool {
    !*flag
}
