//! A wallet: the passes and pass books a user holds.

mod at_hand;
mod book;
mod capping;
mod command;
mod event;
mod giving_back;
mod issued_items;
mod issuing;
mod moving;
mod pass;
mod reissuing;
mod riding;
mod standing;
mod state;
mod status;
mod suspending;
#[cfg(test)]
pub(crate) mod tests;
mod voiding;

pub use book::{MAX_BOOK_PASSES, PassBook};
pub use capping::CapTerms;
pub use command::{WalletCommand, WalletRejection};
pub use event::{CapReached, Held, IssueCause, IssuedItem, ItemId, MovedItem, WalletEvent};
pub use giving_back::{GivenBack, NotGivenBack};
pub use issued_items::{issued_items, price_of};
pub use pass::{Activation, Pass, Shown};
pub use standing::Standing;
pub use state::Wallet;
pub use status::PassStatus;
