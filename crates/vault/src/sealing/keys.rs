//! Finding a user's key, or making it.

use std::sync::Arc;
use std::time::Instant;

use domain::UserId;

use crate::crypto::{SealingKey, Secret, open, wrap};
use crate::rows::user_keys::{self as rows, Row};
use crate::{Vault, VaultError};

/// Whether a user's texts can be opened.
pub(super) enum KeyState {
    /// Nothing was ever sealed for the user.
    Absent,
    /// The user was erased.
    Destroyed,
    /// The key.
    Kept(Arc<SealingKey>),
}

/// Binds a wrapped key to its user: rows cannot be swapped.
fn context(user: &UserId) -> Vec<u8> {
    [b"switchyard user key 1 ", user.as_str().as_bytes()].concat()
}

impl Vault {
    pub(super) async fn key_state(&self, user: &UserId) -> Result<KeyState, VaultError> {
        if let Some(key) = self.cache().get(user, Instant::now()) {
            return Ok(KeyState::Kept(key));
        }
        let ticket = self.cache().ticket();
        let wrapped = match rows::read(self.store(), user).await? {
            Row::Absent => return Ok(KeyState::Absent),
            Row::Destroyed => return Ok(KeyState::Destroyed),
            Row::Kept(wrapped) => wrapped,
        };
        let secret =
            open(self.wrapping(), &context(user), &wrapped).ok_or(VaultError::Damaged("user key"))?;
        let key = Arc::new(SealingKey::new(&secret));
        self.cache()
            .put(ticket, user.clone(), Arc::clone(&key), Instant::now());
        Ok(KeyState::Kept(key))
    }

    /// As [`Vault::key_state`], making a key if there never was one. Of several offered at the same time the store
    /// keeps the first, and everybody goes on with what was kept.
    pub(super) async fn key_for_sealing(&self, user: &UserId) -> Result<KeyState, VaultError> {
        match self.key_state(user).await? {
            KeyState::Absent => {}
            found => return Ok(found),
        }
        let wrapped = wrap(self.wrapping(), &context(user), &Secret::random()?)?;
        rows::offer(self.store(), user, &wrapped).await?;
        self.key_state(user).await
    }
}
