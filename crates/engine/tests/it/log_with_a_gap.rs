//! A log that lets somebody else in between a decision and its append.

use std::{
    pin::Pin,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use event_log::{
    Append, AppendError, Appended, EventLog, Filter, IdempotencyRecord, Position, ReadError, Recorded,
    Snapshot, StreamId, Version,
};
use tokio::sync::watch;

type Meanwhile = Pin<Box<dyn Future<Output = ()> + Send>>;

pub(crate) struct LogWithAGap {
    inner: Arc<dyn EventLog>,
    meanwhile: Mutex<Option<Meanwhile>>,
}

impl LogWithAGap {
    /// What is decided first is stored after this has happened.
    pub(crate) fn before_the_next_append(
        inner: Arc<dyn EventLog>,
        meanwhile: impl Future<Output = ()> + Send + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            inner,
            meanwhile: Mutex::new(Some(Box::pin(meanwhile))),
        })
    }
}

#[async_trait]
impl EventLog for LogWithAGap {
    async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        let meanwhile = self.meanwhile.lock().unwrap().take();
        if let Some(meanwhile) = meanwhile {
            meanwhile.await;
        }
        self.inner.append(append).await
    }

    async fn load(&self, stream: &StreamId, after: Version) -> Result<Vec<Recorded>, ReadError> {
        self.inner.load(stream, after).await
    }

    async fn read(&self, after: Position, limit: usize, filter: &Filter) -> Result<Vec<Recorded>, ReadError> {
        self.inner.read(after, limit, filter).await
    }

    async fn head(&self) -> Result<Position, ReadError> {
        self.inner.head().await
    }

    fn watch(&self) -> watch::Receiver<Position> {
        self.inner.watch()
    }

    async fn record(&self, scope: &str, key: &str) -> Result<Option<IdempotencyRecord>, ReadError> {
        self.inner.record(scope, key).await
    }

    async fn snapshot(&self, stream: &StreamId) -> Result<Option<Snapshot>, ReadError> {
        self.inner.snapshot(stream).await
    }

    async fn save_snapshot(&self, snapshot: Snapshot) -> Result<(), AppendError> {
        self.inner.save_snapshot(snapshot).await
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}
