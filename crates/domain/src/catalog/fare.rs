//! What an operator sells.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::{FareId, Money, OperatorId, operator::RefundRules, text::Text};

/// One product of a catalog, as the ticketing API's Fare object describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fare {
    /// Unique within the operator.
    pub id: FareId,
    /// Displayable name.
    pub name: Text,
    /// Displayable description.
    pub description: Text,
    /// One pass, or a book of several.
    pub product: Product,
    /// The usual price, not negative.
    pub price: Money,
    /// The price in a cart, where a discount applies; never above `price`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discounted_price: Option<Money>,
    /// Which value of each fare option this fare has, in the catalog's order of options.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<OptionChoice>,
    /// How long one ride of it lasts once activated.
    pub validity: Validity,
    /// When it may be activated at all; empty is always.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub usable: Vec<TimeRange>,
    /// Who may buy it, if not everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restriction: Option<Restriction>,
    /// Whether a rider must be known before it goes into a cart.
    #[serde(default)]
    pub login_required: bool,
    /// How many one order may hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_per_order: Option<u32>,
    /// What the rider should know before buying.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert: Option<Alert>,
    /// Fares of one group count together towards a cap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap_group: Option<String>,
    /// What is given back of it, where that is not what the operator gives back of everything. Sold with the fare: later
    /// catalogs do not change it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_rules: Option<RefundRules>,
    /// Whether its passes may be sent to somebody else; absent means that they may.
    #[serde(default = "is_transferable", skip_serializing_if = "always")]
    pub transferable: bool,
}

const fn is_transferable() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn always(transferable: &bool) -> bool {
    *transferable
}

impl Fare {
    /// The price in a cart, where that is less than the usual one.
    #[must_use]
    pub fn discount(&self) -> Option<Money> {
        self.discounted_price
            .filter(|discounted| discounted.amount < self.price.amount)
    }

    /// Whether the last of the times at which it may be activated is past: nobody should pay for it any more.
    #[must_use]
    pub fn is_over(&self, at: DateTime<Utc>) -> bool {
        !self.usable.is_empty()
            && self
                .usable
                .iter()
                .all(|range| range.end.is_some_and(|end| end <= at))
    }
}

/// A pass, or a book of passes used one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Product {
    /// The purchase gives one pass.
    SinglePass,
    /// The purchase gives a book.
    PassBook {
        /// How many passes are in it; at least one.
        passes: u32,
    },
}

/// A fare's place in one of the catalog's options: `{"type": "rider", "id": "rider_regular"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionChoice {
    /// Which option.
    #[serde(rename = "type")]
    pub option_type: String,
    /// Which of its values.
    pub id: String,
}

/// One way of telling fares apart, with its values in the order they should be offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FareOption {
    /// `rider`, `fare`, `zone`, …
    #[serde(rename = "type")]
    pub option_type: String,
    /// Label of the selector.
    pub label: Text,
    /// What can be selected.
    pub values: Vec<FareOptionValue>,
}

/// One value of a fare option.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FareOptionValue {
    /// Unique within the catalog.
    pub id: String,
    /// Displayable name.
    pub name: Text,
    /// Displayable description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Text>,
    /// What to know before choosing it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert: Option<Alert>,
}

/// A warning with an optional headline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// The warning.
    pub text: Text,
    /// Its headline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Text>,
}

/// Why not everybody may buy a fare.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restriction {
    /// Headline of the explanation.
    pub label: Text,
    /// The explanation.
    pub text: Text,
}

/// How long a pass lasts from its activation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Validity {
    /// So many minutes of real time, whatever the clocks on the wall do meanwhile.
    Duration {
        /// At least one.
        minutes: u32,
    },
    /// The service day of activation and so many days in all, to the end of the last one.
    ServiceDays {
        /// At least one.
        days: u32,
    },
    /// From the first day of activation to the day before its date comes round again, so many months on.
    CalendarMonths {
        /// At least one.
        months: u32,
    },
}

/// An interval of time that may be open at either end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeRange {
    /// From here on; without it, since ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<DateTime<Utc>>,
    /// Up to but not including; without it, for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<DateTime<Utc>>,
}

impl TimeRange {
    /// Whether a moment is in it.
    #[must_use]
    pub fn contains(&self, at: DateTime<Utc>) -> bool {
        self.start.is_none_or(|start| start <= at) && self.end.is_none_or(|end| at < end)
    }
}

/// How an operator counts days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceCalendar {
    /// The operator's time zone.
    pub zone: Tz,
    /// When one service day ends and the next begins, in minutes after local midnight; below 1,440.
    #[serde(default)]
    pub cutoff_minutes: u16,
}

/// What a pass was sold as. Frozen when the purchase starts: later catalogs do not change it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassTerms {
    /// Who honours it.
    pub operator: OperatorId,
    /// The version of the operator's catalog it was priced from.
    pub catalog_version: u32,
    /// The product as it was then.
    pub fare: Fare,
    /// How the operator counted days then.
    pub calendar: ServiceCalendar,
}
