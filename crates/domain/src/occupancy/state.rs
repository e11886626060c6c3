//! The rules of room: the newest count of each location is what is known, until it is too old.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{
    command::{OccupancyCommand, OccupancyRejection},
    event::{OccupancyEvent, Room},
};
use crate::{
    LocationId, OperatorId,
    aggregate::{Aggregate, Decided, ImpossibleHistory},
};

/// How far the operator's clock may run ahead of ours.
const AHEAD: TimeDelta = TimeDelta::minutes(2);
/// How long a count is worth telling at least, and at most.
const SHORTEST: TimeDelta = TimeDelta::minutes(1);
const LONGEST: TimeDelta = TimeDelta::hours(24);

/// The room at an operator's locations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occupancy {
    operator: OperatorId,
    known: BTreeMap<LocationId, Known>,
}

/// What is known of a location.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// How many spaces are free.
    pub free: Option<u32>,
    /// When that was counted.
    pub as_of: DateTime<Utc>,
    /// Until when it is worth telling.
    pub until: DateTime<Utc>,
}

impl Aggregate for Occupancy {
    const CATEGORY: &'static str = "occupancy";
    type Command = OccupancyCommand;
    type Event = OccupancyEvent;
    type Rejection = OccupancyRejection;

    fn decide(occupancy: Option<&Self>, command: OccupancyCommand) -> Decided<Self> {
        let OccupancyCommand::Report {
            operator,
            rooms,
            as_of,
            until,
            at,
        } = command;
        if occupancy.is_some_and(|it| it.operator != operator) {
            return Err(OccupancyRejection::OperatorDiffers);
        }
        if as_of - at > AHEAD {
            return Err(OccupancyRejection::NotYetCounted);
        }
        if !(SHORTEST..=LONGEST).contains(&(until - as_of)) {
            return Err(OccupancyRejection::NoSuchValidity);
        }
        let mut named = BTreeSet::new();
        if let Some(room) = rooms.iter().find(|room| !named.insert(&room.location)) {
            return Err(OccupancyRejection::LocationRepeated(room.location.clone()));
        }
        let is_news = |room: &Room| {
            occupancy.is_none_or(|it| it.counted_at(&room.location).is_none_or(|last| last < as_of))
        };
        let rooms: Vec<Room> = rooms.into_iter().filter(is_news).collect();
        if rooms.is_empty() {
            return Ok(vec![]);
        }
        Ok(vec![OccupancyEvent::Reported {
            operator,
            rooms,
            as_of,
            until,
            at,
        }])
    }

    fn apply(occupancy: Option<Self>, event: &OccupancyEvent) -> Result<Self, ImpossibleHistory> {
        let OccupancyEvent::Reported {
            operator,
            rooms,
            as_of,
            until,
            ..
        } = event;
        let mut occupancy = occupancy.unwrap_or_else(|| Self {
            operator: operator.clone(),
            known: BTreeMap::new(),
        });
        if occupancy.operator != *operator {
            return Err(Self::impossible("the room is one operator's"));
        }
        for room in rooms {
            let known = Known {
                free: room.free,
                as_of: *as_of,
                until: *until,
            };
            let before = occupancy.known.insert(room.location.clone(), known);
            if before.is_some_and(|before| before.as_of >= *as_of) {
                return Err(Self::impossible("a later count stays"));
            }
        }
        Ok(occupancy)
    }
}

impl Occupancy {
    fn counted_at(&self, location: &LocationId) -> Option<DateTime<Utc>> {
        self.known.get(location).map(|known| known.as_of)
    }

    /// What was counted last at a location, if that is worth telling at a moment.
    #[must_use]
    pub fn at(&self, location: &LocationId, moment: DateTime<Utc>) -> Option<Known> {
        let known = self.known.get(location)?;
        (known.free.is_some() && moment < known.until).then_some(*known)
    }
}
