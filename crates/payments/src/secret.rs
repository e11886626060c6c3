//! What must never be printed: API keys and single-use tokens.

use std::fmt;

use domain::{PaymentMethodId, SourceId, StripeAccountId};

/// A Stripe API key or webhook signing secret. `Debug` and `Display` hide it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a key. Stripe's may change shape, so nothing is checked.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The key itself, for the one header or signature that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// A key that moves real money (`sk_live_…`, `rk_live_…`).
    #[must_use]
    pub fn is_live(&self) -> bool {
        ["sk_live_", "rk_live_"]
            .iter()
            .any(|prefix| self.0.starts_with(prefix))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// An app's platform account, as the caller of every Stripe request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platform {
    /// The account's id. The secret key already says who we are, so it may be unknown.
    pub account: Option<StripeAccountId>,
    /// The key that requests are signed in with.
    pub secret_key: Secret,
}

/// Why a string is not a credential. It never repeats the string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a token, payment method or source")]
pub struct InvalidCredential;

const MAX_TOKEN_LENGTH: usize = 128;

/// A `tok_…`: it pays once, on one account. Whoever holds it can charge the card, so it is printed nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct SingleUseToken(String);

impl SingleUseToken {
    /// Checks prefix, length and characters.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidCredential> {
        let text = text.into();
        let fits = text.len() <= MAX_TOKEN_LENGTH
            && text.strip_prefix("tok_").is_some_and(|rest| !rest.is_empty())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if fits {
            Ok(Self(text))
        } else {
            Err(InvalidCredential)
        }
    }

    /// The token itself, for Stripe or for the operator it was made for.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SingleUseToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SingleUseToken(…)")
    }
}

/// What an app sends to have a card saved, made with its platform's publishable key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// `tok_…`
    Token(SingleUseToken),
    /// `pm_…`
    PaymentMethod(PaymentMethodId),
    /// `src_…`, or a `card_…` that the customer already has.
    Source(SourceId),
}

impl Credential {
    /// Tells the kinds apart by prefix.
    pub fn parse(text: &str) -> Result<Self, InvalidCredential> {
        if text.starts_with("tok_") {
            return SingleUseToken::parse(text).map(Self::Token);
        }
        if text.starts_with("pm_") {
            return PaymentMethodId::parse(text)
                .map(Self::PaymentMethod)
                .map_err(|_| InvalidCredential);
        }
        SourceId::parse(text)
            .map(Self::Source)
            .map_err(|_| InvalidCredential)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_ever_printed() {
        let platform = Platform {
            account: None,
            secret_key: Secret::new("sk_live_abc123"),
        };
        let token = SingleUseToken::parse("tok_abc123").unwrap();
        let printed = format!(
            "{platform:?} {} {token:?} {:?}",
            platform.secret_key,
            Credential::Token(token.clone())
        );
        assert!(!printed.contains("abc123"), "{printed}");
    }

    #[test]
    fn a_credential_is_told_by_its_prefix() {
        assert!(matches!(Credential::parse("tok_visa"), Ok(Credential::Token(_))));
        assert!(matches!(
            Credential::parse("pm_1"),
            Ok(Credential::PaymentMethod(_))
        ));
        assert!(matches!(Credential::parse("card_1"), Ok(Credential::Source(_))));
        assert!(matches!(Credential::parse("src_1"), Ok(Credential::Source(_))));
        for bad in [
            "",
            "tok_",
            "pm_",
            "4242424242424242",
            "tok_a b",
            "cus_1",
            "tok_a&source=b",
        ] {
            assert_eq!(Credential::parse(bad), Err(InvalidCredential), "{bad:?}");
        }
    }

    #[test]
    fn live_keys_are_recognised() {
        assert!(Secret::new("rk_live_1").is_live());
        assert!(!Secret::new("sk_test_1").is_live());
    }
}
