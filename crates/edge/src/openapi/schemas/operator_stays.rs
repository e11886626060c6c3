//! Stays at an operator's places in the admin API.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;

/// A stay, as its operator sees it.
#[derive(Debug, Clone, JsonSchema)]
pub struct StayAtOperator {
    /// Which.
    pub session_id: String,
    /// Who is paid.
    pub operator_id: String,
    /// Through which app.
    pub app_id: String,
    /// Who parks.
    pub user_id: String,
    /// Where.
    pub location_id: String,
    /// Whether it is a test user's, in which no money moves.
    pub is_simulated: bool,
    /// How far it is.
    pub state: StayState,
    /// When it began; at a gate, with the entry.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// The rule by which it was closed, or `cancelled`.
    pub given_up: Option<String>,
    /// What it cost, in minor units.
    pub amount: Option<i64>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// What came of paying for it.
    pub payment: StayPayment,
    /// How often it was tried to have it paid.
    pub attempts: u32,
    /// The purchase that is to pay, the newest.
    pub purchase_id: Option<String>,
    /// When the newest attempt was begun or, if it failed, when it did. In lists, as what follows.
    pub last_attempt_at: Option<DateTime<Utc>>,
    /// Why the last attempt failed: Stripe's code, or the reason why it was given up.
    pub failure: Option<String>,
    /// When the first attempt failed.
    pub owed_since: Option<DateTime<Utc>>,
}

/// How far a stay is.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum StayState {
    /// The rider may drive in.
    AwaitingEntry,
    /// It goes on.
    Active,
    /// It ended.
    Over,
    /// It came to nothing.
    GivenUp,
}

/// What came of paying for a stay.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum StayPayment {
    /// There is nothing to pay, or not yet.
    None,
    /// A payment is under way.
    Due,
    /// It is paid.
    Paid,
    /// It could not be charged, and the rider owes it.
    Owed,
    /// It was owed, and is paid.
    PaidLate,
    /// It was owed, and the operator let it go.
    Forgiven,
}

/// Stays, the newest first.
#[derive(Debug, Clone, JsonSchema)]
pub struct StayPage {
    /// This page.
    pub data: Vec<StayAtOperator>,
    /// What to send as cursor for those that follow.
    pub next_cursor: Option<String>,
    /// Up to which position of the log it holds everything.
    pub as_of: u64,
}

/// What riders owe, the newest stay first. What is being tried again is owed, too.
#[derive(Debug, Clone, JsonSchema)]
pub struct StayDebts {
    /// All of it, by currency, whatever the page holds.
    pub totals: Vec<Owed>,
    /// This page.
    pub data: Vec<StayAtOperator>,
    /// What to send as cursor for those that follow.
    pub next_cursor: Option<String>,
    /// Up to which position of the log it holds everything.
    pub as_of: u64,
}

/// What is owed in one currency.
#[derive(Debug, Clone, JsonSchema)]
pub struct Owed {
    /// ISO 4217.
    pub currency: String,
    /// All of it, in minor units.
    pub amount: i64,
    /// For how many stays.
    pub stays: u64,
}

/// Why an operator lets something go. It stands in the log: no names, no telephone numbers.
#[derive(Debug, Clone, JsonSchema)]
pub struct ReasonToLetGo {
    /// In the operator's words; not blank.
    pub reason: String,
}

/// When a stay ended that its rider forgot to end.
#[derive(Debug, Clone, JsonSchema)]
pub struct StayEnd {
    /// Not before it began, and not in the future; now, if absent.
    pub ended_at: Option<DateTime<Utc>>,
}
