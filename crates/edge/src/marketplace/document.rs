//! The shape of the file. `docs/marketplace.schema.json` is made from these types.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A marketplace: who sells, who buys, who is linked to whom, and what there is to buy.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MarketplaceDocument {
    /// Demand-side apps.
    #[serde(default)]
    pub apps: Vec<AppDocument>,
    /// Operators: transit agencies and parking systems.
    #[serde(default)]
    pub operators: Vec<OperatorDocument>,
}

/// A demand-side app.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AppDocument {
    /// Chosen once: letters, digits, `-`, `_`, `.`.
    pub id: String,
    /// Displayable name.
    pub name: String,
    /// Where its JWKS is served. Without it, in `test` only, the engine's own testing JWKS stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks_url: Option<String>,
    /// Web origins that may call from a browser.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed_origins: Vec<String>,
    /// Where redemption links lead; ends in `/redeem`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redemption_link: Option<String>,
    /// Its API keys. Only their digests are kept; a key that is left out later is not revoked by that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    /// Its Stripe platform account. The secret key is configuration of the server and has no place here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stripe: Option<StripeDocument>,
}

// Keys are secrets even where the file holds them.
impl std::fmt::Debug for AppDocument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AppDocument")
            .field("id", &self.id)
            .field("keys", &self.keys.len())
            .finish_non_exhaustive()
    }
}

/// An app's platform account at Stripe.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StripeDocument {
    /// `acct_…`
    pub account: String,
    /// `pk_…`: what the app's clients make cards with.
    pub publishable_key: String,
}

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

/// A point on Earth, in degrees.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PointDocument {
    /// -90 to 90.
    pub latitude: f64,
    /// -180 to 180.
    pub longitude: f64,
}

/// A text, plain or with translations.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum TextDocument {
    /// In the operator's own language only.
    Plain(String),
    /// With translations.
    Translated {
        /// In the operator's own language.
        default: String,
        /// By BCP 47 tag.
        translations: BTreeMap<String, String>,
    },
}

/// What a transit operator sells.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CatalogDocument {
    /// ISO 4217; every price is in it.
    pub currency: String,
    /// Ways of telling fares apart, in the order of selection.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<FareOptionDocument>,
    /// The products.
    pub fares: Vec<FareDocument>,
}

/// One way of telling fares apart.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FareOptionDocument {
    /// `rider`, `fare`, `zone`, …
    #[serde(rename = "type")]
    pub option_type: String,
    /// Label of the selector.
    pub label: TextDocument,
    /// What can be selected.
    pub values: Vec<OptionValueDocument>,
}

/// One value of a fare option.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OptionValueDocument {
    /// Unique within the catalog.
    pub id: String,
    /// Displayable name.
    pub name: TextDocument,
    /// Displayable description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<TextDocument>,
}

/// One product.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FareDocument {
    /// Unique within the operator.
    pub id: String,
    /// Displayable name.
    pub name: TextDocument,
    /// Displayable description.
    pub description: TextDocument,
    /// Minor units of the catalog's currency.
    pub price: i64,
    /// In carts, minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discounted_price: Option<i64>,
    /// For a pass book: how many passes are in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passes_count: Option<u32>,
    /// How long one pass lasts from its activation.
    pub valid_for: ValidityDocument,
    /// Option values by type, as `rider: rider_regular`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
    /// Headline, if riders must be authorized by the operator to buy it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restricted_label: Option<TextDocument>,
    /// Explanation, if riders must be authorized by the operator to buy it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restricted_text: Option<TextDocument>,
    /// Whether a rider must be known before it goes into a cart.
    #[serde(default)]
    pub login_required: bool,
    /// How many one order may hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_per_order: Option<u32>,
    /// What to know before buying.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert_text: Option<TextDocument>,
    /// Its headline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert_label: Option<TextDocument>,
    /// Fares of one group count together towards a cap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap_group: Option<String>,
}

/// How long a pass lasts.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ValidityDocument {
    /// So many minutes.
    Minutes(u32),
    /// To the end of so many service days, the first included.
    ServiceDays(u32),
    /// So many calendar months.
    CalendarMonths(u32),
}

/// A parking location.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LocationDocument {
    /// Unique within the operator.
    pub id: String,
    /// Displayable name.
    pub name: TextDocument,
    /// Displayable address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<TextDocument>,
    /// Where it is.
    pub location: PointDocument,
    /// Whether a gate decides when a stay begins and ends.
    #[serde(default)]
    pub gated: bool,
    /// How many vehicles it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    /// What a stay costs.
    pub rate: RateDocument,
}

/// A parking tariff, in minor units.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RateDocument {
    /// ISO 4217.
    pub currency: String,
    /// Nothing is owed for so long.
    #[serde(default)]
    pub free_minutes: u32,
    /// Once per stay.
    #[serde(default)]
    pub flat: i64,
    /// Length of a started interval, in minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval_minutes: Option<u32>,
    /// Price of each started interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval_price: Option<i64>,
    /// The most that one day costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daily_maximum: Option<i64>,
}
