//! The contract, kept by PostgreSQL.

use async_trait::async_trait;
use sqlx::PgPool;
use tokio::sync::watch;

use super::follow::Follower;
use super::load::Loader;
use super::read;
use crate::head::Head;
use crate::writer::Writer;
use crate::{
    Append, AppendError, Appended, EventLog, Filter, IdempotencyRecord, Position, ReadError, Recorded,
    Snapshot, StreamId, Version,
};

/// A log in a PostgreSQL database, which several servers may share.
#[derive(Debug)]
pub(crate) struct PostgresLog {
    readers: PgPool,
    loader: Loader,
    /// None when opened for reading only.
    writer: Option<Writer>,
    head: Head,
    follower: Follower,
}

impl PostgresLog {
    pub(super) fn new(readers: PgPool, writer: Option<Writer>, head: Head) -> Self {
        let follower = Follower::start(&readers, &head);
        let loader = Loader::start(&readers.connect_options());
        Self {
            readers,
            loader,
            writer,
            head,
            follower,
        }
    }
}

#[async_trait]
impl EventLog for PostgresLog {
    async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        let writer = self.writer.as_ref().ok_or_else(AppendError::read_only)?;
        writer.append(append).await
    }

    async fn load(&self, stream: &StreamId, after: Version) -> Result<Vec<Recorded>, ReadError> {
        if self.readers.is_closed() {
            return Err(ReadError::Unavailable("the log is closed".into()));
        }
        self.loader.load(stream, after).await
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
        self.follower.stop();
        self.readers.close().await;
    }
}
