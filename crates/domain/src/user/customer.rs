//! Becoming a customer of a platform account without a card: an app may attach one by itself.

use chrono::{DateTime, Utc};

use super::{User, UserEvent, UserRejection};
use crate::{Aggregate, CardSaveId, Decided, ImpossibleHistory, StripeAccountId, StripeCallKey};

impl User {
    /// The key under which the user is being made a customer, if that was begun and not ended. Everybody who needs the
    /// customer asks under this key, so that Stripe makes one.
    #[must_use]
    pub fn customer_key_on(&self, platform: &StripeAccountId) -> Option<&StripeCallKey> {
        self.requested_customers.get(platform).or_else(|| {
            self.card_saves
                .values()
                .filter(|save| save.outcome.is_none() && save.platform == *platform)
                .find_map(|save| save.customer_key.as_ref())
        })
    }

    pub(super) fn request_customer(
        &self,
        attempt: &CardSaveId,
        platform: StripeAccountId,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        if self.is_test {
            return Err(UserRejection::TestUser);
        }
        if self.customer_on(&platform).is_some() || self.customer_key_on(&platform).is_some() {
            return Ok(vec![]);
        }
        let key = StripeCallKey::derive(attempt.as_str(), "customer", 1);
        Ok(vec![UserEvent::CustomerRequested { platform, key, at }])
    }

    pub(super) fn apply_customer_requested(
        mut self,
        platform: &StripeAccountId,
        key: &StripeCallKey,
    ) -> Result<Self, ImpossibleHistory> {
        if self.customer_on(platform).is_some() || self.customer_key_on(platform).is_some() {
            return Err(Self::impossible(
                "who is a customer, or becomes one, asks no more",
            ));
        }
        self.requested_customers.insert(platform.clone(), key.clone());
        Ok(self)
    }
}
