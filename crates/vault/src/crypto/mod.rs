//! The primitives, each in one place: derivation, wrapping, sealing text, the master key.

mod derive;
mod envelope;
mod master_key;
mod secret;
mod siv;

pub(crate) use derive::{derive, hmac_sha256};
pub(crate) use envelope::{open, wrap};
pub use master_key::{InvalidMasterKey, MasterKey};
pub(crate) use secret::Secret;
pub(crate) use siv::SealingKey;
