//! Dropping the databases of tests that are over.

use std::cell::RefCell;

use sqlx::{AssertSqlSafe, ConnectOptions, Connection, postgres::PgConnectOptions};

thread_local! {
    static LEAVINGS: RefCell<Leavings> = const { RefCell::new(Leavings(Vec::new())) };
}

/// What a thread leaves behind. A test has a thread of its own, which ends with it, passed or not.
struct Leavings(Vec<(PgConnectOptions, String)>);

/// Drops the database `name` when the calling thread has ended.
pub(super) fn drop_when_over(server: PgConnectOptions, name: String) {
    LEAVINGS.with_borrow_mut(|leavings| leavings.0.push((server, name)));
}

impl Drop for Leavings {
    fn drop(&mut self) {
        let databases = std::mem::take(&mut self.0);
        if databases.is_empty() {
            return;
        }
        // Nobody waits for it: what is not dropped goes with the server.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let Ok(runtime) = runtime else { return };
            for (server, name) in databases {
                let _ = runtime.block_on(drop_database(&server, &name));
            }
        });
    }
}

/// Whoever is still connected is put out.
async fn drop_database(server: &PgConnectOptions, name: &str) -> Result<(), sqlx::Error> {
    let mut conn = server.connect().await?;
    let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut conn).await?;
    conn.close().await
}
