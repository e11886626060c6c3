//! Text closed under a user's key, the same text always in the same way.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::{Secret, derive, hmac_sha256};
use crate::VaultError;

const NONCE: usize = 24;

/// What a sealed text starts with, so that a later construction can be told apart.
const VERSION: &str = "s1.";

/// A user's key, split into the one that encrypts and the one that makes nonces.
///
/// The nonce is a keyed hash of the text (as in RFC 5297's synthetic IV), so that sealing is deterministic: the domain
/// compares sealed values to learn whether anything changed. What this gives away is that two sealed texts of the
/// *same* user are equal, and how long a text is. XChaCha20-Poly1305 does the rest; two texts share a nonce only if
/// 192 bits of HMAC-SHA256 collide.
#[derive(Debug)]
pub(crate) struct SealingKey {
    encryption: Secret,
    nonces: Secret,
}

impl SealingKey {
    pub(crate) fn new(key: &Secret) -> Self {
        Self {
            encryption: derive(key, "seal encryption"),
            nonces: derive(key, "seal nonce"),
        }
    }

    /// `owner` is bound to the text: it opens for nobody else even if two users had one key.
    pub(crate) fn seal(&self, owner: &str, text: &str) -> Result<String, VaultError> {
        let [nonce @ .., _, _, _, _, _, _, _, _] = hmac_sha256(&self.nonces, &[text.as_bytes()]);
        let payload = Payload {
            msg: text.as_bytes(),
            aad: owner.as_bytes(),
        };
        let closed = XChaCha20Poly1305::new(self.encryption.expose().into())
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| VaultError::TooLong)?;
        Ok(format!(
            "{VERSION}{}",
            URL_SAFE_NO_PAD.encode([nonce.as_slice(), &closed].concat())
        ))
    }

    /// The text, if this key sealed it for `owner`.
    pub(crate) fn unseal(&self, owner: &str, sealed: &str) -> Result<String, VaultError> {
        let encoded = sealed.strip_prefix(VERSION).ok_or(VaultError::Unreadable)?;
        let bytes = URL_SAFE_NO_PAD
            .decode(encoded)
            .map_err(|_| VaultError::Unreadable)?;
        let (nonce, closed) = bytes.split_first_chunk::<NONCE>().ok_or(VaultError::Unreadable)?;
        let payload = Payload {
            msg: closed,
            aad: owner.as_bytes(),
        };
        let opened = XChaCha20Poly1305::new(self.encryption.expose().into())
            .decrypt(&XNonce::from(*nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| VaultError::Unreadable)?;
        String::from_utf8(opened.to_vec()).map_err(|_| VaultError::Unreadable)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(byte: u8) -> SealingKey {
        SealingKey::new(&Secret::from_bytes([byte; 32]))
    }

    #[test]
    fn a_text_opens_only_for_its_owner_under_its_key() {
        let sealed = key(1).seal("user_a", "rider@example.com").unwrap();
        assert_eq!(key(1).unseal("user_a", &sealed).unwrap(), "rider@example.com");
        assert_eq!(key(1).unseal("user_b", &sealed), Err(VaultError::Unreadable));
        assert_eq!(key(2).unseal("user_a", &sealed), Err(VaultError::Unreadable));
    }

    #[test]
    fn a_sealed_text_shows_nothing_of_the_text() {
        let sealed = key(1).seal("user_a", "rider@example.com").unwrap();
        assert!(sealed.starts_with("s1."));
        assert!(!sealed.contains("rider") && !sealed.contains(&URL_SAFE_NO_PAD.encode("rider")));
    }

    #[test]
    fn the_format_of_sealed_texts_stays_readable() {
        // Written once by this construction: the log holds such texts for ever.
        let sealed = key(9).seal("user_a", "+14155550123").unwrap();
        assert_eq!(sealed, FORMAT_1);
        assert_eq!(key(9).unseal("user_a", FORMAT_1).unwrap(), "+14155550123");
    }

    const FORMAT_1: &str = "s1.Jp0xvZIhKDdexPyO3MCTnp3jwZr1rgVD1Atogf7huMbw55uYGAon_2Ag96rhHcIh4OYkmw";

    proptest! {
        #[test]
        fn what_is_sealed_comes_back_and_equal_texts_stay_equal(text in "\\PC{0,200}", other in "\\PC{0,200}") {
            let key = key(3);
            let sealed = key.seal("user_a", &text).unwrap();
            prop_assert_eq!(&key.unseal("user_a", &sealed).unwrap(), &text);
            prop_assert_eq!(key.seal("user_a", &other).unwrap() == sealed, other == text);
        }

        #[test]
        fn foreign_text_is_refused_and_never_panics(text in "(s1\\.)?[A-Za-z0-9_-]{0,120}|\\PC{0,60}") {
            prop_assert_eq!(key(3).unseal("user_a", &text), Err(VaultError::Unreadable));
        }
    }
}
