//! Objects of Coord's Parking Search API.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;

use super::Receipt;
use crate::marketplace::{RateDocument, TariffDocument};

/// Locations, as GeoJSON.
#[derive(Debug, Clone, JsonSchema)]
pub struct ParkingCollection {
    /// FeatureCollection
    #[schemars(rename = "type")]
    pub kind: String,
    /// The nearest first; looked for by id, in the order of the ids.
    pub features: Vec<ParkingFeature>,
    /// Whether there are more than were asked for.
    pub has_more: bool,
}

/// A location, as GeoJSON.
#[derive(Debug, Clone, JsonSchema)]
pub struct ParkingFeature {
    /// Feature
    #[schemars(rename = "type")]
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Where it is.
    pub geometry: LocationPoint,
    /// What there is to know.
    pub properties: ParkingProperties,
}

/// Where a location is.
#[derive(Debug, Clone, JsonSchema)]
pub struct LocationPoint {
    /// Point
    #[schemars(rename = "type")]
    pub kind: String,
    /// Longitude and latitude, in degrees.
    pub coordinates: [f64; 2],
}

/// What there is to know of a location.
#[derive(Debug, Clone, JsonSchema)]
pub struct ParkingProperties {
    /// Its id: the operator's and its own with a colon between.
    pub id: String,
    /// The operator.
    pub system_id: String,
    /// The operator's displayable name.
    pub system_name: String,
    /// Whether the operator can be paid through the app now.
    pub is_transactable: bool,
    /// Displayable name.
    pub name: String,
    /// Displayable address.
    pub address: Option<String>,
    /// Whether a gate decides when a stay begins and ends.
    pub is_gated: bool,
    /// How many vehicles it holds.
    pub capacity: Option<u32>,
    /// How many spaces are free, where the operator told it lately.
    pub availability: Option<RoomThere>,
    /// How far it is from the point, in metres along the ground.
    pub distance_m: Option<u64>,
    /// What it costs.
    pub pricing: ParkingPricing,
    /// What the stay that was asked for costs, tax included.
    pub total_cost: Option<MoneyAmount>,
    /// How much of that is tax.
    pub total_tax: Option<MoneyAmount>,
    /// How the total comes about.
    pub cost_lines: Option<Vec<CostLine>>,
    /// Why the stay that was asked for has no price.
    pub cost_unavailable: Option<CostUnavailable>,
}

/// How much room there is.
#[derive(Debug, Clone, JsonSchema)]
pub struct RoomThere {
    /// How many.
    pub spaces_free: u32,
    /// When that was counted.
    pub as_of: DateTime<Utc>,
    /// Until when it is worth telling.
    pub valid_until: DateTime<Utc>,
}

/// What a location costs.
#[derive(Debug, Clone, JsonSchema)]
pub struct ParkingPricing {
    /// Which version.
    pub version: u32,
    /// Since when.
    pub effective_from: DateTime<Utc>,
    /// ISO 4217.
    pub currency: String,
    /// By whose clocks prices change.
    pub timezone: String,
    /// For people, a sentence each.
    pub description: Vec<String>,
    /// One price at all times.
    pub rate: Option<RateDocument>,
    /// Prices by the clock, in place of `rate`.
    pub tariff: Option<TariffDocument>,
}

/// Money.
#[derive(Debug, Clone, JsonSchema)]
pub struct MoneyAmount {
    /// Minor units.
    pub amount: i64,
    /// ISO 4217.
    pub currency: String,
}

/// A line of a calculation.
#[derive(Debug, Clone, JsonSchema)]
pub struct CostLine {
    /// free, entry, rate, period or event.
    #[schemars(rename = "type")]
    pub kind: String,
    /// Of a period or an event: its name.
    pub name: Option<String>,
    /// From when.
    pub start_time: DateTime<Utc>,
    /// To when.
    pub end_time: DateTime<Utc>,
    /// How many minutes of the stay that is.
    pub minutes: u32,
    /// How many intervals were begun.
    pub intervals: u32,
    /// What it costs; without the tax where that comes on top.
    pub cost: MoneyAmount,
    /// How much of the tax is due to it.
    pub tax: Option<MoneyAmount>,
    /// stretch, day or stay: which maximum held the cost down.
    pub maximum: Option<String>,
}

/// Why a stay has no price.
#[derive(Debug, Clone, JsonSchema)]
pub struct CostUnavailable {
    /// `stay_too_long`, for one.
    pub code: String,
    /// For people.
    pub message: String,
}

/// A session; what is not known yet is left out.
#[derive(Debug, Clone, JsonSchema)]
pub struct ParkingSessionObject {
    /// Its number, unique for the user.
    pub id: u64,
    /// When it began.
    pub start_time: Option<DateTime<Utc>>,
    /// When it ended.
    pub end_time: Option<DateTime<Utc>>,
    /// The user, as a UUID.
    pub user_id: String,
    /// What a gate wants to see, while the session goes on.
    pub redemption_info: Option<RedemptionInfo>,
    /// Where.
    pub location_id: String,
    /// Why it came to nothing, where it did.
    pub given_up: Option<String>,
    /// What it cost, once it has ended.
    pub billing_info: Option<BillingInfo>,
}

/// What a session cost.
#[derive(Debug, Clone, JsonSchema)]
pub struct BillingInfo {
    /// Tax included.
    pub cost: MoneyAmount,
    /// How much of that is tax.
    pub tax: Option<MoneyAmount>,
    /// How the cost comes about.
    pub cost_lines: Vec<CostLine>,
    /// paid, pending, owed, forgiven or simulated.
    pub payment: String,
    /// Once it is paid: where whoever has the address reads how the cost came about.
    pub receipt: Option<Receipt>,
}

/// What a rider shows at a gate.
#[derive(Debug, Clone, JsonSchema)]
pub struct RedemptionInfo {
    /// qr_code
    #[schemars(rename = "type")]
    pub kind: String,
    /// What the QR code says; opens one gate once.
    pub value: String,
    /// When it stops opening anything; ask for another one then.
    pub expires_at: DateTime<Utc>,
}

/// A test user's simulated stay.
#[derive(Debug, Clone, JsonSchema)]
pub struct SimulatedRedemption {
    /// Minutes between the simulated entry and the simulated exit, up to a month.
    pub duration_m: u32,
}

/// What a gate saw. Names the barcode or the session, and not both.
#[derive(Debug, Clone, JsonSchema)]
pub struct GateScan {
    /// The gate's own name for it, 1 to 128 bytes. The same scan is answered the same for ever.
    pub scan_id: String,
    /// entry or exit
    pub direction: String,
    /// Where the gate is.
    pub location_id: String,
    /// What was scanned.
    pub barcode: Option<String>,
    /// The session, where somebody opened the gate by hand.
    pub session_id: Option<String>,
    /// When; now where it is left out. May lie in the past.
    pub at: Option<DateTime<Utc>>,
}

/// What the gate is to do.
#[derive(Debug, Clone, JsonSchema)]
pub struct GateVerdict {
    /// The gate's own name for the scan.
    pub scan_id: String,
    /// Whether to open.
    pub open: bool,
    /// Whose session it was.
    pub session_id: Option<String>,
    /// Why the gate stays shut: unknown_barcode, barcode_expired, barcode_used, other_location, test_session,
    /// in_the_future, already_entered, already_left, out_of_order or session_given_up.
    pub reason: Option<String>,
}
