//! Passes and books of them.

use schemars::JsonSchema;

use super::{Fare, FareOption, Receipt, TimeRange};

/// A Pass object.
#[derive(Debug, Clone, JsonSchema)]
pub struct Pass {
    /// Whose it is.
    pub agency_id: String,
    /// Always there, unlike fare.
    pub details: PassDetails,
    /// The visual ticket, while active, where the platform may show it.
    pub display_html: Option<String>,
    /// When it expires, or would if activated now.
    #[schemars(extend("format" = "date-time"))]
    pub end_timestamp: String,
    /// Not of passes in books.
    pub fare: Option<Fare>,
    /// If not the agency's.
    pub logo_url: Option<String>,
    /// The book it is of.
    pub pass_book_id: Option<String>,
    /// A unique id.
    pub pass_id: String,
    /// Stripe.
    pub payment_processor: Option<String>,
    /// If it was bought by this rider.
    pub purchase_receipt: Option<Receipt>,
    /// When it was bought.
    #[schemars(extend("format" = "date-time"))]
    pub purchase_timestamp: Option<String>,
    /// If it was refunded.
    pub refund_receipt: Option<Receipt>,
    /// When it was refunded.
    #[schemars(extend("format" = "date-time"))]
    pub refund_timestamp: Option<String>,
    /// When it was first activated, or now.
    #[schemars(extend("format" = "date-time"))]
    pub start_timestamp: String,
    /// What can be done with it.
    pub status: PassStatus,
    /// What it was just paid with, to be used again.
    pub stripe_source: Option<String>,
    /// When it must be activated again; tickets are not cached beyond.
    #[schemars(extend("format" = "date-time"))]
    pub ticket_expiration_timestamp: Option<String>,
    /// When it can be activated, if not always.
    pub valid_time_ranges: Option<Vec<TimeRange>>,
}

/// What to show of a pass.
#[derive(Debug, Clone, JsonSchema)]
pub struct PassDetails {
    /// Whose it is.
    pub agency_name: String,
    /// What alert_text is about.
    pub alert_label: Option<String>,
    /// To be shown before activation.
    pub alert_text: Option<String>,
    /// To be shown.
    pub description: String,
    /// To be shown.
    pub name: String,
}

/// What can be done with a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum PassStatus {
    /// It can be activated.
    Unactivated,
    /// It is good for boarding on this device.
    Active,
    /// It must be activated again.
    StaleTicket,
    /// Not on this device until the next day.
    ActiveOnAnotherDevice,
    /// Its time is over.
    Expired,
    /// It was given back.
    Refunded,
    /// It was invalidated.
    Invalid,
    /// It became a better one.
    FareCapped,
    /// It is on its way to somebody else.
    AwaitingTransfer,
    /// It is somebody else's.
    Transferred,
}

/// A PassBook object.
#[derive(Debug, Clone, JsonSchema)]
pub struct PassBook {
    /// What was bought.
    pub fare: Fare,
    /// If not the agency's.
    pub logo_url: Option<String>,
    /// A unique id.
    pub pass_book_id: String,
    /// The transfer it is in.
    pub pass_transfer_id: Option<String>,
    /// Stripe.
    pub payment_processor: Option<String>,
    /// If it was bought by this rider.
    pub purchase_receipt: Option<Receipt>,
    /// When it was bought.
    #[schemars(extend("format" = "date-time"))]
    pub purchase_timestamp: Option<String>,
    /// If it was refunded.
    pub refund_receipt: Option<Receipt>,
    /// When it was refunded.
    #[schemars(extend("format" = "date-time"))]
    pub refund_timestamp: Option<String>,
    /// What it was just paid with, to be used again.
    pub stripe_source: Option<String>,
    /// When it was transferred.
    #[schemars(extend("format" = "date-time"))]
    pub transfer_timestamp: Option<String>,
    /// Passes left that can be activated.
    pub unactivated_remaining_count: u32,
}

/// All passes of a rider.
#[derive(Debug, Clone, JsonSchema)]
pub struct PassList {
    /// If asked for.
    pub fare_options: Option<Vec<FareOption>>,
    /// null without any.
    #[schemars(extend("type" = ["array", "null"]))]
    pub pass_books: Vec<PassBook>,
    /// One by one.
    pub passes: Vec<Pass>,
}

/// All passes of a rider, one of which was just activated.
#[derive(Debug, Clone, JsonSchema)]
pub struct Activated {
    /// Which.
    pub activated_pass_id: String,
    /// If asked for.
    pub fare_options: Option<Vec<FareOption>>,
    /// null without any.
    #[schemars(extend("type" = ["array", "null"]))]
    pub pass_books: Vec<PassBook>,
    /// One by one.
    pub passes: Vec<Pass>,
}
