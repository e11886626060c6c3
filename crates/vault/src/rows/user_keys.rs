//! One row for each user who ever had a key. A row without a key is the tombstone of a destroyed one.

use domain::UserId;
use event_log::Store;

use super::on_either;
use crate::VaultError;

/// A user's key as stored.
pub(crate) enum Row {
    /// There never was one.
    Absent,
    /// There is none any more, and never will be.
    Destroyed,
    /// Wrapped.
    Kept(Vec<u8>),
}

pub(crate) async fn read(store: &Store, user: &UserId) -> Result<Row, VaultError> {
    const READ: &str = "SELECT wrapped FROM user_keys WHERE user_id = $1";
    let row: Option<(Option<Vec<u8>>,)> =
        on_either!(store, pool => sqlx::query_as(READ).bind(user.as_str()).fetch_optional(pool).await)?;
    Ok(match row {
        None => Row::Absent,
        Some((None,)) => Row::Destroyed,
        Some((Some(wrapped),)) => Row::Kept(wrapped),
    })
}

/// Stores a key unless the user has one, or had one.
pub(crate) async fn offer(store: &Store, user: &UserId, wrapped: &[u8]) -> Result<(), VaultError> {
    const OFFER: &str = "INSERT INTO user_keys (user_id, wrapped) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    on_either!(store, pool => {
        sqlx::query(OFFER).bind(user.as_str()).bind(wrapped).execute(pool).await.map(drop)
    })?;
    Ok(())
}

/// Leaves a tombstone in the key's place, and no session.
pub(crate) async fn destroy(store: &Store, user: &UserId) -> Result<(), VaultError> {
    const DESTROY: &str = "INSERT INTO user_keys (user_id, wrapped) VALUES ($1, NULL)
        ON CONFLICT (user_id) DO UPDATE SET wrapped = NULL";
    const END_SESSIONS: &str = "DELETE FROM sessions WHERE user_id = $1";
    on_either!(store, pool => {
        let mut transaction = pool.begin().await?;
        sqlx::query(DESTROY).bind(user.as_str()).execute(&mut *transaction).await?;
        sqlx::query(END_SESSIONS).bind(user.as_str()).execute(&mut *transaction).await?;
        transaction.commit().await
    })?;
    Ok(())
}
