//! The store without the engine: the bulkest insert of the same rows, and a bare scan.

use std::fmt::Write;
use std::time::{Duration, Instant};

use event_log::Recorded;
use futures::TryStreamExt;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, SqliteConnection};

const COLUMNS: &str = "position, stream, version, kind, schema, at, metadata, data";

/// A plain connection to the store.
pub(crate) enum Raw {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Raw {
    pub(crate) async fn open(url: &str) -> Self {
        let Some(path) = url.strip_prefix("sqlite:") else {
            return Self::Postgres(PgConnection::connect(url).await.unwrap());
        };
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .disable_statement_logging();
        Self::Sqlite(options.connect().await.unwrap())
    }

    /// Rows a second into a table of the log's layout, in one transaction; the better of two attempts, the first of
    /// which also makes the store's files grow.
    pub(crate) async fn insert(&mut self, rows: &[Recorded]) -> f64 {
        let mut best = Duration::MAX;
        for table in ["raw_1", "raw_2"] {
            let took = match self {
                Self::Sqlite(conn) => insert_sqlite(conn, table, rows).await,
                Self::Postgres(conn) => insert_postgres(conn, table, rows).await,
            };
            best = best.min(took);
        }
        rows.len() as f64 / best.as_secs_f64()
    }

    /// Rows a second, fetched and thrown away; the better of two attempts.
    pub(crate) async fn scan(&mut self) -> f64 {
        let first = self.scan_once().await;
        first.max(self.scan_once().await)
    }

    async fn scan_once(&mut self) -> f64 {
        let started = Instant::now();
        let mut count = 0_u32;
        match self {
            Self::Sqlite(conn) => {
                let sql = AssertSqlSafe(format!("SELECT {COLUMNS} FROM events ORDER BY position"));
                let mut rows = sqlx::query(sql).fetch(conn);
                while rows.try_next().await.unwrap().is_some() {
                    count += 1;
                }
            }
            Self::Postgres(conn) => {
                let sql = AssertSqlSafe(format!("SELECT {COLUMNS} FROM log.events ORDER BY position"));
                let mut rows = sqlx::query(sql).fetch(conn);
                while rows.try_next().await.unwrap().is_some() {
                    count += 1;
                }
            }
        }
        f64::from(count) / started.elapsed().as_secs_f64()
    }
}

async fn insert_sqlite(conn: &mut SqliteConnection, table: &str, rows: &[Recorded]) -> Duration {
    let create = format!(
        "CREATE TABLE {table} (position INTEGER PRIMARY KEY, stream TEXT, version INTEGER, kind TEXT,
             schema INTEGER, at INTEGER, metadata TEXT, data TEXT,
             category TEXT GENERATED ALWAYS AS (substr(stream, 1, instr(stream, '-') - 1)) VIRTUAL,
             UNIQUE (stream, version)) STRICT;
         CREATE INDEX {table}_by_category ON {table} (category);"
    );
    sqlx::raw_sql(AssertSqlSafe(create))
        .execute(&mut *conn)
        .await
        .unwrap();
    let started = Instant::now();
    let mut tx = conn.begin().await.unwrap();
    for chunk in rows.chunks(500) {
        let values = vec!["(?,?,?,?,?,?,?,?)"; chunk.len()].join(",");
        let sql = AssertSqlSafe(format!("INSERT INTO {table} ({COLUMNS}) VALUES {values}"));
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

async fn insert_postgres(conn: &mut PgConnection, table: &str, rows: &[Recorded]) -> Duration {
    let create = format!("CREATE TABLE {table} (LIKE log.events INCLUDING ALL)");
    sqlx::raw_sql(AssertSqlSafe(create))
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
            ..
        } = row;
        let at = row.at.to_rfc3339();
        // Canonical JSON holds no control characters, and a backslash stands for itself once it is doubled.
        let [metadata, data] =
            [row.metadata.as_str(), row.data.as_str()].map(|json| json.replace('\\', "\\\\"));
        writeln!(
            text,
            "{position}\t{stream}\t{version}\t{kind}\t{schema}\t{at}\t{metadata}\t{data}"
        )
        .unwrap();
    }
    let started = Instant::now();
    let sql = format!("COPY {table} ({COLUMNS}) FROM STDIN");
    let mut copy = conn.copy_in_raw(&sql).await.unwrap();
    copy.send(text.as_bytes()).await.unwrap();
    copy.finish().await.unwrap();
    started.elapsed()
}
