//! One attempt to keep a card, written down and on its way.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::{
    AppId, CustomerId, User, UserId,
    purchase::SavedCredential,
    user::{NewCredential, UserCommand, UserRejection},
};
use payments::{Outcome, Platform, Refusal, RefusalKind, SingleUseToken};

use crate::{
    CardProblem, Context, Engine, Failure, KeptCard, cards::Attempt, customers::Becoming, patience::Patience,
};

/// Reported in place of a code where Stripe gives none.
const NO_CODE: &str = "invalid_request_error";

/// Recorded where Stripe says that our key was used for another request.
const KEY_REUSED: &str = "idempotency_error";

/// Recorded where Stripe refuses in a way that it does not document.
const UNDOCUMENTED: &str = "undocumented_error";

/// The attempt, and on whose behalf.
pub(crate) struct Saving<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) context: &'a Context,
    pub(crate) app: &'a AppId,
    pub(crate) user: &'a UserId,
    pub(crate) attempt: Attempt,
    pub(crate) patience: Patience<'a>,
}

/// Why an attempt went no further.
pub(crate) enum Stopped {
    /// For good; to be recorded.
    Refused {
        code: String,
        decline_code: Option<String>,
    },
    /// For now, or by the machinery.
    Problem(CardProblem),
}

impl Stopped {
    fn because(code: &str) -> Self {
        Self::Refused {
            code: code.to_owned(),
            decline_code: None,
        }
    }

    /// What kind of no it was.
    fn by(refusal: &Refusal) -> Self {
        match refusal.kind {
            RefusalKind::Authentication | RefusalKind::Permission => Self::Problem(CardProblem::NoPlatform),
            RefusalKind::Idempotency => Self::because(KEY_REUSED),
            RefusalKind::Other => Self::because(UNDOCUMENTED),
            RefusalKind::Card | RefusalKind::InvalidRequest | RefusalKind::NotFound => Self::Refused {
                code: refusal.code.clone().unwrap_or_else(|| NO_CODE.to_owned()),
                decline_code: refusal.decline_code.clone(),
            },
        }
    }
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self::Problem(failure.into())
    }
}

impl From<Stopped> for CardProblem {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::Refused { code, decline_code } => problem_of(&code, decline_code.as_deref()),
            Stopped::Problem(problem) => problem,
        }
    }
}

