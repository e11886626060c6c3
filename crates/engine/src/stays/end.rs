//! Ending a stay: over, billed and the purchase begun in one commit; then the purchase is driven to rest.

use chrono::{DateTime, Utc};
use domain::{
    ParkingSessionId, PurchaseId, User,
    parking::{EndedBy, NOT_CHARGEABLE, ParkingCommand, ParkingRejection, ParkingSession},
    purchase::Purchase,
    user::UserCommand,
};
use event_log::StreamWrite;

use super::{bill::known, problem::StayProblem, rider::of_rider, show::ShownStay};
use crate::{
    Context, Engine, Failure,
    drive::Drive,
    failure::Refused,
    handle::{ATTEMPTS, Change, Loaded},
};

/// Which stay is to end, and on whose word.
#[derive(Debug, Clone)]
pub struct EndStay {
    /// Which.
    pub session: ParkingSessionId,
    /// Whose word.
    pub by: EndedBy,
}

/// What ends a stay: everything in one commit.
pub(super) struct Ended {
    parking: Change<ParkingSession>,
    user: Change<User>,
    purchase: Option<Change<Purchase>>,
}

impl Engine {
    /// Ends a stay and has it paid. Ending it again tells what came of it, and goes on with what is not decided yet.
    pub async fn end_stay(&self, context: &Context, end: &EndStay) -> Result<ShownStay, StayProblem> {
        self.end_stay_at(context, end, None).await
    }

    /// The same, for a stay that ended a while ago.
    pub(super) async fn end_stay_at(
        &self,
        context: &Context,
        end: &EndStay,
        ended_at: Option<DateTime<Utc>>,
    ) -> Result<ShownStay, StayProblem> {
        let context = context.correlated(end.session.as_str());
        for _ in 0..ATTEMPTS {
            Box::pin(self.close_overdue(&end.session)).await?;
            let at = self.host().now();
            let loaded = self.parking(&end.session).await?;
            let session = known(&loaded, &end.session)?;
            if session.ended_at().is_some() {
                self.pay_on(&context, &session).await?;
                return Ok(self.shown(&end.session).await?);
            }
            let command = ParkingCommand::End {
                by: end.by,
                at: ended_at.unwrap_or(at),
            };
            let ended = match loaded.decide(command).map_err(Failure::from)? {
                Ok(ended) => ended,
                Err(ParkingRejection::GateEndsIt) => return Err(StayProblem::Gated),
                Err(ParkingRejection::GivenUp) => return Err(StayProblem::GivenUp),
                Err(ParkingRejection::EndsBeforeStart) => return Err(StayProblem::EndsBeforeStart),
                Err(rejection) => return Err(contradiction(&end.session, &rejection).into()),
            };
            let ended = self.billed(ended, &session.stay().user, at).await?;
            let stored = self
                .repository()
                .commit(&context, at, ended.writes()?, Vec::new())
                .await;
            match stored.map_err(Refused::from) {
                Ok(_) => metrics::counter!("stays_total", "step" => "ended").increment(1),
                Err(Refused::Failed(failure)) => return Err(failure.into()),
                Err(Refused::Stale | Refused::Claimed(_)) => {}
            }
        }
        Err(Failure::Contended.into())
    }

    /// Adds to the end of a stay the bill, the purchase that pays it, and that the rider may stay elsewhere.
    pub(super) async fn billed(
        &self,
        ended: Change<ParkingSession>,
        user: &domain::UserId,
        at: DateTime<Utc>,
    ) -> Result<Ended, Failure> {
        let session = ended.after().cloned();
        let session = session.ok_or_else(|| Failure::Corrupt(format!("{user}: a stay without a state")))?;
        let id = session.stay().session.clone();
        let loaded: Loaded<User> = self.user(user).await?;
        let over = UserCommand::EndStay {
            session: id.clone(),
            at,
        };
        let freed = of_rider(loaded.clone().unchanged(), over, &id)?;
        let unbilled = |parking, user| Ended {
            parking,
            user,
            purchase: None,
        };
        if session.stay().is_simulated {
            return Ok(unbilled(ended, freed));
        }
        let until = session.ended_at().unwrap_or(at);
        let calculation = self.price_of(&session, until)?;
        let cost = calculation.total;
        let purchase = PurchaseId::from_uuid(self.host().fresh_id());
        let rider = loaded
            .state()
            .ok_or_else(|| Failure::Corrupt(format!("{user} is not known")))?;
        let begun = self.billing(&session, calculation, rider, &purchase, at)?;
        // Nobody owes nothing: where there is neither anything to pay nor anybody to pay it to, the stay is just over.
        if begun.is_none() && !cost.is_positive() {
            return Ok(unbilled(ended, freed));
        }
        let bill = ParkingCommand::Bill {
            purchase: purchase.clone(),
            cost,
            at,
        };
        let mut parking = ended
            .and(bill)?
            .map_err(|rejection| contradiction(&id, &rejection))?;
        let mut user = freed;
        if begun.is_none() {
            let failed = ParkingCommand::RecordPaymentFailed {
                purchase: purchase.clone(),
                code: NOT_CHARGEABLE.to_owned(),
                at,
            };
            parking = parking
                .and(failed)?
                .map_err(|rejection| contradiction(&id, &rejection))?;
            let owe = UserCommand::RecordDebt {
                operator: session.stay().operator.clone(),
                purchase,
                amount: cost,
                at,
            };
            user = of_rider(user, owe, &id)?;
        }
        Ok(Ended {
            parking,
            user,
            purchase: begun,
        })
    }

    /// Has a stay paid that is over, as far as that is not decided yet.
    pub async fn pay_stay(&self, context: &Context, session: &ParkingSessionId) -> Result<(), Failure> {
        let loaded = self.parking(session).await?;
        self.pay_on(context, &known(&loaded, session)?).await
    }

    /// Goes on with the purchase of a stay whose payment is not decided yet.
    pub(super) async fn pay_on(&self, context: &Context, session: &ParkingSession) -> Result<(), Failure> {
        let Some(purchase) = session.payment_due().cloned() else {
            return Ok(());
        };
        let loaded: Loaded<Purchase> = self.repository().load(purchase.as_str()).await?;
        let context = context.correlated(purchase.as_str());
        let patience = self.settings().request_patience;
        let drive = Drive::new(self, context, purchase, loaded, None, patience);
        Box::pin(drive.run()).await.map(drop)
    }
}

impl Ended {
    pub(super) fn writes(&self) -> Result<Vec<StreamWrite>, Failure> {
        let mut writes = vec![self.parking.write()?, self.user.write()?];
        if let Some(purchase) = &self.purchase {
            writes.push(purchase.write()?);
        }
        Ok(writes)
    }
}

pub(super) fn contradiction(session: &ParkingSessionId, rejection: &dyn std::error::Error) -> Failure {
    Failure::Corrupt(format!("{session}: {rejection}"))
}
