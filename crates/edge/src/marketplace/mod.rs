//! The marketplace file: apps, operators, links, fees, catalogs and parking locations, as a person writes them.

mod catalog;
mod convert;
mod document;
mod ticket;

pub use convert::{Flawed, declaration};
pub use document::{
    AppDocument, CatalogDocument, FareDocument, FareOptionDocument, FeeDocument, LinkDocument,
    LocationDocument, MarketplaceDocument, OperatorDocument, OptionValueDocument, PointDocument,
    RateDocument, StripeDocument, TextDocument, TicketDocument, ValidityDocument,
};
