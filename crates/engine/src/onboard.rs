//! Hosted onboarding: the operator fills in Stripe's own form, about an account that an app's platform has made.

use chrono::{DateTime, Utc};
use domain::{
    AppId, OperatorId, StripeAccountId, StripeCallKey,
    operator::{AccountKind, Evidence, Operator, OperatorRejection},
};
use payments::{LinkPurpose, NewAccountLink, Outcome};

use crate::{
    Actor, Claim, Context, Engine, Failure, Refreshed, Seen,
    accounts::Ask,
    make_account::Wanted,
    patience::Patience,
    way_back::{FORM, WayBack},
};

/// Who is to be brought on board.
#[derive(Debug, Clone)]
pub struct Onboard {
    /// The operator.
    pub operator: OperatorId,
    /// The app whose platform makes the account; without one, that of the only app it is linked to.
    pub app: Option<AppId>,
    /// Who is to look after the account.
    pub kind: AccountKind,
    /// Where the operator is; what its profile says, without it.
    pub country: Option<String>,
}

/// A link to Stripe's form. It works once and for minutes, so `Debug` hides it.
#[derive(Clone)]
pub struct HostedForm {
    /// About which account.
    pub account: StripeAccountId,
    /// Whose platform made it.
    pub app: AppId,
    /// Where to send the operator, at once.
    pub url: String,
    /// When it stops working.
    pub expires_at: Option<DateTime<Utc>>,
}

impl std::fmt::Debug for HostedForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HostedForm")
            .field("account", &self.account)
            .field("app", &self.app)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// Why nobody is sent to the form, in the order in which the reasons are looked for.
#[derive(Debug, thiserror::Error)]
pub enum OnboardProblem {
    /// The key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// There is no such operator.
    #[error("there is no such operator")]
    NoSuchOperator,
    /// It has an account that none of the platforms here made: only its owner fills in what is missing, at Stripe.
    #[error("the operator's account was not made here; its owner completes it on Stripe's dashboard")]
    NotMadeHere,
    /// It is linked to no app, or to several.
    #[error("name the app whose platform is to make the account")]
    NameTheApp,
    /// The app has no platform account, or this server has no key to it.
    #[error("the app {app} has no platform account that this server has a key to")]
    NoPlatform {
        /// The app.
        app: AppId,
    },
    /// The rules say no.
    #[error(transparent)]
    Rejected(#[from] OperatorRejection),
    /// Stripe does not accept the platform's key, or not for this.
    #[error("Stripe does not let the platform do this: {code}")]
    PlatformRefused {
        /// Stripe's word.
        code: String,
    },
    /// Stripe would not.
    #[error("Stripe refused: {code}")]
    RefusedByStripe {
        /// Stripe's word.
        code: String,
    },
    /// Stripe has not answered; asking again goes on where this stopped.
    #[error("Stripe has not answered yet")]
    Pending,
    /// The machinery failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Why somebody's way back leads nowhere.
#[derive(Debug, thiserror::Error)]
pub enum WayBackProblem {
    /// We did not send them there.
    #[error("the link is not one of ours")]
    NotOurs,
    /// Too long ago, or the account is not the operator's any more.
    #[error("the link has expired")]
    Expired,
    /// There is no fresh link to be had.
    #[error(transparent)]
    Onboard(#[from] OnboardProblem),
}

impl From<Failure> for WayBackProblem {
    fn from(failure: Failure) -> Self {
        Self::Onboard(failure.into())
    }
}

/// How an account stands when its owner comes back from the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completion {
    /// It can take charges.
    Ready,
    /// Stripe wants to know more.
    MoreIsDue,
    /// Everything is filled in, and Stripe is looking at it.
    UnderReview,
    /// Stripe did not say.
    NotKnown,
}

impl Engine {
    /// Where to send an operator to be brought on board. `base` is where our addresses for the way back begin. Asked
    /// again under the same key, it is the same account and a fresh link to the form.
    pub async fn onboard(
        &self,
        context: &Context,
        order: &Onboard,
        claim: Option<&Claim>,
        base: &str,
    ) -> Result<HostedForm, OnboardProblem> {
        if let Some(claim) = claim
            && self.seen(claim).await? == Seen::Mismatch
        {
            return Err(OnboardProblem::KeyReused);
        }
        let _alone = self.flights().board(format!("onboard:{}", order.operator)).await;
        let loaded = self.load_operator(&order.operator).await?;
        let operator = loaded.state().ok_or(OnboardProblem::NoSuchOperator)?;
        let (app, account) = match standing(operator) {
            Some((app, account)) => {
                let app = app.ok_or(OnboardProblem::NotMadeHere)?;
                if order.app.as_ref().is_some_and(|wanted| *wanted != app) {
                    return Err(OperatorRejection::AnotherAccount { account }.into());
                }
                (app, account)
            }
            None => {
                let wanted = self.wanted(operator, order)?;
                let account = self.account_for(context, &wanted, claim).await?;
                (wanted.app, account)
            }
        };
        let until = self.host().now() + FORM;
        self.form(&order.operator, app, account, base, until).await
    }

    fn wanted<'a>(&self, operator: &Operator, order: &'a Onboard) -> Result<Wanted<'a>, OnboardProblem> {
        let under_way = operator.requested_account().map(|request| request.app.clone());
        let mut linked = operator.links().map(|link| link.app.clone());
        let only = match (linked.next(), linked.next()) {
            (Some(only), None) => Some(only),
            _ => None,
        };
        let app = order.app.clone().or(under_way).or(only);
        let app = app.ok_or(OnboardProblem::NameTheApp)?;
        self.platform_of(&app)?;
        Ok(Wanted {
            operator: &order.operator,
            app,
            kind: order.kind,
            country: order
                .country
                .clone()
                .or_else(|| operator.profile().country.clone()),
        })
    }

