//! Noticing what other processes append to the same file.

use std::time::Duration;

use futures::future::{AbortHandle, abortable};
use sqlx::SqlitePool;

use super::read;
use crate::head::Head;

/// SQLite tells nobody of a commit, so one has to look. One look is a step to the end of an index.
const LOOK_EVERY: Duration = Duration::from_millis(25);

pub(super) fn start(readers: SqlitePool, head: Head) -> AbortHandle {
    let (look, handle) = abortable(async move {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            if !head.is_watched() {
                continue;
            }
            match read::head(&readers).await {
                Ok(position) => head.advance(position),
                Err(error) => tracing::warn!(%error, "cannot look for news in the log"),
            }
        }
    });
    tokio::spawn(look);
    handle
}
