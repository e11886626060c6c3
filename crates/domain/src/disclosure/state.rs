//! The rules of a disclosure: it is recorded once.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    command::{DisclosureCommand, DisclosureRejection},
    event::DisclosureEvent,
};
use crate::{
    DisclosureId, UserId,
    aggregate::{Aggregate, Decided, ImpossibleHistory},
};

/// One look at a rider's personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disclosure {
    /// Which.
    pub id: DisclosureId,
    /// Whose data.
    pub user: UserId,
    /// When.
    pub at: DateTime<Utc>,
}

impl Aggregate for Disclosure {
    const CATEGORY: &'static str = "disclosure";
    type Command = DisclosureCommand;
    type Event = DisclosureEvent;
    type Rejection = DisclosureRejection;

    fn decide(known: Option<&Self>, command: DisclosureCommand) -> Decided<Self> {
        let DisclosureCommand::Record { disclosure, user, at } = command;
        match known {
            None => Ok(vec![DisclosureEvent::Recorded { disclosure, user, at }]),
            Some(known) if (&known.id, &known.user) == (&disclosure, &user) => Ok(vec![]),
            Some(_) => Err(DisclosureRejection::DisclosureDiffers),
        }
    }

    fn apply(known: Option<Self>, event: &DisclosureEvent) -> Result<Self, ImpossibleHistory> {
        let DisclosureEvent::Recorded { disclosure, user, at } = event;
        match known {
            None => Ok(Self {
                id: disclosure.clone(),
                user: user.clone(),
                at: *at,
            }),
            Some(_) => Err(Self::impossible("a disclosure is recorded once")),
        }
    }
}
