//! Objects of the admin API about keys, apps and riders.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;

/// What a key may do.
#[derive(Debug, Clone, Copy, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum AccessRole {
    /// Everything.
    EngineAdmin,
    /// Act for one app.
    AppAdmin,
    /// Act for one operator.
    OperatorAdmin,
    /// Read everything, change nothing.
    Finance,
}

/// A key to make.
#[derive(Debug, Clone, JsonSchema)]
pub struct NewAccessKey {
    /// What it is for; never a person's name or e-mail address.
    pub label: String,
    /// What it may do.
    pub role: AccessRole,
    /// For which app, of an app admin.
    pub app: Option<String>,
    /// For which operator, of an operator admin.
    pub operator: Option<String>,
    /// Until when, if not for good.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A key that was just made.
#[derive(Debug, Clone, JsonSchema)]
pub struct FreshAccessKey {
    /// Its name.
    pub key_id: String,
    /// What it is for.
    pub label: String,
    /// What it may do.
    pub role: AccessRole,
    /// For which app.
    pub app: Option<String>,
    /// For which operator.
    pub operator: Option<String>,
    /// The whole key. It is not shown again.
    pub key: String,
    /// Until when, if not for good.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A key: enough to tell it from others, not enough to use it.
#[derive(Debug, Clone, JsonSchema)]
pub struct SeenAccessKey {
    /// Its name.
    pub key_id: String,
    /// What it is for.
    pub label: String,
    /// What it may do.
    pub role: AccessRole,
    /// For which app.
    pub app: Option<String>,
    /// For which operator.
    pub operator: Option<String>,
    /// Its last characters.
    pub hint: String,
    /// Since when.
    pub issued_at: DateTime<Utc>,
    /// Whether it may be used now.
    pub good: bool,
    /// Until when, if not for good.
    pub expires_at: Option<DateTime<Utc>>,
    /// The key whose place it took.
    pub replaces: Option<String>,
    /// The key that took its place.
    pub replaced_by: Option<String>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A part of the list of keys.
#[derive(Debug, Clone, JsonSchema)]
pub struct AccessKeyPage {
    /// In the order of issue.
    pub data: Vec<SeenAccessKey>,
    /// Where the next page begins; absent at the end.
    pub next_cursor: Option<String>,
}

/// What the key of a request may do.
#[derive(Debug, Clone, JsonSchema)]
pub struct OwnAccess {
    /// Its name; absent for the key that the server was configured with.
    pub key_id: Option<String>,
    /// What it may do.
    pub role: AccessRole,
    /// For which app.
    pub app: Option<String>,
    /// For which operator.
    pub operator: Option<String>,
    /// test or live.
    pub environment: String,
}

/// For how long a replaced key stays good.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct KeyOverlap {
    /// 0 to 2,592,000; a day, if absent.
    #[schemars(range(min = 0, max = 2_592_000))]
    pub overlap_seconds: Option<u32>,
}

/// What an API key may do.
#[derive(Debug, Clone, Copy, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum ApiKeyKind {
    /// May stand in apps and web pages.
    Publishable,
    /// Stays on servers.
    Secret,
}

/// An API key to make.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct NewApiKey {
    /// What it may do.
    pub kind: ApiKeyKind,
    /// Its name; a fresh one, if absent.
    pub key_id: Option<String>,
}

/// An API key that was just made.
#[derive(Debug, Clone, JsonSchema)]
pub struct FreshApiKey {
    /// Its name.
    pub key_id: String,
    /// `publishable` or `secret`.
    pub kind: String,
    /// The whole key. It is not shown again.
    pub key: String,
}

/// The API keys of an app that count.
#[derive(Debug, Clone, JsonSchema)]
pub struct ApiKeyList {
    /// Enough to tell them apart, not enough to use them.
    pub keys: Vec<ApiKeyInfo>,
}

/// An API key.
#[derive(Debug, Clone, JsonSchema)]
pub struct ApiKeyInfo {
    /// Its name.
    pub key_id: String,
    /// `publishable` or `secret`.
    pub kind: String,
    /// Its last characters.
    pub hint: String,
    /// When.
    pub issued_at: DateTime<Utc>,
    /// The key that took its place.
    pub replaced_by: Option<String>,
    /// Until when it is good, if it was replaced.
    pub good_until: Option<DateTime<Utc>>,
}

/// Why something is done.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ReasonGiven {
    /// In plain words.
    pub reason: String,
}

/// An app.
#[derive(Debug, Clone, JsonSchema)]
pub struct AdminApp {
    /// Which.
    pub app_id: String,
    /// What people call it.
    pub name: String,
    /// Where the keys are that verify its riders' JWTs.
    pub jwks_url: Option<String>,
    /// Which web pages may call with a publishable key.
    pub origins: Vec<String>,
    /// Its platform account at Stripe.
    pub stripe_account: Option<String>,
    /// Whether it is served.
    pub active: bool,
    /// Why not, if it is not.
    pub suspended_for: Option<String>,
}

/// A part of the list of apps.
#[derive(Debug, Clone, JsonSchema)]
pub struct AdminAppPage {
    /// By id.
    pub data: Vec<AdminApp>,
    /// Where the next page begins; absent at the end.
    pub next_cursor: Option<String>,
}

/// A rider in clear.
#[derive(Debug, Clone, JsonSchema)]
pub struct AdminUser {
    /// Which.
    pub user_id: String,
    /// Whose rider.
    pub app_id: String,
    /// The app's own name for the rider.
    pub subject: Option<String>,
    /// Where receipts go.
    pub email: Option<String>,
    /// For notifications.
    pub phone_number: Option<String>,
    /// The vehicle's plate.
    pub license_plate: Option<String>,
    /// Whether a card is saved.
    pub has_card: bool,
    /// Under which id this look stands in the log.
    pub disclosure_id: String,
}
