//! Linking riders' own accounts at operators (Coord's Users API, `link_account`).
//!
//! A browser carries a signed state to the operator's permission page and back to us. That it came back proves nothing:
//! the rider's browser holds the state from the start. So an account of a rider is linked on the operator's own word,
//! which its server gives with its access key and the state; the browser only fetches what came of it. Test users
//! give their own word, on our demo page.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::{
    AppId, OperatorId, User, UserId,
    operator::Operator,
    user::{NoSimulatedLink, UserCommand, UserRejection},
};
use event_log::Answer;

use crate::{
    AdministerProblem, Claim, Context, Engine, Failure,
    link_state::{LIFETIME, LinkState},
    once::KeyProblem,
};

/// Where a rider is to be sent.
#[derive(Clone)]
pub struct LinkAsked {
    /// To be carried there and back.
    pub state: String,
    /// The operator's permission page; none for a test user, for whom ours stands in.
    pub page: Option<String>,
}

// The state is as good as the rider's permission.
impl std::fmt::Debug for LinkAsked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LinkAsked")
            .field("page", &self.page)
            .finish_non_exhaustive()
    }
}

/// Why nobody is sent anywhere, in the order in which the reasons are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkRefusal {
    /// The app does no business with such a system.
    #[error("there is no such system")]
    NoSuchSystem,
    /// It has no accounts to link.
    #[error("the system requires no linked account")]
    NothingToLink,
    /// It has not said where riders give their permission.
    #[error("the system has no permission page")]
    NoPermissionPage,
}

/// Renders whose account it is.
pub type RenderLink<'a> = &'a (dyn Fn(&UserId) -> Answer + Send + Sync);

/// Why no account was linked or unlinked.
#[derive(Debug, thiserror::Error)]
pub enum LinkProblem {
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] LinkRefusal),
    /// Not signed by us, or about another operator.
    #[error("the state is none of ours")]
    NotOurs,
    /// It counts no longer.
    #[error("the state has expired")]
    Expired,
    /// There is no such user.
    #[error("there is no such user")]
    NoSuchUser,
    /// The machinery failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<KeyProblem> for LinkProblem {
    fn from(problem: KeyProblem) -> Self {
        match problem {
            KeyProblem::Reused => Self::KeyReused,
            KeyProblem::Failure(failure) => Self::Failure(failure),
        }
    }
}

