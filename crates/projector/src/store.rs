//! The store of the read models, of either kind.

use event_log::Store;
use sqlx::{PgConnection, SqliteConnection};

/// Runs the same expression over either kind of store.
macro_rules! on_either {
    ($kind:ident, $store:expr, $inner:ident => $run:expr) => {
        match $store {
            $kind::Sqlite($inner) => $run,
            $kind::Postgres($inner) => $run,
        }
    };
}
pub(crate) use on_either;

/// Why a read model could not be asked. No message holds what a row holds.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// The database could not be used; safe to retry.
    #[error("the read models are unavailable: {0}")]
    Unavailable(String),
    /// It was never built up to the present by this version of the program; a server has to run first.
    #[error("the read model {0} has not been built yet")]
    NotBuilt(&'static str),
    /// A row is not what this program writes.
    #[error("the read model {0} holds an unreadable row")]
    Damaged(&'static str),
}

impl From<sqlx::Error> for ViewError {
    fn from(error: sqlx::Error) -> Self {
        Self::Unavailable(reason(&error))
    }
}

/// What went wrong, without the values of the row it went wrong with.
pub(crate) fn reason(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(database) => match database.code() {
            Some(code) => format!("database error {code}"),
            None => "database error".to_owned(),
        },
        other => other.to_string(),
    }
}

/// The number of a build of a read model. Every row carries one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Build(pub(crate) i64);

impl Build {
    /// As it stands in the column `build`.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0
    }
}

/// A value bound to a statement.
#[derive(Debug, Clone, Copy)]
pub enum Value<'a> {
    /// Text.
    Text(&'a str),
    /// A 64-bit integer.
    Integer(i64),
}

/// The transaction in which a read model's rows and its checkpoint are written.
pub enum Rows<'c> {
    /// Of a SQLite file.
    Sqlite(&'c mut SqliteConnection),
    /// Of a PostgreSQL schema.
    Postgres(&'c mut PgConnection),
}

impl Rows<'_> {
    /// Runs a statement that both databases understand, with parameters `$1`, `$2`, …, and says how many rows it
    /// touched.
    pub async fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<u64, sqlx::Error> {
        on_either!(Self, self, connection => {
            let query = values.iter().fold(sqlx::query(sql), |query, value| match value {
                Value::Text(text) => query.bind(*text),
                Value::Integer(number) => query.bind(*number),
            });
            Ok(query.execute(&mut **connection).await?.rows_affected())
        })
    }
}

impl Rows<'_> {
    /// The one text that a statement finds, if it finds a row.
    pub async fn text(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<Option<String>, sqlx::Error> {
        on_either!(Self, self, connection => {
            let query = values.iter().fold(sqlx::query_scalar(sql), |query, value| match value {
                Value::Text(text) => query.bind(*text),
                Value::Integer(number) => query.bind(*number),
            });
            query.fetch_optional(&mut **connection).await
        })
    }
}

/// The build of a read model that is to be read.
pub(crate) async fn live_build(store: &Store, name: &'static str, version: u32) -> Result<Build, ViewError> {
    const LIVE: &str =
        "SELECT build FROM projection_builds WHERE name = $1 AND version = $2 AND state = 'live'";
    let build: Option<i64> = on_either!(Store, store, pool => {
        sqlx::query_scalar(LIVE).bind(name).bind(i64::from(version)).fetch_optional(pool).await?
    });
    build.map(Build).ok_or(ViewError::NotBuilt(name))
}
