//! What many objects are made of.

use schemars::JsonSchema;

/// A Price object.
#[derive(Debug, Clone, JsonSchema)]
pub struct Price {
    /// In the smallest denomination of the currency.
    pub amount: i64,
    /// ISO 4217, upper case.
    #[schemars(regex(pattern = "^[A-Z]{3}$"))]
    pub currency: String,
}

/// A TimeRange object, possibly unbounded on one end.
#[derive(Debug, Clone, JsonSchema)]
pub struct TimeRange {
    /// Since ever, if absent.
    #[schemars(extend("format" = "date-time"))]
    pub start_timestamp: Option<String>,
    /// For ever, if absent.
    #[schemars(extend("format" = "date-time"))]
    pub end_timestamp: Option<String>,
}

/// A Receipt object.
#[derive(Debug, Clone, JsonSchema)]
pub struct Receipt {
    /// A permalink.
    pub link: String,
    /// To be shown to the rider.
    pub number: String,
}

/// The JSON error response.
#[derive(Debug, Clone, JsonSchema)]
pub struct Error {
    /// Identifies a specific error.
    pub code: Option<String>,
    /// Fit to be shown to the rider, in their language.
    pub message: String,
    /// The parameter that is missing or invalid.
    pub param: Option<String>,
    /// Whether to repeat with the same Idempotency-Key.
    pub retryable: bool,
    /// The kind of error.
    #[schemars(rename = "type")]
    pub kind: String,
}

/// An empty object.
#[derive(Debug, Clone, JsonSchema)]
pub struct Nothing {}