/// Why a test user's link was not simulated.
#[derive(Debug, thiserror::Error)]
pub enum SimulateProblem {
    /// The app does no business with such a system.
    #[error("there is no such system")]
    NoSuchSystem,
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] NoSimulatedLink),
    /// The machinery failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl Engine {
    /// Where a user goes to link an account at a system. `return_url` was held against the app's origins.
    pub async fn ask_to_link(
        &self,
        app: &AppId,
        user: &UserId,
        system: &OperatorId,
        return_url: Option<String>,
    ) -> Result<LinkAsked, LinkProblem> {
        let operator = self.system_of(app, system).ok_or(LinkRefusal::NoSuchSystem)?;
        let requirements = operator.requirements();
        if !requirements.requires_linked_account {
            return Err(LinkRefusal::NothingToLink.into());
        }
        let known = self.rider(user).await?.ok_or(LinkProblem::NoSuchUser)?;
        let page = match known.is_test() {
            true => None,
            false => {
                let page = requirements.permission_page.as_ref();
                Some(page.ok_or(LinkRefusal::NoPermissionPage)?.to_string())
            }
        };
        let state = LinkState {
            app: app.clone(),
            operator: system.clone(),
            user: user.clone(),
            is_test: known.is_test(),
            return_url,
            expires_at: self.host().now() + LIFETIME,
        };
        let state = state.signed(self.vault());
        let state = state.map_err(|error| Failure::Corrupt(error.to_string()))?;
        Ok(LinkAsked { state, page })
    }

    /// What a browser carries, and whether the account is linked by now.
    pub async fn link_outcome(&self, state: &str) -> Result<(LinkState, bool), LinkProblem> {
        let state = self.link_state(state)?;
        let user = self.rider(&state.user).await?.ok_or(LinkProblem::NoSuchUser)?;
        let linked = user.linked_accounts().contains(&state.operator);
        Ok((state, linked))
    }

    /// A state that we signed and that still counts.
    pub fn link_state(&self, state: &str) -> Result<LinkState, LinkProblem> {
        let state = LinkState::read(self.vault(), state).ok_or(LinkProblem::NotOurs)?;
        match self.host().now() < state.expires_at {
            true => Ok(state),
            false => Err(LinkProblem::Expired),
        }
    }

    /// Takes an operator's word that the rider whose browser brought it this state gave permission.
    pub async fn confirm_link(
        &self,
        context: &Context,
        operator: &OperatorId,
        state: &str,
        claim: Option<&Claim>,
        render: RenderLink<'_>,
    ) -> Result<Answer, LinkProblem> {
        if let Some(answer) = self.answered(claim).await? {
            return Ok(answer);
        }
        let state = self.link_state(state)?;
        if state.operator != *operator || state.is_test {
            return Err(LinkProblem::NotOurs);
        }
        let known = self
            .system_of(&state.app, operator)
            .ok_or(LinkRefusal::NoSuchSystem)?;
        if !known.requirements().requires_linked_account {
            return Err(LinkRefusal::NothingToLink.into());
        }
        let context = Context {
            app: Some(state.app),
            ..context.clone()
        };
        self.set_link(&context, &state.user, (operator, true), claim, render)
            .await
    }

    /// Takes an operator's word that the rider's permission is over. Repeating it changes nothing.
    pub async fn withdraw_link(
        &self,
        context: &Context,
        operator: &OperatorId,
        user: &UserId,
        claim: Option<&Claim>,
        render: RenderLink<'_>,
    ) -> Result<Answer, LinkProblem> {
        let known = self.rider(user).await?.ok_or(LinkProblem::NoSuchUser)?;
        let context = Context {
            app: Some(known.app().clone()),
            ..context.clone()
        };
        self.set_link(&context, user, (operator, false), claim, render)
            .await
    }

    /// Links or unlinks a test user's account, on nobody's word.
    pub async fn simulate_link(
        &self,
        context: &Context,
        app: &AppId,
        user: &UserId,
        system: &OperatorId,
        linked: bool,
    ) -> Result<(), SimulateProblem> {
        let operator = self.system_of(app, system).ok_or(SimulateProblem::NoSuchSystem)?;
        let known = self.rider(user).await?;
        let known = known.ok_or_else(|| Failure::Corrupt(format!("{user} acts before being known")))?;
        let platform = self.own_platform(app).ok().map(|(account, _)| account);
        known.may_simulate_link(&operator, platform.as_ref(), linked)?;
        let told = self
            .record::<User>(context, user.as_str(), &|at| link_command(system, linked, at))
            .await?;
        match told.map_err(|rejection| not_told(user, &rejection)) {
            Ok(_) => Ok(()),
            Err(LinkProblem::Failure(failure)) => Err(failure.into()),
            Err(problem) => Err(Failure::Corrupt(format!("{user}: {problem}")).into()),
        }
    }

    fn system_of(&self, app: &AppId, system: &OperatorId) -> Option<Arc<Operator>> {
        self.system(app, system, self.host().now())
            .map(|system| system.operator)
    }

    async fn set_link(
        &self,
        context: &Context,
        user: &UserId,
        (operator, linked): (&OperatorId, bool),
        claim: Option<&Claim>,
        render: RenderLink<'_>,
    ) -> Result<Answer, LinkProblem> {
        let command = |at| link_command(operator, linked, at);
        let answer = |_: &User, _| render(user);
        let told = self.administer::<User>(context, user.as_str(), &command, claim, &answer);
        told.await.map_err(|problem| match problem {
            AdministerProblem::KeyReused => LinkProblem::KeyReused,
            AdministerProblem::Refused(rejection) => not_told(user, &rejection),
            AdministerProblem::Failure(failure) => failure.into(),
        })
    }
}

fn link_command(operator: &OperatorId, linked: bool, at: DateTime<Utc>) -> UserCommand {
    let operator = operator.clone();
    match linked {
        true => UserCommand::LinkOperatorAccount { operator, at },
        false => UserCommand::UnlinkOperatorAccount { operator, at },
    }
}

fn not_told(user: &UserId, rejection: &UserRejection) -> LinkProblem {
    match rejection {
        UserRejection::NotRegistered => LinkProblem::NoSuchUser,
        UserRejection::Erased => Failure::Erased.into(),
        rejection => Failure::Corrupt(format!("{user}: {rejection}")).into(),
    }
}
