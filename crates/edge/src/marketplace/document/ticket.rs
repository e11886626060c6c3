//! How tickets look.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The look of an operator's visual tickets.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketDocument {
    /// Behind everything, as `#0055a4`. Where text cannot be read on it, tickets use a darker or lighter one.
    pub background: String,
    /// Text on it. Where it cannot be read there (contrast below 7:1), tickets use black or white.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreground: Option<String>,
    /// What moves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accent: Option<String>,
    /// `data:image/png;base64,…` or `data:image/svg+xml;base64,…`, at most 32 KiB; without one the operator's initials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
}
