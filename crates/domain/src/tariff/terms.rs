//! The terms of a tariff. They are stored with the location they belong to, so they only ever grow.

use chrono::{DateTime, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::tax::Tax;
use crate::{Currency, text::Text};

/// No stay is priced beyond this many minutes, 366 days: a longer one is a mistake or an abandoned vehicle, and somebody
/// has to look at it.
pub const LONGEST_STAY_MINUTES: u32 = 527_040;

/// What a stay costs.
///
/// A stay is cut into whole minutes from its beginning, a started one counting as a whole one: elapsed time is what is
/// paid for, whatever clocks do. The local clock at the beginning of a minute says which period or event prices it. What
/// is begun is paid whole by the price at its beginning, and is used up before anything else is begun. As long as what is
/// begun next has the same period, that is one *stretch*: the flat price of a period, its tiers and its maximum are
/// counted by stretch.
///
/// Nothing depends on when a stay will end. So a longer stay of the same beginning never costs less.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tariff {
    /// What the amounts are in, all of them in minor units.
    pub currency: Currency,
    /// Whose clocks periods and calendar days go by.
    pub zone: Tz,
    /// What costs nothing at the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free: Option<FreeMinutes>,
    /// Once for every stay that outlasts the free minutes.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub flat: i64,
    /// Prices by the clock. Together they cover the week, each minute once.
    pub periods: Vec<Period>,
    /// Prices that replace those of the periods for a time. They do not overlap.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<EventRate>,
    /// The most that a day of a stay costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day_maximum: Option<DayMaximum>,
    /// The most that a stay costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stay_maximum: Option<i64>,
    /// What the state takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<Tax>,
    /// Nobody may stay longer, if that is less than anybody may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longest_stay_minutes: Option<u32>,
}

/// Minutes that cost nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreeMinutes {
    /// How many.
    pub minutes: u32,
    /// Whether whoever stays longer pays for them after all; else they come off every stay.
    #[serde(default, skip_serializing_if = "is_false")]
    pub charged_when_exceeded: bool,
}

/// A price and when it applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// Displayable name: `Evenings`.
    pub name: Text,
    /// When it applies. Without any, whenever no other period does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<WeekTimes>,
    /// What is paid then.
    pub price: Price,
}

/// The same time on some days of the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeekTimes {
    /// On which days it begins.
    pub days: Vec<Weekday>,
    /// When it begins, in minutes after midnight on the local clock; below 1,440.
    pub from_minute: u16,
    /// The first minute after it, at most 1,440. One that is not after `from_minute` is on the next day.
    pub until_minute: u16,
}

/// What a stretch in a period or an event costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// Once for each stretch.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub flat: i64,
    /// By time, one after the other. The last goes on to the end of the stretch. Without any, nothing but the flat price
    /// is paid.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<Tier>,
    /// The most that a stretch costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<i64>,
}

/// So much for every interval begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tier {
    /// How long it goes on, a whole number of intervals. The last tier has no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
    /// How long an interval is.
    pub every_minutes: u32,
    /// What each costs.
    pub price: i64,
}

/// A price for a time that has a date: a match, a fair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventRate {
    /// Displayable name.
    pub name: Text,
    /// Its first moment.
    pub from: DateTime<Utc>,
    /// The first moment after it.
    pub until: DateTime<Utc>,
    /// What is paid then.
    pub price: Price,
    /// Whether it is paid on top of the maxima of day and stay, neither held down by them nor counted for them.
    #[serde(default, skip_serializing_if = "is_false")]
    pub beyond_maxima: bool,
}

/// The most that a day costs. What is begun belongs to the day in which it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayMaximum {
    /// How much.
    pub amount: i64,
    /// What a day is.
    pub day: DayKind,
    /// Whether a new stretch begins with each day, so that flat prices and tiers are counted anew.
    #[serde(default, skip_serializing_if = "is_false")]
    pub restarts: bool,
}

/// What a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// A date on the local clock, be it 23 or 25 hours long.
    Calendar,
    /// 24 hours that have passed since the stay began, and each 24 hours after them.
    FromEntry,
}

impl Tariff {
    /// Whether no stay ever costs anything.
    #[must_use]
    pub fn is_free(&self) -> bool {
        let prices = self.periods.iter().map(|it| &it.price);
        let mut prices = prices.chain(self.events.iter().map(|it| &it.price));
        self.flat == 0
            && prices.all(|price| price.flat == 0 && price.tiers.iter().all(|tier| tier.price == 0))
    }

    /// The longest stay that it prices.
    #[must_use]
    pub fn longest_minutes(&self) -> u32 {
        self.longest_stay_minutes
            .map_or(LONGEST_STAY_MINUTES, |own| own.min(LONGEST_STAY_MINUTES))
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a function of a reference"
)]
pub(super) const fn is_zero(amount: &i64) -> bool {
    *amount == 0
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a function of a reference"
)]
const fn is_false(flag: &bool) -> bool {
    !*flag
}
