//! Having Stripe make an account for an operator: written down first, asked for under one key, made once.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::{
    AppId, OnboardingId, OperatorId, StripeAccountId,
    operator::{AccountKind, AccountRequest, Operator, OperatorCommand, OperatorRejection},
};
use payments::{AccountFacts, KEY_KEPT, Metadata, NewAccount, Outcome, Platform, Reason, RefusalKind};

use crate::{
    Claim, Context, Engine, Failure, OnboardProblem, Refreshed, Seen,
    failure::Refused,
    handle::{ATTEMPTS, Loaded},
    patience::Patience,
};

/// Recorded where Stripe gives no code.
const NO_CODE: &str = "invalid_request_error";

/// Recorded where Stripe's books show that an old attempt made nothing.
const NOT_MADE: &str = "not_made";

/// What is wanted.
#[derive(Debug, Clone)]
pub(crate) struct Wanted<'a> {
    pub(crate) operator: &'a OperatorId,
    pub(crate) app: AppId,
    pub(crate) kind: AccountKind,
    pub(crate) country: Option<String>,
}

/// How an attempt stands.
enum Made {
    /// There is an account.
    Account(StripeAccountId),
    /// There is none, and this attempt will not make any.
    Refused(String),
}

impl Engine {
    /// The operator's account, made by the app's platform where there is none. While one is being made, that attempt
    /// is gone on with, under its key.
    pub(crate) async fn account_for(
        &self,
        context: &Context,
        wanted: &Wanted<'_>,
        claim: Option<&Claim>,
    ) -> Result<StripeAccountId, OnboardProblem> {
        let request = self.request_account(context, wanted, claim).await?;
        let mut patience = Patience::new(self.host(), self.settings().request_patience);
        match self
            .make_account(context, wanted.operator, &request, &mut patience)
            .await?
        {
            Made::Account(account) => Ok(account),
            Made::Refused(code) => Err(OnboardProblem::RefusedByStripe { code }),
        }
    }

    /// Goes on with what an operator's stream says is being made. Whether it is over.
    pub(crate) async fn resume_account(&self, context: &Context, id: &str) -> Result<bool, Failure> {
        let operator = OperatorId::parse(id).map_err(|error| Failure::Corrupt(error.to_string()))?;
        let loaded: Loaded<Operator> = self.repository().load(id).await?;
        let Some(request) = loaded.state().and_then(Operator::requested_account).cloned() else {
            return Ok(true);
        };
        // The longer it takes, the more seldom it is tried: what Stripe would not do for a day it will not do now.
        let now = self.host().now();
        let rest = (now - request.at) / 8;
        if self.asked().last(&operator).is_some_and(|last| now - last < rest) {
            return Ok(false);
        }
        self.asked().note(&operator, now);
        let mut patience = Patience::new(self.host(), self.settings().resolver_patience);
        match self
            .make_account(context, &operator, &request, &mut patience)
            .await
        {
            Ok(_) => Ok(true),
            Err(OnboardProblem::Failure(failure)) => Err(failure),
            Err(problem) => {
                tracing::warn!(%operator, %problem, "the account is not made yet");
                Ok(false)
            }
        }
    }

    /// Writes down what is wanted, unless it is already, and ties the client's key to it.
    async fn request_account(
        &self,
        context: &Context,
        wanted: &Wanted<'_>,
        claim: Option<&Claim>,
    ) -> Result<AccountRequest, OnboardProblem> {
        let (platform, _) = self.platform_of(&wanted.app)?;
        let mut claim = claim;
        for _ in 0..ATTEMPTS {
            let at = self.host().now();
            let loaded: Loaded<Operator> = self.load_operator(wanted.operator).await?;
            let command = OperatorCommand::RequestAccount {
                attempt: OnboardingId::from_uuid(self.host().fresh_id()),
                app: wanted.app.clone(),
                platform: platform.clone(),
                kind: wanted.kind,
                country: wanted.country.clone(),
                at,
            };
            let change = loaded.decide(command).map_err(Failure::from)??;
            let request = change.after().and_then(Operator::requested_account).cloned();
            let request =
                request.ok_or_else(|| Failure::Corrupt("a request that is not there".to_owned()))?;
            let records: Vec<_> = claim
                .map(|claim| claim.claimed(wanted.operator.as_str(), None))
                .into_iter()
                .collect();
            if change.is_empty() && records.is_empty() {
                return Ok(request);
            }
            let writes = vec![change.write().map_err(Failure::from)?];
            let stored = self.repository().commit(context, at, writes, records).await;
            match stored.map_err(Refused::from) {
                Ok(appended) => {
                    self.directory().reach(appended.last).await?;
                    return Ok(request);
                }
                Err(Refused::Failed(failure)) => return Err(failure.into()),
                Err(Refused::Claimed(record)) => match claim.map(|it| it.compare(Some(*record))) {
                    Some(Seen::Mismatch) => return Err(OnboardProblem::KeyReused),
                    // The same request has been here: its key needs no second record.
                    _ => claim = None,
                },
                Err(Refused::Stale) => {}
            }
        }
        Err(Failure::Contended.into())
    }

    async fn make_account(
        &self,
        context: &Context,
        operator: &OperatorId,
        request: &AccountRequest,
        patience: &mut Patience<'_>,
    ) -> Result<Made, OnboardProblem> {
        let platform =
            self.platform_on(&request.app, &request.platform)
                .ok_or_else(|| OnboardProblem::NoPlatform {
                    app: request.app.clone(),
                })?;
        if let Some(provisioner) = self.provisioner() {
            // Without it we would only hear later of what happens, when we ask.
            if let Err(reason) = provisioner.listen(&platform).await {
                tracing::warn!(%operator, reason, "the simulated Stripe does not tell us what happens");
            }
        }
        match self
            .ask_for_account(&platform, operator, request, patience)
            .await?
        {
            Ok(facts) => {
                let made = self
                    .note_account(context, operator, request, &facts.account)
                    .await?;
                // Its country and what it lacks are worth knowing from the beginning. A lost answer is asked for again.
                let _: Refreshed = self.refresh_account(context, operator).await?;
                Ok(made)
            }
            Err(code) => {
                self.note_refusal(context, operator, request, &code).await?;
                Ok(Made::Refused(code))
            }
        }
    }

