//! Committing a batch to PostgreSQL.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use sqlx::postgres::{PgConnectOptions, PgDatabaseError, PgRow, PgSeverity};
use sqlx::{Connection, Error, PgConnection, Row};

use super::arguments::{CALL, arguments};
use super::session;
use crate::convert::{from_sql, short_from_sql, time_from_sql, to_sql};
use crate::failure::{Failure, reason};
use crate::judge::{Found, Judged, Verdict, judge};
use crate::plan::Plan;
use crate::writer::Backend;
use crate::{Answer, AppendError, IdempotencyRecord, ReadError, Snapshot};

/// How long a batch may take, waiting for other servers included, before its outcome counts as
/// unknown. Longer than the server's lock timeout, so that a busy lock has a definite outcome.
const PATIENCE: Duration = Duration::from_secs(30);
/// A connection unused for longer is tried out first: a batch sent into a dead one would have an
/// unknown outcome, where connecting anew costs a millisecond.
const STALE: Duration = Duration::from_secs(1);

/// The writing connection of this server.
pub(super) struct PostgresBackend {
    options: PgConnectOptions,
    conn: Option<(PgConnection, Instant)>,
}

impl PostgresBackend {
    pub(super) fn new(options: PgConnectOptions) -> Self {
        Self { options, conn: None }
    }

    async fn connection(&mut self) -> Result<PgConnection, Failure> {
        if let Some((mut conn, used)) = self.conn.take() {
            let fresh = used.elapsed() < STALE;
            if fresh || matches!(tokio::time::timeout(STALE, conn.ping()).await, Ok(Ok(()))) {
                return Ok(conn);
            }
        }
        session::writer(&self.options)
            .await
            .map_err(|error| Failure::before_commit(&error))
    }

    fn keep(&mut self, conn: PgConnection) {
        self.conn = Some((conn, Instant::now()));
    }
}

#[async_trait]
impl Backend for PostgresBackend {
    async fn commit(&mut self, plan: &Plan) -> Result<Judged, Failure> {
        let arguments = arguments(plan).map_err(|error| Failure::before_commit(&error))?;
        // Taken out and only put back when all went well; a broken one is dropped.
        let mut conn = self.connection().await?;
        // Read to the end of the answer: the server commits after the row and before "ready".
        let call = sqlx::query_with(CALL, arguments).fetch_all(&mut conn);
        let rows = match tokio::time::timeout(PATIENCE, call).await {
            Ok(Ok(rows)) => rows,
            Ok(Err(error)) => {
                let failure = failed(&error);
                if matches!(failure, Failure::NothingStored(_) | Failure::Refused(_)) {
                    self.keep(conn);
                }
                return Err(failure);
            }
            Err(_) => return Err(Failure::Unknown("the server did not answer in time".into())),
        };
        self.keep(conn);
        // From here on the batch is stored; what cannot be read of the answer is unknown.
        rows.first()
            .ok_or_else(|| ReadError::Corrupt("an empty answer".into()))
            .and_then(|row| judged(plan, row))
            .map_err(|error| Failure::Unknown(error.to_string()))
    }

    async fn save(&mut self, snapshot: &Snapshot) -> Result<(), Failure> {
        let mut conn = self.connection().await?;
        save(&mut conn, snapshot)
            .await
            .map_err(|error| Failure::before_commit(&error))?;
        self.keep(conn);
        Ok(())
    }

    async fn finish(&mut self) {
        if let Some((conn, _)) = self.conn.take()
            && let Err(error) = conn.close().await
        {
            tracing::warn!(reason = reason(&error), "closing the log's writer failed");
        }
    }
}

/// An error of severity ERROR is the server's word that it rolled back. A connection that ends, by
/// itself or with a FATAL message, may end after the commit.
fn failed(error: &Error) -> Failure {
    let rolled_back = error
        .as_database_error()
        .and_then(|error| error.try_downcast_ref::<PgDatabaseError>())
        .is_some_and(|error| error.severity() == PgSeverity::Error && error.code() != "40003");
    if rolled_back {
        Failure::before_commit(error)
    } else {
        Failure::Unknown(reason(error))
    }
}

/// Word the outcome. The server decided by the same rules, so the two must agree; a command on
/// which they do not is told that its outcome is unknown.
fn judged(plan: &Plan, row: &PgRow) -> Result<Judged, ReadError> {
    let versions: Vec<i64> = row.try_get("versions")?;
    let found = Found {
        head: from_sql(row.try_get("head")?)?,
        versions: versions.into_iter().map(from_sql).collect::<Result<_, _>>()?,
        records: known(plan, row.try_get("known")?)?,
    };
    let accepted: Vec<bool> = row.try_get("accepted")?;
    let mut judged = judge(plan, found);
    let agreed = judged
        .verdicts
        .iter()
        .map(|verdict| matches!(verdict, Verdict::Accepted { .. }))
        .eq(accepted.iter().copied());
    if !agreed {
        tracing::error!("the database and this program judged a batch differently");
        for verdict in &mut judged.verdicts {
            *verdict = Verdict::Refused(AppendError::Unknown("two judgements differ".into()));
        }
    }
    Ok(judged)
}

/// Slot, fingerprint, reference, microseconds, and the answer's three parts.
type Known = (
    usize,
    String,
    String,
    i64,
    Option<i64>,
    Option<Vec<(String, String)>>,
    Option<String>,
);

fn known(plan: &Plan, text: Option<&str>) -> Result<Vec<Option<IdempotencyRecord>>, ReadError> {
    let corrupt = || ReadError::Corrupt("an idempotency record".into());
    let mut records = vec![None; plan.keys.len()];
    let Some(text) = text else { return Ok(records) };
    let rows: Vec<Known> = serde_json::from_str(text).map_err(|_| corrupt())?;
    for (slot, fingerprint, reference, micros, status, headers, body) in rows {
        let slot = slot.checked_sub(1).ok_or_else(corrupt)?;
        let (scope, key) = plan.keys.get(slot).ok_or_else(corrupt)?;
        let answer = match (status, headers, body) {
            (Some(status), Some(headers), Some(body)) => Some(Answer {
                status: short_from_sql(status)?,
                headers,
                body,
            }),
            (None, None, None) => None,
            _ => return Err(corrupt()),
        };
        *records.get_mut(slot).ok_or_else(corrupt)? = Some(IdempotencyRecord {
            scope: scope.clone(),
            key: key.clone(),
            fingerprint,
            reference,
            answer,
            claimed_at: time_from_sql(micros)?,
        });
    }
    Ok(records)
}

async fn save(conn: &mut PgConnection, snapshot: &Snapshot) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO log.snapshots AS s (stream, version, schema, state) VALUES ($1, $2, $3, $4)
         ON CONFLICT (stream) DO UPDATE
            SET version = excluded.version, schema = excluded.schema, state = excluded.state
          WHERE s.schema <> excluded.schema OR s.version < excluded.version",
    )
    .bind(snapshot.stream.as_str())
    .bind(to_sql(snapshot.version))
    .bind(i32::from(snapshot.schema))
    .bind(snapshot.state.as_str())
    .execute(conn)
    .await?;
    Ok(())
}
