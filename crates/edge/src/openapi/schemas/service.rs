//! Objects of the admin API with which operators give back, serve and report.

use std::collections::BTreeMap;

use schemars::JsonSchema;

/// What is to be given back: exactly one of purchase and pass.
#[derive(Debug, Clone, JsonSchema)]
pub struct RefundRequest {
    /// Everything that can be given back of it, unless items or an amount are named.
    pub purchase: Option<String>,
    /// A pass, a ride of a book, or a book.
    pub pass: Option<String>,
    /// Of the purchase: passes, rides and books.
    pub items: Option<Vec<String>>,
    /// Of the purchase, in minor units: money for which nothing goes void.
    pub amount: Option<i64>,
    /// Why. Kept with the refund, so nothing personal.
    pub reason: String,
    /// Gives back what the rules refuse.
    pub override_rules: Option<bool>,
}

/// A refund.
#[derive(Debug, Clone, JsonSchema)]
pub struct OperatorRefund {
    /// Our name for it.
    pub refund_id: String,
    /// Of which purchase.
    pub purchase_id: String,
    /// Who sold.
    pub operator_id: String,
    /// Through which app.
    pub app_id: String,
    /// What goes back to the rider, in minor units.
    pub amount: i64,
    /// ISO 4217.
    pub currency: String,
    /// What of the engine's fee goes back to the operator.
    pub engine_fee_returned: i64,
    /// How it stands.
    pub status: RefundStatusName,
    /// Stripe's name for it, once it is made.
    pub stripe_refund_id: Option<String>,
    /// Why Stripe would not.
    pub failure_code: Option<String>,
    /// What is void for it; empty where only money went back.
    pub items: Vec<String>,
    /// Why.
    pub reason: String,
    /// Whether the rules would have refused it.
    pub rules_overridden: bool,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was started, or tried again.
    pub started_at: String,
    /// Who asked for it.
    pub started_by: Option<String>,
    /// What could still be given back of the purchase.
    pub refundable: i64,
}

/// How a refund stands.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum RefundStatusName {
    /// On its way.
    Pending,
    /// Stripe's answer was lost; it is being found out.
    Unknown,
    /// The money went back.
    Succeeded,
    /// Stripe would not; it can be retried.
    Failed,
}

/// Refunds, the newest first.
#[derive(Debug, Clone, JsonSchema)]
pub struct OperatorRefundPage {
    /// This page.
    pub data: Vec<OperatorRefund>,
    /// What to send as cursor for those that follow.
    pub next_cursor: Option<String>,
    /// Up to which position of the log it holds everything.
    pub as_of: u64,
}

/// A pass, a ride of a book, or a book, as support sees it.
#[derive(Debug, Clone, JsonSchema)]
pub struct SupportPass {
    /// Which.
    pub pass_id: String,
    /// Who has it, by our own id.
    pub user_id: String,
    /// The purchase it comes from.
    pub purchase_id: String,
    /// Who sold it.
    pub operator_id: String,
    /// Through which app.
    pub app_id: String,
    /// As what.
    pub fare_id: String,
    /// As riders see it; of a book: good, awaiting_transfer, transferred, refunded or invalid.
    pub status: String,
    /// When it came into being.
    pub issued_at: String,
    /// When it was first activated.
    pub activated_at: Option<String>,
    /// When its use ends.
    pub ends_at: Option<String>,
    /// The rides of a book.
    pub rides: Option<Vec<SupportRide>>,
    /// The refund that voided it.
    pub refund_id: Option<String>,
    /// What it was given in place of.
    pub replaces: Option<String>,
    /// What was given in its place.
    pub replaced_by: Option<String>,
}

/// A ride of a book.
#[derive(Debug, Clone, JsonSchema)]
pub struct SupportRide {
    /// Which.
    pub pass_id: String,
    /// As riders see it.
    pub status: String,
}

/// Why.
#[derive(Debug, Clone, JsonSchema)]
pub struct InvalidateRequest {
    /// Kept with the pass, so nothing personal.
    pub reason: String,
}

/// Why, and how long the new pass is valid.
#[derive(Debug, Clone, JsonSchema)]
pub struct ReissueRequest {
    /// Kept with the pass, so nothing personal.
    pub reason: String,
    /// What is left of the validity, if absent.
    pub validity: Option<ReissueValidity>,
}

/// How long a new pass is valid.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum ReissueValidity {
    /// What is left of it.
    Remaining,
    /// All of it.
    Anew,
}

/// A text in the operator's own language, with translations.
#[derive(Debug, Clone, JsonSchema)]
pub struct Translated {
    /// The text.
    pub default: String,
    /// In which language it is.
    pub language: Option<String>,
    /// By language.
    pub translations: Option<BTreeMap<String, String>>,
}

/// A service alert, or a time in which riding is free.
#[derive(Debug, Clone, JsonSchema)]
pub struct Announcement {
    /// Which.
    pub id: String,
    /// Headline.
    pub header: Option<Translated>,
    /// Body.
    pub description: Option<Translated>,
    /// From when on.
    pub from: Option<String>,
    /// Until when.
    pub until: Option<String>,
    /// Whether riders see it now.
    pub active: bool,
}

/// Announcements, by id.
#[derive(Debug, Clone, JsonSchema)]
pub struct AnnouncementPage {
    /// This page.
    pub data: Vec<Announcement>,
    /// What to send as cursor for those that follow.
    pub next_cursor: Option<String>,
}

/// What was taken back.
#[derive(Debug, Clone, JsonSchema)]
pub struct Withdrawn {
    /// Which announcement.
    pub id: String,
    /// No more.
    pub active: bool,
}
