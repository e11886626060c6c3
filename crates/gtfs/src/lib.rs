//! GTFS Fares v2: what an operator publishes about its fares, turned into a catalog.
//!
//! A feed says what there is and what it costs. It cannot say how long a pass lasts, what of it an app may sell, or what
//! is given back: that comes from an operator's [`Overlay`]. [`import`] puts both together, or says everything that is
//! wrong with either, row by row. It reads bytes and returns values; folders, uploads and the log are others' business.

mod amount;
mod convert;
mod feed;
mod files;
mod overlay;
mod report;
mod table;

pub use amount::{AmountFlaw, decimal, minor_units};
pub use convert::{Imported, Summary, import};
pub use files::Files;
pub use overlay::{
    AddedFare, CapOverlay, CapPeriodOverlay, FeedId, NamedOverlay, OptionOverlay, OptionsOverlay, Overlay,
    RefundsOverlay, Rule, TextOverlay, ValidityOverlay,
};
pub use report::{Finding, Report};
