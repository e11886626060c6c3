//! Reading from PostgreSQL.

use std::collections::BTreeSet;

use sqlx::postgres::PgRow;
use sqlx::{PgPool, Row};

use super::types::Micros;
use crate::convert::{from_sql, short_from_sql, stream_from_sql, time_from_sql, to_sql};
use crate::{Answer, IdempotencyRecord, Position, RawMetadata, ReadError, Recorded, Snapshot, StreamId};

pub(super) async fn head(pool: &PgPool) -> Result<Position, ReadError> {
    let head: i64 = sqlx::query_scalar("SELECT coalesce(max(position), 0) FROM log.events")
        .fetch_one(pool)
        .await?;
    from_sql(head).map(Position)
}

pub(super) async fn all(pool: &PgPool, after: Position, limit: usize) -> Result<Vec<Recorded>, ReadError> {
    let rows = sqlx::query(
        "SELECT position, stream, version, kind, schema, at, metadata, data FROM log.events
          WHERE position > $1 ORDER BY position LIMIT $2",
    )
    .bind(to_sql(after.0))
    .bind(to_sql(limit as u64))
    .fetch_all(pool)
    .await?;
    rows.iter().map(recorded).collect()
}

/// One index scan per category, merged by position: never more than `limit` steps each, however
/// rare the categories are in the log.
pub(super) async fn categories(
    pool: &PgPool,
    after: Position,
    limit: usize,
    categories: &[String],
) -> Result<Vec<Recorded>, ReadError> {
    // A category named twice must not yield its events twice.
    let categories: Vec<&str> = categories
        .iter()
        .map(String::as_str)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let rows = sqlx::query(
        "SELECT e.position, e.stream, e.version, e.kind, e.schema, e.at, e.metadata, e.data
           FROM (SELECT p.position
                   FROM unnest($1::text[]) AS c(name)
                  CROSS JOIN LATERAL (
                        SELECT i.position FROM log.events AS i
                         WHERE i.category = c.name AND i.position > $2
                         ORDER BY i.position LIMIT $3) AS p
                  ORDER BY p.position LIMIT $3) AS found
           JOIN log.events AS e ON e.position = found.position
          ORDER BY e.position",
    )
    .bind(categories)
    .bind(to_sql(after.0))
    .bind(to_sql(limit as u64))
    .fetch_all(pool)
    .await?;
    rows.iter().map(recorded).collect()
}

/// The columns in the order of the table.
pub(super) fn recorded(row: &PgRow) -> Result<Recorded, ReadError> {
    let schema: i32 = row.try_get(4)?;
    Ok(Recorded {
        position: Position(from_sql(row.try_get(0)?)?),
        stream: stream_from_sql(text(row, 1)?)?,
        version: from_sql(row.try_get(2)?)?,
        kind: text(row, 3)?.to_owned(),
        schema: short_from_sql(schema.into())?,
        at: time_from_sql(row.try_get::<Micros, _>(5)?.0)?,
        metadata: RawMetadata::from_stored(text(row, 6)?),
        data: text(row, 7)?.to_owned(),
    })
}

/// A column of type `text` or `json`; both travel as their text.
fn text(row: &PgRow, index: usize) -> Result<&str, ReadError> {
    row.try_get_raw(index)?
        .as_str()
        .map_err(|_| ReadError::Corrupt(format!("column {index} is not a text")))
}

pub(super) async fn record(
    pool: &PgPool,
    scope: &str,
    key: &str,
) -> Result<Option<IdempotencyRecord>, ReadError> {
    let row = sqlx::query(
        "SELECT fingerprint, reference, claimed_at, answer_status, answer_headers, answer_body
           FROM log.idempotency WHERE scope = $1 AND key = $2",
    )
    .bind(scope)
    .bind(key)
    .fetch_optional(pool)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let answer = match row.try_get::<Option<i32>, _>(3)? {
        None => None,
        Some(status) => Some(Answer {
            status: short_from_sql(status.into())?,
            headers: serde_json::from_str(text(&row, 4)?)
                .map_err(|_| ReadError::Corrupt("an answer's headers".into()))?,
            body: row.try_get(5)?,
        }),
    };
    Ok(Some(IdempotencyRecord {
        scope: scope.to_owned(),
        key: key.to_owned(),
        fingerprint: row.try_get(0)?,
        reference: row.try_get(1)?,
        claimed_at: time_from_sql(row.try_get::<Micros, _>(2)?.0)?,
        answer,
    }))
}

pub(super) async fn snapshot(pool: &PgPool, stream: &StreamId) -> Result<Option<Snapshot>, ReadError> {
    let row = sqlx::query("SELECT version, schema, state FROM log.snapshots WHERE stream = $1")
        .bind(stream.as_str())
        .fetch_optional(pool)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let schema: i32 = row.try_get(1)?;
    Ok(Some(Snapshot {
        stream: stream.clone(),
        version: from_sql(row.try_get(0)?)?,
        schema: short_from_sql(schema.into())?,
        state: row.try_get(2)?,
    }))
}
