//! Stays that nobody ended, closed by rule: in the background, and whenever one is looked at.

use chrono::TimeDelta;
use domain::{
    ParkingSessionId,
    parking::{EndedBy, Overdue, ParkingCommand, ParkingSession},
    user::UserCommand,
};

use super::{bill::known, end::contradiction};
use crate::{Context, Engine, Failure, failure::Refused, handle::ATTEMPTS};

impl Engine {
    /// Does to a stay what the rules say of it now. Whether they said anything.
    pub(super) async fn close_overdue(&self, id: &ParkingSessionId) -> Result<bool, Failure> {
        for _ in 0..ATTEMPTS {
            let at = self.host().now();
            let loaded = self.parking(id).await?;
            let session = known(&loaded, id)?;
            let Some(overdue) = session.overdue(self.longest_stay(&session), at) else {
                return Ok(false);
            };
            let user = &session.stay().user;
            let contradicted = |rejection: &dyn std::error::Error| contradiction(id, rejection);
            let (writes, end) = match overdue {
                Overdue::Ended { at: end } => {
                    let by = EndedBy::Tariff;
                    let ended = loaded.decide(ParkingCommand::End { by, at: end })?;
                    let ended = ended.map_err(|rejection| contradicted(&rejection))?;
                    (self.billed(ended, user, at).await?.writes()?, "ended_by_tariff")
                }
                Overdue::Closed { reason } => {
                    let closed = loaded.decide(ParkingCommand::Close { reason, at })?;
                    let closed = closed.map_err(|rejection| contradicted(&rejection))?;
                    let over = UserCommand::EndStay {
                        session: id.clone(),
                        at,
                    };
                    let freed = self.user(user).await?.decide(over)?;
                    let freed = freed.map_err(|rejection| contradicted(&rejection))?;
                    (vec![closed.write()?, freed.write()?], reason.as_str())
                }
            };
            let context = Context::of_resolver(Some(session.stay().app.clone()), id.as_str());
            let stored = self.repository().commit(&context, at, writes, Vec::new()).await;
            match stored.map_err(Refused::from) {
                Ok(_) => {
                    metrics::counter!("stays_total", "end" => end).increment(1);
                    return Ok(true);
                }
                Err(Refused::Failed(failure)) => return Err(failure),
                Err(Refused::Stale | Refused::Claimed(_)) => {}
            }
        }
        Err(Failure::Contended)
    }

    fn longest_stay(&self, session: &ParkingSession) -> Option<TimeDelta> {
        let stay = session.stay();
        let catalog = self.directory().catalog(&stay.operator)?;
        let version = catalog.location_version(&stay.location, stay.rate_version)?;
        version.location.longest_stay()
    }
}
