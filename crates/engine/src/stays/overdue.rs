//! Stays that nobody ended, closed by rule: in the background, and whenever one is looked at.

use std::future::ready;

use chrono::TimeDelta;
use domain::{
    ParkingSessionId,
    parking::{EndedBy, Overdue, ParkingCommand, ParkingSession},
    user::UserCommand,
};
use event_log::Store;
use futures::{StreamExt, stream};
use projector::{ParkingStays, StayRow};

use super::{bill::known, end::contradiction, rider::of_rider};
use crate::{Context, Engine, Failure, failure::Refused, handle::ATTEMPTS, up_to_date::unavailable};

/// How many stays are listed at once. A round goes through all that go on.
const PAGE: usize = 256;

/// How many are looked at at once.
const AT_ONCE: usize = 8;

impl Engine {
    /// Looks at every stay that goes on, until `is_over`, and gives how many the rules closed. What fails is left for
    /// the next round and keeps nothing else from its turn.
    pub async fn close_overdue_stays(
        &self,
        views: &Store,
        is_over: &(dyn Fn() -> bool + Send + Sync),
    ) -> Result<usize, Failure> {
        let (mut closed, mut last) = (0, None::<StayRow>);
        let before = self.host().now();
        loop {
            let page = ParkingStays::going_on(views, before, last.as_ref(), PAGE);
            let page = page.await.map_err(unavailable)?;
            let is_last = page.len() < PAGE;
            last = page.last().cloned();
            let mut looked_at = stream::iter(page)
                .take_while(|_| ready(!is_over()))
                .map(|row| self.look_at(row.session))
                .buffer_unordered(AT_ONCE);
            while let Some(is_closed) = looked_at.next().await {
                closed += usize::from(is_closed);
            }
            if is_last || is_over() {
                return Ok(closed);
            }
        }
    }

    async fn look_at(&self, session: ParkingSessionId) -> bool {
        match self.close_overdue(&session).await {
            Ok(is_closed) => is_closed,
            Err(failure) => {
                tracing::warn!(%session, %failure, "whether a stay is overdue is seen later");
                false
            }
        }
    }

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
            let (writes, step) = match overdue {
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
                    let freed = of_rider(self.user(user).await?.unchanged(), over, id)?;
                    (vec![closed.write()?, freed.write()?], reason.as_str())
                }
            };
            let context = Context::of_resolver(Some(session.stay().app.clone()), id.as_str());
            let stored = self.repository().commit(&context, at, writes, Vec::new()).await;
            match stored.map_err(Refused::from) {
                Ok(_) => {
                    metrics::counter!("stays_total", "step" => step).increment(1);
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
