//! Personal data as it may stand in an event: closed under the user's own key.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Text that only the holder of a user's sealing key can open. Destroying that key erases what it closed, wherever
/// it stands, and leaves the log and its proofs as they were.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sealed(String);

impl Sealed {
    /// Takes what a sealing key produced. It is the caller's promise that this is ciphertext.
    #[must_use]
    pub fn from_ciphertext(ciphertext: String) -> Self {
        Self(ciphertext)
    }

    /// The ciphertext, for whoever holds the key.
    #[must_use]
    pub fn ciphertext(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed(…)")
    }
}
