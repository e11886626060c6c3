//! Objects of operators, their accounts and their history in the admin API.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde_json::Value;

use super::{Link, LinkProposal};
use crate::marketplace::{DisputesDocument, PointDocument, RefundsDocument, TextDocument, TicketDocument};

/// An operator as an administrator sees it.
#[derive(Debug, Clone, JsonSchema)]
pub struct Operator {
    /// Its id.
    pub operator_id: String,
    /// `transit`, `parking` or `transit_and_parking`.
    pub kind: String,
    /// Displayable name.
    pub name: TextDocument,
    /// IANA time zone.
    pub timezone: String,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Region to show to riders.
    pub region: Option<TextDocument>,
    /// Logo.
    pub logo_url: Option<String>,
    /// Web page.
    pub website: Option<String>,
    /// Customer service.
    pub phone_number: Option<String>,
    /// Customer service.
    pub email: Option<String>,
    /// Its centre.
    pub location: Option<PointDocument>,
    /// When a service day ends, as `03:00` after midnight.
    pub service_day_ends: Option<String>,
    /// What a rider must have before buying here.
    pub requires: Option<Vec<String>>,
    /// Whether a rider needs an account of their own at the operator.
    pub requires_linked_account: bool,
    /// What apps may give back by themselves.
    pub refunds: Option<RefundsDocument>,
    /// What becomes of passes whose payment a rider's bank disputes.
    pub disputes: Option<DisputesDocument>,
    /// How its tickets look.
    pub ticket: Option<TicketDocument>,
    /// Who makes the charge: `{"by": "engine"}`, or `{"by": "operator", "webhook": …,
    /// "charge_within_seconds": …}`.
    pub charging: Value,
    /// Whether it sells nothing for now.
    pub suspended: bool,
    /// Why.
    pub suspended_for: Option<String>,
    /// Its account at Stripe.
    pub account: Option<OperatorAccount>,
    /// The app through whose platform an account is being made.
    pub account_under_way: Option<String>,
    /// Its links, those that have ended included.
    pub links: Vec<Link>,
    /// Links that wait for one side's word.
    pub proposals: Vec<LinkProposal>,
    /// For each app that it has had anything to do with.
    pub selling: Vec<Selling>,
}

/// An operator's account at Stripe, and what Stripe last said of it.
#[derive(Debug, Clone, JsonSchema)]
pub struct OperatorAccount {
    /// `acct_…`
    pub account_id: String,
    /// `onboarding`, `connected` or `deauthorized`.
    pub status: String,
    /// `onboarded`, `oauth` or `declared`.
    pub connected_by: Option<String>,
    /// The app whose platform made it.
    pub made_by: Option<String>,
    /// Whether it can take money from riders.
    pub charges_enabled: bool,
    /// Whether it can pay out to a bank.
    pub payouts_enabled: bool,
    /// Whether the form is filled in.
    pub details_submitted: bool,
    /// What Stripe wants to know.
    pub requirements: AccountRequirements,
    /// What it may be used for, and how far that is.
    pub capabilities: BTreeMap<String, String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// ISO 4217.
    pub default_currency: Option<String>,
    /// When Stripe said so.
    pub as_of: Option<DateTime<Utc>>,
}

/// What Stripe wants to know, by its own names.
#[derive(Debug, Clone, JsonSchema)]
pub struct AccountRequirements {
    /// Next.
    pub currently_due: Vec<String>,
    /// Before now.
    pub past_due: Vec<String>,
    /// As business grows.
    pub eventually_due: Vec<String>,
    /// Until when what is due has to be answered.
    pub current_deadline: Option<DateTime<Utc>>,
    /// Why something is disabled.
    pub disabled_reason: Option<String>,
}

/// Whether riders of an app can buy from an operator.
#[derive(Debug, Clone, JsonSchema)]
pub struct Selling {
    /// The app.
    pub app_id: String,
    /// Whether they can.
    pub transactable: bool,
    /// Everything that is in the way.
    pub obstacles: Vec<SellingObstacle>,
}

