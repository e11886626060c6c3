//! Objects of vouchers, entitlements, API keys and refunds in the admin API.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;

/// For how long fares are unlocked.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum UnlockedFor {
    /// For good.
    Good,
    /// Until then.
    Until(DateTime<Utc>),
    /// For so many days from the redemption.
    Days(u32),
}

/// A series of vouchers to open, with its first codes.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct NewSeries {
    /// For people to tell it from others.
    pub name: String,
    /// The restricted fares that it unlocks.
    pub fares: Vec<String>,
    /// For how long; for good, if absent.
    pub unlocked: Option<UnlockedFor>,
    /// How many accounts may redeem each code; 1, if absent.
    pub accounts_per_code: Option<u32>,
    /// How many codes of the series one account may redeem.
    pub codes_per_account: Option<u32>,
    /// A restricted fare that an account must have unlocked before.
    pub requires: Option<String>,
    /// When no code can be redeemed any more.
    pub expires_at: Option<DateTime<Utc>>,
    /// How many codes to begin with; 1, if absent.
    pub count: Option<u32>,
}

/// More codes of a series.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct MoreCodes {
    /// How many; 1, if absent.
    pub count: Option<u32>,
}

/// A series of vouchers.
#[derive(Debug, Clone, JsonSchema)]
pub struct Series {
    /// Its id.
    pub series_id: String,
    /// Whose.
    pub operator_id: String,
    /// For people to tell it from others.
    pub name: String,
    /// `open`, `expired` or `withdrawn`.
    pub status: String,
    /// The restricted fares that it unlocks.
    pub fares: Vec<String>,
    /// For how long.
    pub unlocked: UnlockedFor,
    /// How many accounts may redeem each code.
    pub accounts_per_code: u32,
    /// How many codes of the series one account may redeem.
    pub codes_per_account: Option<u32>,
    /// A restricted fare that an account must have unlocked before.
    pub requires: Option<String>,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// When no code can be redeemed any more.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// How many codes there are.
    pub issued: usize,
}

/// Every series of an operator.
#[derive(Debug, Clone, JsonSchema)]
pub struct SeriesList {
    /// The oldest first.
    pub series: Vec<Series>,
}

/// A voucher.
#[derive(Debug, Clone, JsonSchema)]
pub struct Voucher {
    /// Its id, which is not its code.
    pub voucher_id: String,
    /// `open`, `used_up` or `withdrawn`.
    pub status: String,
    /// When.
    pub issued_at: DateTime<Utc>,
    /// Who redeemed it, and when.
    pub redemptions: Vec<VoucherRedemption>,
}

/// A redemption of a voucher.
#[derive(Debug, Clone, JsonSchema)]
pub struct VoucherRedemption {
    /// By which rider.
    pub user_id: String,
    /// When.
    pub redeemed_at: DateTime<Utc>,
}

/// A series with some of its vouchers.
#[derive(Debug, Clone, JsonSchema)]
pub struct SeriesWithVouchers {
    /// The series.
    #[schemars(flatten)]
    pub series: Series,
    /// In the order of issue.
    pub vouchers: Vec<Voucher>,
    /// Where the next page begins; absent at the end.
    pub next_cursor: Option<String>,
}

/// A series with the codes that were issued just now.
#[derive(Debug, Clone, JsonSchema)]
pub struct SeriesWithCodes {
    /// The series.
    #[schemars(flatten)]
    pub series: Series,
    /// Shown this once.
    pub codes: Vec<IssuedCode>,
}

/// A code as it is issued.
#[derive(Debug, Clone, JsonSchema)]
pub struct IssuedCode {
    /// Its voucher.
    pub voucher_id: String,
    /// What riders redeem.
    pub code: String,
    /// A page that shows which apps can redeem it.
    pub universal_url: String,
}

/// A rider, by the app and its own name for them, and a restricted fare.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct EntitlementRequest {
    /// The app.
    pub app: String,
    /// The `sub` of the app's JWTs.
    pub subject: String,
    /// The fare.
    pub fare: String,
    /// Unlocked until then; for good, if absent.
    pub until: Option<DateTime<Utc>>,
}

/// Whether a rider may buy a restricted fare now.
#[derive(Debug, Clone, JsonSchema)]
pub struct Entitlement {
    /// Of which operator.
    pub operator_id: String,
    /// Which fare.
    pub fare_id: String,
    /// Through which app.
    pub app_id: String,
    /// Which rider.
    pub user_id: String,
    /// Whether it is unlocked.
    pub unlocked: bool,
    /// Until when, if not for good.
    pub until: Option<DateTime<Utc>>,
}

/// What Stripe has of a refund.
#[derive(Debug, Clone, JsonSchema)]
pub struct RefundState {
    /// Of which purchase.
    pub purchase_id: String,
    /// Which refund.
    pub refund_id: String,
    /// Whether the money went back.
    pub paid_back: bool,
}