    /// Asks until there is an answer: an account, or Stripe's word for why there is none.
    async fn ask_for_account(
        &self,
        platform: &Platform,
        operator: &OperatorId,
        request: &AccountRequest,
        patience: &mut Patience<'_>,
    ) -> Result<Result<AccountFacts, String>, OnboardProblem> {
        let new = NewAccount {
            kind: request.kind,
            country: request.country.clone(),
            metadata: Metadata::of_account(operator, &request.attempt),
        };
        loop {
            let age = self.host().now() - request.at;
            if age.to_std().unwrap_or(Duration::ZERO) >= KEY_KEPT {
                // Stripe may have forgotten the key, and would make a second account under it.
                return self.look_for_account(platform, request, patience, NOT_MADE).await;
            }
            let made = self.gateway().create_account(platform, &request.key, &new).await;
            let postponed = match made {
                Outcome::Done(done) => return Ok(Ok(done.value)),
                Outcome::Refused(refusal) => {
                    let code = refusal.code.unwrap_or_else(|| NO_CODE.to_owned());
                    return match refusal.kind {
                        // Stripe checks who asks before it looks at the key: an earlier attempt may have got through.
                        RefusalKind::Authentication | RefusalKind::Permission => {
                            Err(OnboardProblem::PlatformRefused { code })
                        }
                        RefusalKind::Idempotency | RefusalKind::Other => {
                            self.look_for_account(platform, request, patience, &code).await
                        }
                        RefusalKind::Card | RefusalKind::InvalidRequest | RefusalKind::NotFound => {
                            Ok(Err(code))
                        }
                    };
                }
                Outcome::NotExecuted(postponed) | Outcome::Unknown(postponed) => postponed,
            };
            if postponed.replayed && postponed.reason == Reason::ServerError {
                // What Stripe stored it will only repeat; its books say what that call left.
                return self.look_for_account(platform, request, patience, NOT_MADE).await;
            }
            if !patience.wait(postponed.retry_after).await {
                return Err(OnboardProblem::Pending);
            }
        }
    }

    async fn look_for_account(
        &self,
        platform: &Platform,
        request: &AccountRequest,
        patience: &mut Patience<'_>,
        otherwise: &str,
    ) -> Result<Result<AccountFacts, String>, OnboardProblem> {
        loop {
            let found = self
                .gateway()
                .find_account(platform, &request.attempt, request.at)
                .await;
            match found {
                Outcome::Done(done) => return Ok(done.value.ok_or_else(|| otherwise.to_owned())),
                Outcome::Refused(refusal) => {
                    return Err(OnboardProblem::PlatformRefused {
                        code: refusal.code.unwrap_or_else(|| NO_CODE.to_owned()),
                    });
                }
                Outcome::NotExecuted(postponed) | Outcome::Unknown(postponed) => {
                    if !patience.wait(postponed.retry_after).await {
                        return Err(OnboardProblem::Pending);
                    }
                }
            }
        }
    }

    async fn note_account(
        &self,
        context: &Context,
        operator: &OperatorId,
        request: &AccountRequest,
        account: &StripeAccountId,
    ) -> Result<Made, OnboardProblem> {
        let start = |at: DateTime<Utc>| OperatorCommand::StartOnboarding {
            account: account.clone(),
            attempt: Some(request.attempt.clone()),
            at,
        };
        match self.tell_operator(context, operator, &start).await? {
            Ok(()) => Ok(Made::Account(account.clone())),
            // Another account took the place meanwhile. The one that was made stands at Stripe and is nobody's.
            Err(rejection @ (OperatorRejection::NotRequested | OperatorRejection::AnotherAccount { .. })) => {
                tracing::error!(%operator, %account, "an account was made that is not needed any more");
                Err(rejection.into())
            }
            Err(rejection) => Err(rejection.into()),
        }
    }

    async fn note_refusal(
        &self,
        context: &Context,
        operator: &OperatorId,
        request: &AccountRequest,
        code: &str,
    ) -> Result<(), OnboardProblem> {
        let refuse = |at: DateTime<Utc>| OperatorCommand::RecordAccountRefused {
            attempt: request.attempt.clone(),
            code: code.to_owned(),
            at,
        };
        Ok(self.tell_operator(context, operator, &refuse).await??)
    }

    /// Records a fact about an operator.
    pub(crate) async fn tell_operator(
        &self,
        context: &Context,
        operator: &OperatorId,
        command: &(dyn Fn(DateTime<Utc>) -> OperatorCommand + Send + Sync),
    ) -> Result<Result<(), OperatorRejection>, Failure> {
        let told = self
            .record::<Operator>(context, operator.as_str(), command)
            .await?;
        Ok(told.map(drop))
    }

    pub(crate) async fn load_operator(&self, operator: &OperatorId) -> Result<Loaded<Operator>, Failure> {
        Ok(self.repository().load(operator.as_str()).await?)
    }

    pub(crate) fn platform_of(&self, app: &AppId) -> Result<(StripeAccountId, Platform), OnboardProblem> {
        self.own_platform(app)
            .map_err(|_| OnboardProblem::NoPlatform { app: app.clone() })
    }
}
