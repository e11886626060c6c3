//! The last position this process knows of.

use std::sync::Arc;

use tokio::sync::watch;

use crate::Position;

/// Shared by the writer, which knows at once, and the followers, which learn of other processes.
#[derive(Debug, Clone)]
pub(crate) struct Head(Arc<watch::Sender<Position>>);

impl Head {
    pub(crate) fn new(start: Position) -> Self {
        Self(Arc::new(watch::Sender::new(start)))
    }

    /// News may arrive late or twice; the head only ever moves forward.
    pub(crate) fn advance(&self, to: Position) {
        self.0.send_if_modified(|head| {
            let news = to > *head;
            *head = (*head).max(to);
            news
        });
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<Position> {
        self.0.subscribe()
    }

    pub(crate) fn is_watched(&self) -> bool {
        self.0.receiver_count() > 0
    }
}
