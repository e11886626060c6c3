//! L3: the database itself refuses to change or remove what happened.

use event_log::{Database, Expected, Filter, Position};
use sqlx::ConnectOptions;

use crate::home::{Home, on_both_stores};
use crate::make::{answer, append, claim, command};

on_both_stores!(
    events_cannot_be_changed_or_removed,
    final_answers_cannot_be_changed_or_removed
);

/// Every statement fails for what it does, and nothing is different afterwards.
async fn all_refused(home: &Home, statements: &[&str]) {
    for sql in statements {
        let error = home.connect().await.run(sql).await.expect_err(sql).to_string();
        let by_rule = ["never", "refused", "takes the next", "already claimed"];
        assert!(by_rule.iter().any(|word| error.contains(word)), "{sql}: {error}");
    }
}

async fn events_cannot_be_changed_or_removed(home: Home) {
    let log = home.open().await.log();
    log.append(append("wallet-1", Expected::NoStream, 3))
        .await
        .unwrap();
    let before = log.read(Position::START, 10, &Filter::All).await.unwrap();
    if home.is_sqlite() {
        let columns = "(position, stream, version, kind, schema, at, metadata, data)";
        all_refused(
            &home,
            &[
                "UPDATE events SET data = '{}' WHERE position = 2",
                "DELETE FROM events WHERE position = 3",
                "DELETE FROM events",
                &format!("REPLACE INTO events {columns} VALUES (3, 'w-2', 1, 'k', 1, 0, '{{}}', '{{}}')"),
                &format!("INSERT OR REPLACE INTO events {columns} VALUES (4, 'wallet-1', 3, 'k', 1, 0, '{{}}', '{{}}')"),
                // Neither a gap in the log nor one in a stream.
                &format!("INSERT INTO events {columns} VALUES (5, 'w-2', 1, 'k', 1, 0, '{{}}', '{{}}')"),
                &format!("INSERT INTO events {columns} VALUES (4, 'w-2', 2, 'k', 1, 0, '{{}}', '{{}}')"),
            ],
        )
        .await;
    } else {
        all_refused(
            &home,
            &[
                "UPDATE log.events SET data = '{}' WHERE position = 2",
                "DELETE FROM log.events WHERE position = 3",
                "TRUNCATE log.events",
                "SET session_replication_role = replica; DELETE FROM log.events",
                "INSERT INTO log.events (position, stream, version, kind, schema, at, metadata, data)
                 VALUES (3, 'w-2', 1, 'k', 1, now(), '{}', '{}')
                 ON CONFLICT (position) DO UPDATE SET data = excluded.data",
            ],
        )
        .await;
    }
    assert_eq!(log.read(Position::START, 10, &Filter::All).await.unwrap(), before);
}

async fn final_answers_cannot_be_changed_or_removed(home: Home) {
    let log = home.open().await.log();
    log.append(command(vec![], vec![claim("k", "a", Some(answer("done")))]))
        .await
        .unwrap();
    if home.is_sqlite() {
        all_refused(
            &home,
            &[
                "UPDATE idempotency SET answer_body = 'other'",
                "DELETE FROM idempotency",
                "REPLACE INTO idempotency (scope, key, fingerprint, reference, claimed_at)
                 VALUES ('app-1', 'k', 'f', 'r', 0)",
            ],
        )
        .await;
    } else {
        all_refused(
            &home,
            &[
                "UPDATE log.idempotency SET answer_body = 'other'",
                "DELETE FROM log.idempotency",
                "TRUNCATE log.idempotency",
            ],
        )
        .await;
    }
    let record = log.record("app-1", "k").await.unwrap().unwrap();
    assert_eq!(record.answer, Some(answer("done")));
}

/// The rights in `migrations/postgres/grants.sql` are enough to serve, and no more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lesser_role_can_serve_but_not_change_history() {
    let home = Home::postgres().await;
    home.open().await.close().await;
    let role = format!("switchyard_role_{}", std::process::id());
    let grants = include_str!("../../../../migrations/postgres/grants.sql").replace(":\"role\"", &role);
    let mut owner = home.connect().await;
    owner
        .run(&format!("CREATE ROLE {role} LOGIN PASSWORD 'p'"))
        .await
        .unwrap();
    owner.run(&grants).await.unwrap();

    let options: sqlx::postgres::PgConnectOptions = home.url.parse().unwrap();
    let url = options.username(&role).password("p").to_url_lossy().to_string();
    let lesser = Database::open(&url).await.unwrap();
    let buy = command(
        append("wallet-1", Expected::NoStream, 1).writes,
        vec![claim("k", "a", Some(answer("done")))],
    );
    lesser.log().append(buy).await.unwrap();
    assert_eq!(lesser.log().head().await.unwrap(), Position(1));

    let as_role = |sql: &str| format!("SET ROLE {role}; {sql}");
    for sql in [
        "UPDATE log.events SET kind = 'x'",
        "DELETE FROM log.events",
        "TRUNCATE log.events",
        "ALTER TABLE log.events DISABLE TRIGGER ALL",
        "DROP TABLE log.events",
        "CREATE TABLE log.other (a int)",
    ] {
        let error = home.connect().await.run(&as_role(sql)).await.unwrap_err();
        let code = error.as_database_error().unwrap().code().unwrap().into_owned();
        assert_eq!(code, "42501", "{sql}: insufficient privilege");
    }
    lesser.close().await;
    owner
        .run(&format!("DROP OWNED BY {role}; DROP ROLE {role}"))
        .await
        .unwrap();
}
