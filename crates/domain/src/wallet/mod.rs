//! A wallet: the passes and pass books a user holds.

mod command;
mod event;

pub use command::{WalletCommand, WalletRejection};
pub use event::{Held, IssueCause, IssuedItem, ItemId, MovedItem, WalletEvent};
