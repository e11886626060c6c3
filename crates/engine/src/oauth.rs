//! Linking an account that an operator has already: Stripe's consent page, and the way back from it.
//!
//! Consent is given to one app's platform. An operator that sells through several apps gives it once for each.

use chrono::{DateTime, Utc};
use domain::{
    AppId, OnboardingId, OperatorId, StripeAccountId,
    operator::{Evidence, HowConnected, Operator, OperatorCommand, OperatorRejection},
};
use event_log::RecordWrite;
use payments::{Outcome, Platform, Secret};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};

use crate::{
    Actor, Claim, Context, Engine, Failure, Seen,
    accounts::Ask,
    failure::Refused,
    give_up::GivenUp,
    handle::ATTEMPTS,
    patience::Patience,
    way_back::{CONSENT, WayBack},
};

/// Where it is kept that an attempt has been answered.
const ANSWERED: &str = "stripe-consent";

/// Where to send an operator to give its consent. The address works once, so `Debug` hides it.
#[derive(Clone)]
pub struct ConsentPage {
    /// Where.
    pub url: String,
    /// Until when an answer is taken.
    pub expires_at: DateTime<Utc>,
}

impl std::fmt::Debug for ConsentPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConsentPage")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// Why no account was linked, or nobody is sent to give consent.
#[derive(Debug, thiserror::Error)]
pub enum ConsentProblem {
    /// The key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// There is no such operator.
    #[error("there is no such operator")]
    NoSuchOperator,
    /// The app has no platform account, or this server has no key to it.
    #[error("the app {app} has no platform account that this server has a key to")]
    NoPlatform {
        /// The app.
        app: AppId,
    },
    /// Stripe's page would not know the platform.
    #[error("the app {app} has no OAuth client id configured")]
    NoClientId {
        /// The app.
        app: AppId,
    },
    /// We did not send them there.
    #[error("the answer is not one that was asked for")]
    NotOurs,
    /// Too long ago, answered already, or asked for anew since.
    #[error("the answer comes too late")]
    TooLate,
    /// The operator said no.
    #[error("consent was denied")]
    Denied,
    /// Stripe would not say which account it is.
    #[error("Stripe refused: {code}")]
    RefusedByStripe {
        /// Stripe's word.
        code: String,
    },
    /// Another operator has the account.
    #[error("another operator has this account")]
    AnotherOperators,
    /// The rules say no: most of all, the operator has another account.
    #[error(transparent)]
    Rejected(#[from] OperatorRejection),
    /// Stripe has not answered.
    #[error("Stripe has not answered")]
    Pending,
    /// The machinery failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// What came back from the consent page.
#[derive(Debug, Clone)]
pub enum ConsentAnswer {
    /// The operator agreed; this stands for the account.
    Code(Secret),
    /// It did not, or something went wrong there; Stripe's word for it.
    Error(String),
}

impl Engine {
    /// Where to send an operator so that an app's platform may act for an account it has.
    pub async fn consent_page(
        &self,
        context: &Context,
        operator: &OperatorId,
        app: &AppId,
        claim: Option<&Claim>,
        (environment, redirect_uri): (&str, &str),
    ) -> Result<ConsentPage, ConsentProblem> {
        if let Some(claim) = claim
            && self.seen(claim).await? == Seen::Mismatch
        {
            return Err(ConsentProblem::KeyReused);
        }
        self.consenting_platform(app)?;
        let client = self
            .client_id(app)
            .ok_or_else(|| ConsentProblem::NoClientId { app: app.clone() })?;
        let attempt = OnboardingId::from_uuid(self.host().fresh_id());
        let expires_at = self.host().now() + CONSENT;
        let start = |at| OperatorCommand::StartOauth {
            attempt: attempt.clone(),
            app: app.clone(),
            expires_at,
            at,
        };
        match self.tell_operator(context, operator, &start).await? {
            Ok(()) => {}
            Err(OperatorRejection::NotRegistered) => return Err(ConsentProblem::NoSuchOperator),
            Err(rejection) => return Err(rejection.into()),
        }
        let way = WayBack::Consent {
            operator: operator.clone(),
            app: app.clone(),
            attempt,
        };
        let state = format!("{environment}.{}", way.signed(self.vault(), expires_at));
        let host = self.gateway().consent_host();
        // Everything in it is made of characters that need no escaping, except the address.
        let url = format!(
            "{host}/oauth/authorize?response_type=code&client_id={client}&scope=read_write&state={state}&redirect_uri={}",
            escaped(redirect_uri)
        );
        Ok(ConsentPage { url, expires_at })
    }

    /// Takes what came back from the consent page. `state` is what we sent along, without the environment. Nothing is
    /// recorded unless an account is linked.
    pub async fn take_consent(
        &self,
        state: &str,
        answer: ConsentAnswer,
        request: &str,
    ) -> Result<(OperatorId, AppId), ConsentProblem> {
        let (operator, app, attempt) = match WayBack::read(self.vault(), state) {
            Some((
                WayBack::Consent {
                    operator,
                    app,
                    attempt,
                },
                until,
            )) => match self.host().now() < until {
                true => (operator, app, attempt),
                false => return Err(ConsentProblem::TooLate),
            },
            Some((WayBack::Form { .. }, _)) | None => return Err(ConsentProblem::NotOurs),
        };
        let code = match answer {
            ConsentAnswer::Code(code) => code,
            ConsentAnswer::Error(word) if word == "access_denied" => return Err(ConsentProblem::Denied),
            ConsentAnswer::Error(code) => return Err(ConsentProblem::RefusedByStripe { code }),
        };
        let context = Context {
            correlation: attempt.to_string(),
            ..Context::of_request(Actor::Operator(operator.clone()), Some(app.clone()), request)
        };
        let loaded = self.load_operator(&operator).await?;
        let known = loaded.state().ok_or(ConsentProblem::NoSuchOperator)?;
        if known.consent_asked(&app) != Some(&attempt) {
            return Err(ConsentProblem::TooLate);
        }
        let platform = self.consenting_platform(&app)?;
        self.use_up(&context, &attempt).await?;
        let account = self.exchange(&platform, &code).await?;
        self.link_account(&context, known, &app, &platform, account)
            .await?;
        Ok((operator, app))
    }

    /// An answer counts once, whoever brings it, and however often.
    async fn use_up(&self, context: &Context, attempt: &OnboardingId) -> Result<(), ConsentProblem> {
        for _ in 0..ATTEMPTS {
            let record = RecordWrite::Claim {
                scope: ANSWERED.to_owned(),
                key: attempt.to_string(),
                fingerprint: context.request.clone().unwrap_or_default(),
                reference: attempt.to_string(),
                answer: None,
            };
            let stored = self
                .repository()
                .commit(context, self.host().now(), vec![], vec![record])
                .await;
            match stored.map_err(Refused::from) {
                Ok(_) => return Ok(()),
                Err(Refused::Claimed(record)) => {
                    // Stored by us, where nobody could tell at first.
                    let ours = Some(&record.fingerprint) == context.request.as_ref();
                    return if ours {
                        Ok(())
                    } else {
                        Err(ConsentProblem::TooLate)
                    };
                }
                Err(Refused::Failed(failure)) => return Err(failure.into()),
                Err(Refused::Stale) => {}
            }
        }
        Err(Failure::Contended.into())
    }

    async fn exchange(&self, platform: &Platform, code: &Secret) -> Result<StripeAccountId, ConsentProblem> {
        let mut patience = Patience::new(self.host(), self.settings().request_patience);
        loop {
            match self.gateway().exchange_code(platform, code).await {
                Outcome::Done(done) => return Ok(done.value),
                Outcome::Refused(refusal) => {
                    return Err(ConsentProblem::RefusedByStripe {
                        code: refusal.code.unwrap_or_else(|| "invalid_grant".to_owned()),
                    });
                }
                // Certainly not taken: the code is as good as before.
                Outcome::NotExecuted(postponed) => {
                    if !patience.wait(postponed.retry_after).await {
                        return Err(ConsentProblem::Pending);
                    }
                }
                // It may be used up. Consent costs nothing, so that it is asked for anew instead.
                Outcome::Unknown(_) => return Err(ConsentProblem::Pending),
            }
        }
    }

    async fn link_account(
        &self,
        context: &Context,
        operator: &Operator,
        app: &AppId,
        platform: &Platform,
        account: StripeAccountId,
    ) -> Result<(), ConsentProblem> {
        let _alone = self.flights().board(format!("consent:{account}")).await;
        let owners = self.directory().operators_paid_on(&account);
        if owners.iter().any(|owner| owner != operator.id()) {
            return Err(ConsentProblem::AnotherOperators);
        }
        let connect = |at| OperatorCommand::ConnectAccount {
            account: account.clone(),
            app: Some(app.clone()),
            how: HowConnected::Oauth,
            evidence: Evidence::Reply,
            at,
        };
        if let Err(rejection) = self.tell_operator(context, operator.id(), &connect).await? {
            // Nobody here has business with that account, so the permission is given back.
            if owners.is_empty() && self.give_up_at_stripe(app, platform, &account).await == GivenUp::HereOnly
            {
                tracing::warn!(operator = %operator.id(), %account, "a permission that is not needed stays at Stripe");
            }
            return Err(rejection.into());
        }
        // Another server may have connected it to somebody else meanwhile: then neither keeps it.
        let head = self.log().head().await.map_err(Failure::from)?;
        self.directory().reach(head).await?;
        let owners = self.directory().operators_paid_on(&account);
        if owners.iter().any(|owner| owner != operator.id()) {
            let withdraw = |at| OperatorCommand::DeauthorizeAccount {
                account: account.clone(),
                app: Some(app.clone()),
                evidence: Evidence::Declared,
                at,
            };
            self.tell_operator(context, operator.id(), &withdraw).await??;
            return Err(ConsentProblem::AnotherOperators);
        }
        if let Some(provisioner) = self.provisioner()
            && let Err(reason) = provisioner.listen(platform).await
        {
            tracing::warn!(%app, reason, "the simulated Stripe does not tell us what happens");
        }
        self.ask_about(context, operator.id(), Ask::First, Evidence::Reply)
            .await?;
        Ok(())
    }

    pub(crate) fn consenting_platform(&self, app: &AppId) -> Result<Platform, ConsentProblem> {
        let (_, platform) = self
            .own_platform(app)
            .map_err(|_| ConsentProblem::NoPlatform { app: app.clone() })?;
        Ok(platform)
    }
}

/// What stands in a query as it is, beside letters and digits (RFC 3986, section 2.3).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

fn escaped(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, ESCAPED)
}