/// Something that is in the way of selling.
#[derive(Debug, Clone, JsonSchema)]
pub struct SellingObstacle {
    /// `suspended`, `not_linked`, `no_account`, `platform_not_authorized`, `charges_disabled`, `no_platform` or
    /// `nothing_to_sell`.
    pub code: String,
    /// The same in words.
    pub detail: String,
}

/// Operators, in few words.
#[derive(Debug, Clone, JsonSchema)]
pub struct OperatorPage {
    /// This part of the list.
    pub data: Vec<OperatorLine>,
    /// What to send as `cursor` for those that follow.
    pub next_cursor: Option<String>,
}

/// An operator in few words.
#[derive(Debug, Clone, JsonSchema)]
pub struct OperatorLine {
    /// Its id.
    pub operator_id: String,
    /// Its name, in its own language.
    pub name: String,
    /// `transit`, `parking` or `transit_and_parking`.
    pub kind: String,
    /// Whether it sells nothing for now.
    pub suspended: bool,
    /// `none`, `onboarding`, `connected` or `deauthorized`.
    pub account: String,
    /// Whether Stripe lets it take money.
    pub charges_enabled: bool,
    /// The apps it is linked to.
    pub apps: Vec<String>,
    /// Those of them whose riders can buy.
    pub transactable_for: Vec<String>,
}

/// What happened to an operator.
#[derive(Debug, Clone, JsonSchema)]
pub struct OperatorHistory {
    /// This part of the history.
    pub data: Vec<OperatorHappening>,
    /// What to send as `cursor` for what follows.
    pub next_cursor: Option<String>,
}

/// One event of an operator, with its circumstances.
#[derive(Debug, Clone, JsonSchema)]
pub struct OperatorHappening {
    /// Its place in the operator's stream.
    pub version: i64,
    /// `linked`, `account_connected`, …
    pub event: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: String,
    /// Where a statement about an account comes from.
    pub evidence: Option<Value>,
    /// The HTTP request.
    pub request_id: Option<String>,
    /// Through which app.
    pub app_id: Option<String>,
    /// What ties together everything that followed from one cause.
    pub correlation_id: String,
    /// The event as it is stored.
    pub data: Value,
}

/// How to bring an operator on board.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct OnboardingOrder {
    /// The app whose platform makes the account; not needed where the operator is linked to one only.
    pub app: Option<String>,
    /// `standard`, if absent, or `express`.
    pub kind: Option<String>,
    /// ISO 3166-1 alpha-2; that of the profile, if absent.
    pub country: Option<String>,
}

/// Where to send the operator, at once.
#[derive(Debug, Clone, JsonSchema)]
pub struct Onboarding {
    /// The operator.
    pub operator_id: String,
    /// Its account at Stripe.
    pub account_id: String,
    /// The app whose platform made it.
    pub app_id: String,
    /// Stripe's form. It works once and for minutes.
    pub url: String,
    /// Until when.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Whose platform.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ForApp {
    /// The app.
    pub app: String,
}

/// Where to send the operator to give its consent.
#[derive(Debug, Clone, JsonSchema)]
pub struct ConsentPage {
    /// The operator.
    pub operator_id: String,
    /// The app whose platform is to be allowed.
    pub app_id: String,
    /// Stripe's consent page. It is answered once.
    pub url: String,
    /// Until when an answer is taken.
    pub expires_at: DateTime<Utc>,
}

/// A permission that was taken away.
#[derive(Debug, Clone, JsonSchema)]
pub struct GivenUp {
    /// The operator.
    pub operator_id: String,
    /// The app whose platform may act no longer.
    pub app_id: String,
    /// For this account.
    pub account_id: String,
    /// Whether Stripe has confirmed it.
    pub at_stripe: bool,
}
