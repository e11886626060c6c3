//! Fresh secrets for others to hold: keys that are shown once and kept as hashes.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{VaultError, crypto::Secret};

/// 256 random bits as 43 letters, digits, `-` and `_`.
#[derive(Clone)]
pub struct RandomKey(String);

impl RandomKey {
    /// A fresh one.
    ///
    /// # Errors
    /// [`VaultError::Randomness`] when the operating system gives none.
    pub fn random() -> Result<Self, VaultError> {
        Ok(Self(URL_SAFE_NO_PAD.encode(Secret::random()?.expose())))
    }

    /// The text, for whoever is to hold it and for nobody else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RandomKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RandomKey(…)")
    }
}
