//! What an operator decides about a stay: on the stay and on its rider in one commit, so that the rider may park there
//! again.

use chrono::{DateTime, Utc};
use domain::{
    OperatorId, ParkingSessionId,
    parking::{ParkingCommand, ParkingRejection, ParkingSession, Settlement},
    user::UserCommand,
};
use event_log::Answer;

use super::{
    desk::{DeskProblem, RenderSession},
    end::contradiction,
    rider::of_rider,
};
use crate::{Claim, Context, Engine, Failure, handle::ATTEMPTS};

/// What is decided, in the words of whoever decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ruling {
    /// What is owed for a stay is let go.
    Forgive {
        /// Why.
        reason: String,
    },
    /// A stay that goes on is called off, and costs nothing.
    Cancel {
        /// Why.
        reason: String,
    },
}

impl Engine {
    /// Does to a stay what its operator decides, once per claim. What was decided in these words before is told.
    pub async fn rule_on_stay(
        &self,
        context: &Context,
        (operator, session): (&OperatorId, &ParkingSessionId),
        ruling: &Ruling,
        claim: Option<&Claim>,
        render: RenderSession<'_>,
    ) -> Result<Answer, DeskProblem> {
        let _alone = self.alone(claim).await;
        let context = context.correlated(session.as_str());
        for _ in 0..ATTEMPTS {
            if let Some(answer) = self.answered(claim).await? {
                return Ok(answer);
            }
            let at = self.host().now();
            let loaded = self.session_of(operator, session).await?;
            let known = loaded.state().cloned().ok_or(DeskProblem::NoSuchStay)?;
            let ruled = loaded.decide(ruling.of_stay(at)).map_err(Failure::from)?;
            let ruled = ruled.map_err(|rejection| why_not(&known, &rejection))?;
            let user = self.user(&known.stay().user).await?.unchanged();
            let freed = of_rider(user, ruling.of_rider(&known, at)?, session)?;
            let answer = render(ruled.after().unwrap_or(&known));
            let writes = [ruled.write(), freed.write()]
                .into_iter()
                .collect::<Result<_, _>>();
            let writes = writes.map_err(Failure::from)?;
            let name = session.as_str();
            if self.store(&context, at, writes, claim, name, &answer).await? {
                metrics::counter!("stays_total", "step" => ruling.name()).increment(1);
                return Ok(answer);
            }
        }
        Err(Failure::Contended.into())
    }
}

impl Ruling {
    const fn name(&self) -> &'static str {
        match self {
            Self::Forgive { .. } => "forgiven",
            Self::Cancel { .. } => "cancelled",
        }
    }

    fn of_stay(&self, at: DateTime<Utc>) -> ParkingCommand {
        match self {
            Self::Forgive { reason } => {
                let reason = reason.clone();
                let settlement = Settlement::Forgiven { reason };
                ParkingCommand::SettleDebt { settlement, at }
            }
            Self::Cancel { reason } => {
                let reason = reason.clone();
                ParkingCommand::Cancel { reason, at }
            }
        }
    }

    fn of_rider(&self, known: &ParkingSession, at: DateTime<Utc>) -> Result<UserCommand, Failure> {
        let session = known.stay().session.clone();
        match self {
            Self::Forgive { .. } => {
                let nameless = || Failure::Corrupt(format!("{session}: what is owed has no name"));
                let debt = known.bill().and_then(|bill| bill.debt.clone());
                let purchase = debt.ok_or_else(nameless)?;
                Ok(UserCommand::SettleDebt { purchase, at })
            }
            Self::Cancel { .. } => Ok(UserCommand::EndStay { session, at }),
        }
    }
}

fn why_not(known: &ParkingSession, rejection: &ParkingRejection) -> DeskProblem {
    match rejection {
        ParkingRejection::GivenUp => DeskProblem::GivenUp,
        ParkingRejection::Ended => DeskProblem::Over,
        ParkingRejection::NoDebt if known.payment_due().is_some() => DeskProblem::PaymentUnderWay,
        ParkingRejection::NoDebt => DeskProblem::NothingOwed,
        rejection => contradiction(&known.stay().session, rejection).into(),
    }
}
