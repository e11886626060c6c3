//! The marketplace file: apps, operators, links, fees, catalogs and parking locations, as a person writes them.

mod cap;
mod catalog;
mod charging;
mod convert;
mod disputes;
mod document;
#[cfg(test)]
mod hostile;
mod language;
mod location;
mod notices;
mod redemption_link;
mod refunds;
mod render;
mod tariff;
mod ticket;
mod written;

pub(crate) use catalog::catalog_of;
pub use charging::ChargingDocument;
pub(crate) use convert::point_of;
pub use convert::{Flawed, declaration};
pub use disputes::{DisputedPassesDocument, DisputesDocument};
pub use document::{
    AppDocument, CapDocument, CapPeriodDocument, CatalogDocument, DayKindDocument, DayMaximumDocument,
    EventRateDocument, FareDocument, FareFreeDocument, FareOptionDocument, FeeDocument, FreeDocument,
    LinkDocument, LocationDocument, MarketplaceDocument, OperatorDocument, OptionValueDocument,
    PeriodDocument, PointDocument, RateDocument, ServiceAlertDocument, StripeDocument, TariffDocument,
    TariffPeriodDocument, TariffPriceDocument, TaxDocument, TextDocument, TicketDocument, TierDocument,
    ValidityDocument, WeekTimesDocument,
};
pub(crate) use location::{location_document, location_of};
pub(crate) use notices::{alert_of, period_of};
pub use refunds::RefundsDocument;

pub(crate) use convert::operator_declaration;
pub(crate) use render::{document_of, kind_of};
pub(crate) use tariff::time;
pub(crate) use written::catalog_document;
