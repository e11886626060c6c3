//! Who asks Stripe, and for whom.

use domain::{StripeAccountId, StripeCallKey};

use crate::{Platform, StripeVersion};

/// Who asks, for whom, and under which key.
pub(super) struct Call<'a> {
    /// A fixed word for metrics and logs.
    pub(super) name: &'static str,
    pub(super) platform: &'a Platform,
    /// Goes out as `Stripe-Account`.
    pub(super) account: Option<&'a StripeAccountId>,
    /// Goes out as `Idempotency-Key`.
    pub(super) key: Option<&'a StripeCallKey>,
    /// A version that a mobile library asks for, instead of ours.
    pub(super) version: Option<&'a StripeVersion>,
    /// It is OAuth, which has a host and a way to fail of its own.
    pub(super) oauth: bool,
}

impl<'a> Call<'a> {
    /// A call on the platform account that changes nothing.
    pub(super) const fn read(name: &'static str, platform: &'a Platform) -> Self {
        Self {
            name,
            platform,
            account: None,
            key: None,
            version: None,
            oauth: false,
        }
    }

    /// A call on the platform account under a key.
    pub(super) const fn write(name: &'static str, platform: &'a Platform, key: &'a StripeCallKey) -> Self {
        Self {
            name,
            platform,
            account: None,
            key: Some(key),
            version: None,
            oauth: false,
        }
    }

    /// A call of OAuth. It has no key: a code is good once.
    pub(super) const fn oauth(name: &'static str, platform: &'a Platform) -> Self {
        Self {
            oauth: true,
            ..Self::read(name, platform)
        }
    }

    /// The same on a connected account.
    pub(super) const fn on(self, account: &'a StripeAccountId) -> Self {
        Self {
            account: Some(account),
            ..self
        }
    }
}
