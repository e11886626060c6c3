//! The builds of read models and their checkpoints.
//!
//! There is at most one live and one growing build of each version of a projection. Servers of two versions may run
//! side by side, each with a live build of its own; what is older than that is removed once a newer one is live.

use event_log::{Position, Store};
use sqlx::{AssertSqlSafe, Error};

use super::erased::Erased;
use crate::store::{Build, Rows, Value, on_either};

/// A build that is not retired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Checkpoint {
    pub(super) build: Build,
    pub(super) is_live: bool,
    pub(super) position: Position,
}

type Columns = (i64, String, i64);

fn checkpoint((build, state, position): Columns) -> Checkpoint {
    Checkpoint {
        build: Build(build),
        is_live: state == "live",
        position: Position(u64::try_from(position).unwrap_or(0)),
    }
}

pub(super) fn number(position: Position) -> i64 {
    i64::try_from(position.0).unwrap_or(i64::MAX)
}

/// Begins a build that is not read yet, unless one is growing already.
pub(super) async fn begin(store: &Store, projection: &dyn Erased) -> Result<(), Error> {
    const BEGIN: &str = "INSERT INTO projection_builds (name, version, state) VALUES ($1, $2, 'building')
        ON CONFLICT DO NOTHING";
    let (name, version) = (projection.name(), i64::from(projection.version()));
    on_either!(Store, store, pool => sqlx::query(BEGIN).bind(name).bind(version).execute(pool).await.map(drop))
}

/// Begins a build from the first event, in the place of one that is growing: that one may be stuck.
pub(super) async fn begin_anew(store: &Store, projection: &dyn Erased) -> Result<(), Error> {
    const GIVE_UP: &str = "UPDATE projection_builds SET state = 'retired'
        WHERE name = $1 AND version = $2 AND state = 'building'";
    let (name, version) = (projection.name(), i64::from(projection.version()));
    on_either!(Store, store, pool => {
        sqlx::query(GIVE_UP).bind(name).bind(version).execute(pool).await?;
    });
    begin(store, projection).await
}

/// The builds of this very version, the live one first. One is begun if there is none.
pub(super) async fn current(store: &Store, projection: &dyn Erased) -> Result<Vec<Checkpoint>, Error> {
    let found = find(store, projection).await?;
    if !found.is_empty() {
        return Ok(found);
    }
    begin(store, projection).await?;
    find(store, projection).await
}

async fn find(store: &Store, projection: &dyn Erased) -> Result<Vec<Checkpoint>, Error> {
    const FIND: &str = "SELECT build, state, position FROM projection_builds
        WHERE name = $1 AND version = $2 AND state <> 'retired' ORDER BY state DESC";
    let (name, version) = (projection.name(), i64::from(projection.version()));
    let rows: Vec<Columns> = on_either!(Store, store, pool => sqlx::query_as(FIND).bind(name).bind(version).fetch_all(pool).await?);
    Ok(rows.into_iter().map(checkpoint).collect())
}

/// The build as it stands, held until the transaction ends; none if it was retired or removed.
pub(super) async fn hold(rows: &mut Rows<'_>, build: Build) -> Result<Option<Checkpoint>, Error> {
    const SQLITE: &str =
        "SELECT build, state, position FROM projection_builds WHERE build = $1 AND state <> 'retired'";
    const POSTGRES: &str = "SELECT build, state, position FROM projection_builds WHERE build = $1 AND state <> 'retired' FOR UPDATE";
    let found: Option<Columns> = match rows {
        // A SQLite transaction that may write is alone from its beginning.
        Rows::Sqlite(connection) => {
            sqlx::query_as(SQLITE)
                .bind(build.0)
                .fetch_optional(&mut **connection)
                .await?
        }
        Rows::Postgres(connection) => {
            sqlx::query_as(POSTGRES)
                .bind(build.0)
                .fetch_optional(&mut **connection)
                .await?
        }
    };
    Ok(found.map(checkpoint))
}

pub(super) async fn advance(rows: &mut Rows<'_>, build: Build, to: Position) -> Result<(), Error> {
    const ADVANCE: &str = "UPDATE projection_builds SET position = $2 WHERE build = $1";
    rows.execute(ADVANCE, &[Value::Integer(build.0), Value::Integer(number(to))])
        .await
        .map(drop)
}

/// Makes a build that has seen everything up to `reached` the one that is read, unless the one that is read now has
/// seen more. The caller holds the build; the live one is older than it, and nobody who holds a live one waits for a
/// growing one, so nobody waits in a circle.
pub(super) async fn go_live(
    rows: &mut Rows<'_>,
    projection: &dyn Erased,
    build: Build,
    reached: Position,
) -> Result<bool, Error> {
    const RETIRE: &str = "UPDATE projection_builds SET state = 'retired' WHERE build = $1";
    const RETIRE_OLDER: &str = "UPDATE projection_builds SET state = 'retired' WHERE name = $1 AND version < $2 AND state <> 'retired'";
    const PROMOTE: &str = "UPDATE projection_builds SET state = 'live' WHERE build = $1";
    if let Some(live) = live(rows, projection).await? {
        match hold(rows, live).await? {
            Some(live) if live.position > reached => return Ok(false),
            _ => rows.execute(RETIRE, &[Value::Integer(live.0)]).await?,
        };
    }
    let before_the_last = i64::from(projection.version()) - 1;
    rows.execute(
        RETIRE_OLDER,
        &[Value::Text(projection.name()), Value::Integer(before_the_last)],
    )
    .await?;
    rows.execute(PROMOTE, &[Value::Integer(build.0)]).await?;
    Ok(true)
}

async fn live(rows: &mut Rows<'_>, projection: &dyn Erased) -> Result<Option<Build>, Error> {
    const LIVE: &str =
        "SELECT build FROM projection_builds WHERE name = $1 AND version = $2 AND state = 'live'";
    let (name, version) = (projection.name(), i64::from(projection.version()));
    let live: Option<i64> = on_either!(Rows, rows, connection => {
        sqlx::query_scalar(LIVE).bind(name).bind(version).fetch_optional(&mut **connection).await?
    });
    Ok(live.map(Build))
}

/// Removes the rows of builds that nobody reads any more.
pub(super) async fn purge(store: &Store, projection: &dyn Erased) -> Result<(), Error> {
    const RETIRED: &str = "SELECT build FROM projection_builds WHERE name = $1 AND state = 'retired'";
    const FORGET: &str = "DELETE FROM projection_builds WHERE build = $1";
    on_either!(Store, store, pool => {
        let retired: Vec<i64> = sqlx::query_scalar(RETIRED).bind(projection.name()).fetch_all(pool).await?;
        for build in retired {
            let mut transaction = pool.begin().await?;
            for table in projection.tables() {
                // The name of a table is a constant of the program.
                let delete = AssertSqlSafe(format!("DELETE FROM {table} WHERE build = $1"));
                sqlx::query(delete).bind(build).execute(&mut *transaction).await?;
            }
            sqlx::query(FORGET).bind(build).execute(&mut *transaction).await?;
            transaction.commit().await?;
        }
    });
    Ok(())
}
