//! What nobody pays more than, and what the feed does not have.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{RefundsOverlay, TextOverlay, ValidityOverlay};

/// A fare cap. Whoever has paid so much for passes of the group within the period gets another fare's pass for the
/// rest of it in their stead.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CapOverlay {
    /// Fares of this `cap_group` count together.
    pub group: String,
    /// Within which time, by the operator's service days.
    pub period: CapPeriodOverlay,
    /// Minor units.
    pub limit: i64,
    /// The id of the fare that replaces the passes: a single pass that lasts the period.
    pub replacement: String,
}

/// Within which time passes count together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CapPeriodOverlay {
    /// One service day.
    ServiceDay,
    /// The service days from Monday to Sunday.
    ServiceWeek,
    /// The service days of a month of the calendar.
    CalendarMonth,
}

/// A fare that the feed does not have.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddedFare {
    /// Unique within the catalog.
    pub id: String,
    /// Displayable name.
    pub name: TextOverlay,
    /// Displayable description; left out, its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<TextOverlay>,
    /// Minor units.
    pub price: i64,
    /// For a pass book: how many passes are in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passes_count: Option<u32>,
    /// How long one pass lasts from its activation.
    pub valid_for: ValidityOverlay,
    /// Whether riders can buy it; left out, it only replaces others when a cap is reached.
    #[serde(default)]
    pub for_sale: bool,
    /// Whether its passes may be sent to somebody else.
    #[serde(default = "yes")]
    pub transferable: bool,
    /// Whether a rider must be known before it goes into a cart.
    #[serde(default)]
    pub login_required: bool,
    /// How many one order may hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_per_order: Option<u32>,
    /// What is given back of it, in place of what the operator says of everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refunds: Option<RefundsOverlay>,
    /// Fares of one group count together towards a cap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap_group: Option<String>,
}

const fn yes() -> bool {
    true
}
