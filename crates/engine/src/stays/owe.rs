//! Paying what is owed for a stay: another purchase, begun only while none is under way.

use domain::{
    ParkingSessionId, PurchaseId,
    parking::{ParkingCommand, ParkingRejection, Payment},
};

use super::{bill::known, end::contradiction, problem::StayProblem, show::ShownStay};
use crate::{Context, Engine, Failure, failure::Refused, handle::ATTEMPTS};

impl Engine {
    /// Has what is owed for a stay paid with the rider's card as it is now. What is paid or under way already is told.
    pub async fn pay_debt(
        &self,
        context: &Context,
        session: &ParkingSessionId,
    ) -> Result<ShownStay, StayProblem> {
        self.try_debt(context, session, None).await
    }

    /// The same, if there were so many attempts as were `seen`; else somebody else has tried meanwhile, and once is
    /// enough.
    pub(super) async fn try_debt(
        &self,
        context: &Context,
        session: &ParkingSessionId,
        mut seen: Option<u32>,
    ) -> Result<ShownStay, StayProblem> {
        let context = context.correlated(session.as_str());
        for _ in 0..ATTEMPTS {
            let at = self.host().now();
            let loaded = self.parking(session).await?;
            let stay = known(&loaded, session)?;
            let bill = stay.bill().ok_or(StayProblem::NothingOwed)?;
            match bill.payment {
                Payment::Owed if *seen.get_or_insert(bill.attempts) != bill.attempts => {
                    return Ok(self.show(stay)?);
                }
                Payment::Owed => {}
                Payment::Due => {
                    self.pay_on(&context, &stay).await?;
                    return Ok(self.shown(session).await?);
                }
                Payment::Paid | Payment::Settled { .. } => return Ok(self.show(stay)?),
            }
            let user = self.user(&stay.stay().user).await?;
            let rider = user
                .state()
                .ok_or_else(|| Failure::Corrupt(format!("{session}: no rider")))?;
            let purchase = PurchaseId::from_uuid(self.host().fresh_id());
            let until = stay.ended_at().unwrap_or(at);
            let calculation = self.price_of(&stay, until)?;
            let begun = self.billing(&stay, calculation, rider, &purchase, at)?;
            let begun = begun.ok_or(StayProblem::NoCard)?;
            let again = ParkingCommand::BillAgain { purchase, at };
            let billed = match loaded.decide(again).map_err(Failure::from)? {
                Ok(billed) => billed,
                Err(ParkingRejection::NoDebt) => return Err(StayProblem::NothingOwed),
                Err(rejection) => return Err(contradiction(session, &rejection).into()),
            };
            let writes = [billed.write(), begun.write()]
                .into_iter()
                .collect::<Result<_, _>>();
            let writes = writes.map_err(Failure::from)?;
            let stored = self.repository().commit(&context, at, writes, Vec::new()).await;
            match stored.map_err(Refused::from) {
                Ok(_) | Err(Refused::Stale | Refused::Claimed(_)) => {}
                Err(Refused::Failed(failure)) => return Err(failure.into()),
            }
        }
        Err(Failure::Contended.into())
    }
}
