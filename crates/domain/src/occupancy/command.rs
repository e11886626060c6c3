//! What may be reported of an operator's room, and why it may be refused.

use chrono::{DateTime, Utc};

use super::event::Room;
use crate::{LocationId, OperatorId};

/// Facts, as the operator tells them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OccupancyCommand {
    /// Take in a count. What is known of a location from a later count stays.
    Report {
        /// Whose.
        operator: OperatorId,
        /// Where, and how many.
        rooms: Vec<Room>,
        /// When it was counted.
        as_of: DateTime<Utc>,
        /// Until when it is worth telling.
        until: DateTime<Utc>,
        /// Now.
        at: DateTime<Utc>,
    },
}

/// Why not, in the order in which the reasons are looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OccupancyRejection {
    /// The stream is another operator's.
    #[error("this is the room of another operator")]
    OperatorDiffers,
    /// Nobody has counted what is still to come.
    #[error("as_of is in the future")]
    NotYetCounted,
    /// It has to be worth telling for a time, and for a day at most.
    #[error("a count is worth telling for a minute at least and 24 hours at most")]
    NoSuchValidity,
    /// One count says two things of a location.
    #[error("{0} is named twice")]
    LocationRepeated(LocationId),
}
