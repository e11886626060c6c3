//! What happens in a disclosure. Stored for ever: variants are added, never edited.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{DisclosureId, UserId};

/// The history of a disclosure: one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum DisclosureEvent {
    /// Somebody, the event's actor, is shown the personal data of a rider.
    Recorded {
        /// This disclosure.
        disclosure: DisclosureId,
        /// Whose data.
        user: UserId,
        /// When.
        at: DateTime<Utc>,
    },
}
