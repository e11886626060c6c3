//! Opening: created and migrated once, whoever comes first; read-only touches nothing.

use event_log::{AppendError, Database, Expected, OpenError, Position, Store};
use futures::future::join_all;

use crate::home::{Home, on_both_stores};
use crate::make::append;

on_both_stores!(
    servers_that_start_at_once_do_not_clash,
    what_was_stored_is_there_after_reopening,
    the_stores_beside_the_log_are_apart,
    reading_only_works_while_a_server_runs,
    reading_only_needs_a_migrated_log,
    a_newer_programs_migrations_are_left_alone,
);

async fn servers_that_start_at_once_do_not_clash(home: Home) {
    let opened = join_all((0..6).map(|_| Database::open(&home.url))).await;
    for (database, n) in opened.into_iter().zip(0..) {
        let database = database.unwrap();
        database
            .log()
            .append(append("app-1", Expected::At(n), 1))
            .await
            .unwrap();
    }
}

async fn what_was_stored_is_there_after_reopening(home: Home) {
    let first = home.open().await;
    let appended = first
        .log()
        .append(append("wallet-1", Expected::NoStream, 2))
        .await
        .unwrap();
    first.close().await;
    let second = home.open().await;
    assert_eq!(
        second.log().load(&appended.events[0].stream, 0).await.unwrap(),
        appended.events
    );
    assert_eq!(*second.log().watch().borrow(), Position(2));
}

async fn the_stores_beside_the_log_are_apart(home: Home) {
    let database = home.open().await;
    for (store, row) in [(database.vault(), "secret"), (database.views(), "view")] {
        let insert = format!("CREATE TABLE t (a text); INSERT INTO t VALUES ('{row}')");
        let insert = sqlx::AssertSqlSafe(insert);
        let found: String = match store {
            Store::Sqlite(pool) => {
                sqlx::raw_sql(insert).execute(pool).await.unwrap();
                sqlx::query_scalar("SELECT a FROM t")
                    .fetch_one(pool)
                    .await
                    .unwrap()
            }
            Store::Postgres(pool) => {
                sqlx::raw_sql(insert).execute(pool).await.unwrap();
                sqlx::query_scalar("SELECT a FROM t")
                    .fetch_one(pool)
                    .await
                    .unwrap()
            }
        };
        assert_eq!(found, row);
    }
    if home.is_sqlite() {
        use std::os::unix::fs::PermissionsExt;
        let vault = home.folder.path().join("log.db.vault");
        assert_eq!(
            std::fs::metadata(vault).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert!(home.folder.path().join("log.db.views").is_file());
        let Store::Sqlite(pool) = database.vault() else {
            unreachable!()
        };
        let secure: i64 = sqlx::query_scalar("PRAGMA secure_delete")
            .fetch_one(pool)
            .await
            .unwrap();
        assert_eq!(secure, 1);
    } else {
        let mut raw = home.connect().await;
        assert_eq!(raw.number("SELECT count(*) FROM vault.t, views.t").await, 1);
    }
}

async fn reading_only_works_while_a_server_runs(home: Home) {
    let server = home.open().await;
    server
        .log()
        .append(append("wallet-1", Expected::NoStream, 2))
        .await
        .unwrap();
    let audit = Database::open_read_only(&home.url).await.unwrap();
    assert_eq!(audit.log().head().await.unwrap(), Position(2));
    server
        .log()
        .append(append("wallet-1", Expected::At(2), 1))
        .await
        .unwrap();
    let mut watch = audit.log().watch();
    watch.wait_for(|head| *head == Position(3)).await.unwrap();
    let refused = audit.log().append(append("wallet-1", Expected::Any, 1)).await;
    assert!(matches!(refused, Err(AppendError::Invalid(_))));
    let wrote = match audit.views() {
        Store::Sqlite(pool) => sqlx::raw_sql("CREATE TABLE t (a)").execute(pool).await.map(drop),
        Store::Postgres(pool) => sqlx::raw_sql("CREATE TABLE t (a int)")
            .execute(pool)
            .await
            .map(drop),
    };
    assert!(wrote.is_err());
    // And after the server is gone.
    server.close().await;
    audit.close().await;
    let later = Database::open_read_only(&home.url).await.unwrap();
    assert_eq!(later.log().head().await.unwrap(), Position(3));
}

async fn reading_only_needs_a_migrated_log(home: Home) {
    let nothing = Database::open_read_only(&home.url).await;
    if home.is_sqlite() {
        assert!(matches!(nothing, Err(OpenError::Connect(_))));
        assert!(!home.folder.path().join("log.db").exists());
        std::fs::write(home.folder.path().join("log.db"), "").unwrap();
        let empty = Database::open_read_only(&home.url).await;
        assert!(matches!(empty, Err(OpenError::Schema(_))));
        let other = Database::open(&format!("{}/no/such/folder/log.db", home.url)).await;
        assert!(matches!(other, Err(OpenError::Connect(_))));
    } else {
        assert!(matches!(nothing, Err(OpenError::Schema(_))));
        let count = "SELECT count(*) FROM pg_namespace WHERE nspname IN ('log', 'vault', 'views', 'outbox')";
        assert_eq!(home.connect().await.number(count).await, 0);
        let nobody = Database::open("postgres://nobody:secret@127.0.0.1:1/none").await;
        let Err(OpenError::Connect(reason)) = nobody else {
            panic!("no server listens there")
        };
        assert!(!reason.contains("secret"));
    }
}

async fn a_newer_programs_migrations_are_left_alone(home: Home) {
    home.open().await.close().await;
    let table = if home.is_sqlite() {
        "_sqlx_migrations"
    } else {
        "log._sqlx_migrations"
    };
    let blob = if home.is_sqlite() {
        "x'00'"
    } else {
        "'\\x00'::bytea"
    };
    let newer = format!(
        "INSERT INTO {table} (version, description, success, checksum, execution_time)
         VALUES (9999, 'from the future', true, {blob}, 0)"
    );
    home.connect().await.run(&newer).await.unwrap();
    home.open()
        .await
        .log()
        .append(append("app-1", Expected::NoStream, 1))
        .await
        .unwrap();
    let audit = Database::open_read_only(&home.url).await.unwrap();
    assert_eq!(audit.log().head().await.unwrap(), Position(1));
}
