//! The two kinds of database, and pools handed out to other crates.

use std::time::Duration;

use sqlx::{PgPool, SqlitePool};

/// How long to wait for a free connection of a pool before giving up.
pub(crate) const POOL_PATIENCE: Duration = Duration::from_secs(5);

/// Which adapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    /// The value of the metrics' label `store`.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// A pool of connections to one of the stores beside the log.
#[derive(Debug, Clone)]
pub enum Store {
    /// A file of its own.
    Sqlite(SqlitePool),
    /// A schema of its own, alone on the search path of every connection.
    Postgres(PgPool),
}

impl Store {
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}
