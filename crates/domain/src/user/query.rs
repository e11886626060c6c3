//! What is known of a user.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{CardSave, Contact, NewCredential, PURCHASE_HOLD, User};
use crate::{
    AppId, CardSaveId, CustomerId, FareId, OperatorId, PurchaseId, Sealed, StripeAccountId,
    purchase::SavedCredential,
};

impl User {
    pub(super) fn entitlement(&self, operator: &OperatorId, fare: &FareId) -> Option<&Option<DateTime<Utc>>> {
        self.entitlements.get(operator).and_then(|fares| fares.get(fare))
    }

    /// The app whose rider this is.
    #[must_use]
    pub const fn app(&self) -> &AppId {
        &self.app
    }

    /// Whether this is a test user: nobody, in the sandbox, without a card.
    #[must_use]
    pub const fn is_test(&self) -> bool {
        self.is_test
    }

    /// Whether the user was erased: nothing happens to them any more.
    #[must_use]
    pub const fn is_erased(&self) -> bool {
        self.erased
    }

    /// The JWT's `sub`, closed.
    #[must_use]
    pub const fn subject(&self) -> &Sealed {
        &self.subject
    }

    /// How to reach the user, closed.
    #[must_use]
    pub const fn contact(&self) -> &Contact {
        &self.contact
    }

    /// The licence plate, closed.
    #[must_use]
    pub const fn license_plate(&self) -> Option<&Sealed> {
        self.license_plate.as_ref()
    }

    /// The customer on a platform account.
    #[must_use]
    pub fn customer_on(&self, platform: &StripeAccountId) -> Option<&CustomerId> {
        self.customers.get(platform)
    }

    /// The card kept last.
    #[must_use]
    pub const fn credential(&self) -> Option<&SavedCredential> {
        self.credential.as_ref()
    }

    /// The card kept last, if it is on this platform account: no other account may name it.
    #[must_use]
    pub fn credential_on(&self, platform: &StripeAccountId) -> Option<&SavedCredential> {
        self.credential()
            .filter(|credential| self.has_credential(platform, credential))
    }

    /// Whether this very card was kept before on the platform account.
    #[must_use]
    pub fn has_credential(&self, platform: &StripeAccountId, credential: &SavedCredential) -> bool {
        self.card_saves.values().any(|save| {
            save.platform == *platform
                && save
                    .outcome
                    .as_ref()
                    .is_some_and(|it| it.as_ref() == Ok(credential))
        })
    }

    /// An attempt by its id.
    #[must_use]
    pub fn card_save(&self, save: &CardSaveId) -> Option<&CardSave> {
        self.card_saves.get(save)
    }

    /// The latest attempt with this very credential, whatever came of it.
    #[must_use]
    pub fn card_save_of(
        &self,
        platform: &StripeAccountId,
        credential: &NewCredential,
    ) -> Option<(&CardSaveId, &CardSave)> {
        self.card_saves
            .iter()
            .filter(|(_, save)| save.platform == *platform && save.credential == *credential)
            .max_by_key(|(_, save)| save.started_at)
    }

    pub(super) fn has_pending_card_save_on(&self, platform: &StripeAccountId) -> bool {
        self.card_saves
            .values()
            .any(|save| save.outcome.is_none() && save.platform == *platform)
    }

    /// An attempt of which nobody knows yet what came of it.
    #[must_use]
    pub fn pending_card_save(&self) -> Option<(&CardSaveId, &CardSave)> {
        self.card_saves.iter().find(|(_, save)| save.outcome.is_none())
    }

    /// The purchase that keeps others out at this moment.
    #[must_use]
    pub fn purchase_in_progress(&self, at: DateTime<Utc>) -> Option<&PurchaseId> {
        let held = |since: &DateTime<Utc>| at.signed_duration_since(since) < PURCHASE_HOLD;
        self.open_purchase
            .as_ref()
            .filter(|(_, since)| held(since))
            .map(|(purchase, _)| purchase)
    }

    /// Whether a restricted fare may be bought at this moment.
    #[must_use]
    pub fn may_buy_restricted(&self, operator: &OperatorId, fare: &FareId, at: DateTime<Utc>) -> bool {
        self.entitlement(operator, fare)
            .is_some_and(|until| until.is_none_or(|until| at < until))
    }

    /// The operators at which the user linked an account.
    #[must_use]
    pub const fn linked_accounts(&self) -> &BTreeSet<OperatorId> {
        &self.linked_accounts
    }

    /// When the latest terms were accepted.
    #[must_use]
    pub const fn terms_accepted_at(&self) -> Option<DateTime<Utc>> {
        self.terms_accepted_at
    }
}
