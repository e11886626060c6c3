//! The supply side.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    CatalogDocument, FareFreeDocument, LocationDocument, PointDocument, ServiceAlertDocument, TextDocument,
    TicketDocument,
};
use crate::marketplace::{ChargingDocument, DisputesDocument, RefundsDocument};

/// An operator.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OperatorDocument {
    /// Chosen once: letters, digits, `-`, `_`, `.`.
    pub id: String,
    /// `transit`, `parking` or `transit_and_parking`.
    pub kind: String,
    /// Displayable name.
    pub name: TextDocument,
    /// The language of its texts, by BCP 47 tag: what riders who want it are shown before any translation. Without it
    /// they are taken for English, unless they have English translations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// IANA time zone, as `America/Los_Angeles`.
    pub timezone: String,
    /// ISO 3166-1 alpha-2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Region to show to riders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<TextDocument>,
    /// Logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo_url: Option<String>,
    /// Web page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// Customer service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// Customer service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Its centre.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<PointDocument>,
    /// When a service day ends, as `03:00` after midnight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_day_ends: Option<String>,
    /// Its connected account, `acct_…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stripe_account: Option<String>,
    /// The apps it does business with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<LinkDocument>,
    /// What a rider must have before buying here: `stripe_info.stripe_customer_id`, `vehicle.license_plate`, `email`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<String>,
    /// Whether a rider needs an account of their own at the operator.
    #[serde(default)]
    pub requires_linked_account: bool,
    /// Where riders who need one let an app act with their account at the operator, or open one (HTTPS). It is opened
    /// with `state` and `redirect_uri` in the query; docs/coord.md tells what it has to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission_page: Option<String>,
    /// Who makes the charge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charging: Option<ChargingDocument>,
    /// What is given back, and on whose word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refunds: Option<RefundsDocument>,
    /// What becomes of passes whose payment a rider's bank disputes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disputes: Option<DisputesDocument>,
    /// What riders should know now, or at some time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub service_alerts: Vec<ServiceAlertDocument>,
    /// When riding is free.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fare_free: Vec<FareFreeDocument>,
    /// How its tickets look; without it, plain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketDocument>,
    /// Passes it sells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalog: Option<CatalogDocument>,
    /// Parking locations it runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<LocationDocument>,
}

/// A link between an operator and an app, agreed on by both.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkDocument {
    /// The app.
    pub app: String,
    /// What the engine takes of each purchase.
    #[serde(default)]
    pub fee: FeeDocument,
    /// The day on which both agreed.
    pub agreed_on: NaiveDate,
    /// Who agreed for the app: an office, not a person.
    pub agreed_by_app: String,
    /// Who agreed for the operator: an office, not a person.
    pub agreed_by_operator: String,
    /// Whether the app may show the operator's visual tickets.
    #[serde(default = "yes")]
    pub shows_tickets: bool,
}

const fn yes() -> bool {
    true
}

/// An engine fee. It never exceeds the purchase.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FeeDocument {
    /// Hundredths of a percent.
    #[serde(default)]
    pub basis_points: u32,
    /// Minor units on top.
    #[serde(default)]
    pub fixed: i64,
    /// At least so many minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<i64>,
    /// At most so many minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<i64>,
}
