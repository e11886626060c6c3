//! Read models, ledger and audit: everything that follows from the events and nothing else. It knows events, not
//! commands.
//!
//! - [`Projector`] keeps read models up to date, several servers on one database included, and rebuilds them beside
//!   the live ones. [`Unfinished`] is the work that is not over,
//!   [`Sales`] what operators sold, [`ParkingStays`] who parked where and what is owed for it.
//! - [`Leases`] say which server is at work on what.
//! - [`ledger`] derives double-entry postings from events, and the trial balance from those.
//! - [`audit`] reads a whole log once and says whether everything that must hold does.

pub mod audit;
mod leases;
pub mod ledger;
mod projection;
mod projections;
mod runner;
mod store;

pub use leases::{Leases, Turn};
pub use projection::{ProjectError, Projection, seen};
pub use projections::{
    DayRow, DaysAsked, DebtSum, DisputeRow, Matched, OpenWork, ParkingStays, RefundRow, SaleRow, SaleStatus,
    Sales, SalesAsked, StayRow, StaysAsked, Unfinished, ValidationRow, ValidationsAsked,
};
pub use runner::{Projector, ProjectorError};
pub use store::{Build, Rows, Value, ViewError};
