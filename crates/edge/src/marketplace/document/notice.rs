//! What operators announce, and times.

use chrono::{DateTime, FixedOffset};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::TextDocument;

/// A time from a moment until another; without one of them it is open there.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeriodDocument {
    /// From here on, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DateTime<FixedOffset>>,
    /// Up to but not including, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<FixedOffset>>,
}

/// Something riders should know for a time.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceAlertDocument {
    /// Unique among the operator's service alerts. An alert that reads otherwise under the same id replaces it.
    pub id: String,
    /// Headline.
    pub header: TextDocument,
    /// Body.
    pub description: TextDocument,
    /// From here on, RFC 3339; at once if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DateTime<FixedOffset>>,
    /// Up to but not including, RFC 3339; for good if left out. A moment that is past ends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<FixedOffset>>,
}

/// A time in which riding is free: nothing is sold or activated, and riders are told.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FareFreeDocument {
    /// Unique among the operator's fare-free times. One that reads otherwise under the same id replaces it.
    pub id: String,
    /// Headline of the alert that riders see; that riding is free if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<TextDocument>,
    /// Its body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<TextDocument>,
    /// From here on, RFC 3339; at once if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DateTime<FixedOffset>>,
    /// Up to but not including, RFC 3339; for good if left out. A moment that is past ends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<FixedOffset>>,
}
