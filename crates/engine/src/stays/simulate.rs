//! Test users drive through gates that nobody sees.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    ParkingSessionId,
    parking::{ParkingCommand, ParkingRejection, ParkingSession},
};

use super::{bill::known, end::contradiction, problem::StayProblem, show::ShownStay};
use crate::{
    Context, Engine, Failure,
    failure::Refused,
    handle::{ATTEMPTS, Change, Loaded},
};

impl Engine {
    /// As though the rider checked in now, and out that much later (Coord's Parking Access API,
    /// `simulate_redemption`). What is over already is told again.
    pub async fn simulate_redemption(
        &self,
        context: &Context,
        id: &ParkingSessionId,
        duration: TimeDelta,
    ) -> Result<ShownStay, StayProblem> {
        let context = context.correlated(id.as_str());
        for _ in 0..ATTEMPTS {
            let at = self.host().now();
            let loaded = self.parking(id).await?;
            let session = known(&loaded, id)?;
            if !session.stay().is_simulated {
                return Err(StayProblem::NotSimulated);
            }
            if session.redemption().is_none() {
                return Err(StayProblem::NotGated);
            }
            if session.ended_at().is_some() {
                return Ok(self.shown(id).await?);
            }
            let started = session.started_at().unwrap_or(at);
            let passed = match enter_and_leave(loaded, started, duration)? {
                Ok(passed) => passed,
                Err(ParkingRejection::GivenUp) => return Err(StayProblem::GivenUp),
                Err(rejection) => return Err(contradiction(id, &rejection).into()),
            };
            let ended = self.billed(passed, &session.stay().user, at).await?;
            let stored = self
                .repository()
                .commit(&context, at, ended.writes()?, Vec::new())
                .await;
            match stored.map_err(Refused::from) {
                Ok(_) => return Ok(self.shown(id).await?),
                Err(Refused::Failed(failure)) => return Err(failure.into()),
                Err(Refused::Stale | Refused::Claimed(_)) => {}
            }
        }
        Err(Failure::Contended.into())
    }
}

fn enter_and_leave(
    loaded: Loaded<ParkingSession>,
    at: DateTime<Utc>,
    duration: TimeDelta,
) -> Result<Result<Change<ParkingSession>, ParkingRejection>, Failure> {
    let entry = ParkingCommand::RecordEntry { at, barcode: None };
    let entered = match loaded.decide(entry)? {
        Ok(entered) => entered,
        Err(rejection) => return Ok(Err(rejection)),
    };
    let left = ParkingCommand::RecordExit {
        at: at + duration,
        barcode: None,
    };
    Ok(entered.and(left)?)
}
