//! Stays at parking locations: who parked where, what it cost, and what is owed.

mod list;
mod money;
mod project;
mod row;

pub use list::StaysAsked;
pub use money::DebtSum;
pub use row::StayRow;

/// The read model of stays, one row a stay.
#[derive(Debug, Clone, Copy)]
pub struct ParkingStays;
