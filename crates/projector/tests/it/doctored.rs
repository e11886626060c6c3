//! A log in which events were changed behind the database's back.

use async_trait::async_trait;
use event_log::{
    Append, AppendError, Appended, EventLog, Filter, IdempotencyRecord, Position, ReadError, Recorded,
    Snapshot, StreamId, Version,
};
use tokio::sync::watch;

pub(crate) struct Doctored {
    pub(crate) events: Vec<Recorded>,
    pub(crate) head: Position,
}

impl Doctored {
    pub(crate) fn new(events: Vec<Recorded>) -> Self {
        let head = events
            .iter()
            .map(|event| event.position)
            .max()
            .unwrap_or_default();
        Self { events, head }
    }
}

#[async_trait]
impl EventLog for Doctored {
    async fn append(&self, _: Append) -> Result<Appended, AppendError> {
        Err(AppendError::Stopped)
    }

    async fn load(&self, stream: &StreamId, after: Version) -> Result<Vec<Recorded>, ReadError> {
        Ok(self
            .events
            .iter()
            .filter(|it| it.stream == *stream && it.version > after)
            .cloned()
            .collect())
    }

    async fn read(&self, after: Position, limit: usize, _: &Filter) -> Result<Vec<Recorded>, ReadError> {
        Ok(self
            .events
            .iter()
            .filter(|it| it.position > after)
            .take(limit)
            .cloned()
            .collect())
    }

    async fn head(&self) -> Result<Position, ReadError> {
        Ok(self.head)
    }

    fn watch(&self) -> watch::Receiver<Position> {
        watch::channel(self.head).1
    }

    async fn record(&self, _: &str, _: &str) -> Result<Option<IdempotencyRecord>, ReadError> {
        Ok(None)
    }

    async fn snapshot(&self, _: &StreamId) -> Result<Option<Snapshot>, ReadError> {
        Ok(None)
    }

    async fn save_snapshot(&self, _: Snapshot) -> Result<(), AppendError> {
        Ok(())
    }

    async fn close(&self) {}
}
