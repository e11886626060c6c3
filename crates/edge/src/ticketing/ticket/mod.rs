//! The visual ticket: a page that needs nothing but itself, which a driver judges at a glance and an inspector by its
//! code.

mod code;
mod initials;
mod labels;
mod page;
mod signer;
#[cfg(test)]
mod tests;

pub use page::{Ticket, TicketError};
pub use signer::TicketSigner;
