//! Following the log.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::{EventLog, Filter, Position, ReadError, Recorded};

/// How long a follower relies on wake-ups before it looks for itself.
const POLL_EVERY: Duration = Duration::from_secs(1);

/// Follows the log from a position: hands out what is there, then waits for more.
pub struct Tail {
    log: Arc<dyn EventLog>,
    filter: Filter,
    position: Position,
    wake: watch::Receiver<Position>,
}

impl Tail {
    /// Follow `log` from just after `from`.
    #[must_use]
    pub fn new(log: Arc<dyn EventLog>, from: Position, filter: Filter) -> Self {
        let wake = log.watch();
        Self {
            log,
            filter,
            position: from,
            wake,
        }
    }

    /// Everything up to here has been handed out or does not pass the filter. Worth keeping as a
    /// checkpoint: a follower that starts from it misses nothing.
    #[must_use]
    pub fn position(&self) -> Position {
        self.position
    }

    /// The next events, at least one and at most `limit` (at least 1), in order. Waits as long as
    /// there are none.
    ///
    /// Cancel safe: events are handed out only by the call that returns them.
    pub async fn next_batch(&mut self, limit: usize) -> Result<Vec<Recorded>, ReadError> {
        loop {
            self.wake.mark_unchanged();
            let events = self.try_batch(limit).await?;
            if !events.is_empty() {
                return Ok(events);
            }
            // Polling covers wake-ups that get lost; the outcome is the same either way.
            let _ = tokio::time::timeout(POLL_EVERY, self.woken()).await;
        }
    }

    /// What is there now, at most `limit` (at least 1) events, perhaps none.
    pub async fn try_batch(&mut self, limit: usize) -> Result<Vec<Recorded>, ReadError> {
        let limit = limit.max(1);
        // The head is taken first: what is committed up to it, the read below is sure to see.
        let head = match self.filter {
            Filter::All => self.position,
            Filter::Categories(_) => self.log.head().await?,
        };
        let events = self.log.read(self.position, limit, &self.filter).await?;
        if let Some(last) = events.last() {
            self.position = last.position;
        }
        if events.len() < limit {
            self.position = self.position.max(head);
        }
        Ok(events)
    }

    async fn woken(&mut self) {
        if self.wake.changed().await.is_err() {
            // The log is closed in this process; others may still append, so polling goes on.
            std::future::pending::<()>().await;
        }
    }
}
