//! Snapshots: a cache of a long stream's state.

use std::fmt;

use crate::{StreamId, Version};

/// A stream's folded state at some version. It is a cache: any snapshot may vanish at any time.
#[derive(Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The stream.
    pub stream: StreamId,
    /// How many of the stream's events are folded in.
    pub version: Version,
    /// Version of the state's shape; a reader ignores snapshots of another shape.
    pub schema: u16,
    /// The state, in whatever text form its owner chose.
    pub state: String,
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("stream", &self.stream)
            .field("version", &self.version)
            .field("schema", &self.schema)
            .field("state_bytes", &self.state.len())
            .finish()
    }
}
