//! Keyed hashes, and keys derived from keys.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::Secret;

/// Block of SHA-256, to which HMAC pads its key with zeros.
const BLOCK: usize = 64;

/// HMAC-SHA256 (RFC 2104) over the parts one after the other. Callers delimit them where that matters.
pub(crate) fn hmac_sha256(key: &Secret, parts: &[&[u8]]) -> [u8; 32] {
    let key = key.expose();
    // Padding here what HMAC would pad itself leaves no length that could be wrong.
    let mut block = Zeroizing::new([0_u8; BLOCK]);
    let (head, _) = block.split_at_mut(key.len());
    head.copy_from_slice(key);
    let mut mac = Hmac::<Sha256>::new((&*block).into());
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// The key for one purpose: HKDF-Expand (RFC 5869, section 2.3) to one block. The parent is uniformly random, so that
/// the extract step is not needed (section 3.3).
pub(crate) fn derive(parent: &Secret, purpose: &str) -> Secret {
    Secret::from_bytes(hmac_sha256(parent, &[purpose.as_bytes(), &[1]]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
            .collect()
    }

    #[test]
    fn derivation_agrees_with_the_published_vector_of_hkdf() {
        // RFC 5869, A.1: its first output block.
        let pseudorandom = Secret::from_slice(&hex(
            "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
        ))
        .unwrap();
        let info = hex("f0f1f2f3f4f5f6f7f8f9");
        let block = hmac_sha256(&pseudorandom, &[&info, &[1]]);
        assert_eq!(
            block.to_vec(),
            hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf")
        );
    }

    #[test]
    fn each_purpose_has_a_key_of_its_own() {
        let root = Secret::from_bytes([7; 32]);
        assert_eq!(derive(&root, "one").expose(), derive(&root, "one").expose());
        assert_ne!(derive(&root, "one").expose(), derive(&root, "two").expose());
    }
}
