//! What must stay mutable or erasable and so cannot stand in the log: sealing keys, login sessions, and the one
//! secret everything else is derived from.
//!
//! - Personal data stands in events only *sealed* under a key of its user. Destroying that key erases the person;
//!   the log, its proofs and the books stay as they were.
//! - A login session is known by the hash of its token, so that reading the database logs nobody in.
//! - The *root secret* is made once per database. Signatures, pseudonyms and the wrapping of user keys hang on keys
//!   derived from it, one per purpose. With a *master key* from the configuration, the root secret is stored wrapped,
//!   and a copy of the database alone opens nothing.
//!
//! Everything here lives in the vault [`Store`](event_log::Store), apart from the events.

mod crypto;
mod error;
mod pseudonym;
mod random_key;
mod root;
mod rows;
mod sealing;
mod sessions;
mod signing;
mod vault;
mod webhook;

pub use crypto::{InvalidMasterKey, MasterKey};
pub use error::VaultError;
pub use random_key::RandomKey;
pub use sealing::MAX_PLAINTEXT;
pub use sessions::{NewSession, SESSIONS_PER_USER, Session, SessionToken};
pub use signing::{Purpose, SIGNATURE_LENGTH};
pub use vault::Vault;
pub use webhook::WebhookSecret;
