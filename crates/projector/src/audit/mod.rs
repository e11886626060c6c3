//! Auditing a log: reading all of it and checking everything that must hold.

mod commits;
mod money;
mod privacy;
mod report;
mod rule;
mod scan;
mod state;
mod stays;
mod streams;
mod verify;

pub use report::{Counts, OpenPurchase, Report, Violation};
pub use rule::Rule;
pub use verify::verify;
