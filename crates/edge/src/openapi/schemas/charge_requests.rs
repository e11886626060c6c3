//! Operators that charge by themselves.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;

/// What an operator has to charge, and how that stands.
#[derive(Debug, Clone, JsonSchema)]
pub struct ChargeRequest {
    /// Which purchase.
    pub purchase_id: String,
    /// Who charges.
    pub operator_id: String,
    /// Through which app it is bought.
    pub app_id: String,
    /// How it stands.
    pub status: ChargeRequestStatus,
    /// What is to be charged, in minor units.
    pub amount: i64,
    /// ISO 4217.
    pub currency: String,
    /// The engine's fee within it.
    pub engine_fee: i64,
    /// What of the fee the charge left out, and the operator owes.
    pub engine_fee_owed: i64,
    /// The account to charge on.
    pub account_id: Option<String>,
    /// What has to stand in the charge's metadata.
    pub metadata: ChargeMetadata,
    /// Until when it may be charged.
    pub charge_before: Option<DateTime<Utc>>,
    /// The token; only in the answer that gives it out.
    pub token: Option<String>,
    /// How the token was given out.
    pub delivered_by: Option<TokenDelivery>,
    /// When it was.
    pub delivered_at: Option<DateTime<Utc>>,
    /// The charge that pays for the purchase.
    pub charge: Option<String>,
    /// Every charge that was reported.
    pub reports: Vec<ReportedCharge>,
    /// Why a person has to look at it.
    pub review: Option<String>,
}

/// What has to stand in a charge's metadata.
#[derive(Debug, Clone, JsonSchema)]
pub struct ChargeMetadata {
    /// The purchase that it pays for.
    pub purchase: String,
}

/// How a charge request stands.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum ChargeRequestStatus {
    /// The token is being made.
    Preparing,
    /// It may be charged.
    Open,
    /// A charge was reported and is held against Stripe's books.
    Verifying,
    /// Paid; what was bought is being issued, or the money goes back because it came too late.
    Charged,
    /// Paid and issued.
    Completed,
    /// The card was refused.
    Declined,
    /// It was not charged in time.
    Voided,
}

/// On which way a token was given out.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum TokenDelivery {
    /// In a signed message.
    Webhook,
    /// In the answer to a claim.
    Pull,
}

/// A charge that was reported.
#[derive(Debug, Clone, JsonSchema)]
pub struct ReportedCharge {
    /// Which.
    pub charge: String,
    /// What became of the report.
    pub status: ReportStatus,
    /// Why it was refuted: not_found, another_purchase, another_amount, failed, not_captured, given_back,
    /// taken_by_another or second_charge.
    pub reason: Option<String>,
}

/// What became of a report.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum ReportStatus {
    /// Stripe is still to be heard.
    Open,
    /// Stripe says the same.
    Confirmed,
    /// Stripe does not.
    Refuted,
}

/// Everything that is open.
#[derive(Debug, Clone, JsonSchema)]
pub struct ChargeRequestList {
    /// The oldest first.
    pub data: Vec<ChargeRequest>,
}

/// What came of it: exactly one of the two.
#[derive(Debug, Clone, JsonSchema)]
pub struct ChargeReported {
    /// The charge that was made.
    pub charge: Option<String>,
    /// Why none could be: Stripe's error code.
    pub failed: Option<String>,
}
