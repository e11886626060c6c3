//! What an operator says that a feed cannot: what is sold here, for how long it is good, and in which words.

mod cap;
mod id;
mod rule;
mod text;

pub use cap::{AddedFare, CapOverlay, CapPeriodOverlay};
pub use id::FeedId;
pub use rule::{RefundsOverlay, Rule, ValidityOverlay};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
pub use text::{NamedOverlay, OptionOverlay, OptionsOverlay, TextOverlay};

/// What an operator says on top of its feed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Overlay {
    /// ISO 4217; what every price is in. Left out, that of the products that are sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// The language of the feed's texts, by BCP 47 tag; left out, the agency's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The media (`fare_media_id`) whose products are sold here. What is on no medium is sold as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<Vec<FeedId>>,
    /// Whether products that cost nothing are sold, for nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zero_prices: Option<bool>,
    /// How many passes and books one order may hold; 100 at most, and if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passes_per_order: Option<u32>,
    /// What is said of products. Rules are read in their order, and what a later one says replaces what an earlier
    /// one said of the same product.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// How riders choose between fares.
    #[serde(default)]
    pub options: OptionsOverlay,
    /// Other words for categories of riders, by `rider_category_id`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub riders: Vec<NamedOverlay>,
    /// Other words for media, by `fare_media_id`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub media_names: Vec<NamedOverlay>,
    /// Other words for areas, by `area_id`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub areas: Vec<NamedOverlay>,
    /// Other words for networks, by `network_id`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<NamedOverlay>,
    /// Fares that the feed does not have: what replaces passes when a cap is reached, say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fares: Vec<AddedFare>,
    /// What nobody pays more than.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caps: Vec<CapOverlay>,
}
