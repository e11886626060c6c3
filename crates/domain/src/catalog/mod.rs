//! An operator's catalog: fares, versioned and effective-dated.

mod fare;

pub use fare::{
    Alert, Fare, FareOption, FareOptionValue, OptionChoice, PassTerms, Product, Restriction, ServiceCalendar,
    TimeRange, Validity,
};
