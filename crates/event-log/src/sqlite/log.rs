//! The contract, kept by SQLite.

use async_trait::async_trait;
use futures::future::AbortHandle;
use sqlx::SqlitePool;
use tokio::sync::watch;

use super::{follow, read};
use crate::head::Head;
use crate::writer::Writer;
use crate::{
    Append, AppendError, Appended, EventLog, Filter, IdempotencyRecord, Position, ReadError, Recorded,
    Snapshot, StreamId, Version,
};

/// A log in a SQLite file: one writing connection, several reading ones.
#[derive(Debug)]
pub(crate) struct SqliteLog {
    readers: SqlitePool,
    /// None when opened for reading only.
    writer: Option<Writer>,
    head: Head,
    follower: AbortHandle,
}

impl SqliteLog {
    pub(super) fn new(readers: SqlitePool, writer: Option<Writer>, head: Head) -> Self {
        let follower = follow::start(readers.clone(), head.clone());
        Self {
            readers,
            writer,
            head,
            follower,
        }
    }
}

impl Drop for SqliteLog {
    fn drop(&mut self) {
        self.follower.abort();
    }
}

#[async_trait]
impl EventLog for SqliteLog {
    async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        let writer = self.writer.as_ref().ok_or_else(AppendError::read_only)?;
        writer.append(append).await
    }

    async fn load(&self, stream: &StreamId, after: Version) -> Result<Vec<Recorded>, ReadError> {
        read::stream(&self.readers, stream, after).await
    }

    async fn read(&self, after: Position, limit: usize, filter: &Filter) -> Result<Vec<Recorded>, ReadError> {
        match filter {
            Filter::All => read::all(&self.readers, after, limit).await,
            Filter::Categories(categories) => read::categories(&self.readers, after, limit, categories).await,
        }
    }

    async fn head(&self) -> Result<Position, ReadError> {
        read::head(&self.readers).await
    }

    fn watch(&self) -> watch::Receiver<Position> {
        self.head.subscribe()
    }

    async fn record(&self, scope: &str, key: &str) -> Result<Option<IdempotencyRecord>, ReadError> {
        read::record(&self.readers, scope, key).await
    }

    async fn snapshot(&self, stream: &StreamId) -> Result<Option<Snapshot>, ReadError> {
        read::snapshot(&self.readers, stream).await
    }

    async fn save_snapshot(&self, snapshot: Snapshot) -> Result<(), AppendError> {
        let writer = self.writer.as_ref().ok_or_else(AppendError::read_only)?;
        writer.save_snapshot(snapshot).await
    }

    async fn close(&self) {
        if let Some(writer) = &self.writer {
            writer.close().await;
        }
        self.follower.abort();
        self.readers.close().await;
    }
}
