//! Stays that come to nothing.

use chrono::{DateTime, Utc};

use super::{
    command::ParkingRejection,
    event::{CloseReason, ParkingEvent},
    state::{GivenUp, ParkingSession},
};
use crate::aggregate::Decided;

impl ParkingSession {
    pub(super) fn close(&self, reason: CloseReason, at: DateTime<Utc>) -> Decided<Self> {
        match &self.given_up {
            Some(GivenUp::Closed { reason: known }) if *known == reason => Ok(Vec::new()),
            Some(_) => Err(ParkingRejection::GivenUp),
            None if self.ended_at.is_some() => Err(ParkingRejection::Ended),
            None if !self.fits(reason) => Err(ParkingRejection::ReasonDoesNotFit),
            None => Ok(vec![ParkingEvent::Closed { reason, at }]),
        }
    }

    pub(super) fn fits(&self, reason: CloseReason) -> bool {
        match (reason, self.redemption.is_some(), self.started_at, self.left_at) {
            (CloseReason::EntryNeverUsed, true, None, None)
            | (CloseReason::EntryNeverSeen, true, None, Some(_))
            | (CloseReason::ExitNeverSeen, true, Some(_), None)
            | (CloseReason::Abandoned, false, _, _) => true,
            (
                CloseReason::EntryNeverUsed
                | CloseReason::EntryNeverSeen
                | CloseReason::ExitNeverSeen
                | CloseReason::Abandoned,
                ..,
            ) => false,
        }
    }

    pub(super) fn cancel(&self, reason: String, at: DateTime<Utc>) -> Decided<Self> {
        match &self.given_up {
            Some(GivenUp::Cancelled) => Ok(Vec::new()),
            Some(GivenUp::Closed { .. }) => Err(ParkingRejection::GivenUp),
            None if self.ended_at.is_some() => Err(ParkingRejection::Ended),
            None => Ok(vec![ParkingEvent::Cancelled { reason, at }]),
        }
    }
}
