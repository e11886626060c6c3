//! What may be asked of a disclosure, and why it may refuse.

use chrono::{DateTime, Utc};

use crate::{DisclosureId, UserId};

/// Requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DisclosureCommand {
    /// Record that somebody is shown the personal data of a rider. Who, the event's metadata says.
    Record {
        /// This disclosure.
        disclosure: DisclosureId,
        /// Whose data.
        user: UserId,
        /// Now.
        at: DateTime<Utc>,
    },
}

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DisclosureRejection {
    /// The id is taken by another one.
    #[error("another disclosure has this id")]
    DisclosureDiffers,
}
