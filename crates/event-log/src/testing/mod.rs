//! Throw-away databases for tests (feature `testing`).
//!
//! These helpers panic where a test could not go on anyway.

mod cluster;
mod leavings;
mod own;

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use tempfile::TempDir;

pub use own::OwnPostgres;

/// URL of a SQLite database in `folder`, which does not exist yet.
#[must_use]
pub fn sqlite_url(folder: &TempDir) -> String {
    format!("sqlite:{}", folder.path().join("log.db").display())
}

/// URL of a fresh, empty PostgreSQL database.
///
/// With `DATABASE_URL` set, the database is created on that server. Otherwise a server is started
/// once per test process from the installed binaries (`/usr/lib/postgresql/*/bin`, then `PATH`), in
/// a temporary folder and on a free port; it ends and its folder vanishes with the test process,
/// however that ends.
///
/// The database is dropped once the test that asked for it is over, so that a run of many tests needs
/// no more disk than those that run at once.
///
/// # Panics
/// When there is no server to be had, saying what is missing.
#[expect(clippy::expect_used, reason = "a test without its database cannot go on")]
pub async fn postgres_url() -> String {
    let server = match std::env::var("DATABASE_URL") {
        Ok(url) if !url.is_empty() => url,
        _ => tokio::task::spawn_blocking(cluster::url)
            .await
            .expect("starting PostgreSQL"),
    };
    let (options, name) = fresh_database(&server).await;
    leavings::drop_when_over(options, name.clone());
    with_database(&server, &name)
}

/// Makes an empty database on a server, and gives the server and the database's name.
#[expect(clippy::expect_used, reason = "a test without its database cannot go on")]
async fn fresh_database(server: &str) -> (sqlx::postgres::PgConnectOptions, String) {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    // Unique also among test processes that share a server given by DATABASE_URL.
    let started = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .expect("a clock beyond 1970")
        .as_micros();
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("switchyard_test_{}_{started}_{number}", std::process::id());

    let options: sqlx::postgres::PgConnectOptions = server.parse().expect("DATABASE_URL is a PostgreSQL URL");
    let mut conn = options.connect().await.expect("connecting to the test server");
    let sql = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'");
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(&mut conn)
        .await
        .expect("creating a test database");
    conn.close().await.expect("closing the connection");
    (options, name)
}

/// `url` with its path replaced by `/name`; a query stays.
fn with_database(url: &str, name: &str) -> String {
    let (base, query) = url
        .split_once('?')
        .map_or((url, None), |(base, query)| (base, Some(query)));
    let (scheme, rest) = base.split_once("://").unwrap_or(("postgres", base));
    let authority = rest.split('/').next().unwrap_or(rest);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{scheme}://{authority}/{name}{query}")
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn only_the_databases_name_changes() {
        assert_eq!(
            with_database("postgres://u:p@h:1/old", "new"),
            "postgres://u:p@h:1/new"
        );
        assert_eq!(with_database("postgresql://h", "new"), "postgresql://h/new");
        assert_eq!(
            with_database("postgres:///old?host=/run/x", "new"),
            "postgres:///new?host=/run/x"
        );
    }
}
