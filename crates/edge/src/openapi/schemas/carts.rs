//! Carts.

use schemars::JsonSchema;

use super::{Fare, FareOption, Price, ServiceAlert};

/// A Cart object.
#[derive(Debug, Clone, JsonSchema)]
pub struct Cart {
    /// To choose more by.
    pub agency_fare_options: Vec<FareOption>,
    /// To choose more from.
    pub agency_fares: Vec<Fare>,
    /// Whose fares they are.
    pub agency_id: String,
    /// Brief warnings.
    pub alert_labels: Option<Vec<String>>,
    /// Opaque: the cart itself.
    pub cart_token: String,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// If discounts apply.
    pub discounted_total_price: Option<Price>,
    /// What is in it.
    pub items: Vec<CartItem>,
    /// To be shown before purchase.
    pub purchase_alert_text: Option<String>,
    /// What riders should be told now.
    pub service_alerts: Option<Vec<ServiceAlert>>,
    /// Before discounts.
    pub total_price: Price,
}

/// A CartItem object.
#[derive(Debug, Clone, JsonSchema)]
pub struct CartItem {
    /// If discounts apply.
    pub discounted_total_fare_price: Option<Price>,
    /// What.
    pub fare: Fare,
    /// How many.
    pub quantity: u32,
    /// Before discounts.
    pub total_fare_price: Price,
}
