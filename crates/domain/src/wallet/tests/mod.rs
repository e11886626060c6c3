//! Rules of the wallet, by name.

mod activating;
mod at_hand;
mod capping;
pub(crate) mod fixtures;
mod giving_back;
mod issuing;
mod laws;
mod moving;
mod reissuing;
mod showing;
mod suspending;
mod voiding;
