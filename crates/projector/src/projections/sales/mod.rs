//! What operators see of their own business: what was sold, what went back, and which passes were used.

mod disputes;
mod list;
mod matching;
mod money;
mod project;
mod refunds;
mod summary;
mod validations;

pub use disputes::DisputeRow;
pub use list::{SaleRow, SaleStatus, SalesAsked};
pub use matching::Matched;
pub use refunds::RefundRow;
pub use summary::{DayRow, DaysAsked};
pub use validations::{ValidationRow, ValidationsAsked};

/// The read model of an operator's sales, refunds and validations.
#[derive(Debug, Clone, Copy)]
pub struct Sales;
