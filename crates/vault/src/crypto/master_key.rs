//! The key from outside the database that protects the root secret.

use std::fmt;

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use super::Secret;

/// Why a configured text is no master key. It never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a master key is 32 random bytes, written as 64 hexadecimal digits or in base64")]
pub struct InvalidMasterKey;

/// Thirty-two bytes from the configuration, kept apart from the database and its backups.
#[derive(Clone)]
pub struct MasterKey(Secret);

impl MasterKey {
    /// Reads 64 hexadecimal digits, or base64 in either alphabet, padded or not. White space around is ignored, as
    /// secrets are often kept in files that end in a newline.
    pub fn parse(text: &str) -> Result<Self, InvalidMasterKey> {
        let text = text.trim();
        let bytes = Zeroizing::new(
            from_hex(text)
                .or_else(|| from_base64(text))
                .ok_or(InvalidMasterKey)?,
        );
        Secret::from_slice(&bytes).map(Self).ok_or(InvalidMasterKey)
    }

    /// Takes the bytes as they are.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Secret::from_bytes(bytes))
    }

    pub(crate) fn secret(&self) -> &Secret {
        &self.0
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if text.len() != 64 {
        return None;
    }
    let (pairs, _) = text.as_bytes().as_chunks::<2>();
    pairs
        .iter()
        .map(|&[high, low]| Some(nibble(high)? << 4 | nibble(low)?))
        .collect()
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    let lenient = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    [STANDARD, URL_SAFE]
        .iter()
        .find_map(|alphabet| GeneralPurpose::new(alphabet, lenient).decode(text).ok())
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose;

    use super::*;

    #[test]
    fn a_master_key_is_read_in_hexadecimal_and_in_base64() {
        let bytes = [0xfb; 32];
        for text in [
            "fb".repeat(32),
            "FB".repeat(32),
            general_purpose::STANDARD.encode(bytes),
            general_purpose::STANDARD_NO_PAD.encode(bytes),
            general_purpose::URL_SAFE_NO_PAD.encode(bytes),
            format!("{}\n", "fb".repeat(32)),
        ] {
            assert_eq!(
                MasterKey::parse(&text).unwrap().secret().expose(),
                &bytes,
                "{text}"
            );
        }
    }

    #[test]
    fn anything_else_is_refused_without_being_repeated() {
        for text in [
            "",
            "hunter2",
            &"fb".repeat(31),
            &"fb".repeat(33),
            &"zz".repeat(32),
            "é",
        ] {
            let error = MasterKey::parse(text).unwrap_err();
            assert!(text.is_empty() || !error.to_string().contains(text));
        }
    }
}
