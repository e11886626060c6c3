//! A pass transfer: passes going from one account to whoever follows a redemption link. It moves passes, not money.

mod command;
mod event;
mod item;
mod redemption;
mod refunding;
mod state;
mod status;
#[cfg(test)]
mod tests;

pub use command::{Eligibility, TransferCommand, TransferRejection};
pub use event::TransferEvent;
pub use item::{CodeHash, InvalidCodeHash, TransferItem};
pub use redemption::Redemption;
pub use refunding::{Refund, RefundState};
pub use state::Transfer;
pub use status::TransferStatus;
