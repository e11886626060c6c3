//! The stays of a user: one at a time.

use chrono::{DateTime, Utc};

use super::{User, UserEvent, UserRejection};
use crate::{Aggregate, Decided, ImpossibleHistory, ParkingSessionId};

impl User {
    /// The number of a stay is how the user's app knows it, so no two of theirs may have the same.
    pub(super) fn begin_stay(&self, session: ParkingSessionId, at: DateTime<Utc>) -> Decided<Self> {
        match &self.active_stay {
            Some(active) if *active == session => Ok(vec![]),
            _ if self.stays.contains(&session) => Err(UserRejection::StayOver),
            Some(active) => Err(UserRejection::StayInProgress {
                session: active.clone(),
            }),
            None if self.stays.iter().any(|known| known.number() == session.number()) => {
                Err(UserRejection::StayNumberTaken)
            }
            None => Ok(vec![UserEvent::StayBegun { session, at }]),
        }
    }

    pub(super) fn end_stay(&self, session: ParkingSessionId, at: DateTime<Utc>) -> Vec<UserEvent> {
        match self.active_stay == Some(session.clone()) {
            true => vec![UserEvent::StayOver { session, at }],
            false => vec![],
        }
    }

    pub(super) fn apply_stay(mut self, event: &UserEvent) -> Result<Self, ImpossibleHistory> {
        let holds = match event {
            UserEvent::StayBegun { session, .. } => {
                let is_new = self.stays.insert(session.clone());
                is_new && self.active_stay.replace(session.clone()).is_none()
            }
            UserEvent::StayOver { session, .. } => self.active_stay.take().as_ref() == Some(session),
            _ => false,
        };
        match holds {
            true => Ok(self),
            false => Err(Self::impossible("a user has one stay at a time, and each once")),
        }
    }

    /// The stay that goes on.
    #[must_use]
    pub const fn active_stay(&self) -> Option<&ParkingSessionId> {
        self.active_stay.as_ref()
    }

    /// Every stay, the oldest first.
    #[must_use]
    pub fn stays(&self) -> impl DoubleEndedIterator<Item = &ParkingSessionId> {
        self.stays.iter()
    }

    /// The stay with a number.
    #[must_use]
    pub fn stay(&self, number: u64) -> Option<&ParkingSessionId> {
        self.stays.iter().find(|session| session.number() == Some(number))
    }
}
