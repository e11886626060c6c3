//! What operators report of their room. Stored for ever: variants are added, never edited.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{LocationId, OperatorId};

/// The room at a location.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// Where.
    pub location: LocationId,
    /// How many spaces are free; absent where the operator does not know any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free: Option<u32>,
}

/// The history of an operator's room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum OccupancyEvent {
    /// The operator counted.
    Reported {
        /// Whose.
        operator: OperatorId,
        /// Each location once, and only where nothing newer is known.
        rooms: Vec<Room>,
        /// When it was counted.
        as_of: DateTime<Utc>,
        /// Until when the count is worth telling; afterwards nothing is known.
        until: DateTime<Utc>,
        /// When it was reported.
        at: DateTime<Utc>,
    },
}
