//! Seeing to it that what was overwritten is gone.

use event_log::Store;

use crate::VaultError;

/// Removing traces.
pub(crate) trait Erase {
    /// Wipes what earlier statements overwrote, as far as the store can.
    ///
    /// SQLite: moves the write-ahead log into the file and empties it; pages themselves are zeroed as they are freed
    /// (`secure_delete`). PostgreSQL has no such means; its vacuum does it in time.
    async fn scrub(&self) -> Result<(), VaultError>;
}

impl Erase for Store {
    async fn scrub(&self) -> Result<(), VaultError> {
        let Self::Sqlite(pool) = self else { return Ok(()) };
        let mut connection = pool.acquire().await?;
        let (busy, _, _): (i64, i64, i64) = sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)")
            .fetch_one(&mut *connection)
            .await?;
        if busy != 0 {
            // A reader was in the way all the time we waited; the next checkpoint does it.
            tracing::warn!("the vault's write-ahead log could not be emptied yet");
        }
        Ok(())
    }
}
