//! The marketplace file: apps, operators, links, fees, catalogs and parking locations, as a person writes them.

mod cap;
mod catalog;
mod convert;
mod document;

pub use convert::{Flawed, declaration};
pub use document::{
    AppDocument, CapDocument, CapPeriodDocument, CatalogDocument, FareDocument, FareOptionDocument,
    FeeDocument, LinkDocument, LocationDocument, MarketplaceDocument, OperatorDocument, OptionValueDocument,
    PointDocument, RateDocument, StripeDocument, TextDocument, ValidityDocument,
};
