//! The database without the log: its limits, and another way to store events.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use event_log::Recorded;
use futures::TryStreamExt;
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, PgPool, SqliteConnection};

/// A plain connection to the benchmark's database.
pub(crate) enum Raw {
    Sqlite(SqliteConnection),
    Postgres(PgConnection, PgPool),
}

impl Raw {
    pub(crate) async fn open(url: &str) -> Self {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let options = sqlx::sqlite::SqliteConnectOptions::new()
                .filename(path)
                .synchronous(sqlx::sqlite::SqliteSynchronous::Full)
                .disable_statement_logging();
            return Self::Sqlite(options.connect().await.unwrap());
        }
        let pool = PgPoolOptions::new()
            .max_connections(16)
            .connect(url)
            .await
            .unwrap();
        Self::Postgres(PgConnection::connect(url).await.unwrap(), pool)
    }

    /// Move what was logged into the tables, so that the log's files can be used again.
    pub(crate) async fn settle(&mut self) {
        match self {
            Self::Sqlite(conn) => {
                sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                    .execute(conn)
                    .await
                    .unwrap();
            }
            // Only a superuser may; without it the figures are a little lower.
            Self::Postgres(conn, _) => {
                let _ = sqlx::raw_sql("CHECKPOINT").execute(conn).await;
            }
        }
    }

    /// Insert the same rows into a table of the same layout, as fast as the database takes them.
    pub(crate) async fn insert(&mut self, rows: &[Recorded]) -> Duration {
        match self {
            Self::Sqlite(conn) => insert_sqlite(conn, rows).await,
            Self::Postgres(conn, _) => insert_postgres(conn, rows).await,
        }
    }

    /// Rows a second, fetched and thrown away.
    pub(crate) async fn scan(&mut self) -> f64 {
        const COLUMNS: &str = "SELECT position, stream, version, kind, schema, at, metadata, data FROM";
        let started = Instant::now();
        let mut count = 0_u32;
        match self {
            Self::Sqlite(conn) => {
                let sql = AssertSqlSafe(format!("{COLUMNS} events ORDER BY position"));
                let mut rows = sqlx::query(sql).fetch(conn);
                while rows.try_next().await.unwrap().is_some() {
                    count += 1;
                }
            }
            Self::Postgres(conn, _) => {
                let sql = AssertSqlSafe(format!("{COLUMNS} log.events ORDER BY position"));
                let mut rows = sqlx::query(sql).fetch(conn);
                while rows.try_next().await.unwrap().is_some() {
                    count += 1;
                }
            }
        }
        f64::from(count) / started.elapsed().as_secs_f64()
    }

    /// The SQL that the crate postgres-es runs for a command: select the aggregate's events; in a
    /// transaction, insert the new ones under the key (type, id, sequence). Commands a second.
    pub(crate) async fn aggregate_store(&mut self, callers: usize, time: Duration) -> Option<f64> {
        let Self::Postgres(conn, pool) = self else {
            return None;
        };
        let sql = "CREATE TABLE aggregate_events (
                aggregate_type text NOT NULL, aggregate_id text NOT NULL, sequence bigint NOT NULL,
                event_type text NOT NULL, event_version text NOT NULL, payload json NOT NULL,
                metadata json NOT NULL, PRIMARY KEY (aggregate_type, aggregate_id, sequence))";
        sqlx::raw_sql(sql).execute(conn).await.unwrap();
        let data: Arc<str> = crate::payload().into();
        let started = Instant::now();
        let tasks: Vec<_> = (0..callers)
            .map(|_| {
                let (pool, data) = (pool.clone(), Arc::clone(&data));
                tokio::spawn(async move {
                    let mut count = 0_u32;
                    let mut id = next_id();
                    while started.elapsed() < time {
                        let sequence = load_decide_commit(&pool, &id, &data).await;
                        count += 1;
                        if sequence >= 18 {
                            id = next_id();
                        }
                    }
                    count
                })
            })
            .collect();
        let mut count = 0;
        for task in tasks {
            count += task.await.unwrap();
        }
        Some(f64::from(count) / started.elapsed().as_secs_f64())
    }
}

