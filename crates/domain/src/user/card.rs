//! Keeping a card.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{NewCredential, User, UserEvent, UserRejection};
use crate::{
    Aggregate, CardSaveId, CustomerId, Decided, ImpossibleHistory, StripeAccountId, StripeCallKey,
    purchase::SavedCredential,
};

/// One attempt to keep a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardSave {
    /// On which platform account.
    pub platform: StripeAccountId,
    /// The customer it was to go to.
    pub customer: Option<CustomerId>,
    /// What was handed in.
    pub credential: NewCredential,
    /// The key under which the customer is created, where there was none.
    pub customer_key: Option<StripeCallKey>,
    /// The key under which the card is put on the customer.
    pub key: StripeCallKey,
    /// When it was written down.
    pub started_at: DateTime<Utc>,
    /// What came of it; nothing while that is not known.
    pub outcome: Option<Result<SavedCredential, CardRefusal>>,
}

/// Why Stripe would not keep a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardRefusal {
    /// Stripe's error code.
    pub code: String,
    /// The issuer's reason.
    pub decline_code: Option<String>,
}

impl User {
    pub(super) fn start_card_save(
        &self,
        save: CardSaveId,
        platform: StripeAccountId,
        credential: NewCredential,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        if self.is_test {
            return Err(UserRejection::TestUser);
        }
        if let Some(known) = self.card_saves.get(&save) {
            if known.credential == credential && known.platform == platform {
                return Ok(vec![]);
            }
            return Err(UserRejection::CardSaveDiffers);
        }
        let customer = self.customer_on(&platform).cloned();
        if customer.is_none() && self.has_pending_card_save_on(&platform) {
            return Err(UserRejection::CardSaveInProgress);
        }
        let customer_key = customer.is_none().then(|| {
            let begun = self.customer_key_on(&platform).cloned();
            begun.unwrap_or_else(|| StripeCallKey::derive(save.as_str(), "customer", 1))
        });
        let key = StripeCallKey::derive(save.as_str(), "save", 1);
        Ok(vec![UserEvent::CardSaveStarted {
            save,
            platform,
            customer,
            credential,
            customer_key,
            key,
            at,
        }])
    }

    pub(super) fn customer_created(
        &self,
        platform: StripeAccountId,
        customer: CustomerId,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        match self.customer_on(&platform) {
            Some(known) if *known == customer => Ok(vec![]),
            Some(_) => Err(UserRejection::CustomerDiffers),
            None => Ok(vec![UserEvent::CustomerCreated {
                platform,
                customer,
                at,
            }]),
        }
    }

    pub(super) fn card_saved(
        &self,
        save: CardSaveId,
        customer: CustomerId,
        credential: SavedCredential,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        let known = self
            .card_saves
            .get(&save)
            .ok_or(UserRejection::CardSaveNotStarted)?;
        let differs = |kept: &Result<_, _>| kept.as_ref() != Ok(&credential);
        if known.outcome.as_ref().is_some_and(differs) {
            return Err(UserRejection::CardSaveDiffers);
        }
        let customer_known = self.customer_on(&known.platform);
        if customer_known.is_some_and(|known| *known != customer) {
            return Err(UserRejection::CustomerDiffers);
        }
        if known.outcome.is_some() {
            return Ok(vec![]);
        }
        // That the card is kept may be heard before that there is somebody to keep it for.
        let created = customer_known.is_none().then(|| UserEvent::CustomerCreated {
            platform: known.platform.clone(),
            customer: customer.clone(),
            at,
        });
        let saved = UserEvent::CardSaved {
            save,
            customer,
            credential,
            at,
        };
        Ok(created.into_iter().chain([saved]).collect())
    }

    pub(super) fn card_save_refused(
        &self,
        save: CardSaveId,
        code: String,
        decline_code: Option<String>,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        let known = self
            .card_saves
            .get(&save)
            .ok_or(UserRejection::CardSaveNotStarted)?;
        match &known.outcome {
            Some(Err(_)) => Ok(vec![]),
            Some(Ok(_)) => Err(UserRejection::CardSaveDiffers),
            None => Ok(vec![UserEvent::CardSaveRefused {
                save,
                code,
                decline_code,
                at,
            }]),
        }
    }

    pub(super) fn apply_card(mut self, event: &UserEvent) -> Result<Self, ImpossibleHistory> {
        match event {
            UserEvent::CardSaveStarted {
                save,
                platform,
                customer,
                credential,
                customer_key,
                key,
                at,
            } => {
                let (save, platform, credential) = (save.clone(), platform.clone(), credential.clone());
                let decided = self.start_card_save(save.clone(), platform.clone(), credential.clone(), *at);
                if decided.as_deref() != Ok(std::slice::from_ref(event)) {
                    return Err(Self::impossible(
                        "a card save is started once, on the user's own customer",
                    ));
                }
                let attempt = CardSave {
                    platform,
                    customer: customer.clone(),
                    credential,
                    customer_key: customer_key.clone(),
                    key: key.clone(),
                    started_at: *at,
                    outcome: None,
                };
                self.card_saves.insert(save, attempt);
            }
            UserEvent::CardSaved {
                save,
                customer,
                credential,
                ..
            } => {
                let platform = self.settle_card_save(save, Ok(credential.clone()))?;
                if self.customer_on(&platform) != Some(customer) {
                    return Err(Self::impossible("a card is kept on the user's own customer"));
                }
                self.credential = Some(credential.clone());
            }
            UserEvent::CardSaveRefused {
                save,
                code,
                decline_code,
                ..
            } => {
                let refusal = CardRefusal {
                    code: code.clone(),
                    decline_code: decline_code.clone(),
                };
                self.settle_card_save(save, Err(refusal))?;
            }
            _ => return Err(Self::impossible("an event of something else is no card")),
        }
        Ok(self)
    }

    fn settle_card_save(
        &mut self,
        save: &CardSaveId,
        outcome: Result<SavedCredential, CardRefusal>,
    ) -> Result<StripeAccountId, ImpossibleHistory> {
        match self.card_saves.get_mut(save) {
            Some(attempt) if attempt.outcome.is_none() => {
                attempt.outcome = Some(outcome);
                Ok(attempt.platform.clone())
            }
            _ => Err(Self::impossible(
                "a card save is settled once, after it was started",
            )),
        }
    }
}
