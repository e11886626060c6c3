//! Keeping a rider's card: once, as a customer of the app's platform account.

use domain::{
    AppId, CardSaveId, CustomerId, StripeAccountId, User, UserId,
    purchase::{Decline, SavedCredential},
    user::{CardSave, NewCredential, UserCommand, UserRejection},
};
use payments::Credential;

use crate::{
    Context, Engine, Failure,
    card_save::{Saving, problem_of},
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
    /// Test users have no card.
    #[error("a test user has no card")]
    TestUser,
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
    /// Stripe says that our key was used for another request.
    #[error("Stripe knows the key of this call from another request")]
    KeyReused,
    /// Stripe refused in a way that it does not document.
    #[error("Stripe refused in a way that it does not document")]
    Undocumented,
    /// Nobody knows yet; the same request will find out.
    #[error("it is not known yet whether the card was saved")]
    Pending,
    /// The machinery failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl CardProblem {
    /// Whether the issuer may well take the same card a moment later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        let Self::Declined { code, decline_code } = self else {
            return false;
        };
        let decline = Decline {
            code: code.clone(),
            decline_code: decline_code.clone(),
            payment_intent: None,
        };
        decline.is_passing()
    }
}

/// An attempt to keep a card that is written down.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) save: CardSaveId,
    pub(crate) written: CardSave,
}

/// What is known of a card before Stripe is asked.
enum Known {
    Kept(KeptCard),
    Underway(Box<Attempt>),
    Refused(CardProblem),
    No,
}

/// What keeping a card begins with.
enum Begun {
    Kept(KeptCard),
    Underway(Box<Attempt>),
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
        let (account, _) = self.own_platform(app)?;
        let credential = self.sealed_credential(user, given).await?;
        let alone = self.flights().board(format!("card:{user}")).await;
        let attempt = match self.begin_card_save(context, user, &account, &credential).await? {
            Begun::Kept(card) => return Ok(card),
            Begun::Underway(attempt) => *attempt,
        };
        let patience = Patience::new(self.host(), self.settings().request_patience);
        let saving = Saving {
            engine: self,
            context,
            app,
            user,
            attempt,
            patience,
        };
        let kept = saving.finish().await?;
        drop(alone);
        Box::pin(self.pay_debts_of(context, user)).await;
        Ok(kept)
    }

    async fn sealed_credential(&self, user: &UserId, given: &Credential) -> Result<NewCredential, Failure> {
        Ok(match given {
            Credential::Token(token) => NewCredential::Token(self.seal(user, token.expose()).await?),
            Credential::PaymentMethod(id) => NewCredential::PaymentMethod(id.clone()),
            Credential::Source(id) => NewCredential::Source(id.clone()),
        })
    }

    /// Writes an attempt down, unless there is one with this very card: a token is good for one, whichever server
    /// begins it, so whoever was overtaken looks again.
    async fn begin_card_save(
        &self,
        context: &Context,
        user: &UserId,
        platform: &StripeAccountId,
        credential: &NewCredential,
    ) -> Result<Begun, CardProblem> {
        let save = CardSaveId::from_uuid(self.host().fresh_id());
        for _ in 0..ATTEMPTS {
            let loaded: Loaded<User> = self.user(user).await?;
            match loaded
                .state()
                .map_or(Known::No, |user| known(user, platform, credential))
            {
                Known::Kept(card) => return Ok(Begun::Kept(card)),
                Known::Underway(attempt) => return Ok(Begun::Underway(attempt)),
                Known::Refused(problem) => return Err(problem),
                Known::No => {}
            }
            let at = self.host().now();
            let command = UserCommand::StartCardSave {
                save: save.clone(),
                platform: platform.clone(),
                credential: credential.clone(),
                at,
            };
            let change = match loaded.decide(command).map_err(Failure::from)? {
                Ok(change) => change,
                Err(UserRejection::TestUser) => return Err(CardProblem::TestUser),
                Err(UserRejection::CardSaveInProgress) => return Err(CardProblem::Busy),
                Err(rejection) => return Err(Failure::Corrupt(format!("{user}: {rejection}")).into()),
            };
            let written = change.after().and_then(|user| user.card_save(&save)).cloned();
            let written =
                written.ok_or_else(|| Failure::Corrupt("a card save that began is missing".to_owned()))?;
            let write = change.write().map_err(Failure::from)?;
            let stored = self.repository().commit(context, at, vec![write], vec![]).await;
            match stored.map_err(Refused::from) {
                Ok(_) => return Ok(Begun::Underway(Box::new(Attempt { save, written }))),
                Err(Refused::Failed(failure)) => return Err(failure.into()),
                Err(Refused::Stale | Refused::Claimed(_)) => {}
            }
        }
        Err(Failure::Contended.into())
    }

    /// Finishes what a crash left of card saves. Whether nothing is left open.
    pub(crate) async fn resume_card_saves(&self, context: &Context, user: &UserId) -> Result<bool, Failure> {
        let _alone = self.flights().board(format!("card:{user}")).await;
        for _ in 0..ATTEMPTS {
            let loaded = self.user(user).await?;
            let Some(state) = loaded.state() else {
                return Ok(true);
            };
            let Some((save, written)) = state.pending_card_save() else {
                return Ok(true);
            };
            let saving = Saving {
                engine: self,
                context,
                app: state.app(),
                user,
                attempt: Attempt {
                    save: save.clone(),
                    written: written.clone(),
                },
                patience: Patience::new(self.host(), self.settings().resolver_patience),
            };
            match saving.finish().await {
                Ok(_) => Box::pin(self.pay_debts_of(context, user)).await,
                Err(
                    CardProblem::TestUser
                    | CardProblem::Declined { .. }
                    | CardProblem::Invalid { .. }
                    | CardProblem::KeyReused
                    | CardProblem::Undocumented,
                ) => {}
                Err(CardProblem::NoPlatform | CardProblem::Busy | CardProblem::Pending) => return Ok(false),
                Err(CardProblem::Failure(failure)) => return Err(failure),
            }
        }
        Ok(false)
    }
}

