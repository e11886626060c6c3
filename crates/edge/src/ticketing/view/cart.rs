//! The Cart object.

use domain::cart::PricedLine;
use engine::FilledCart;
use serde::Serialize;

use super::{
    FareOptionView, FareView, PriceView, ServiceAlertView,
    alerts::{alerts, joined, labels, texts},
    catalog_fares, fare_options, service_alerts,
};
use crate::version::ApiVersion;

/// A cart, in the rider's language. The fields stand as the document prints them.
#[derive(Debug, Clone, Serialize)]
pub struct CartView {
    cart_token: String,
    agency_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    items: Vec<CartItemView>,
    total_price: PriceView,
    #[serde(skip_serializing_if = "Option::is_none")]
    discounted_total_price: Option<PriceView>,
    agency_fares: Vec<FareView>,
    agency_fare_options: Vec<FareOptionView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purchase_alert_text: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    alert_labels: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    service_alerts: Vec<ServiceAlertView>,
}

/// A CartItem object.
#[derive(Debug, Clone, Serialize)]
struct CartItemView {
    fare: FareView,
    quantity: u32,
    total_fare_price: PriceView,
    #[serde(skip_serializing_if = "Option::is_none")]
    discounted_total_fare_price: Option<PriceView>,
}

impl CartView {
    /// A cart that was just filled. Its warnings are all that there is to know of its fares, as nobody can tell which
    /// of them were shown during the selection.
    #[must_use]
    pub fn of(filled: &FilledCart, cart_token: String, version: ApiVersion, languages: &[String]) -> Self {
        let FilledCart {
            operator,
            catalog,
            cart,
            priced,
            ..
        } = filled;
        let content = &catalog.content;
        let rider = filled.user.as_ref();
        let all_alerts = || {
            let fares = priced.lines.iter().map(|line| &line.fare);
            fares.flat_map(|fare| alerts(fare, &content.options))
        };
        let item = |line: &PricedLine| CartItemView {
            fare: FareView::for_sale(operator, content, &line.fare, rider, languages, filled.at),
            quantity: line.quantity,
            total_fare_price: line.usual.into(),
            discounted_total_fare_price: line.discounted().map(PriceView::from),
        };
        Self {
            cart_token,
            agency_id: cart.operator().to_string(),
            country: operator.profile().country.clone(),
            items: priced.lines.iter().map(item).collect(),
            total_price: priced.usual.into(),
            discounted_total_price: priced.discounted().map(PriceView::from),
            agency_fares: match filled.sold_here {
                true => catalog_fares(operator, content, rider, version, languages, filled.at),
                false => Vec::new(),
            },
            agency_fare_options: fare_options(&content.options, languages),
            purchase_alert_text: joined(&texts(all_alerts(), languages), "\n"),
            alert_labels: labels(all_alerts(), languages),
            service_alerts: service_alerts(operator, version, languages, filled.at),
        }
    }
}
