//! What is said of products.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{FeedId, TextOverlay};

/// Something said of the products that it names: of all of them, if it names nothing. A product is one price of the
/// feed: a `fare_product_id` for one category of riders on one medium.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Only these, by `fare_product_id`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<FeedId>,
    /// Only for these, by `rider_category_id`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub riders: Vec<FeedId>,
    /// Only on these, by `fare_media_id`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub media: Vec<FeedId>,
    /// Whether it is sold here, whatever `media` says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sold: Option<bool>,
    /// The fare's id, in place of the one made of the feed's ids. Only for one product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Displayable name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<TextOverlay>,
    /// Displayable description; left out, where and when the feed says that it is good, else its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<TextOverlay>,
    /// How long one pass lasts from its activation. Everything that is sold needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_for: Option<ValidityOverlay>,
    /// For a pass book: how many passes are in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passes_count: Option<u32>,
    /// In carts, minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discounted_price: Option<i64>,
    /// Headline, if riders must be authorized by the operator to buy it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restricted_label: Option<TextOverlay>,
    /// Explanation, if riders must be authorized by the operator to buy it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restricted_text: Option<TextOverlay>,
    /// Whether a rider must be known before it goes into a cart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login_required: Option<bool>,
    /// How many one order may hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_per_order: Option<u32>,
    /// Whether its passes may be sent to somebody else; they may, if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transferable: Option<bool>,
    /// What is given back of it, in place of what the operator says of everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refunds: Option<RefundsOverlay>,
    /// Fares of one group count together towards a cap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap_group: Option<String>,
    /// What to know before buying.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert_text: Option<TextOverlay>,
    /// Its headline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert_label: Option<TextOverlay>,
}

/// How long a pass lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ValidityOverlay {
    /// So many minutes.
    Minutes(u32),
    /// To the end of so many service days, the first included.
    ServiceDays(u32),
    /// So many calendar months.
    CalendarMonths(u32),
}

/// What is given back of a product, and on whose word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RefundsOverlay {
    /// For how many minutes after the purchase an app may give back what was not used. Left out, it may not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unused_for_minutes: Option<u32>,
    /// Whether the engine's fee goes back to the operator in proportion.
    #[serde(default = "yes")]
    pub returns_engine_fee: bool,
    /// Whether the operator gives back used passes as well.
    #[serde(default)]
    pub used: bool,
    /// For how many minutes after the purchase the operator gives anything back; left out, at any time; 0 is never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within_minutes: Option<u32>,
    /// Whether a book of which rides were used gives back the rides that are left.
    #[serde(default)]
    pub parts_of_books: bool,
}

const fn yes() -> bool {
    true
}
