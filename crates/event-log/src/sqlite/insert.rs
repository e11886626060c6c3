//! Storing what was decided, many rows a statement.

use std::sync::LazyLock;

use serde_json::{Value, json};
use sqlx::{Error, SqliteConnection};

use crate::convert::to_sql;
use crate::judge::{Judged, KeyChange, Verdict};
use crate::plan::Plan;
use crate::{Answer, IdempotencyRecord, NewEvent, StreamWrite};

/// Rows a statement, largest first: every number of rows takes few calls, and few distinct statements
/// stay prepared.
static INSERTS: LazyLock<[(usize, String); 9]> =
    LazyLock::new(|| [256, 128, 64, 32, 16, 8, 4, 2, 1].map(|rows| (rows, insert_sql(rows))));

fn insert_sql(rows: usize) -> String {
    let row = "(?,?,?,?,?,?,?,?)";
    let values = vec![row; rows].join(",");
    format!(
        "INSERT INTO events (position, stream, version, kind, schema, at, metadata, data) VALUES {values}"
    )
}

struct EventRow<'a> {
    position: u64,
    version: u64,
    at: i64,
    metadata: &'a str,
    write: &'a StreamWrite,
    event: &'a NewEvent,
}

/// Insert the events of the accepted commands.
pub(super) async fn events(conn: &mut SqliteConnection, plan: &Plan, judged: &Judged) -> Result<(), Error> {
    let rows = rows(plan, judged);
    let mut rest = rows.as_slice();
    for (size, sql) in INSERTS.iter() {
        while let Some((chunk, behind)) = rest.split_at_checked(*size) {
            rest = behind;
            let query = chunk.iter().fold(sqlx::query(sql.as_str()), |query, row| {
                query
                    .bind(to_sql(row.position))
                    .bind(row.write.stream.as_str())
                    .bind(to_sql(row.version))
                    .bind(row.event.kind.as_str())
                    .bind(i64::from(row.event.schema))
                    .bind(row.at)
                    .bind(row.metadata)
                    .bind(row.event.data.as_str())
            });
            query.execute(&mut *conn).await?;
        }
    }
    Ok(())
}

fn rows<'a>(plan: &'a Plan, judged: &Judged) -> Vec<EventRow<'a>> {
    let mut rows = Vec::new();
    for (command, verdict) in plan.commands.iter().zip(&judged.verdicts) {
        let Verdict::Accepted { after, bases } = verdict else {
            continue;
        };
        let mut position = *after;
        for (write, base) in command.writes.iter().zip(bases) {
            for (event, version) in write.events.iter().zip(base + 1..) {
                position += 1;
                rows.push(EventRow {
                    position,
                    version,
                    at: command.at.timestamp_micros(),
                    metadata: command.metadata.as_str(),
                    write,
                    event,
                });
            }
        }
    }
    rows
}

/// Bring the idempotency records to what the accepted commands left behind.
pub(super) async fn records(
    conn: &mut SqliteConnection,
    plan: &Plan,
    keys: &[KeyChange],
) -> Result<(), Error> {
    let mut removed = Vec::new();
    let mut settled = Vec::new();
    let mut inserted = Vec::new();
    for ((scope, key), change) in plan.keys.iter().zip(keys) {
        if change.removed {
            removed.push(json!([scope, key]));
        }
        match &change.now {
            Some(now) if change.inserted => inserted.push(row(now)),
            Some(now) if change.settled => settled.push(row(now)),
            _ => {}
        }
    }
    for (rows, sql) in [
        (
            removed,
            "DELETE FROM idempotency WHERE (scope, key) IN
               (SELECT value ->> 0, value ->> 1 FROM json_each(?1))",
        ),
        (
            settled,
            "UPDATE idempotency
                SET answer_status = j.value ->> 5, answer_headers = j.value ->> 6, answer_body = j.value ->> 7
               FROM json_each(?1) AS j
              WHERE idempotency.scope = j.value ->> 0 AND idempotency.key = j.value ->> 1",
        ),
        (
            inserted,
            "INSERT INTO idempotency (scope, key, fingerprint, reference, claimed_at,
                                      answer_status, answer_headers, answer_body)
             SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4,
                    value ->> 5, value ->> 6, value ->> 7
               FROM json_each(?1)",
        ),
    ] {
        if !rows.is_empty() {
            sqlx::query(sql)
                .bind(Value::from(rows).to_string())
                .execute(&mut *conn)
                .await?;
        }
    }
    Ok(())
}

/// A record as the statements above take it apart; headers stay a text of their own.
fn row(record: &IdempotencyRecord) -> Value {
    let IdempotencyRecord {
        scope,
        key,
        fingerprint,
        reference,
        answer,
        claimed_at,
    } = record;
    let (status, headers, body) = match answer {
        None => (None, None, None),
        Some(Answer {
            status,
            headers,
            body,
        }) => (Some(status), Some(json!(headers).to_string()), Some(body)),
    };
    json!([
        scope,
        key,
        fingerprint,
        reference,
        claimed_at.timestamp_micros(),
        status,
        headers,
        body
    ])
}
