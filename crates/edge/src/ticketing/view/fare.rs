//! The Fare object and the options that tell fares apart.

use chrono::{DateTime, Utc};
use domain::{
    User,
    catalog::{CatalogContent, Fare, FareOption, OptionChoice, Product},
    operator::Operator,
};
use serde::Serialize;

use super::{
    PriceView,
    alerts::{alerts, joined, labels, texts},
};
use crate::version::ApiVersion;

/// A fare, in the rider's language.
#[derive(Debug, Clone, Serialize)]
pub struct FareView {
    agency_id: String,
    agency_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    alert_label: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alert_text: Option<String>,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    discounted_price: Option<PriceView>,
    fare_id: String,
    fare_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    login_required: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    options: Option<Vec<OptionChoice>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    passes_count: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<PriceView>,
    product_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    purchase_alert_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    restricted_purchase: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    restricted_purchase_label: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    restricted_purchase_text: Option<String>,
}

/// How much of a fare is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// `include_fare_price`
    pub price: bool,
    /// `include_fare_options`
    pub options: bool,
}

impl FareView {
    /// A fare as the fare endpoints show it, for a rider if one is known. `alert_text` holds everything there is to
    /// know, for clients that show no alerts of options; `purchase_alert_text` is for those that do.
    #[must_use]
    pub fn for_sale(
        operator: &Operator,
        content: &CatalogContent,
        fare: &Fare,
        rider: Option<&User>,
        languages: &[String],
        at: DateTime<Utc>,
    ) -> Self {
        let alerts = alerts(fare, &content.options);
        let allowed = rider.is_some_and(|rider| rider.may_buy_restricted(operator.id(), &fare.id, at));
        let restriction = fare.restriction.as_ref().filter(|_| !allowed);
        let agency_name = operator.profile().name.in_language(languages);
        Self {
            alert_label: joined(&labels(alerts.iter().copied(), languages), "; "),
            alert_text: joined(&texts(alerts, languages), "\n"),
            restricted_purchase: restriction.map(|_| true),
            restricted_purchase_label: restriction.map(|it| it.label.in_language(languages).to_owned()),
            restricted_purchase_text: restriction.map(|it| it.text.in_language(languages).to_owned()),
            login_required: fare.login_required.then_some(true),
            ..Self::of(
                operator.id().as_str(),
                agency_name,
                fare,
                Shown {
                    price: true,
                    options: true,
                },
                languages,
            )
        }
    }

    /// A fare as part of a pass: what was sold, at the price of then.
    #[must_use]
    pub fn of(agency_id: &str, agency_name: &str, fare: &Fare, shown: Shown, languages: &[String]) -> Self {
        let alert = fare.alert.as_ref();
        let alert_text = alert.map(|alert| alert.text.in_language(languages).to_owned());
        Self {
            agency_id: agency_id.to_owned(),
            agency_name: agency_name.to_owned(),
            alert_label: alert
                .and_then(|alert| alert.label.as_ref())
                .map(|label| label.in_language(languages).to_owned()),
            alert_text: alert_text.clone(),
            description: fare.description.in_language(languages).to_owned(),
            discounted_price: fare.discount().filter(|_| shown.price).map(PriceView::from),
            fare_id: fare.id.to_string(),
            fare_name: fare.name.in_language(languages).to_owned(),
            login_required: None,
            options: shown.options.then(|| fare.options.clone()),
            passes_count: match fare.product {
                Product::SinglePass => None,
                Product::PassBook { passes } => Some(passes),
            },
            price: shown.price.then(|| fare.price.into()),
            product_type: match fare.product {
                Product::SinglePass => "single_pass",
                Product::PassBook { .. } => "pass_book",
            },
            purchase_alert_text: alert_text,
            restricted_purchase: None,
            restricted_purchase_label: None,
            restricted_purchase_text: None,
        }
    }
}

/// Every fare that is for sale at a moment: none while rides are free, except to clients of editions that do not know
/// of that.
#[must_use]
pub fn catalog_fares(
    operator: &Operator,
    content: &CatalogContent,
    rider: Option<&User>,
    version: ApiVersion,
    languages: &[String],
    at: DateTime<Utc>,
) -> Vec<FareView> {
    if operator.is_fare_free(at) && version >= ApiVersion::V2020_05_21 {
        return Vec::new();
    }
    content
        .fares_for_sale()
        .filter(|fare| !fare.is_over(at))
        .map(|fare| FareView::for_sale(operator, content, fare, rider, languages, at))
        .collect()
}

/// A FareOption object.
#[derive(Debug, Clone, Serialize)]
pub struct FareOptionView {
    label: String,
    #[serde(rename = "type")]
    option_type: String,
    value: Vec<FareOptionValueView>,
}

#[derive(Debug, Clone, Serialize)]
struct FareOptionValueView {
    #[serde(skip_serializing_if = "Option::is_none")]
    alert_label: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alert_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    id: String,
    name: String,
}

/// The options of a catalog, in the order in which they are selected.
#[must_use]
pub fn fare_options(options: &[FareOption], languages: &[String]) -> Vec<FareOptionView> {
    options
        .iter()
        .map(|option| FareOptionView {
            label: option.label.in_language(languages).to_owned(),
            option_type: option.option_type.clone(),
            value: option
                .values
                .iter()
                .map(|value| {
                    let alert = value.alert.as_ref();
                    let label = alert.and_then(|alert| alert.label.as_ref());
                    let words = |text: &domain::text::Text| text.in_language(languages).to_owned();
                    FareOptionValueView {
                        alert_label: label.map(words),
                        alert_text: alert.map(|alert| words(&alert.text)),
                        description: value.description.as_ref().map(words),
                        id: value.id.clone(),
                        name: words(&value.name),
                    }
                })
                .collect(),
        })
        .collect()
}
