//! What riders do not pay more than.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A fare cap. Whoever has paid so much for passes of the group within the period gets another fare's pass for the
/// rest of it in their stead.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CapDocument {
    /// Fares of this `cap_group` count together.
    pub group: String,
    /// Within which time, by the operator's service days.
    pub period: CapPeriodDocument,
    /// Minor units of the catalog's currency.
    pub limit: i64,
    /// The id of the fare that replaces the passes: a single pass that lasts the period.
    pub replacement: String,
}

/// Within which time passes count together.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CapPeriodDocument {
    /// One service day.
    ServiceDay,
    /// The service days from Monday to Sunday.
    ServiceWeek,
    /// The service days of a month of the calendar.
    CalendarMonth,
}
