//! The read models, one a file.

mod sales;
mod unfinished;

pub use sales::{
    DayRow, DaysAsked, Matched, RefundRow, SaleRow, SaleStatus, Sales, SalesAsked, ValidationRow,
    ValidationsAsked,
};
pub use unfinished::{OpenWork, Unfinished};
