//! What an operator asks and decides about the stays at its places.

use chrono::{DateTime, Utc};
use domain::{
    OperatorId, ParkingSessionId,
    parking::{EndedBy, ParkingSession},
};
use event_log::Answer;
use projector::{DebtSum, ParkingStays, StayRow, StaysAsked};

use super::{end::EndStay, problem::StayProblem};
use crate::{
    AsOf, Claim, Context, Engine, Failure, handle::Loaded, once::KeyProblem, up_to_date::unavailable,
};

/// Why nothing was done, in the order in which the reasons are looked for.
#[derive(Debug, thiserror::Error)]
pub enum DeskProblem {
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The operator has no such stay.
    #[error("there is no such stay")]
    NoSuchStay,
    /// The stay would end after now.
    #[error("the stay cannot end in the future")]
    EndsInFuture,
    /// Time runs one way.
    #[error("the stay cannot end before it began")]
    EndsBeforeStart,
    /// Only the gate ends it.
    #[error("the gate ends this stay")]
    Gated,
    /// It was closed or cancelled.
    #[error("the stay was given up")]
    GivenUp,
    /// It is over, and can be paid or forgiven.
    #[error("the stay is over; what it cost can be forgiven while it is owed")]
    Over,
    /// Nobody knows yet whether it is paid.
    #[error("a payment is under way; only what is owed can be forgiven")]
    PaymentUnderWay,
    /// Nothing is owed.
    #[error("nothing is owed for the stay")]
    NothingOwed,
    /// The machinery failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<KeyProblem> for DeskProblem {
    fn from(problem: KeyProblem) -> Self {
        match problem {
            KeyProblem::Reused => Self::KeyReused,
            KeyProblem::Failure(failure) => Self::Failure(failure),
        }
    }
}

/// Renders a stay as it stands.
pub type RenderSession<'a> = &'a (dyn Fn(&ParkingSession) -> Answer + Send + Sync);

impl Engine {
    /// An operator's stays, the newest first, and as of when.
    pub async fn stays_of(
        &self,
        operator: &OperatorId,
        asked: &StaysAsked,
    ) -> Result<(Vec<StayRow>, AsOf), Failure> {
        let as_of = self.taken_in_by::<ParkingStays>().await.map(AsOf)?;
        let rows = ParkingStays::list(self.views()?, operator, asked).await;
        Ok((rows.map_err(unavailable)?, as_of))
    }

    /// What riders owe an operator, by currency.
    pub async fn debts_of(&self, operator: &OperatorId) -> Result<Vec<DebtSum>, Failure> {
        self.taken_in_by::<ParkingStays>().await?;
        let sums = ParkingStays::debts(self.views()?, operator).await;
        sums.map_err(unavailable)
    }

    /// One of an operator's stays.
    pub async fn stay_at(
        &self,
        operator: &OperatorId,
        session: &ParkingSessionId,
    ) -> Result<ParkingSession, DeskProblem> {
        let loaded = self.session_of(operator, session).await?;
        loaded.state().cloned().ok_or(DeskProblem::NoSuchStay)
    }

    pub(super) async fn session_of(
        &self,
        operator: &OperatorId,
        session: &ParkingSessionId,
    ) -> Result<Loaded<ParkingSession>, DeskProblem> {
        let loaded = self.parking(session).await?;
        match loaded.state().is_some_and(|it| it.stay().operator == *operator) {
            true => Ok(loaded),
            false => Err(DeskProblem::NoSuchStay),
        }
    }

    /// Ends a stay for a rider who forgot, at a moment that has passed or else now, and has it paid as if the rider had
    /// ended it. The answer is kept under its key once it is known whether the stay is paid.
    pub async fn end_for_rider(
        &self,
        context: &Context,
        (operator, session): (&OperatorId, &ParkingSessionId),
        ended_at: Option<DateTime<Utc>>,
        claim: Option<&Claim>,
        render: RenderSession<'_>,
    ) -> Result<Answer, DeskProblem> {
        let _alone = self.alone(claim).await;
        if let Some(answer) = self.answered(claim).await? {
            return Ok(answer);
        }
        self.session_of(operator, session).await?;
        if ended_at.is_some_and(|ended_at| ended_at > self.host().now()) {
            return Err(DeskProblem::EndsInFuture);
        }
        let end = EndStay {
            session: session.clone(),
            by: EndedBy::Operator,
        };
        let ended = self.end_stay_at(context, &end, ended_at).await;
        let shown = ended.map_err(as_told_at_the_desk)?;
        let claim = claim.filter(|_| shown.session.payment_due().is_none());
        Ok(self.keep_answer(context, claim, render(&shown.session)).await?)
    }
}

/// What refuses the end of a stay; nothing else refuses one.
fn as_told_at_the_desk(problem: StayProblem) -> DeskProblem {
    match problem {
        StayProblem::KeyReused => DeskProblem::KeyReused,
        StayProblem::Gated => DeskProblem::Gated,
        StayProblem::GivenUp => DeskProblem::GivenUp,
        StayProblem::EndsBeforeStart => DeskProblem::EndsBeforeStart,
        StayProblem::NothingOwed => DeskProblem::NothingOwed,
        StayProblem::NoSuchStay | StayProblem::NoSuchLocation => DeskProblem::NoSuchStay,
        StayProblem::Failure(failure) => DeskProblem::Failure(failure),
        problem @ (StayProblem::InProgress { .. }
        | StayProblem::NotGated
        | StayProblem::NoneActive
        | StayProblem::NotSimulated
        | StayProblem::NotTransactable(_)
        | StayProblem::Lacks(_)
        | StayProblem::NoCard
        | StayProblem::Owes(_)) => DeskProblem::Failure(Failure::Corrupt(problem.to_string())),
    }
}
