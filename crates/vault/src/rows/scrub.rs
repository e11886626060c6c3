//! Seeing to it that what was overwritten is gone.

use event_log::Store;

use crate::VaultError;

/// Wipes what earlier statements overwrote, as far as the store can.
///
/// SQLite zeroes pages as they are freed (the pool sets `secure_delete`); this moves the write-ahead log into the file
/// and empties it. PostgreSQL has no such means; its vacuum does it in time.
pub(crate) async fn scrub(store: &Store) -> Result<(), VaultError> {
    const CHECKPOINT: &str = "PRAGMA wal_checkpoint(TRUNCATE)";
    let Store::Sqlite(pool) = store else { return Ok(()) };
    let (busy, _, _): (i64, i64, i64) = sqlx::query_as(CHECKPOINT).fetch_one(pool).await?;
    if busy != 0 {
        // A reader was in the way all the time we waited; the next checkpoint does it.
        tracing::warn!("the vault's write-ahead log could not be emptied yet");
    }
    Ok(())
}
