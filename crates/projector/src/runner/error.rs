//! Why read models could not be kept up to date.

use event_log::{Position, ReadError};

use crate::store::reason;

/// Why projecting stopped. No message holds a payload.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProjectorError {
    /// An event that a projection cannot take in. The projection stands right before it, and stays there until the
    /// program or the event's upcaster is mended: skipping it would make the read model wrong without a word.
    #[error("projection {projection} cannot take in event {position} ({kind}): {reason}")]
    Poison {
        /// Which projection.
        projection: &'static str,
        /// Where the event stands.
        position: Position,
        /// The event's kind.
        kind: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The log could not be read.
    #[error(transparent)]
    Log(#[from] ReadError),
    /// The store of the read models could not be used; safe to retry.
    #[error("the read models are unavailable: {0}")]
    Views(String),
    /// No projection has this name.
    #[error("there is no projection {0}")]
    Unknown(String),
}

impl ProjectorError {
    /// Whether trying again later may help.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Log(ReadError::Unavailable(_) | ReadError::Refused(_)) | Self::Views(_)
        )
    }
}

impl From<sqlx::Error> for ProjectorError {
    fn from(error: sqlx::Error) -> Self {
        Self::Views(reason(&error))
    }
}
