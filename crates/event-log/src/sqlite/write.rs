//! Committing a batch to SQLite.

use async_trait::async_trait;
use serde_json::Value;
use sqlx::error::DatabaseError;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Error, Row, SqliteConnection};

use super::{insert, read};
use crate::Snapshot;
use crate::convert::{from_sql, to_sql};
use crate::failure::{Failure, reason};
use crate::judge::{Found, Judged, judge};
use crate::plan::Plan;
use crate::writer::Backend;

/// The writing connection. It is the only one of this process; other processes have theirs.
pub(super) struct SqliteBackend {
    options: SqliteConnectOptions,
    conn: Option<SqliteConnection>,
}

impl SqliteBackend {
    pub(super) fn new(options: SqliteConnectOptions) -> Self {
        Self { options, conn: None }
    }

    async fn connection(&mut self) -> Result<SqliteConnection, Failure> {
        match self.conn.take() {
            Some(conn) => Ok(conn),
            None => self
                .options
                .connect()
                .await
                .map_err(|error| Failure::before_commit(&error)),
        }
    }
}

#[async_trait]
impl Backend for SqliteBackend {
    async fn commit(&mut self, plan: &Plan) -> Result<Judged, Failure> {
        // Taken out and only put back when all went well: whatever state a failure leaves the
        // connection in, it closes, and closing rolls back.
        let mut conn = self.connection().await?;
        let judged = commit(&mut conn, plan).await?;
        self.conn = Some(conn);
        Ok(judged)
    }

    async fn save(&mut self, snapshot: &Snapshot) -> Result<(), Failure> {
        let mut conn = self.connection().await?;
        save(&mut conn, snapshot)
            .await
            .map_err(|error| Failure::before_commit(&error))?;
        self.conn = Some(conn);
        Ok(())
    }

    async fn finish(&mut self) {
        if let Some(conn) = self.conn.take()
            && let Err(error) = conn.close().await
        {
            tracing::warn!(reason = reason(&error), "closing the log's writer failed");
        }
    }
}

async fn commit(conn: &mut SqliteConnection, plan: &Plan) -> Result<Judged, Failure> {
    // The write lock comes first: no other process can move the head between the look and the
    // insert.
    let mut tx = conn
        .begin_with("BEGIN IMMEDIATE")
        .await
        .map_err(|error| Failure::before_commit(&error))?;
    let judged = store(&mut tx, plan)
        .await
        .map_err(|error| Failure::before_commit(&error))?;
    match tx.commit().await {
        Ok(()) => Ok(judged),
        Err(error) if rolled_back(&error) => Err(Failure::before_commit(&error)),
        Err(error) => Err(Failure::Unknown(reason(&error))),
    }
}

/// Busy and full are refusals to begin with the commit. After anything else, such as a failed sync,
/// only the file knows.
fn rolled_back(error: &Error) -> bool {
    const BUSY: i32 = 5;
    const FULL: i32 = 13;
    let code = error.as_database_error().and_then(DatabaseError::code);
    // Extended codes keep the primary code in the low byte.
    code.and_then(|code| code.parse::<i32>().ok())
        .is_some_and(|code| [BUSY, FULL].contains(&(code & 0xff)))
}

async fn store(conn: &mut SqliteConnection, plan: &Plan) -> Result<Judged, Error> {
    let found = find(conn, plan).await?;
    let judged = judge(plan, found);
    insert::events(conn, plan, &judged).await?;
    insert::records(conn, plan, &judged.keys).await?;
    Ok(judged)
}

/// What the batch's commands are judged by.
async fn find(conn: &mut SqliteConnection, plan: &Plan) -> Result<Found, Error> {
    let corrupt = |error: crate::ReadError| Error::Decode(error.into());
    let names: Vec<&str> = plan.streams.iter().map(crate::StreamId::as_str).collect();
    // The head comes first, then the streams in order of their slots.
    let numbers: Vec<i64> = sqlx::query_scalar(
        "SELECT number FROM (
             SELECT -1 AS slot, coalesce(max(position), 0) AS number FROM events
             UNION ALL
             SELECT j.key, coalesce((SELECT max(version) FROM events WHERE stream = j.value), 0)
               FROM json_each(?1) AS j)
          ORDER BY slot",
    )
    .bind(Value::from(names).to_string())
    .fetch_all(&mut *conn)
    .await?;
    let mut numbers = numbers
        .into_iter()
        .map(|number| from_sql(number).map_err(corrupt));
    let head = numbers.next().ok_or(Error::RowNotFound)??;
    let versions = numbers.collect::<Result<_, _>>()?;

    let mut records = vec![None; plan.keys.len()];
    if !records.is_empty() {
        let rows = sqlx::query(
            "SELECT i.scope, i.key, i.fingerprint, i.reference, i.claimed_at,
                    i.answer_status, i.answer_headers, i.answer_body, j.key AS slot
               FROM json_each(?1) AS j
               JOIN idempotency AS i ON i.scope = j.value ->> 0 AND i.key = j.value ->> 1",
        )
        .bind(serde_json::json!(plan.keys).to_string())
        .fetch_all(&mut *conn)
        .await?;
        for row in &rows {
            let slot = usize::try_from(row.try_get::<i64, _>("slot")?)
                .map_err(|error| Error::Decode(error.into()))?;
            if let Some(record) = records.get_mut(slot) {
                *record = Some(read::idempotency_record(row).map_err(corrupt)?);
            }
        }
    }
    Ok(Found {
        head,
        versions,
        records,
    })
}

async fn save(conn: &mut SqliteConnection, snapshot: &Snapshot) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO snapshots (stream, version, schema, state) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (stream) DO UPDATE
            SET version = excluded.version, schema = excluded.schema, state = excluded.state
          WHERE snapshots.schema <> excluded.schema OR snapshots.version < excluded.version",
    )
    .bind(snapshot.stream.as_str())
    .bind(to_sql(snapshot.version))
    .bind(i64::from(snapshot.schema))
    .bind(snapshot.state.as_str())
    .execute(conn)
    .await?;
    Ok(())
}
