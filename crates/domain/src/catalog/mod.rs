//! An operator's catalog: fares and parking rates, versioned and effective-dated.

mod cap;
mod command;
mod diff;
mod event;
mod fare;
mod location;
mod parking_rate;
mod problem;
mod schedule;
mod state;
#[cfg(test)]
mod tests;

pub use cap::{CapPeriod, FareCap};
pub use command::{CatalogCommand, CatalogRejection};
pub use diff::{CatalogDiff, Difference, FieldChange, How, Subject, diff, location_diff};
pub use event::{CatalogContent, CatalogEvent, CatalogSource};
pub use fare::{
    Alert, Fare, FareOption, FareOptionValue, OptionChoice, PassTerms, Product, Restriction, ServiceCalendar,
    TimeRange, Validity,
};
pub use parking_rate::{Entry, IntervalPrice, ParkingLocation, ParkingRate};
pub use problem::{CatalogProblem, Flaw, inspect, inspect_location};
pub use schedule::VersionStatus;
pub use state::{Catalog, CatalogVersion, LocationVersion};
