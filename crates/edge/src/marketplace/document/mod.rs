//! The shape of the file. `docs/marketplace.schema.json` is made from these types.

mod app;
mod cap;
mod catalog;
mod notice;
mod operator;
mod parking;
mod tariff;
mod text;
mod ticket;

pub use app::{AppDocument, StripeDocument};
pub use cap::{CapDocument, CapPeriodDocument};
pub use catalog::{CatalogDocument, FareDocument, FareOptionDocument, OptionValueDocument, ValidityDocument};
pub use notice::{FareFreeDocument, PeriodDocument, ServiceAlertDocument};
pub use operator::{FeeDocument, LinkDocument, OperatorDocument};
pub use parking::{LocationDocument, RateDocument};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
pub use tariff::{
    DayKindDocument, DayMaximumDocument, EventRateDocument, FreeDocument, TariffDocument,
    TariffPeriodDocument, TariffPriceDocument, TaxDocument, TierDocument, WeekTimesDocument,
};
pub use text::{PointDocument, TextDocument};
pub use ticket::TicketDocument;

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
