//! Rules of the wallet, by name.

mod activating;
mod at_hand;
mod capping;
pub(crate) mod fixtures;
mod issuing;
mod laws;
mod moving;
mod showing;
mod voiding;
