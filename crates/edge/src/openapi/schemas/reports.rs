//! Objects of the admin API in which operators and finance read what was sold, disputed and paid out.

use schemars::JsonSchema;

/// A sale.
#[derive(Debug, Clone, JsonSchema)]
pub struct Sale {
    /// Which purchase.
    pub purchase_id: String,
    /// Through which app.
    pub app_id: String,
    /// When.
    pub sold_at: String,
    /// The operator's day.
    pub day: String,
    /// ISO 4217.
    pub currency: String,
    /// What the rider paid, in minor units.
    pub amount: i64,
    /// The engine's fee within it.
    pub engine_fee: i64,
    /// What went back to the rider, or is on its way.
    pub refunded: i64,
    /// What of the fee went back with it.
    pub engine_fee_returned: i64,
    /// What of it a rider's bank withholds or has kept.
    pub disputed: i64,
    /// What stays with the operator, before Stripe's own fees.
    pub net: i64,
    /// open, completed, partly_refunded or refunded.
    pub status: String,
    /// The PaymentIntent, or the charge; absent for what was free.
    pub stripe_payment_id: Option<String>,
    /// Of which fares.
    pub fares: Vec<SoldFare>,
}

/// How many of a fare.
#[derive(Debug, Clone, JsonSchema)]
pub struct SoldFare {
    /// Which fare.
    pub fare_id: String,
    /// How many.
    pub quantity: i64,
}

/// Sales, the newest first.
#[derive(Debug, Clone, JsonSchema)]
pub struct SalePage {
    /// This page.
    pub data: Vec<Sale>,
    /// What to send as cursor for those that follow.
    pub next_cursor: Option<String>,
    /// Up to which position of the log it holds everything.
    pub as_of: u64,
}

/// Sales and refunds by day, app and currency.
#[derive(Debug, Clone, JsonSchema)]
pub struct SalesSummary {
    /// The first day.
    pub from: String,
    /// The last day.
    pub to: String,
    /// Days on which something was sold or given back.
    pub data: Vec<SalesDay>,
    /// Up to which position of the log it holds everything.
    pub as_of: u64,
}

/// One day through one app in one currency.
#[derive(Debug, Clone, JsonSchema)]
pub struct SalesDay {
    /// The operator's day.
    pub day: String,
    /// Through which app.
    pub app_id: String,
    /// ISO 4217.
    pub currency: String,
    /// How many sales.
    pub sales: i64,
    /// What riders paid.
    pub amount: i64,
    /// The engine's fee within it.
    pub engine_fee: i64,
    /// How many refunds.
    pub refunds: i64,
    /// Given back on this day, whenever it was sold.
    pub refunded: i64,
    /// What of the fee went back with it.
    pub engine_fee_returned: i64,
    /// How many disputes were opened on this day.
    pub disputes: i64,
    /// What of their money a bank withholds or has kept.
    pub disputed: i64,
    /// What stays with the operator, before Stripe's own fees.
    pub net: i64,
}

/// Disputes, the newest first.
#[derive(Debug, Clone, JsonSchema)]
pub struct DisputePage {
    /// This page.
    pub data: Vec<SaleDispute>,
    /// What to send as cursor for those that follow.
    pub next_cursor: Option<String>,
    /// Up to which position of the log it holds everything.
    pub as_of: u64,
}

/// A rider's bank wants money back.
#[derive(Debug, Clone, JsonSchema)]
pub struct SaleDispute {
    /// As Stripe names it: `dp_…`.
    pub dispute_id: String,
    /// Of which purchase.
    pub purchase_id: String,
    /// Through which app it was sold.
    pub app_id: String,
    /// ISO 4217.
    pub currency: String,
    /// How much, in minor units.
    pub amount: i64,
    /// Whether the bank only asks, and has taken nothing.
    pub inquiry: bool,
    /// Why, in Stripe's word: `fraudulent`, `product_not_received`, …
    pub reason: Option<String>,
    /// open, won or lost.
    pub status: String,
    /// When it was heard of.
    pub opened_at: String,
    /// When it was heard that it is decided.
    pub closed_at: Option<String>,
}

/// Passes being used, the latest first.
#[derive(Debug, Clone, JsonSchema)]
pub struct PassUsePage {
    /// This page.
    pub data: Vec<PassUse>,
    /// What to send as cursor for those that follow.
    pub next_cursor: Option<String>,
    /// Up to which position of the log it holds everything.
    pub as_of: u64,
}

/// A pass was used.
#[derive(Debug, Clone, JsonSchema)]
pub struct PassUse {
    /// Which pass.
    pub pass_id: String,
    /// Of which fare.
    pub fare_id: String,
    /// activated or shown.
    pub kind: String,
    /// When.
    pub at: String,
}

/// Movements of the account's balance, the newest first.
#[derive(Debug, Clone, JsonSchema)]
pub struct SettlementPage {
    /// This page.
    pub data: Vec<Settlement>,
    /// What to send as cursor for those that follow.
    pub next_cursor: Option<String>,
}

/// A movement of the account's balance.
#[derive(Debug, Clone, JsonSchema)]
pub struct Settlement {
    /// Stripe's name for it.
    pub stripe_id: String,
    /// charge, refund, payout, adjustment, …
    pub kind: String,
    /// ISO 4217.
    pub currency: String,
    /// Before fees, in minor units.
    pub amount: i64,
    /// Stripe's own fee and the engine's.
    pub fees: i64,
    /// What the balance changes by.
    pub net: i64,
    /// The charge, refund or payout behind it.
    pub source: Option<String>,
    /// available or pending.
    pub status: Option<String>,
    /// When.
    pub at: String,
    /// From when on it can be paid out.
    pub available_on: Option<String>,
    /// Which purchase it is.
    pub purchase_id: Option<String>,
    /// Which refund it is.
    pub refund_id: Option<String>,
    /// matched; unmatched, for a charge or refund that nobody made here; other, where there is nothing to match.
    pub matching: String,
}

/// Payouts, the newest first.
#[derive(Debug, Clone, JsonSchema)]
pub struct PayoutPage {
    /// This page.
    pub data: Vec<Payout>,
    /// What to send as cursor for those that follow.
    pub next_cursor: Option<String>,
}

/// Money on its way to the operator's bank.
#[derive(Debug, Clone, JsonSchema)]
pub struct Payout {
    /// Stripe's name for it.
    pub payout_id: String,
    /// ISO 4217.
    pub currency: String,
    /// In minor units.
    pub amount: i64,
    /// paid, pending, in_transit, canceled or failed.
    pub status: String,
    /// Whether Stripe's schedule made it.
    pub automatic: bool,
    /// When it was made.
    pub created_at: String,
    /// When it arrives, or did.
    pub arrives_at: Option<String>,
    /// Why it failed.
    pub failure_code: Option<String>,
}
