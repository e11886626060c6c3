//! What many objects are made of.

use schemars::JsonSchema;

/// A version of the ticketing API.
#[derive(Debug, Clone, Copy, JsonSchema)]
pub enum ApiVersion {
    /// The current one.
    #[schemars(rename = "2020-05-21")]
    Current,
    /// The first release.
    #[schemars(rename = "2019-05-01")]
    First,
}

/// How tickets are wanted.
#[derive(Debug, Clone, Copy, JsonSchema)]
#[schemars(rename_all = "snake_case", extend("examples" = ["html_base64"]))]
pub enum TicketFormat {
    /// HTML in base64.
    HtmlBase64,
    /// HTML as it is.
    HtmlRaw,
    /// No ticket.
    None,
}

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
