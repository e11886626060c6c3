//! Sessions by the hash of their token.

use chrono::{DateTime, Utc};
use domain::{AppId, DeviceId, UserId};
use event_log::Store;

use super::on_either;
use crate::VaultError;
use crate::sessions::{NewSession, SESSIONS_PER_USER, Session};

/// Expired sessions removed per session made.
const REMOVED_PER_INSERT: i64 = 32;

type Columns = (String, String, Option<String>, Option<String>, i64);

const INSERT: &str = "INSERT INTO sessions (token_hash, user_id, app, device, jti, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6)";

/// What has expired, some at a time.
struct Cleaning {
    expired: &'static str,
    surplus: &'static str,
}

const SQLITE: Cleaning = Cleaning {
    expired: "DELETE FROM sessions WHERE token_hash IN
        (SELECT token_hash FROM sessions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
    surplus: "DELETE FROM sessions WHERE user_id = $1 AND expires_at <
        (SELECT expires_at FROM sessions WHERE user_id = $1 ORDER BY expires_at DESC LIMIT 1 OFFSET $2)",
};

/// Rows are locked in one order, or passed over when somebody else has them: no two log-ins wait for each other.
const POSTGRES: Cleaning = Cleaning {
    expired: "DELETE FROM sessions WHERE token_hash IN
        (SELECT token_hash FROM sessions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2
        FOR UPDATE SKIP LOCKED)",
    surplus: "DELETE FROM sessions WHERE token_hash IN
        (SELECT token_hash FROM sessions WHERE user_id = $1 AND expires_at <
            (SELECT expires_at FROM sessions WHERE user_id = $1 ORDER BY expires_at DESC LIMIT 1 OFFSET $2)
        ORDER BY token_hash FOR UPDATE SKIP LOCKED)",
};

pub(crate) async fn insert(store: &Store, hash: &[u8], new: &NewSession) -> Result<(), VaultError> {
    let (user, app) = (new.user.as_str(), new.app.as_str());
    let device = new.device.as_ref().map(DeviceId::as_str);
    let (created, expires) = (
        new.created_at.timestamp_micros(),
        new.expires_at.timestamp_micros(),
    );
    let cleaning = match store {
        Store::Sqlite(_) => &SQLITE,
        Store::Postgres(_) => &POSTGRES,
    };
    let last_kept = i64::from(SESSIONS_PER_USER) - 1;
    on_either!(store, pool => {
        let mut transaction = pool.begin().await?;
        let insert = sqlx::query(INSERT).bind(hash).bind(user).bind(app).bind(device);
        insert.bind(new.jti.as_deref()).bind(expires).execute(&mut *transaction).await?;
        sqlx::query(cleaning.surplus).bind(user).bind(last_kept).execute(&mut *transaction).await?;
        let stale = sqlx::query(cleaning.expired).bind(created).bind(REMOVED_PER_INSERT);
        stale.execute(&mut *transaction).await?;
        transaction.commit().await
    })?;
    Ok(())
}

pub(crate) async fn find(store: &Store, hash: &[u8]) -> Result<Option<Session>, VaultError> {
    const FIND: &str = "SELECT user_id, app, device, jti, expires_at FROM sessions WHERE token_hash = $1";
    let row: Option<Columns> =
        on_either!(store, pool => sqlx::query_as(FIND).bind(hash).fetch_optional(pool).await)?;
    row.map(|columns| parse(columns).ok_or(VaultError::Damaged("session")))
        .transpose()
}

fn parse((user, app, device, jti, expires_at): Columns) -> Option<Session> {
    Some(Session {
        user: UserId::parse(user).ok()?,
        app: AppId::parse(app).ok()?,
        device: device.map(DeviceId::parse).transpose().ok()?,
        jti,
        expires_at: DateTime::<Utc>::from_timestamp_micros(expires_at)?,
    })
}

pub(crate) async fn delete(store: &Store, hash: &[u8]) -> Result<(), VaultError> {
    const DELETE: &str = "DELETE FROM sessions WHERE token_hash = $1";
    on_either!(store, pool => sqlx::query(DELETE).bind(hash).execute(pool).await.map(drop))?;
    Ok(())
}

pub(crate) async fn delete_of(store: &Store, user: &UserId) -> Result<(), VaultError> {
    const DELETE_OF: &str = "DELETE FROM sessions WHERE user_id = $1";
    on_either!(store, pool => sqlx::query(DELETE_OF).bind(user.as_str()).execute(pool).await.map(drop))?;
    Ok(())
}
