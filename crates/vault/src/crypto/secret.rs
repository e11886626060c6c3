//! Thirty-two secret bytes that wipe themselves.

use std::fmt;

use zeroize::{Zeroize, Zeroizing};

use crate::VaultError;

/// Bytes of every symmetric key here.
pub(crate) const LENGTH: usize = 32;

/// A 256-bit secret. Its memory is wiped when it is dropped, and it never shows itself.
#[derive(Clone)]
pub(crate) struct Secret(Zeroizing<[u8; LENGTH]>);

impl Secret {
    /// Fresh from the operating system.
    pub(crate) fn random() -> Result<Self, VaultError> {
        let mut bytes = Zeroizing::new([0; LENGTH]);
        getrandom::fill(bytes.as_mut_slice()).map_err(|_| VaultError::Randomness)?;
        Ok(Self(bytes))
    }

    pub(crate) fn from_bytes(mut bytes: [u8; LENGTH]) -> Self {
        let secret = Self(Zeroizing::new(bytes));
        bytes.zeroize();
        secret
    }

    /// `None` unless there are exactly as many bytes as a secret has.
    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self::from_bytes)
    }

    pub(crate) fn expose(&self) -> &[u8; LENGTH] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
