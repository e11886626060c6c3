//! The read models, one a file.

mod parking_stays;
mod sales;
mod unfinished;

pub use parking_stays::{DebtSum, ParkingStays, StayRow, StaysAsked};
pub use sales::{
    DayRow, DaysAsked, DisputeRow, Matched, RefundRow, SaleRow, SaleStatus, Sales, SalesAsked, ValidationRow,
    ValidationsAsked,
};
pub use unfinished::{OpenWork, Unfinished};
