//! One command's worth of writing, and what can come of it.

use chrono::{DateTime, Utc};

use crate::{IdempotencyRecord, Metadata, NewEvent, Position, RecordWrite, Recorded, StreamId, Version};

/// What the writer believes about a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// The stream does not exist yet.
    NoStream,
    /// The stream has exactly this many events.
    At(Version),
    /// Whatever it is: nothing was decided from the stream's state.
    Any,
}

impl Expected {
    /// Whether a stream at `actual` is as expected.
    #[must_use]
    pub fn admits(self, actual: Version) -> bool {
        match self {
            Self::NoStream => actual == 0,
            Self::At(version) => actual == version,
            Self::Any => true,
        }
    }
}

/// Events for one stream. With no events it only asserts the version and appends nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamWrite {
    /// The stream.
    pub stream: StreamId,
    /// The version the decision was made from.
    pub expected: Expected,
    /// What happened, in order.
    pub events: Vec<NewEvent>,
}

/// One command: all of it is stored, or none. Its events take consecutive positions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Append {
    /// At most one write per stream.
    pub writes: Vec<StreamWrite>,
    /// At most one change per idempotency key.
    pub records: Vec<RecordWrite>,
    /// Origin of all the command's events.
    pub metadata: Metadata,
    /// When the command was handled; kept to the microsecond.
    pub at: DateTime<Utc>,
}

/// What was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// Position of the command's last event or, when it had none, of the log's last event then:
    /// a reader that has come this far has seen all of the command.
    pub last: Position,
    /// The command's events as recorded, in order.
    pub events: Vec<Recorded>,
}

/// Why a command was not (or perhaps not) stored. No message holds a payload.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// Another command was faster: load, decide, and try again. Nothing was stored.
    #[error("stream {stream} is at version {actual}, expected {expected:?}")]
    Conflict {
        /// The first write that did not fit.
        stream: StreamId,
        /// What the command expected.
        expected: Expected,
        /// The stream's version when the command was judged.
        actual: Version,
    },
    /// The idempotency key is taken; here is by what. Nothing was stored.
    #[error("the idempotency key is already claimed")]
    Claimed(Box<IdempotencyRecord>),
    /// More commands wait than the log takes on. Nothing was stored; try later.
    #[error("the log's queue is full")]
    Overloaded,
    /// The database could not be used. Nothing was stored; safe to retry.
    #[error("the log is unavailable: {0}")]
    Unavailable(String),
    /// The database refuses, and will until somebody puts it right: full, read-only, damaged, or not ours to use.
    /// Nothing was stored.
    #[error("the log's database refuses: {0}")]
    Refused(String),
    /// Whether the command was stored is not known: look before retrying.
    #[error("the outcome of the append is not known: {0}")]
    Unknown(String),
    /// The command itself is malformed, a mistake of the calling code. Nothing was stored.
    #[error("the command cannot be stored: {0}")]
    Invalid(String),
    /// The log was closed. Nothing was stored.
    #[error("the log is closed")]
    Stopped,
}

impl AppendError {
    pub(crate) fn read_only() -> Self {
        Self::Invalid("the log was opened for reading only".into())
    }
}
