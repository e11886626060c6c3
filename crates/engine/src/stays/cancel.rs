//! Calling off a stay that goes on: it costs nothing, and its rider may park elsewhere.

use domain::{
    OperatorId, ParkingSessionId,
    parking::{ParkingCommand, ParkingRejection},
    user::UserCommand,
};
use event_log::Answer;

use super::{
    desk::{DeskProblem, RenderSession},
    end::contradiction,
    rider::of_rider,
};
use crate::{Claim, Context, Engine, Failure, handle::ATTEMPTS};

impl Engine {
    /// Cancels a stay, once per claim. One that was cancelled before is told.
    pub async fn cancel_stay(
        &self,
        context: &Context,
        (operator, session): (&OperatorId, &ParkingSessionId),
        reason: &str,
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
            let cancel = ParkingCommand::Cancel {
                reason: reason.to_owned(),
                at,
            };
            let cancelled = match loaded.decide(cancel).map_err(Failure::from)? {
                Ok(cancelled) => cancelled,
                Err(ParkingRejection::GivenUp) => return Err(DeskProblem::GivenUp),
                Err(ParkingRejection::Ended) => return Err(DeskProblem::Over),
                Err(rejection) => return Err(contradiction(session, &rejection).into()),
            };
            let user = self.user(&known.stay().user).await?.unchanged();
            let over = UserCommand::EndStay {
                session: session.clone(),
                at,
            };
            let freed = of_rider(user, over, session)?;
            let answer = render(cancelled.after().unwrap_or(&known));
            let writes = [cancelled.write(), freed.write()]
                .into_iter()
                .collect::<Result<_, _>>();
            let writes = writes.map_err(Failure::from)?;
            let name = session.as_str();
            if self.store(&context, at, writes, claim, name, &answer).await? {
                metrics::counter!("stays_total", "end" => "cancelled").increment(1);
                return Ok(answer);
            }
        }
        Err(Failure::Contended.into())
    }
}
