//! A log whose process dies: after so many appends nothing is stored any more, or the last one is stored and nobody
//! hears of it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU32, Ordering},
};

use async_trait::async_trait;
use event_log::{
    Append, AppendError, Appended, EventLog, Filter, IdempotencyRecord, Position, ReadError, Recorded,
    Snapshot, StreamId, Version,
};
use tokio::sync::watch;

/// Where in an append the process dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Death {
    /// Nothing of it is stored.
    Before,
    /// It is stored.
    After,
}

pub(crate) struct LogThatDies {
    inner: Arc<dyn EventLog>,
    left: AtomicU32,
    dead: AtomicBool,
    death: Death,
}

impl LogThatDies {
    /// Takes `appends`, and dies at the next one.
    pub(crate) fn after(inner: Arc<dyn EventLog>, appends: u32, death: Death) -> Arc<Self> {
        Arc::new(Self {
            inner,
            left: AtomicU32::new(appends),
            dead: AtomicBool::new(false),
            death,
        })
    }
}

#[async_trait]
impl EventLog for LogThatDies {
    async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        let left = self
            .left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if left.is_ok() {
            return self.inner.append(append).await;
        }
        let dies_now = !self.dead.swap(true, Ordering::SeqCst);
        if dies_now && self.death == Death::After {
            let _ = self.inner.append(append).await;
        }
        Err(AppendError::Unavailable("the process is dead".to_owned()))
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
