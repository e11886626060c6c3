//! Meddling with a server's database behind its back.

use sqlx::{AssertSqlSafe, Connection, PgConnection, Row, SqliteConnection};

use super::World;

impl World {
    /// Runs statements on the test environment's log, as somebody with the owner's rights would.
    pub(crate) async fn meddle(&self, sqlite: &str, postgres: &str) {
        let url = self.database();
        match url.starts_with("sqlite:") {
            true => {
                let mut conn = SqliteConnection::connect(url).await.unwrap();
                sqlx::raw_sql(AssertSqlSafe(sqlite.to_owned()))
                    .execute(&mut conn)
                    .await
                    .unwrap();
                conn.close().await.unwrap();
            }
            false => {
                let mut conn = PgConnection::connect(url).await.unwrap();
                sqlx::raw_sql(AssertSqlSafe(postgres.to_owned()))
                    .execute(&mut conn)
                    .await
                    .unwrap();
                conn.close().await.unwrap();
            }
        }
    }

    /// Rewrites every stored event of a kind (a pattern of SQL's `LIKE`), past the triggers that forbid it. How many
    /// there were.
    pub(crate) async fn tamper(&self, kind: &str, change: impl Fn(&str) -> String) -> usize {
        self.meddle(
            "DROP TRIGGER IF EXISTS events_never_change",
            "ALTER TABLE log.events DISABLE TRIGGER events_never_change",
        )
        .await;
        let rows = self.events_like(kind).await;
        for (position, data) in &rows {
            let data = change(data).replace('\'', "''");
            let sqlite = format!("UPDATE events SET data = '{data}' WHERE position = {position}");
            let postgres = format!("UPDATE log.events SET data = '{data}' WHERE position = {position}");
            self.meddle(&sqlite, &postgres).await;
        }
        rows.len()
    }

    /// Every stored event of a kind, by position.
    pub(crate) async fn events_like(&self, kind: &str) -> Vec<(i64, String)> {
        let url = self.database();
        match url.starts_with("sqlite:") {
            true => {
                let mut conn = SqliteConnection::connect(url).await.unwrap();
                let query = sqlx::query("SELECT position, data FROM events WHERE kind LIKE ?1");
                let rows = query.bind(kind).fetch_all(&mut conn).await.unwrap();
                rows.iter().map(|row| (row.get(0), row.get(1))).collect()
            }
            false => {
                let mut conn = PgConnection::connect(url).await.unwrap();
                let query = sqlx::query("SELECT position, data::text FROM log.events WHERE kind LIKE $1");
                let rows = query.bind(kind).fetch_all(&mut conn).await.unwrap();
                rows.iter().map(|row| (row.get(0), row.get(1))).collect()
            }
        }
    }

    /// Which streams hold events of a kind (a pattern of SQL's `LIKE`), each once.
    pub(crate) async fn streams_of(&self, kind: &str) -> Vec<String> {
        self.texts_of("DISTINCT stream", kind).await
    }

    /// Who caused the events of a kind, in their order.
    pub(crate) async fn actors_of(&self, kind: &str) -> Vec<String> {
        self.texts_of("metadata ->> 'actor'", kind).await
    }

    async fn texts_of(&self, column: &str, kind: &str) -> Vec<String> {
        let url = self.database();
        match url.starts_with("sqlite:") {
            true => {
                let mut conn = SqliteConnection::connect(url).await.unwrap();
                let query = AssertSqlSafe(format!("SELECT {column} FROM events WHERE kind LIKE ?1"));
                let query = sqlx::query_scalar(query).bind(kind);
                query.fetch_all(&mut conn).await.unwrap()
            }
            false => {
                let mut conn = PgConnection::connect(url).await.unwrap();
                let query = AssertSqlSafe(format!("SELECT {column} FROM log.events WHERE kind LIKE $1"));
                let query = sqlx::query_scalar(query).bind(kind);
                query.fetch_all(&mut conn).await.unwrap()
            }
        }
    }

    /// The bodies of all answers that are kept under idempotency keys, as they lie in the database.
    pub(crate) async fn kept_answers(&self) -> Vec<String> {
        let url = self.database();
        match url.starts_with("sqlite:") {
            true => {
                let mut conn = SqliteConnection::connect(url).await.unwrap();
                let query = "SELECT answer_body FROM idempotency WHERE answer_body IS NOT NULL";
                sqlx::query_scalar(query).fetch_all(&mut conn).await.unwrap()
            }
            false => {
                let mut conn = PgConnection::connect(url).await.unwrap();
                let query = "SELECT answer_body FROM log.idempotency WHERE answer_body IS NOT NULL";
                sqlx::query_scalar(query).fetch_all(&mut conn).await.unwrap()
            }
        }
    }

    /// Lets so many seconds have passed since something happened that events of a kind say.
    pub(crate) async fn age(&self, kind: &str, seconds: i64) {
        let aged = self
            .tamper(kind, |data| {
                let event: serde_json::Value = serde_json::from_str(data).unwrap();
                let at = event["at"].as_str().unwrap();
                let then = chrono::DateTime::parse_from_rfc3339(at).unwrap().to_utc();
                let then = then - chrono::TimeDelta::seconds(seconds);
                let then = serde_json::to_value(then).unwrap();
                data.replace(at, then.as_str().unwrap())
            })
            .await;
        assert!(aged > 0, "nothing of {kind} has happened");
    }
}
