//! The API key of a request: `sk_fake_1234567890abcdef`.
//!
//! Ticketing API, "API Authentication": a prefix says what the key may do, an infix which environment it opens.

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Longest key that is accepted, in bytes.
const MAX_LENGTH: usize = 256;

/// What a key may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// `pk_`: may be part of an app that anybody can take apart.
    Publishable,
    /// `sk_`: for servers only, and may do everything.
    Secret,
}

impl KeyKind {
    /// As `api_key_type` names it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Publishable => "publishable",
            Self::Secret => "secret",
        }
    }
}

/// Which engine a key opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Environment {
    /// Deterministic and stateless: answers as the published examples do.
    Fake,
    /// No real money.
    Test,
    /// Real riders, real cards.
    Live,
}

impl Environment {
    /// As the key's infix and the field `env` name it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fake => "fake",
            Self::Test => "test",
            Self::Live => "live",
        }
    }
}

/// A key as it is compared: its hash. The key itself is forgotten as soon as it is parsed.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey {
    kind: KeyKind,
    environment: Environment,
    sha256: [u8; 32],
}

/// The text is no API key. It is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an API key: it has to look like sk_test_… or pk_test_…, with fake, test or live in the middle")]
pub struct InvalidApiKey;

impl ApiKey {
    /// Takes a key apart. Whether it was ever issued is not looked at.
    pub fn parse(text: &str) -> Result<Self, InvalidApiKey> {
        let mut parts = text.splitn(3, '_');
        let kind = match parts.next() {
            Some("pk") => KeyKind::Publishable,
            Some("sk") => KeyKind::Secret,
            _ => return Err(InvalidApiKey),
        };
        let environment = match parts.next() {
            Some("fake") => Environment::Fake,
            Some("test") => Environment::Test,
            Some("live") => Environment::Live,
            _ => return Err(InvalidApiKey),
        };
        let rest = parts.next().unwrap_or_default();
        let known = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
        if rest.is_empty() || text.len() > MAX_LENGTH || !rest.bytes().all(known) {
            return Err(InvalidApiKey);
        }
        Ok(Self {
            kind,
            environment,
            sha256: Sha256::digest(text.as_bytes()).into(),
        })
    }

    /// What it may be used for.
    #[must_use]
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// Which engine it opens.
    #[must_use]
    pub const fn environment(&self) -> Environment {
        self.environment
    }

    /// SHA-256 of the whole key: what is stored of an issued one.
    #[must_use]
    pub const fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    /// Whether it is the key with this hash; takes the same time wherever they differ.
    #[must_use]
    pub fn matches(&self, sha256: &[u8; 32]) -> bool {
        self.sha256.ct_eq(sha256).into()
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKey({} {} …)", self.kind.name(), self.environment.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefix_and_infix_say_what_a_key_opens() {
        let key = ApiKey::parse("sk_fake_1234567890abcXYZ").unwrap();
        assert_eq!((key.kind().name(), key.environment().name()), ("secret", "fake"));
        let key = ApiKey::parse("pk_live_a_b-c").unwrap();
        assert_eq!(
            (key.kind().name(), key.environment().name()),
            ("publishable", "live")
        );
        assert_eq!(
            ApiKey::parse("pk_test_1").unwrap().environment(),
            Environment::Test
        );
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let long = format!("sk_test_{}", "a".repeat(MAX_LENGTH));
        for text in [
            "",
            "sk",
            "sk_",
            "sk_test",
            "sk_test_",
            "sk_prod_1",
            "rk_test_1",
            "SK_test_1",
            "sk_test_a b",
            "sk_test_é",
            "sk_test_a\n",
            " sk_test_a",
            &long,
        ] {
            assert_eq!(ApiKey::parse(text), Err(InvalidApiKey), "{text:?}");
        }
    }

    #[test]
    fn a_key_is_recognized_by_its_hash_alone() {
        let key = ApiKey::parse("sk_test_1").unwrap();
        let stored: [u8; 32] = Sha256::digest(b"sk_test_1").into();
        assert!(key.matches(&stored));
        assert!(!ApiKey::parse("sk_test_2").unwrap().matches(&stored));
    }

    #[test]
    fn a_key_shows_nothing_secret() {
        let shown = format!("{:?}", ApiKey::parse("sk_test_hunter2").unwrap());
        assert_eq!(shown, "ApiKey(secret test …)");
        assert!(!InvalidApiKey.to_string().contains("hunter2"));
    }
}
