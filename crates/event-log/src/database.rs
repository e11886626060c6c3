//! Opening a database: the log and the two stores beside it.

use std::sync::Arc;

use sqlx::{PgPool, SqlitePool};

use crate::EventLog;

/// A pool of connections to one of the stores beside the log.
#[derive(Debug, Clone)]
pub enum Store {
    /// A file of its own.
    Sqlite(SqlitePool),
    /// A schema of its own, first on the search path of every connection.
    Postgres(PgPool),
}

/// Why a database could not be opened. No message holds a password.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL is neither `sqlite:PATH` nor `postgres://…`, or is malformed.
    #[error("bad database URL: {0}")]
    Url(String),
    /// The database could not be reached or created.
    #[error("cannot open the database: {0}")]
    Connect(String),
    /// The schema could not be brought up to date.
    #[error("cannot migrate the database: {0}")]
    Migrate(String),
    /// Opened for reading only, and the schema is not the one this program reads.
    #[error("the database does not fit this program: {0}")]
    Schema(String),
}

/// The log and the two stores beside it.
///
/// On SQLite the stores are separate files (`PATH.vault`, `PATH.views`): secrets are physically
/// apart and their writes never contend with the log's writer. On PostgreSQL they are schemas of
/// the same database.
#[derive(Clone)]
pub struct Database {
    log: Arc<dyn EventLog>,
    vault: Store,
    views: Store,
}

impl Database {
    /// Open `sqlite:PATH` or `postgres://…`, creating and migrating what is missing. Several
    /// servers may do so at the same time.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        Err(OpenError::Url(format!(
            "no adapter for {} yet",
            url.split(':').next().unwrap_or("")
        )))
    }

    /// Open for reading only: nothing is created, migrated or written. Works while a server runs.
    pub async fn open_read_only(url: &str) -> Result<Self, OpenError> {
        Self::open(url).await
    }

    /// The event log.
    #[must_use]
    pub fn log(&self) -> Arc<dyn EventLog> {
        Arc::clone(&self.log)
    }

    /// Where per-user keys and sealed secrets live.
    #[must_use]
    pub fn vault(&self) -> &Store {
        &self.vault
    }

    /// Where read models live.
    #[must_use]
    pub fn views(&self) -> &Store {
        &self.views
    }

    /// Finish what is queued and close every connection.
    pub async fn close(&self) {
        self.log.close().await;
        for store in [&self.vault, &self.views] {
            match store {
                Store::Sqlite(pool) => pool.close().await,
                Store::Postgres(pool) => pool.close().await,
            }
        }
    }
}
