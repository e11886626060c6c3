//! What riders of vehicles buy.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CapDocument, PeriodDocument, TextDocument};
use crate::marketplace::RefundsDocument;

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
    /// How many passes and books one order may hold; 100 at most, and if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passes_per_order: Option<u32>,
    /// What nobody pays more than.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caps: Vec<CapDocument>,
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
    /// What to know before choosing it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert_text: Option<TextDocument>,
    /// Its headline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert_label: Option<TextDocument>,
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
    /// When it may be activated; always if left out. It is sold until the last of these times is over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub usable: Vec<PeriodDocument>,
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
    /// Whether its passes may be sent to somebody else.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub transferable: bool,
    /// What is given back of it, in place of what the operator says of everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refunds: Option<RefundsDocument>,
    /// Whether riders can buy it; what only replaces others when a cap is reached need not be for sale.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub for_sale: bool,
}

const fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_yes(said: &bool) -> bool {
    *said
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
