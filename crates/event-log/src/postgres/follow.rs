//! Noticing what other servers append: by notification, and by looking now and then.

use std::time::Duration;

use futures::future::{AbortHandle, abortable};
use sqlx::postgres::{PgListener, PgPoolOptions};
use sqlx::{Error, PgPool};

use super::read;
use crate::Position;
use crate::failure::reason;
use crate::head::Head;

/// The channel that `log.append_batch` notifies; the payload is the new head.
const CHANNEL: &str = "switchyard_log";
/// A notification can get lost with its connection, never a row.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Pause before listening again after a failure.
const PAUSE: Duration = Duration::from_millis(500);

/// Two tasks that move the head; they end with this value.
#[derive(Debug)]
pub(super) struct Follower(Vec<AbortHandle>);

impl Follower {
    pub(super) fn start(readers: &PgPool, head: &Head) -> Self {
        let (listening, listener) = abortable(listen(readers.clone(), head.clone()));
        let (looking, looker) = abortable(look(readers.clone(), head.clone()));
        tokio::spawn(listening);
        tokio::spawn(looking);
        Self(vec![listener, looker])
    }

    pub(super) fn stop(&self) {
        self.0.iter().for_each(AbortHandle::abort);
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.stop();
    }
}

async fn listen(readers: PgPool, head: Head) {
    // A pool of its own: the listener keeps its connection for good.
    let options = readers.connect_options().as_ref().clone();
    let own = PgPoolOptions::new().max_connections(1).connect_lazy_with(options);
    loop {
        if let Err(error) = listen_once(&own, &readers, &head).await {
            tracing::warn!(reason = reason(&error), "listening for appends was interrupted");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Returns when the connection is lost.
async fn listen_once(own: &PgPool, readers: &PgPool, head: &Head) -> Result<(), Error> {
    let mut listener = PgListener::connect_with(own).await?;
    listener.listen(CHANNEL).await?;
    // What was appended before listening began, nobody will announce.
    refresh(readers, head).await;
    while let Some(notification) = listener.try_recv().await? {
        match notification.payload().parse() {
            Ok(position) => head.advance(Position(position)),
            // Anyone may notify; what is true is in the table.
            Err(_) => refresh(readers, head).await,
        }
    }
    Ok(())
}

async fn look(readers: PgPool, head: Head) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        if head.is_watched() {
            refresh(&readers, &head).await;
        }
    }
}

async fn refresh(readers: &PgPool, head: &Head) {
    match read::head(readers).await {
        Ok(position) => head.advance(position),
        Err(error) => tracing::warn!(%error, "cannot look for news in the log"),
    }
}
