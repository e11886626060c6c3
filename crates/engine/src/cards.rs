//! Keeping a rider's card: once, as a customer of the app's platform account.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::{
    AppId, CardSaveId, CustomerId, StripeAccountId, User, UserId,
    purchase::SavedCredential,
    user::{CardSave, NewCredential, UserCommand, UserRejection},
};
use payments::{Credential, Metadata, NewCustomer, Outcome, Platform, Refusal, RefusalKind, SingleUseToken};

use crate::{
    Context, Engine, Failure,
    failure::Refused,
    handle::{ATTEMPTS, Loaded},
    patience::Patience,
};

/// A card on the platform account, and whose it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCard {
    /// The platform account.
    pub platform: StripeAccountId,
    /// The rider on it.
    pub customer: CustomerId,
    /// The card.
    pub credential: SavedCredential,
}

/// Why a card could not be kept.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CardProblem {
    /// The app has no platform account, or this process no key for it.
    #[error("the app has no Stripe platform account")]
    NoPlatform,
    /// Another card of this rider is being saved at this moment.
    #[error("another card is being saved")]
    Busy,
    /// The issuer or Stripe said no to the card.
    #[error("the card was refused")]
    Declined {
        /// Stripe's error code.
        code: String,
        /// The issuer's reason.
        decline_code: Option<String>,
    },
    /// There is no such card, token or PaymentMethod for this rider on the platform account, or it was used up.
    #[error("Stripe knows no such credential: {code}")]
    Invalid {
        /// Stripe's error code.
        code: String,
    },
    /// Nobody knows yet; the same request will find out.
    #[error("it is not known yet whether the card was saved")]
    Pending,
    /// The machinery failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Reported in place of a code where Stripe gives none.
const NO_CODE: &str = "invalid_request_error";

/// One attempt to keep a card, written down and on its way.
struct Saving<'a> {
    engine: &'a Engine,
    context: &'a Context,
    user: &'a UserId,
    save: CardSaveId,
    attempt: CardSave,
    platform: Platform,
    patience: Patience<'a>,
}

impl Engine {
    /// Keeps a card on the rider's customer, or finds that it is kept already.
    pub async fn keep_card(
        &self,
        context: &Context,
        app: &AppId,
        user: &UserId,
        given: &Credential,
    ) -> Result<KeptCard, CardProblem> {
        let account = self
            .directory()
            .app(app)
            .and_then(|app| app.platform().map(|it| it.account.clone()));
        let (Some(account), Some(platform)) = (account, self.platform(app)) else {
            return Err(CardProblem::NoPlatform);
        };
        let credential = self.sealed_credential(user, given).await?;
        let _alone = self.flights().board(format!("card:{user}")).await;
        let (save, attempt) = match self.known_card(user, &account, &credential).await? {
            Known::Kept(card) => return Ok(card),
            Known::Underway(save, attempt) => (save, *attempt),
            Known::No => self.start_card_save(context, user, &account, credential).await?,
        };
        let patience = Patience::new(self.host(), self.settings().request_patience);
        Saving {
            engine: self,
            context,
            user,
            save,
            attempt,
            platform,
            patience,
        }
        .finish()
        .await
    }

    async fn sealed_credential(&self, user: &UserId, given: &Credential) -> Result<NewCredential, Failure> {
        Ok(match given {
            Credential::Token(token) => NewCredential::Token(self.seal(user, token.expose()).await?),
            Credential::PaymentMethod(id) => NewCredential::PaymentMethod(id.clone()),
            Credential::Source(id) => NewCredential::Source(id.clone()),
        })
    }

    async fn known_card(
        &self,
        user: &UserId,
        platform: &StripeAccountId,
        credential: &NewCredential,
    ) -> Result<Known, CardProblem> {
        let loaded = self.user(user).await?;
        let Some(user) = loaded.state() else {
            return Ok(Known::No);
        };
        let kept = |customer: &CustomerId, credential: SavedCredential| {
            Known::Kept(KeptCard {
                platform: platform.clone(),
                customer: customer.clone(),
                credential,
            })
        };
        let saved = match credential {
            NewCredential::Token(_) => None,
            NewCredential::PaymentMethod(id) => Some(SavedCredential::PaymentMethod(id.clone())),
            NewCredential::Source(id) => Some(SavedCredential::Source(id.clone())),
        };
        if let (Some(saved), Some(customer)) = (saved, user.customer_on(platform)) {
            if user.has_credential(platform, &saved) {
                return Ok(kept(customer, saved));
            }
        }
        let Some((save, attempt)) = user.card_save_of(platform, credential) else {
            return Ok(Known::No);
        };
        match (&attempt.outcome, user.customer_on(platform)) {
            (Some(Ok(saved)), Some(customer)) => Ok(kept(customer, saved.clone())),
            // A token is good once, so its refusal stands; anything else may have been put right meanwhile.
            (Some(Err(refusal)), _) if matches!(credential, NewCredential::Token(_)) => {
                Err(problem_of(&refusal.code, refusal.decline_code.as_deref()))
            }
            (Some(_), _) => Ok(Known::No),
            (None, _) => Ok(Known::Underway(save.clone(), Box::new(attempt.clone()))),
        }
    }

