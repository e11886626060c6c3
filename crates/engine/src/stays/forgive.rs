//! Letting a debt go: on the stay and on its rider in one commit, so that the rider may park there again.

use domain::{
    OperatorId, ParkingSessionId,
    parking::{ParkingCommand, ParkingSession, Payment, Settlement},
    user::UserCommand,
};
use event_log::Answer;

use super::{
    desk::{DeskProblem, RenderSession},
    rider::of_rider,
};
use crate::{Claim, Context, Engine, Failure, handle::ATTEMPTS};

impl Engine {
    /// Forgives what is owed for a stay, once per claim. What was forgiven in these words before is told.
    pub async fn forgive_debt(
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
            let settlement = Settlement::Forgiven {
                reason: reason.to_owned(),
            };
            let forgive = ParkingCommand::SettleDebt { settlement, at };
            let Ok(forgiven) = loaded.decide(forgive).map_err(Failure::from)? else {
                return Err(why_not(&known));
            };
            let debt = known.bill().and_then(|bill| bill.debt.clone());
            let nameless = || Failure::Corrupt(format!("{session}: what is owed has no name"));
            let purchase = debt.ok_or_else(nameless)?;
            let user = self.user(&known.stay().user).await?.unchanged();
            let freed = of_rider(user, UserCommand::SettleDebt { purchase, at }, session)?;
            let answer = render(forgiven.after().unwrap_or(&known));
            let writes = [forgiven.write(), freed.write()]
                .into_iter()
                .collect::<Result<_, _>>();
            let writes = writes.map_err(Failure::from)?;
            let name = session.as_str();
            if self.store(&context, at, writes, claim, name, &answer).await? {
                metrics::counter!("debts_forgiven_total").increment(1);
                return Ok(answer);
            }
        }
        Err(Failure::Contended.into())
    }
}

fn why_not(session: &ParkingSession) -> DeskProblem {
    match session.bill().map(|bill| &bill.payment) {
        Some(Payment::Due) => DeskProblem::PaymentUnderWay,
        Some(Payment::Paid | Payment::Owed | Payment::Settled { .. }) | None => DeskProblem::NothingOwed,
    }
}