impl Saving<'_> {
    /// Brings the attempt to an end, or finds the one that others have brought it to.
    pub(crate) async fn finish(mut self) -> Result<KeptCard, CardProblem> {
        let save = self.attempt.save.clone();
        let told = match self.put_away().await {
            Ok((customer, credential)) => {
                self.tell(|at| UserCommand::RecordCardSaved {
                    save: save.clone(),
                    customer: customer.clone(),
                    credential: credential.clone(),
                    at,
                })
                .await?
            }
            Err(Stopped::Refused { code, decline_code }) => {
                self.tell(|at| UserCommand::RecordCardSaveRefused {
                    save: save.clone(),
                    code: code.clone(),
                    decline_code: decline_code.clone(),
                    at,
                })
                .await?
            }
            Err(Stopped::Problem(problem)) => return Err(problem),
        };
        match told {
            Ok(user) => self.outcome(&user),
            // Another server heard something else of the same attempt, and was first.
            Err(UserRejection::CardSaveDiffers | UserRejection::CustomerDiffers) => {
                match self.engine.user(self.user).await?.state() {
                    Some(user) => self.outcome(user),
                    None => Err(self.corrupt("is unknown").into()),
                }
            }
            Err(rejection) => Err(self.corrupt(&rejection.to_string()).into()),
        }
    }

    /// What the record says of the attempt.
    fn outcome(&self, user: &User) -> Result<KeptCard, CardProblem> {
        let platform = &self.attempt.written.platform;
        let attempt = user.card_save(&self.attempt.save);
        match (attempt.map(|it| &it.outcome), user.customer_on(platform)) {
            (Some(Some(Ok(credential))), Some(customer)) => Ok(KeptCard {
                platform: platform.clone(),
                customer: customer.clone(),
                credential: credential.clone(),
            }),
            (Some(Some(Err(refusal))), _) => Err(problem_of(&refusal.code, refusal.decline_code.as_deref())),
            _ => Err(CardProblem::Pending),
        }
    }

    fn corrupt(&self, what: &str) -> Failure {
        Failure::Corrupt(format!("{}: {what}", self.user))
    }

    async fn put_away(&mut self) -> Result<(CustomerId, SavedCredential), Stopped> {
        let age = self.engine.host().now() - self.attempt.written.started_at;
        if age.to_std().unwrap_or(Duration::ZERO) >= self.engine.settings().stale_after {
            // No money is at stake: the card can be given again, and must not wait for this attempt for ever.
            return Err(Stopped::because("expired"));
        }
        let platform = self
            .engine
            .platform_on(self.app, &self.attempt.written.platform)
            .ok_or(Stopped::Problem(CardProblem::NoPlatform))?;
        let customer = self.customer(&platform).await?;
        let credential = self.put_on(&platform, &customer).await?;
        Ok((customer, credential))
    }

    /// The rider's customer on the platform account, created where there is none.
    async fn customer(&mut self, platform: &Platform) -> Result<CustomerId, Stopped> {
        if let Some(customer) = self
            .engine
            .known_customer(self.user, &self.attempt.written.platform)
            .await?
        {
            return Ok(customer);
        }
        let Some(key) = self.attempt.written.customer_key.clone() else {
            return Err(self.corrupt("a card save without a customer").into());
        };
        let becoming = Becoming {
            engine: self.engine,
            context: self.context,
            app: self.app,
            user: self.user,
            account: &self.attempt.written.platform,
            platform,
            key: &key,
        };
        becoming.create(&mut self.patience).await
    }

    async fn put_on(
        &mut self,
        platform: &Platform,
        customer: &CustomerId,
    ) -> Result<SavedCredential, Stopped> {
        let (gateway, key) = (self.engine.gateway(), self.attempt.written.key.clone());
        match self.attempt.written.credential.clone() {
            NewCredential::Token(sealed) => {
                let opened = self.engine.unseal(self.user, &sealed).await?;
                let Some(token) = opened.and_then(|text| SingleUseToken::parse(text).ok()) else {
                    return Err(Stopped::because("erased"));
                };
                loop {
                    let added = gateway.add_source(platform, &key, customer, &token).await;
                    if let Some(source) = self.answered(added).await? {
                        return Ok(SavedCredential::Source(source));
                    }
                }
            }
            NewCredential::PaymentMethod(id) => loop {
                let attached = gateway.attach_payment_method(platform, &key, customer, &id).await;
                let attached = match attached {
                    // Stripe's own forms attach a card before we hear of it, and attach it only once.
                    Outcome::Refused(refusal) if refusal.kind == RefusalKind::InvalidRequest => {
                        let found = gateway.find_payment_method(platform, customer, &id).await;
                        match self.answered(found).await? {
                            Some(Some(id)) => return Ok(SavedCredential::PaymentMethod(id)),
                            Some(None) => return Err(Stopped::by(&refusal)),
                            None => None,
                        }
                    }
                    attached => self.answered(attached).await?,
                };
                if let Some(id) = attached {
                    return Ok(SavedCredential::PaymentMethod(id));
                }
            },
            // Only what is the rider's own: an id of somebody else's card is worth nothing here.
            NewCredential::Source(id) => loop {
                let found = gateway.find_source(platform, customer, &id).await;
                match self.answered(found).await? {
                    Some(Some(source)) => return Ok(SavedCredential::Source(source)),
                    Some(None) => return Err(Stopped::because("resource_missing")),
                    None => {}
                }
            },
        }
    }

    async fn answered<T>(&mut self, outcome: Outcome<T>) -> Result<Option<T>, Stopped> {
        answered(&mut self.patience, outcome).await
    }

    async fn tell(
        &self,
        command: impl Fn(DateTime<Utc>) -> UserCommand + Send + Sync,
    ) -> Result<Result<User, UserRejection>, Failure> {
        self.engine
            .record(self.context, self.user.as_str(), &command)
            .await
    }
}

/// The value, or nothing when the call is to be made again.
pub(crate) async fn answered<T>(
    patience: &mut Patience<'_>,
    outcome: Outcome<T>,
) -> Result<Option<T>, Stopped> {
    match outcome {
        Outcome::Done(done) => Ok(Some(done.value)),
        Outcome::Refused(refusal) => Err(Stopped::by(&refusal)),
        Outcome::NotExecuted(postponed) | Outcome::Unknown(postponed) => {
            match patience.wait(postponed.retry_after).await {
                true => Ok(None),
                false => Err(Stopped::Problem(CardProblem::Pending)),
            }
        }
    }
}

/// Stripe's card errors are about the card; everything else is about what was sent.
/// <https://docs.stripe.com/error-codes>
pub(crate) fn problem_of(code: &str, decline_code: Option<&str>) -> CardProblem {
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
    match code {
        KEY_REUSED => CardProblem::KeyReused,
        UNDOCUMENTED => CardProblem::Undocumented,
        code => CardProblem::Invalid {
            code: code.to_owned(),
        },
    }
}
