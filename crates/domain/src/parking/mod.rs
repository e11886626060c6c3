//! A stay at a parking location, from the word or gate that begins it to the purchase that pays for it.

mod close;
mod command;
mod event;
mod fold;
mod gate;
mod number;
mod overdue;
mod retry;
mod state;
#[cfg(test)]
mod tests;

pub use command::{ParkingCommand, ParkingRejection};
pub use event::{CloseReason, EndedBy, NOT_CHARGEABLE, ParkingEvent, Settlement, Stay};
pub use overdue::Overdue;
pub use retry::DebtRetries;
pub use state::{Bill, GivenUp, ParkingSession, Payment};
