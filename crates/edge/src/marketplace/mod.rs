//! The marketplace file: apps, operators, links, fees, catalogs and parking locations, as a person writes them.

mod cap;
mod catalog;
mod convert;
mod document;
mod language;
mod notices;
mod redemption_link;
mod refunds;
mod render;
mod ticket;
mod written;

pub(crate) use catalog::catalog_of;
pub use convert::{Flawed, declaration};
pub use document::{
    AppDocument, CapDocument, CapPeriodDocument, CatalogDocument, FareDocument, FareFreeDocument,
    FareOptionDocument, FeeDocument, LinkDocument, LocationDocument, MarketplaceDocument, OperatorDocument,
    OptionValueDocument, PeriodDocument, PointDocument, RateDocument, ServiceAlertDocument, StripeDocument,
    TextDocument, TicketDocument, ValidityDocument,
};
pub(crate) use notices::{alert_of, period_of};
pub use refunds::RefundsDocument;

pub(crate) use convert::operator_declaration;
pub(crate) use render::{document_of, kind_of};
pub(crate) use written::catalog_document;
