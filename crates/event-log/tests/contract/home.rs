//! A database of its own for every test, on either store.

use std::time::Duration;

use event_log::{Database, testing};
use sqlx::{ConnectOptions, Connection, PgConnection, SqliteConnection};
use tempfile::TempDir;

/// Where a test's database lives; it vanishes with this value.
pub(crate) struct Home {
    pub(crate) url: String,
    pub(crate) folder: TempDir,
}

impl Home {
    pub(crate) async fn sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        Self {
            url: testing::sqlite_url(&folder),
            folder,
        }
    }

    pub(crate) async fn postgres() -> Self {
        Self {
            url: testing::postgres_url().await,
            folder: TempDir::new().unwrap(),
        }
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite:")
    }

    pub(crate) async fn open(&self) -> Database {
        Database::open(&self.url).await.unwrap()
    }

    /// A plain connection with all rights, past the event log's code.
    pub(crate) async fn connect(&self) -> Raw {
        match self.url.strip_prefix("sqlite:") {
            Some(path) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new()
                    .filename(path)
                    .busy_timeout(Duration::from_secs(10));
                Raw::Sqlite(options.connect().await.unwrap())
            }
            None => Raw::Postgres(PgConnection::connect(&self.url).await.unwrap()),
        }
    }

    /// Keep every writer of the database waiting until [`Raw::unblock`].
    pub(crate) async fn block_writers(&self) -> Raw {
        let mut raw = self.connect().await;
        match &mut raw {
            Raw::Sqlite(_) => raw.run("BEGIN IMMEDIATE").await.unwrap(),
            // The lock that log.append_batch takes first.
            Raw::Postgres(_) => {
                raw.run("SELECT pg_advisory_lock(6004505387412774479)")
                    .await
                    .unwrap();
            }
        }
        raw
    }
}

/// A plain connection.
pub(crate) enum Raw {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Raw {
    pub(crate) async fn run(&mut self, sql: &str) -> Result<(), sqlx::Error> {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(conn) => sqlx::raw_sql(sql).execute(conn).await.map(drop),
            Self::Postgres(conn) => sqlx::raw_sql(sql).execute(conn).await.map(drop),
        }
    }

    pub(crate) async fn number(&mut self, sql: &str) -> i64 {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(conn) => sqlx::query_scalar(sql).fetch_one(conn).await.unwrap(),
            Self::Postgres(conn) => sqlx::query_scalar(sql).fetch_one(conn).await.unwrap(),
        }
    }

    pub(crate) async fn unblock(mut self) {
        match &mut self {
            Self::Sqlite(_) => self.run("ROLLBACK").await.unwrap(),
            Self::Postgres(_) => self.run("SELECT pg_advisory_unlock_all()").await.unwrap(),
        }
    }
}

/// Runs each named `async fn(Home)` of the module on both stores.
macro_rules! on_both_stores {
    ($($rule:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                super::$rule(crate::home::Home::sqlite().await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                super::$rule(crate::home::Home::postgres().await).await;
            })*
        }
    };
}
pub(crate) use on_both_stores;
