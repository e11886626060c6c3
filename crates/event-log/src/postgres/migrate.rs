//! Bringing the schemas up to date.

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, Error, PgConnection};

use super::session;
use crate::OpenError;
use crate::failure::reason;
use crate::migrations::{Part, migrator, newest_version};
use crate::store::Kind;

/// Held while migrating; not the lock of appending.
const LOCK: i64 = 6_004_505_387_412_774_480;
/// The oldest server this program is tested with.
const OLDEST: i32 = 150_000;

fn unreachable(error: &Error) -> OpenError {
    OpenError::Connect(reason(error))
}

fn failed(error: &Error) -> OpenError {
    OpenError::Migrate(reason(error))
}

/// Migrate what is pending. A role that may not change the schema can open a database that needs
/// no change.
pub(super) async fn up_to_date(options: &PgConnectOptions) -> Result<(), OpenError> {
    let mut conn = session::connect(options)
        .await
        .map_err(|error| unreachable(&error))?;
    check_server(&mut conn).await?;
    if pending(&mut conn).await.map_err(|error| unreachable(&error))? {
        // Several servers may start at once: one migrates, the others wait here and find it done.
        // The lock goes with the connection, however this ends.
        sqlx::query("SELECT pg_advisory_lock($1)")
            .bind(LOCK)
            .execute(&mut conn)
            .await
            .map_err(|error| failed(&error))?;
        for part in Part::ALL {
            migrate(&mut conn, part).await?;
        }
    }
    conn.close().await.map_err(|error| unreachable(&error))
}

/// Make sure that there is a log this program can read.
pub(super) async fn check(options: &PgConnectOptions) -> Result<(), OpenError> {
    let mut conn = session::connect(options)
        .await
        .map_err(|error| unreachable(&error))?;
    check_server(&mut conn).await?;
    let applied = applied(&mut conn, Part::Log)
        .await
        .map_err(|error| unreachable(&error))?;
    match applied {
        None => return Err(OpenError::Schema("it holds no event log".into())),
        Some(version) if version < newest_version(Kind::Postgres, Part::Log) => {
            return Err(OpenError::Schema("a server has to migrate it first".into()));
        }
        Some(_) => {}
    }
    conn.close().await.map_err(|error| unreachable(&error))
}

async fn check_server(conn: &mut PgConnection) -> Result<(), OpenError> {
    let (version, encoding): (i32, String) = sqlx::query_as(
        "SELECT current_setting('server_version_num')::integer, current_setting('server_encoding')",
    )
    .fetch_one(conn)
    .await
    .map_err(|error| unreachable(&error))?;
    if version < OLDEST {
        return Err(OpenError::Schema("PostgreSQL 15 or newer is needed".into()));
    }
    if encoding != "UTF8" {
        return Err(OpenError::Schema(format!(
            "the database's encoding is {encoding}, not UTF8"
        )));
    }
    Ok(())
}

/// Number of the last migration of `part`; none if it was never migrated.
async fn applied(conn: &mut PgConnection, part: Part) -> Result<Option<i64>, Error> {
    let table = format!("{}._sqlx_migrations", part.name());
    let exists: bool = sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL")
        .bind(&table)
        .fetch_one(&mut *conn)
        .await?;
    if !exists {
        return Ok(None);
    }
    let sql = format!("SELECT coalesce(max(version), 0) FROM {table} WHERE success");
    sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_one(conn)
        .await
        .map(Some)
}

async fn pending(conn: &mut PgConnection) -> Result<bool, Error> {
    for part in Part::ALL {
        let newest = newest_version(Kind::Postgres, part);
        if applied(conn, part).await?.is_none_or(|version| version < newest) {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn migrate(conn: &mut PgConnection, part: Part) -> Result<(), OpenError> {
    let schema = part.name();
    let setup = format!("CREATE SCHEMA IF NOT EXISTS {schema}; SET search_path = {schema};");
    sqlx::raw_sql(AssertSqlSafe(setup))
        .execute(&mut *conn)
        .await
        .map_err(|error| failed(&error))?;
    let broken = |error: sqlx::migrate::MigrateError| OpenError::Migrate(format!("{schema}: {error}"));
    migrator(Kind::Postgres, part)
        .await
        .map_err(broken)?
        .run(conn)
        .await
        .map_err(broken)
}
