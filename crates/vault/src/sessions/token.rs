//! The token of a session, which only its holder has.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::VaultError;
use crate::crypto::Secret;

/// Characters of 256 bits in base64 without padding.
const TOKEN_LENGTH: usize = 43;

/// The value of the cookie: 256 random bits in base64url. The vault keeps its hash only, so this is the one time it
/// can be seen.
#[derive(Clone)]
pub struct SessionToken(String);

impl SessionToken {
    pub(super) fn random() -> Result<Self, VaultError> {
        Ok(Self(URL_SAFE_NO_PAD.encode(Secret::random()?.expose())))
    }

    /// The token, for the cookie and nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(…)")
    }
}

/// What a token is stored under; nothing for what cannot be a token. The token has the entropy of a key, so a plain
/// hash keeps it safe and the look-up by hash gives no time away about it.
pub(super) fn hash(token: &str) -> Option<[u8; 32]> {
    (token.len() == TOKEN_LENGTH).then(|| Sha256::digest(token.as_bytes()).into())
}
