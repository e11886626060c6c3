//! Keys: what is kept of an app's own API keys, and Stripe's key that is no secret.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::web::text_conversions;
use crate::{ApiKeyId, StripeAccountId};

/// What a key may do (ticketing API, "Key Types"; Coord's Users API for the server token).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// May stand in apps and web pages; sees what the public may see.
    Publishable,
    /// Stays on the app's servers; may do everything.
    Secret,
    /// Stays on the app's servers; buys users' JWTs from `create_jwt` and nothing else.
    ServerToken,
}

/// What is kept of a key: enough to recognise it, not enough to use it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclaredKey {
    /// The key's handle.
    pub key: ApiKeyId,
    /// What it may do.
    pub kind: KeyKind,
    /// Hash of the whole key.
    pub sha256: KeyDigest,
    /// The key's last characters, so that people can tell keys apart.
    pub hint: KeyHint,
}

/// An app's account at Stripe, on which its riders are customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Platform {
    /// The account.
    pub account: StripeAccountId,
    /// The key with which the app's clients make credentials for it.
    pub publishable_key: StripePublishableKey,
}

/// Why a text cannot stand where a key's trace is wanted. It does not repeat the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKeyText {
    /// Not a SHA-256 digest.
    #[error("not a SHA-256 digest in lower-case hexadecimal")]
    NotADigest,
    /// Too long or not plain: it might be the key itself.
    #[error("a hint is one to four letters and digits")]
    NotAHint,
    /// Anything but `pk_…`, above all a secret key.
    #[error("not a publishable key of Stripe")]
    NotPublishable,
}

/// SHA-256 of a key, in lower-case hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyDigest(String);

impl KeyDigest {
    /// Takes 64 hexadecimal digits.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidKeyText> {
        let text = text.into();
        let hexadecimal = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if text.len() == 64 && hexadecimal {
            Ok(Self(text))
        } else {
            Err(InvalidKeyText::NotADigest)
        }
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The last characters of a key, four at most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyHint(String);

impl KeyHint {
    /// Takes one to four letters and digits: a hint that could be a key is refused.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidKeyText> {
        let text = text.into();
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if plain && (1..=4).contains(&text.len()) {
            Ok(Self(text))
        } else {
            Err(InvalidKeyText::NotAHint)
        }
    }

    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A publishable key of Stripe, `pk_…`. Being public is what lets it stand in an event; no other key has a type here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StripePublishableKey(String);

impl StripePublishableKey {
    /// Takes `pk_` and what follows.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidKeyText> {
        let text = text.into();
        let rest = text.strip_prefix("pk_").unwrap_or_default();
        let plain = rest
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !rest.is_empty() && plain && text.len() <= 255 {
            Ok(Self(text))
        } else {
            Err(InvalidKeyText::NotPublishable)
        }
    }

    /// The key as clients use it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_conversions!(KeyDigest, InvalidKeyText);
text_conversions!(KeyHint, InvalidKeyText);
text_conversions!(StripePublishableKey, InvalidKeyText);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_key_of_stripe_has_no_place_in_an_event() {
        assert!(StripePublishableKey::parse("pk_test_1234567890abcXYZ").is_ok());
        for bad in ["sk_test_1234567890abcXYZ", "rk_live_1", "pk_", "pk_test 1", ""] {
            assert_eq!(
                StripePublishableKey::parse(bad),
                Err(InvalidKeyText::NotPublishable),
                "{bad:?}"
            );
        }
        assert!(serde_json::from_str::<StripePublishableKey>("\"sk_test_1\"").is_err());
    }

    #[test]
    fn a_hint_is_too_short_to_be_a_key() {
        assert!(KeyHint::parse("cdef").is_ok());
        for bad in ["", "bcdef", "a b", "é"] {
            assert_eq!(KeyHint::parse(bad), Err(InvalidKeyText::NotAHint), "{bad:?}");
        }
    }

    #[test]
    fn a_digest_is_64_lower_case_hexadecimal_digits() {
        assert!(KeyDigest::parse("0f".repeat(32)).is_ok());
        for bad in ["0F".repeat(32), "0f".repeat(31), "0g".repeat(32)] {
            assert_eq!(KeyDigest::parse(bad), Err(InvalidKeyText::NotADigest));
        }
    }
}
