//! Sealing and unsealing.

use domain::{Sealed, UserId};

use super::keys::KeyState;
use crate::{Vault, VaultError};

/// Longest text that is sealed, in bytes: far more than any e-mail address, and more than an answer with every ticket of
/// a full wallet in it.
pub const MAX_PLAINTEXT: usize = 16 * 1024 * 1024;

impl Vault {
    /// Closes a text under the user's key, which is made when it is first needed. The same text of the same user
    /// always gives the same result.
    ///
    /// # Errors
    /// [`VaultError::KeyDestroyed`] once the user was erased, [`VaultError::TooLong`] beyond [`MAX_PLAINTEXT`].
    pub async fn seal(&self, user: &UserId, plaintext: &str) -> Result<Sealed, VaultError> {
        if plaintext.len() > MAX_PLAINTEXT {
            return Err(VaultError::TooLong);
        }
        match self.key_for_sealing(user).await? {
            KeyState::Kept(key) => key.seal(user.as_str(), plaintext).map(Sealed::from_ciphertext),
            KeyState::Destroyed => Err(VaultError::KeyDestroyed),
            KeyState::Absent => Err(VaultError::Damaged("user key")),
        }
    }

    /// The text, or `None` when the user was erased.
    ///
    /// # Errors
    /// [`VaultError::Unreadable`] when it was not sealed for this user, or was altered.
    pub async fn unseal(&self, user: &UserId, sealed: &Sealed) -> Result<Option<String>, VaultError> {
        match self.key_state(user).await? {
            KeyState::Kept(key) => key.unseal(user.as_str(), sealed.ciphertext()).map(Some),
            KeyState::Destroyed => Ok(None),
            KeyState::Absent => Err(VaultError::Unreadable),
        }
    }
}
