//! Connections as each part needs them.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Error, PgConnection, PgPool, SqlSafeStr};

use crate::migrations::Part;
use crate::store::POOL_PATIENCE;

/// The log's queries are all steps along an index. Told so, the planner cannot be misled by the
/// statistics of a table that was empty a moment ago.
const ALONG_THE_INDEX: &str = "SET enable_seqscan = off; SET enable_bitmapscan = off; \
    SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off;";

/// The writer needs to see what was committed while it waited for its lock; a lock that never comes
/// is an error, not a silence; and an acknowledged command has to be on disk.
const WRITER: &str = "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED; \
    SET lock_timeout = '10s'; SET enable_seqscan = off; SET jit = off; \
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';";

/// A connection idle for longer is tried out before use.
const STALE: Duration = Duration::from_secs(1);

/// How long connecting may take.
pub(super) const CONNECTING: Duration = Duration::from_secs(5);

pub(super) async fn connect(options: &PgConnectOptions) -> Result<PgConnection, Error> {
    let options = options.clone().disable_statement_logging();
    tokio::time::timeout(CONNECTING, options.connect())
        .await
        .map_err(|_| Error::Io(std::io::ErrorKind::TimedOut.into()))?
}

pub(super) async fn writer(options: &PgConnectOptions) -> Result<PgConnection, Error> {
    let mut conn = connect(options).await?;
    sqlx::raw_sql(WRITER).execute(&mut conn).await?;
    Ok(conn)
}

/// How long one answer may take.
pub(super) const READING: Duration = Duration::from_secs(30);

/// A connection for reading the log, outside of any pool.
pub(super) async fn reader(options: &PgConnectOptions) -> Result<PgConnection, Error> {
    let mut conn = connect(options).await?;
    sqlx::raw_sql(ALONG_THE_INDEX).execute(&mut conn).await?;
    Ok(conn)
}

/// Connections for reading the log.
pub(super) fn readers(options: &PgConnectOptions) -> PgPool {
    pool(options, 16, ALONG_THE_INDEX)
}

/// Connections for another part, with its schema as the search path.
pub(super) fn store(options: &PgConnectOptions, part: Part, read_only: bool) -> PgPool {
    let access = if read_only {
        "SET default_transaction_read_only = on;"
    } else {
        ""
    };
    let setup = format!("SET search_path = {}; {access}", part.name());
    pool(options, 10, AssertSqlSafe(setup))
}

fn pool(options: &PgConnectOptions, connections: u32, setup: impl SqlSafeStr) -> PgPool {
    let setup = setup.into_sql_str();
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(POOL_PATIENCE)
        .test_before_acquire(false)
        .after_connect(move |conn, _| {
            let setup = setup.clone();
            Box::pin(async move { sqlx::raw_sql(setup).execute(conn).await.map(drop) })
        })
        .before_acquire(|conn, meta| {
            Box::pin(async move { Ok(meta.idle_for < STALE || conn.ping().await.is_ok()) })
        })
        .connect_lazy_with(options.clone().disable_statement_logging())
}
