//! Agencies and what they sell.

use schemars::JsonSchema;

use super::Price;

/// An Agency object.
#[derive(Debug, Clone, JsonSchema)]
pub struct Agency {
    /// A unique id.
    pub agency_id: String,
    /// To be shown.
    pub agency_name: String,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Customer service.
    pub email: Option<String>,
    /// Its centre.
    pub location: Option<Location>,
    /// A cropped and resized logo.
    pub logo_url: Option<String>,
    /// Customer service.
    pub phone_number: Option<String>,
    /// To be shown.
    pub region: Option<String>,
    /// What riders should be told now.
    pub service_alerts: Option<Vec<ServiceAlert>>,
    /// Of the time zone database.
    pub timezone: String,
    /// Its web site.
    pub website: Option<String>,
}

/// A point on Earth.
#[derive(Debug, Clone, JsonSchema)]
pub struct Location {
    /// Degrees, north is positive.
    pub latitude: f64,
    /// Degrees, east is positive.
    pub longitude: f64,
}

/// A ServiceAlert object.
#[derive(Debug, Clone, JsonSchema)]
pub struct ServiceAlert {
    /// In a line.
    pub header: String,
    /// In full.
    pub description: String,
    /// What it means for the app.
    pub effect: AlertEffect,
}

/// What an alert means. Treat unknown effects as OTHER_EFFECT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AlertEffect {
    /// No fares are required, and none are for sale.
    FareFree,
    /// Anything else.
    OtherEffect,
}

/// All agencies of an app.
#[derive(Debug, Clone, JsonSchema)]
pub struct AgencyList {
    /// Those from which a fare can be bought.
    pub agencies: Vec<Agency>,
}

/// A Fare object.
#[derive(Debug, Clone, JsonSchema)]
pub struct Fare {
    /// Whose it is.
    pub agency_id: String,
    /// To be shown.
    pub agency_name: String,
    /// What alert_text is about.
    pub alert_label: Option<String>,
    /// To be shown before purchase, if options are shown during selection too.
    pub alert_text: Option<String>,
    /// To be shown.
    pub description: String,
    /// Of carts.
    pub discounted_price: Option<Price>,
    /// Unique within the agency.
    pub fare_id: String,
    /// To be shown.
    pub fare_name: String,
    /// Only riders who are logged in can put it into a cart.
    pub login_required: Option<bool>,
    /// What tells it from others.
    pub options: Option<Vec<ChosenOption>>,
    /// Passes in the book.
    pub passes_count: Option<u32>,
    /// The usual price.
    pub price: Option<Price>,
    /// A pass or a book.
    pub product_type: ProductType,
    /// To be shown before purchase.
    pub purchase_alert_text: Option<String>,
    /// Needs the agency's approval.
    pub restricted_purchase: Option<bool>,
    /// A header for the restriction.
    pub restricted_purchase_label: Option<String>,
    /// The restriction in full.
    pub restricted_purchase_text: Option<String>,
}

/// What a fare is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum ProductType {
    /// One pass.
    SinglePass,
    /// Passes that are bought together and used one by one.
    PassBook,
}

/// An option of a fare.
#[derive(Debug, Clone, JsonSchema)]
pub struct ChosenOption {
    /// Of a FareOptionValue.
    pub id: String,
    /// Of a FareOption.
    #[schemars(rename = "type")]
    pub kind: String,
}

/// A FareOption object.
#[derive(Debug, Clone, JsonSchema)]
pub struct FareOption {
    /// rider, fare, zone and others.
    #[schemars(rename = "type")]
    pub kind: String,
    /// To be shown.
    pub label: String,
    /// In the order of selection.
    pub value: Vec<FareOptionValue>,
}

/// A FareOptionValue object.
#[derive(Debug, Clone, JsonSchema)]
pub struct FareOptionValue {
    /// What alert_text is about.
    pub alert_label: Option<String>,
    /// To be shown at selection.
    pub alert_text: Option<String>,
    /// To be shown.
    pub description: Option<String>,
    /// Unique within the option.
    pub id: String,
    /// To be shown.
    pub name: String,
}

/// All fares of an agency.
#[derive(Debug, Clone, JsonSchema)]
pub struct FareList {
    /// In the order of selection.
    pub fare_options: Vec<FareOption>,
    /// None while rides are free.
    pub fares: Vec<Fare>,
}
