//! Where vehicles stay, and what it costs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{PointDocument, TariffDocument, TextDocument};

/// A parking location.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LocationDocument {
    /// Unique within the operator.
    pub id: String,
    /// Displayable name.
    pub name: TextDocument,
    /// Displayable address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<TextDocument>,
    /// Where it is.
    pub location: PointDocument,
    /// IANA time zone by whose clocks a tariff goes; the operator's, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// Whether a gate decides when a stay begins and ends.
    #[serde(default)]
    pub gated: bool,
    /// How many vehicles it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    /// What a stay costs, where one price at all times says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<RateDocument>,
    /// What a stay costs, in place of `rate`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tariff: Option<TariffDocument>,
}

/// One price at all times, in minor units.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RateDocument {
    /// ISO 4217.
    pub currency: String,
    /// Nothing is owed for so long.
    #[serde(default)]
    pub free_minutes: u32,
    /// Once per stay.
    #[serde(default)]
    pub flat: i64,
    /// Length of a started interval, in minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval_minutes: Option<u32>,
    /// Price of each started interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval_price: Option<i64>,
    /// The most that one day costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daily_maximum: Option<i64>,
}
