//! The contract both adapters keep.

use async_trait::async_trait;
use tokio::sync::watch;

use crate::{
    Append, AppendError, Appended, Filter, IdempotencyRecord, Position, ReadError, Recorded, Snapshot,
    StreamId, Version,
};

/// An append-only log of events with gapless positions in commit order.
///
/// Used as `Arc<dyn EventLog>`; every method may be called from many tasks at once.
#[async_trait]
pub trait EventLog: Send + Sync + 'static {
    /// Store one command, all or nothing.
    ///
    /// The command is queued and committed together with whatever else waits; each is judged by
    /// itself. Dropping the future does not withdraw a command that was already queued.
    async fn append(&self, append: Append) -> Result<Appended, AppendError>;

    /// The events of one stream with a version above `after`, in order.
    async fn load(&self, stream: &StreamId, after: Version) -> Result<Vec<Recorded>, ReadError>;

    /// At most `limit` events beyond `after` that pass the filter, in order of position.
    async fn read(&self, after: Position, limit: usize, filter: &Filter) -> Result<Vec<Recorded>, ReadError>;

    /// Position of the last event; [`Position::START`] when there is none.
    async fn head(&self) -> Result<Position, ReadError>;

    /// The last position this process knows of. It moves when this or another process appends;
    /// what it shows is committed and readable.
    fn watch(&self) -> watch::Receiver<Position>;

    /// What is known about an idempotency key.
    async fn record(&self, scope: &str, key: &str) -> Result<Option<IdempotencyRecord>, ReadError>;

    /// The stream's snapshot, if there is one.
    async fn snapshot(&self, stream: &StreamId) -> Result<Option<Snapshot>, ReadError>;

    /// Keep a snapshot, replacing an older one of the stream.
    async fn save_snapshot(&self, snapshot: Snapshot) -> Result<(), AppendError>;

    /// Finish what is queued, then stop. Later appends get [`AppendError::Stopped`]; calling it
    /// twice does no harm.
    async fn close(&self);
}
