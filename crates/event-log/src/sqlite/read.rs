//! Reading from SQLite.

use std::collections::BTreeSet;

use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{AssertSqlSafe, Row, Sqlite, SqlitePool};

use super::packed::{self, PAGE, packed};
use crate::convert::{from_sql, short_from_sql, time_from_sql, to_sql};
use crate::{Answer, IdempotencyRecord, Position, ReadError, Recorded, Snapshot, StreamId, Version};

pub(super) async fn head(pool: &SqlitePool) -> Result<Position, ReadError> {
    let head: i64 = sqlx::query_scalar("SELECT coalesce(max(position), 0) FROM events")
        .fetch_one(pool)
        .await?;
    from_sql(head).map(Position)
}

pub(super) async fn stream(
    pool: &SqlitePool,
    stream: &StreamId,
    after: Version,
) -> Result<Vec<Recorded>, ReadError> {
    const SQL: &str = packed!(
        "SELECT position, stream, version, kind, schema, at, metadata, data FROM events
          WHERE stream = ?3 AND version > ?1 ORDER BY version LIMIT ?2"
    );
    let mut events = Vec::new();
    loop {
        let after = events.last().map_or(after, |event: &Recorded| event.version);
        let query = sqlx::query(SQL)
            .bind(to_sql(after))
            .bind(PAGE)
            .bind(stream.as_str());
        if packed::fetch(pool, query, &mut events).await? < PAGE {
            return Ok(events);
        }
    }
}

pub(super) async fn all(
    pool: &SqlitePool,
    after: Position,
    limit: usize,
) -> Result<Vec<Recorded>, ReadError> {
    const SQL: &str = packed!(
        "SELECT position, stream, version, kind, schema, at, metadata, data FROM events
          WHERE position > ?1 ORDER BY position LIMIT ?2"
    );
    in_pages(pool, after, limit, |after, limit| {
        sqlx::query(SQL).bind(after).bind(limit)
    })
    .await
}

/// One index scan per category, merged by position: never more than a page of steps each, however
/// rare the categories are in the log.
pub(super) async fn categories(
    pool: &SqlitePool,
    after: Position,
    limit: usize,
    categories: &[String],
) -> Result<Vec<Recorded>, ReadError> {
    // A category named twice must not yield its events twice.
    let categories: BTreeSet<&str> = categories.iter().map(String::as_str).collect();
    if categories.is_empty() {
        return Ok(Vec::new());
    }
    let scans: Vec<_> = (3..3 + categories.len())
        .map(|parameter| {
            format!(
                "SELECT position FROM (SELECT position FROM events INDEXED BY events_by_category
                  WHERE category = ?{parameter} AND position > ?1 ORDER BY position LIMIT ?2)"
            )
        })
        .collect();
    let sql = format!(
        packed!(
            "SELECT e.position, e.stream, e.version, e.kind, e.schema, e.at, e.metadata, e.data
               FROM ({} ORDER BY position LIMIT ?2) AS found
              CROSS JOIN events AS e ON e.position = found.position ORDER BY e.position"
        ),
        scans.join(" UNION ALL ")
    );
    in_pages(pool, after, limit, |after, limit| {
        let query = sqlx::query(AssertSqlSafe(sql.clone())).bind(after).bind(limit);
        categories
            .iter()
            .fold(query, |query, category| query.bind(*category))
    })
    .await
}

/// Up to `limit` events, a page at a time. Pages read one after the other fit together: nothing
/// below a position that was seen ever changes.
async fn in_pages<'q>(
    pool: &SqlitePool,
    after: Position,
    limit: usize,
    query: impl Fn(i64, i64) -> Query<'q, Sqlite, SqliteArguments>,
) -> Result<Vec<Recorded>, ReadError> {
    let mut events = Vec::new();
    loop {
        let after = events.last().map_or(after, |event: &Recorded| event.position);
        let page = PAGE.min(to_sql((limit - events.len()) as u64));
        let count = packed::fetch(pool, query(to_sql(after.0), page), &mut events).await?;
        if count < page || events.len() == limit {
            return Ok(events);
        }
    }
}

pub(super) async fn record(
    pool: &SqlitePool,
    scope: &str,
    key: &str,
) -> Result<Option<IdempotencyRecord>, ReadError> {
    let row = sqlx::query(
        "SELECT scope, key, fingerprint, reference, claimed_at, answer_status, answer_headers, answer_body
           FROM idempotency WHERE scope = ?1 AND key = ?2",
    )
    .bind(scope)
    .bind(key)
    .fetch_optional(pool)
    .await?;
    row.as_ref().map(idempotency_record).transpose()
}

/// The columns in the order of the query above.
pub(super) fn idempotency_record(row: &SqliteRow) -> Result<IdempotencyRecord, ReadError> {
    let status: Option<i64> = row.try_get(5)?;
    let answer = match status {
        None => None,
        Some(status) => Some(Answer {
            status: short_from_sql(status)?,
            headers: serde_json::from_str(row.try_get(6)?)
                .map_err(|_| ReadError::Corrupt("an answer's headers".into()))?,
            body: row.try_get(7)?,
        }),
    };
    Ok(IdempotencyRecord {
        scope: row.try_get(0)?,
        key: row.try_get(1)?,
        fingerprint: row.try_get(2)?,
        reference: row.try_get(3)?,
        claimed_at: time_from_sql(row.try_get(4)?)?,
        answer,
    })
}

pub(super) async fn snapshot(pool: &SqlitePool, stream: &StreamId) -> Result<Option<Snapshot>, ReadError> {
    let row = sqlx::query("SELECT version, schema, state FROM snapshots WHERE stream = ?1")
        .bind(stream.as_str())
        .fetch_optional(pool)
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Snapshot {
        stream: stream.clone(),
        version: from_sql(row.try_get(0)?)?,
        schema: short_from_sql(row.try_get(1)?)?,
        state: row.try_get(2)?,
    }))
}