    async fn start_card_save(
        &self,
        context: &Context,
        user: &UserId,
        platform: &StripeAccountId,
        credential: NewCredential,
    ) -> Result<(CardSaveId, CardSave), CardProblem> {
        let save = CardSaveId::from_uuid(self.host().fresh_id());
        let command = |at| UserCommand::StartCardSave {
            save: save.clone(),
            platform: platform.clone(),
            credential: credential.clone(),
            at,
        };
        let user = self.tell_user(context, user, command).await?;
        let attempt = user.card_save(&save).cloned();
        attempt
            .map(|attempt| (save, attempt))
            .ok_or_else(|| Failure::Corrupt("a card save that was started is missing".to_owned()).into())
    }

    /// Decides and records one command of a user, and gives the state it led to.
    async fn tell_user(
        &self,
        context: &Context,
        user: &UserId,
        command: impl Fn(DateTime<Utc>) -> UserCommand,
    ) -> Result<User, CardProblem> {
        for _ in 0..ATTEMPTS {
            let at = self.host().now();
            let loaded: Loaded<User> = self.user(user).await?;
            let change = match loaded.decide(command(at)).map_err(Failure::from)? {
                Ok(change) => change,
                Err(UserRejection::CardSaveInProgress) => return Err(CardProblem::Busy),
                Err(rejection) => return Err(Failure::Corrupt(format!("{user}: {rejection}")).into()),
            };
            let write = change.write().map_err(Failure::from)?;
            let stored = match change.is_empty() {
                true => Ok(()),
                false => self
                    .repository()
                    .commit(context, at, vec![write], vec![])
                    .await
                    .map(|_| ()),
            };
            match stored.map_err(Refused::from) {
                Ok(()) => {
                    let state = change.stored().state().cloned();
                    return state.ok_or_else(|| Failure::Corrupt(format!("{user} is unknown")).into());
                }
                Err(Refused::Failed(failure)) => return Err(failure.into()),
                Err(Refused::Stale | Refused::Claimed(_)) => {}
            }
        }
        Err(Failure::Contended.into())
    }

    /// Finishes what a crash left of a card save.
    pub(crate) async fn resume_card_save(&self, context: &Context, user: &UserId) -> Result<(), CardProblem> {
        let loaded = self.user(user).await?;
        let Some(state) = loaded.state() else {
            return Ok(());
        };
        let Some((save, attempt)) = state.pending_card_save() else {
            return Ok(());
        };
        let Some(platform) = self.platform(state.app()) else {
            return Err(CardProblem::NoPlatform);
        };
        let (save, attempt) = (save.clone(), attempt.clone());
        let _alone = self.flights().board(format!("card:{user}")).await;
        let patience = Patience::new(self.host(), self.settings().resolver_patience);
        let saving = Saving {
            engine: self,
            context,
            user,
            save,
            attempt,
            platform,
            patience,
        };
        saving.finish().await.map(|_| ())
    }
}

enum Known {
    Kept(KeptCard),
    Underway(CardSaveId, Box<CardSave>),
    No,
}