    /// A fresh link to the form. It changes nothing at Stripe, and has a key of its own because it works once.
    async fn form(
        &self,
        operator: &OperatorId,
        app: AppId,
        account: StripeAccountId,
        base: &str,
        until: DateTime<Utc>,
    ) -> Result<HostedForm, OnboardProblem> {
        let (_, platform) = self.platform_of(&app)?;
        let way = WayBack::Form {
            operator: operator.clone(),
            account: account.clone(),
        };
        let token = way.signed(self.vault(), until);
        let link = NewAccountLink {
            account: account.clone(),
            purpose: LinkPurpose::Onboarding,
            refresh_url: format!("{base}/refresh?token={token}"),
            return_url: format!("{base}/return?token={token}"),
        };
        let key = StripeCallKey::derive(&self.host().fresh_id().simple().to_string(), "account_link", 1);
        let mut patience = Patience::new(self.host(), self.settings().request_patience);
        loop {
            match self.gateway().account_link(&platform, &key, &link).await {
                Outcome::Done(done) => {
                    return Ok(HostedForm {
                        account,
                        app,
                        url: done.value.url,
                        expires_at: done.value.expires_at,
                    });
                }
                Outcome::Refused(refusal) => {
                    return Err(OnboardProblem::RefusedByStripe {
                        code: refusal.code.unwrap_or_else(|| "invalid_request_error".to_owned()),
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

    /// A fresh link for somebody whose last one has expired, by the token that our address carried.
    pub async fn form_again(&self, token: &str, base: &str) -> Result<HostedForm, WayBackProblem> {
        let (operator, account, until) = self.back_from_form(token)?;
        let loaded = self.load_operator(&operator).await?;
        let known = loaded.state().and_then(standing);
        let (app, _) = known
            .filter(|(_, own)| *own == account)
            .ok_or(WayBackProblem::Expired)?;
        let app = app.ok_or(OnboardProblem::NotMadeHere)?;
        // The way back does not grow longer by going it: whoever has this address has it for so long.
        Ok(self.form(&operator, app, account, base, until).await?)
    }

    /// Somebody comes back from the form: Stripe is asked at once what it thinks of it.
    pub async fn back_on_board(
        &self,
        token: &str,
        request: &str,
    ) -> Result<(OperatorId, Completion), WayBackProblem> {
        let (operator, account, _) = self.back_from_form(token)?;
        let context = Context::of_request(Actor::Operator(operator.clone()), None, request);
        let asked = self
            .ask_about(&context, &operator, Ask::First, Evidence::Reply)
            .await?;
        let loaded = self.load_operator(&operator).await?;
        let known = loaded.state().and_then(Operator::account);
        let known = known
            .filter(|known| known.account == account)
            .ok_or(WayBackProblem::Expired)?;
        let status = known
            .status
            .as_ref()
            .filter(|_| matches!(asked, Refreshed::Known { .. }));
        let completion = match status {
            None => Completion::NotKnown,
            Some(status) if status.charges_enabled => Completion::Ready,
            Some(status) if !status.details_submitted || !status.currently_due.is_empty() => {
                Completion::MoreIsDue
            }
            Some(_) => Completion::UnderReview,
        };
        Ok((operator, completion))
    }

    fn back_from_form(
        &self,
        token: &str,
    ) -> Result<(OperatorId, StripeAccountId, DateTime<Utc>), WayBackProblem> {
        match WayBack::read(self.vault(), token) {
            Some((WayBack::Form { operator, account }, until)) if self.host().now() < until => {
                Ok((operator, account, until))
            }
            Some((WayBack::Form { .. }, _)) => Err(WayBackProblem::Expired),
            Some((WayBack::Consent { .. }, _)) | None => Err(WayBackProblem::NotOurs),
        }
    }
}

/// The account that has the place, and who made it.
fn standing(operator: &Operator) -> Option<(Option<AppId>, StripeAccountId)> {
    let account = operator.account().filter(|it| !it.deauthorized.is_complete())?;
    Some((account.made_by.clone(), account.account.clone()))
}
