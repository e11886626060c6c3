//! A voucher: one code of a series, redeemed by as many accounts as its series allows.

mod command;
mod event;
mod state;
#[cfg(test)]
mod tests;

pub use command::{VoucherCommand, VoucherRejection};
pub use event::VoucherEvent;
pub use state::{Voucher, VoucherStatus};
