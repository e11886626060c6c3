//! The little we write on Stripe's objects: which purchase, app and rider (as our own ids), and nothing personal.

use std::{collections::BTreeMap, fmt};

use domain::{AppId, OnboardingId, OperatorId, PurchaseId, RefundId, UserId};

/// The only keys we write. An enum, so that nobody can add an e-mail address in passing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MetadataKey {
    /// The app that sold.
    App,
    /// The attempt that an account was made by. Unknown ones are looked up by it.
    Onboarding,
    /// The operator whose account it is.
    Operator,
    /// The purchase a payment belongs to. Unknown payments are looked up by it.
    Purchase,
    /// The refund, as we named it before Stripe had heard of it.
    Refund,
    /// The rider, by our own id.
    User,
}

impl MetadataKey {
    /// The key as Stripe stores it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Onboarding => "onboarding",
            Self::Operator => "operator",
            Self::Purchase => "purchase",
            Self::Refund => "refund",
            Self::User => "user",
        }
    }
}

impl fmt::Display for MetadataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a value may not be written as metadata. It never repeats the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("metadata {key} must be an id of at most 128 letters, digits, '_', '-' or '.'")]
pub struct InvalidMetadata {
    /// The key whose value was refused.
    pub key: MetadataKey,
}

/// An ordered map of ids. Ordered, because one idempotency key must always carry the same bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata(BTreeMap<MetadataKey, String>);

impl Metadata {
    /// Nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What every payment carries.
    #[must_use]
    pub fn of_purchase(purchase: &PurchaseId, app: &AppId, user: &UserId) -> Self {
        Self(BTreeMap::from([
            (MetadataKey::App, app.as_str().to_owned()),
            (MetadataKey::Purchase, purchase.as_str().to_owned()),
            (MetadataKey::User, user.as_str().to_owned()),
        ]))
    }

    /// What every customer carries.
    #[must_use]
    pub fn of_user(app: &AppId, user: &UserId) -> Self {
        Self(BTreeMap::from([
            (MetadataKey::App, app.as_str().to_owned()),
            (MetadataKey::User, user.as_str().to_owned()),
        ]))
    }

    /// What every account carries that was made for an operator.
    #[must_use]
    pub fn of_account(operator: &OperatorId, attempt: &OnboardingId) -> Self {
        Self(BTreeMap::from([
            (MetadataKey::Onboarding, attempt.as_str().to_owned()),
            (MetadataKey::Operator, operator.as_str().to_owned()),
        ]))
    }

    /// What every refund carries.
    #[must_use]
    pub fn of_refund(refund: &RefundId, purchase: &PurchaseId) -> Self {
        Self(BTreeMap::from([
            (MetadataKey::Purchase, purchase.as_str().to_owned()),
            (MetadataKey::Refund, refund.as_str().to_owned()),
        ]))
    }

    /// Adds an id that has no type of its own here. Anything that could be a name, an address or a phone number
    /// written with spaces, `@` or `+` is refused.
    pub fn with(mut self, key: MetadataKey, id: &str) -> Result<Self, InvalidMetadata> {
        let is_id = !id.is_empty()
            && id.len() <= domain::ids::MAX_ID_LENGTH
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
        if !is_id {
            return Err(InvalidMetadata { key });
        }
        self.0.insert(key, id.to_owned());
        Ok(self)
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: MetadataKey) -> Option<&str> {
        self.0.get(&key).map(String::as_str)
    }

    /// Keys and values in a fixed order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_personal_is_refused() {
        for personal in ["ada@example.com", "+1 310 555 0100", "Ada Lovelace", ""] {
            let refused = Metadata::new().with(MetadataKey::User, personal);
            assert_eq!(
                refused,
                Err(InvalidMetadata {
                    key: MetadataKey::User
                }),
                "{personal:?}"
            );
        }
    }

    #[test]
    fn metadata_is_always_written_in_the_same_order() {
        let one = Metadata::new()
            .with(MetadataKey::User, "user_1")
            .and_then(|it| it.with(MetadataKey::App, "cityhop"))
            .unwrap();
        let keys: Vec<_> = one.iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["app", "user"]);
    }
}
