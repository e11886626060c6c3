//! Events: as a caller hands them in, and as the log gives them back.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{CanonicalError, Metadata, RawMetadata, StreamId, canonical_json};

/// Number of events in a stream, and so the version of its last event. 0 means there is no stream.
pub type Version = u64;

/// An event's place in the whole log: 1, 2, 3, … without gaps, in commit order. 0 precedes them all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Position(pub u64);

impl Position {
    /// Before the first event: where a reader of everything starts.
    pub const START: Self = Self(0);
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An event to be appended.
#[derive(Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// What happened, such as `purchase.started`: lower-case ASCII letters, digits, `.`, `_`, `-`.
    pub kind: String,
    /// Version of the payload's shape, from 1.
    pub schema: u16,
    /// The payload as canonical JSON (see [`canonical_json`]); any other text is refused.
    pub data: String,
}

impl NewEvent {
    /// An event whose payload is `data`, written as canonical JSON.
    pub fn new(kind: impl Into<String>, schema: u16, data: &impl Serialize) -> Result<Self, CanonicalError> {
        Ok(Self {
            kind: kind.into(),
            schema,
            data: canonical_json(data)?,
        })
    }
}

// Payloads stay out of logs.
impl fmt::Debug for NewEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewEvent")
            .field("kind", &self.kind)
            .field("schema", &self.schema)
            .field("data_bytes", &self.data.len())
            .finish()
    }
}

/// An event of the log.
#[derive(Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Place in the log.
    pub position: Position,
    /// The stream it belongs to.
    pub stream: StreamId,
    /// Place in the stream, from 1.
    pub version: Version,
    /// What happened.
    pub kind: String,
    /// Version of the payload's shape as it was stored.
    pub schema: u16,
    /// When the command that caused it was handled, to the microsecond.
    pub at: DateTime<Utc>,
    /// The payload, byte for byte as it was appended.
    pub data: String,
    /// Who, for which app, caused by what; parsed only on demand.
    pub metadata: RawMetadata,
}

impl Recorded {
    /// Who, for which app, caused by what.
    pub fn metadata(&self) -> Result<Metadata, serde_json::Error> {
        self.metadata.parse()
    }
}

impl fmt::Debug for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorded")
            .field("position", &self.position.0)
            .field("stream", &self.stream)
            .field("version", &self.version)
            .field("kind", &self.kind)
            .field("schema", &self.schema)
            .field("at", &self.at)
            .field("data_bytes", &self.data.len())
            .finish_non_exhaustive()
    }
}