impl Saving<'_> {
    async fn finish(mut self) -> Result<KeptCard, CardProblem> {
        if self.age() >= payments::KEY_KEPT {
            // No money is at stake: the card can be given again.
            return self.refused("expired", None).await;
        }
        let customer = self.customer().await?;
        let credential = self.put_on(&customer).await?;
        let (save, platform) = (self.save.clone(), self.attempt.platform.clone());
        self.engine
            .tell_user(self.context, self.user, |at| UserCommand::RecordCardSaved {
                save: save.clone(),
                customer: customer.clone(),
                credential: credential.clone(),
                at,
            })
            .await?;
        Ok(KeptCard {
            platform,
            customer,
            credential,
        })
    }

    fn age(&self) -> Duration {
        (self.engine.host().now() - self.attempt.started_at)
            .to_std()
            .unwrap_or(Duration::ZERO)
    }

    /// The rider's customer on the platform account, created where there is none.
    async fn customer(&mut self) -> Result<CustomerId, CardProblem> {
        let account = self.attempt.platform.clone();
        let user = self.engine.user(self.user).await?;
        let known = user.state().and_then(|user| user.customer_on(&account).cloned());
        let (Some(key), None) = (self.attempt.customer_key.clone(), &known) else {
            return known.ok_or_else(|| Failure::Corrupt("a card save without a customer".to_owned()).into());
        };
        let Some(app) = user.state().map(|user| user.app().clone()) else {
            return Err(CardProblem::NoPlatform);
        };
        let new = NewCustomer {
            credential: None,
            metadata: Metadata::of_user(&app, self.user),
        };
        let customer = loop {
            let created = self
                .engine
                .gateway()
                .create_customer(&self.platform, &key, &new)
                .await;
            if let Some(facts) = self.answered(created).await? {
                break facts.customer;
            }
        };
        self.engine
            .tell_user(self.context, self.user, |at| UserCommand::RecordCustomer {
                platform: account.clone(),
                customer: customer.clone(),
                at,
            })
            .await?;
        Ok(customer)
    }

    async fn put_on(&mut self, customer: &CustomerId) -> Result<SavedCredential, CardProblem> {
        let (gateway, platform, key) = (
            self.engine.gateway(),
            self.platform.clone(),
            self.attempt.key.clone(),
        );
        match self.attempt.credential.clone() {
            NewCredential::Token(sealed) => {
                let opened = self.engine.unseal(self.user, &sealed).await?;
                let Some(token) = opened.and_then(|text| SingleUseToken::parse(text).ok()) else {
                    return self.refused("erased", None).await;
                };
                loop {
                    let added = gateway.add_source(&platform, &key, customer, &token).await;
                    if let Some(source) = self.answered(added).await? {
                        return Ok(SavedCredential::Source(source));
                    }
                }
            }
            NewCredential::PaymentMethod(id) => loop {
                let attached = gateway
                    .attach_payment_method(&platform, &key, customer, &id)
                    .await;
                if let Some(id) = self.answered(attached).await? {
                    return Ok(SavedCredential::PaymentMethod(id));
                }
            },
            NewCredential::Source(id) => loop {
                let found = gateway.find_source(&platform, customer, &id).await;
                match self.answered(found).await? {
                    Some(Some(source)) => return Ok(SavedCredential::Source(source)),
                    Some(None) => return self.refused("resource_missing", None).await,
                    None => {}
                }
            },
        }
    }

    /// The value, or nothing when the call is to be made again.
    async fn answered<T>(&mut self, outcome: Outcome<T>) -> Result<Option<T>, CardProblem> {
        match outcome {
            Outcome::Done(done) => Ok(Some(done.value)),
            Outcome::Refused(Refusal {
                kind: RefusalKind::Authentication | RefusalKind::Permission,
                ..
            }) => Err(CardProblem::NoPlatform),
            Outcome::Refused(refusal) => {
                let code = refusal.code.as_deref().unwrap_or(NO_CODE);
                self.refused(code, refusal.decline_code.as_deref()).await
            }
            Outcome::NotExecuted(postponed) | Outcome::Unknown(postponed) => {
                match self.patience.wait(postponed.retry_after).await {
                    true => Ok(None),
                    false => Err(CardProblem::Pending),
                }
            }
        }
    }

    async fn refused<T>(&self, code: &str, decline_code: Option<&str>) -> Result<T, CardProblem> {
        self.engine
            .tell_user(self.context, self.user, |at| UserCommand::RecordCardSaveRefused {
                save: self.save.clone(),
                code: code.to_owned(),
                decline_code: decline_code.map(str::to_owned),
                at,
            })
            .await?;
        Err(problem_of(code, decline_code))
    }
}

/// Stripe's card errors are about the card; everything else is about what was sent.
/// <https://docs.stripe.com/error-codes>
fn problem_of(code: &str, decline_code: Option<&str>) -> CardProblem {
    const ABOUT_THE_CARD: [&str; 9] = [
        "card_declined",
        "expired_card",
        "incorrect_cvc",
        "incorrect_number",
        "invalid_cvc",
        "invalid_number",
        "invalid_expiry_month",
        "invalid_expiry_year",
        "processing_error",
    ];
    if decline_code.is_some() || ABOUT_THE_CARD.contains(&code) {
        let decline_code = decline_code.map(str::to_owned);
        return CardProblem::Declined {
            code: code.to_owned(),
            decline_code,
        };
    }
    CardProblem::Invalid {
        code: code.to_owned(),
    }
}