fn known(user: &User, platform: &StripeAccountId, credential: &NewCredential) -> Known {
    let saved = match credential {
        NewCredential::Token(_) => None,
        NewCredential::PaymentMethod(id) => Some(SavedCredential::PaymentMethod(id.clone())),
        NewCredential::Source(id) => Some(SavedCredential::Source(id.clone())),
    };
    let customer = user.customer_on(platform);
    if let (Some(saved), Some(customer)) = (saved, customer)
        && user.has_credential(platform, &saved)
    {
        return Known::Kept(kept(platform, customer, saved));
    }
    let Some((save, attempt)) = user.card_save_of(platform, credential) else {
        return Known::No;
    };
    match (&attempt.outcome, customer) {
        (Some(Ok(saved)), Some(customer)) => Known::Kept(kept(platform, customer, saved.clone())),
        // A token is good once, so its refusal stands unless that was not about the token; anything else may have been
        // put right meanwhile.
        (Some(Err(refusal)), _) if matches!(credential, NewCredential::Token(_)) => {
            match problem_of(&refusal.code, refusal.decline_code.as_deref()) {
                CardProblem::KeyReused | CardProblem::Undocumented => Known::No,
                problem if problem.is_passing() => Known::No,
                problem => Known::Refused(problem),
            }
        }
        (Some(_), _) => Known::No,
        (None, _) => Known::Underway(Box::new(Attempt {
            save: save.clone(),
            written: attempt.clone(),
        })),
    }
}

fn kept(platform: &StripeAccountId, customer: &CustomerId, credential: SavedCredential) -> KeptCard {
    KeptCard {
        platform: platform.clone(),
        customer: customer.clone(),
        credential,
    }
}
