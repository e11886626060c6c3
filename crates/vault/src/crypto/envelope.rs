//! One key wrapped by another.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::Secret;
use crate::VaultError;

const NONCE: usize = 24;

/// Wraps `secret` under `key`, bound to `context` so that a wrapped key does not open in another's place. The nonce
/// is random: 192 bits never repeat.
pub(crate) fn wrap(key: &Secret, context: &[u8], secret: &Secret) -> Result<Vec<u8>, VaultError> {
    let mut nonce = [0; NONCE];
    getrandom::fill(&mut nonce).map_err(|_| VaultError::Randomness)?;
    let payload = Payload {
        msg: secret.expose(),
        aad: context,
    };
    let closed = XChaCha20Poly1305::new(key.expose().into())
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| VaultError::TooLong)?;
    Ok([nonce.as_slice(), &closed].concat())
}

/// Opens what [`wrap`] made; `None` for another key or context, or if it was altered.
pub(crate) fn open(key: &Secret, context: &[u8], wrapped: &[u8]) -> Option<Secret> {
    let (nonce, closed) = wrapped.split_first_chunk::<NONCE>()?;
    let payload = Payload {
        msg: closed,
        aad: context,
    };
    let opened = XChaCha20Poly1305::new(key.expose().into())
        .decrypt(&XNonce::from(*nonce), payload)
        .ok()?;
    Secret::from_slice(&Zeroizing::new(opened))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapped_key_opens_only_with_its_key_in_its_place_and_unaltered() {
        let key = Secret::from_bytes([1; 32]);
        let wrapped = wrap(&key, b"here", &Secret::from_bytes([2; 32])).unwrap();
        assert_eq!(open(&key, b"here", &wrapped).unwrap().expose(), &[2; 32]);
        assert!(open(&key, b"there", &wrapped).is_none());
        assert!(open(&Secret::from_bytes([3; 32]), b"here", &wrapped).is_none());
        assert!(open(&key, b"here", &wrapped[..20]).is_none());
        for at in 0..wrapped.len() {
            let mut altered = wrapped.clone();
            altered[at] ^= 1;
            assert!(open(&key, b"here", &altered).is_none(), "byte {at}");
        }
    }
}