fn next_id() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("{:016x}", NEXT.fetch_add(1, Ordering::Relaxed))
}

async fn load_decide_commit(pool: &PgPool, id: &str, data: &str) -> i64 {
    let rows = sqlx::query(
        "SELECT aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata
           FROM aggregate_events WHERE aggregate_type = $1 AND aggregate_id = $2 ORDER BY sequence",
    )
    .bind("wallet")
    .bind(id)
    .fetch_all(pool)
    .await
    .unwrap();
    let sequence = i64::try_from(rows.len()).unwrap();
    let mut tx = pool.begin().await.unwrap();
    for next in [sequence + 1, sequence + 2] {
        sqlx::query(
            "INSERT INTO aggregate_events (aggregate_type, aggregate_id, sequence, event_type,
                                           event_version, payload, metadata)
             VALUES ($1, $2, $3, $4, $5, $6::text::json, $7::text::json)",
        )
        .bind("wallet")
        .bind(id)
        .bind(next)
        .bind("purchase.started")
        .bind("1")
        .bind(data)
        .bind("{}")
        .execute(&mut *tx)
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
    sequence
}

async fn insert_sqlite(conn: &mut SqliteConnection, rows: &[Recorded]) -> Duration {
    sqlx::raw_sql(
        "CREATE TABLE raw (position INTEGER PRIMARY KEY, stream TEXT, version INTEGER, kind TEXT,
             schema INTEGER, at INTEGER, metadata TEXT, data TEXT,
             category TEXT GENERATED ALWAYS AS (substr(stream, 1, instr(stream, '-') - 1)) VIRTUAL,
             UNIQUE (stream, version)) STRICT;
         CREATE INDEX raw_by_category ON raw (category);",
    )
    .execute(&mut *conn)
    .await
    .unwrap();
    let started = Instant::now();
    let mut tx = conn.begin().await.unwrap();
    for chunk in rows.chunks(500) {
        let values = vec!["(?,?,?,?,?,?,?,?)"; chunk.len()].join(",");
        let columns = "position, stream, version, kind, schema, at, metadata, data";
        let sql = AssertSqlSafe(format!("INSERT INTO raw ({columns}) VALUES {values}"));
        let query = chunk.iter().fold(sqlx::query(sql), |query, row| {
            query
                .bind(i64::try_from(row.position.0).unwrap())
                .bind(row.stream.as_str())
                .bind(i64::try_from(row.version).unwrap())
                .bind(row.kind.as_str())
                .bind(i64::from(row.schema))
                .bind(row.at.timestamp_micros())
                .bind(row.metadata.as_str())
                .bind(row.data.as_str())
        });
        query.execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    started.elapsed()
}

async fn insert_postgres(conn: &mut PgConnection, rows: &[Recorded]) -> Duration {
    sqlx::raw_sql("CREATE TABLE raw (LIKE log.events INCLUDING ALL)")
        .execute(&mut *conn)
        .await
        .unwrap();
    let mut text = String::new();
    for row in rows {
        let Recorded {
            position,
            stream,
            version,
            kind,
            schema,
            at,
            data,
            metadata,
        } = row;
        let at = at.to_rfc3339();
        let metadata = metadata.as_str();
        // The payloads of this benchmark need no escaping.
        writeln!(
            text,
            "{position}\t{stream}\t{version}\t{kind}\t{schema}\t{at}\t{metadata}\t{data}"
        )
        .unwrap();
    }
    let started = Instant::now();
    let columns = "position, stream, version, kind, schema, at, metadata, data";
    let sql = format!("COPY raw ({columns}) FROM STDIN");
    let mut copy = conn.copy_in_raw(&sql).await.unwrap();
    copy.send(text.as_bytes()).await.unwrap();
    copy.finish().await.unwrap();
    started.elapsed()
}
