//! Unlocking a restricted fare for one rider, without any code, and locking it again.

use chrono::{DateTime, Utc};
use domain::{AppId, FareId, OperatorId, UserId, user::UserCommand};
use event_log::Answer;

use crate::{Claim, Context, Engine, Failure, Rider, handle::ATTEMPTS, once::KeyProblem};

/// A rider's right to a restricted fare, as the operator names it.
#[derive(Clone, PartialEq, Eq)]
pub struct Entitlement {
    /// Whose fare.
    pub operator: OperatorId,
    /// Which.
    pub fare: FareId,
    /// The rider's app.
    pub app: AppId,
    /// The app's own name for the rider: the JWT's `sub`.
    pub subject: String,
}

// What an app calls its riders may be personal.
impl std::fmt::Debug for Entitlement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entitlement")
            .field("operator", &self.operator)
            .field("fare", &self.fare)
            .field("app", &self.app)
            .finish_non_exhaustive()
    }
}

/// Why not, in the order in which the reasons are looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntitleRefusal {
    /// No such operator.
    #[error("there is no such operator")]
    NoSuchOperator,
    /// The operator does no business with the app.
    #[error("the operator is not linked to this app")]
    NotLinked,
    /// The operator does not sell it.
    #[error("the operator does not sell this fare")]
    NoSuchFare,
    /// Anybody may buy it.
    #[error("the fare is not restricted")]
    NotRestricted,
    /// It would be over before it begins.
    #[error("until is not in the future")]
    UntilNotInFuture,
}

/// Why nothing was unlocked or locked.
#[derive(Debug, thiserror::Error)]
pub enum EntitleProblem {
    /// The key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] EntitleRefusal),
    /// The machinery failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<KeyProblem> for EntitleProblem {
    fn from(problem: KeyProblem) -> Self {
        match problem {
            KeyProblem::Reused => Self::KeyReused,
            KeyProblem::Failure(failure) => Self::Failure(failure),
        }
    }
}

/// Renders the answer for the account that it is about.
type RenderUser<'a> = &'a (dyn Fn(&UserId) -> Answer + Send + Sync);

impl Engine {
    /// Unlocks a fare for a rider until a moment, or for good. A rider who never came is known from now on, so that an
    /// operator can authorize people before they begin. What is said last counts: this may shorten, too.
    pub async fn grant_entitlement(
        &self,
        context: &Context,
        entitlement: &Entitlement,
        until: Option<DateTime<Utc>>,
        claim: Option<&Claim>,
        render: RenderUser<'_>,
    ) -> Result<Answer, EntitleProblem> {
        if let Some(answer) = self.answered(claim).await? {
            return Ok(answer);
        }
        self.check_parties(entitlement)?;
        let now = self.host().now();
        match self.is_restricted(&entitlement.operator, &entitlement.fare, now) {
            Some(true) => {}
            Some(false) => return Err(EntitleRefusal::NotRestricted.into()),
            None => return Err(EntitleRefusal::NoSuchFare.into()),
        }
        if until.is_some_and(|until| until <= now) {
            return Err(EntitleRefusal::UntilNotInFuture.into());
        }
        let rider = Rider {
            subject: entitlement.subject.clone(),
            email: None,
            phone: None,
            is_test: false,
        };
        let user = self.identify(context, &entitlement.app, &rider).await?;
        let grant = |at| UserCommand::GrantEntitlement {
            operator: entitlement.operator.clone(),
            fare: entitlement.fare.clone(),
            until,
            at,
        };
        self.entitle(context, &user, &grant, claim, &render(&user)).await
    }

    /// Locks a fare again, however it was unlocked. A rider who never came has nothing to lose.
    pub async fn withdraw_entitlement(
        &self,
        context: &Context,
        entitlement: &Entitlement,
        claim: Option<&Claim>,
        render: RenderUser<'_>,
    ) -> Result<Answer, EntitleProblem> {
        self.check_parties(entitlement)?;
        let user = self.user_id(&entitlement.app, &entitlement.subject);
        let withdraw = |at| UserCommand::WithdrawEntitlement {
            operator: entitlement.operator.clone(),
            fare: entitlement.fare.clone(),
            at,
        };
        self.entitle(context, &user, &withdraw, claim, &render(&user))
            .await
    }

    fn check_parties(&self, entitlement: &Entitlement) -> Result<(), EntitleRefusal> {
        let operator = self.directory().operator(&entitlement.operator);
        let operator = operator.ok_or(EntitleRefusal::NoSuchOperator)?;
        match operator.link(&entitlement.app) {
            Some(_) => Ok(()),
            None => Err(EntitleRefusal::NotLinked),
        }
    }

    async fn entitle(
        &self,
        context: &Context,
        user: &UserId,
        command: &(dyn Fn(DateTime<Utc>) -> UserCommand + Send + Sync),
        claim: Option<&Claim>,
        answer: &Answer,
    ) -> Result<Answer, EntitleProblem> {
        for _ in 0..ATTEMPTS {
            if let Some(answer) = self.answered(claim).await? {
                return Ok(answer);
            }
            let at = self.host().now();
            let loaded = self.user(user).await?;
            let writes = if loaded.state().is_some() {
                let change = loaded.decide(command(at)).map_err(Failure::from)?;
                let change = change.map_err(|rejection| Failure::Corrupt(format!("{user}: {rejection}")))?;
                vec![change.write().map_err(Failure::from)?]
            } else {
                vec![]
            };
            if self
                .store(context, at, writes, claim, user.as_str(), answer)
                .await?
            {
                return Ok(answer.clone());
            }
        }
        Err(Failure::Contended.into())
    }
}
