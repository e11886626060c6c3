//! What callers are told when the database is slow, gone, or being closed.

use std::time::Duration;

use event_log::{AppendError, Expected, Filter, Position};
use futures::future::join_all;

use crate::home::{Home, Raw, on_both_stores};
use crate::make::{append, stream};

on_both_stores!(
    callers_beyond_the_queue_are_turned_away,
    closing_finishes_what_is_queued,
    dropping_the_log_finishes_what_is_queued,
);

async fn callers_beyond_the_queue_are_turned_away(home: Home) {
    let log = home.open().await.log();
    let blocked = home.block_writers().await;
    let callers = join_all((0..12_000).map(|n| log.append(append(&format!("w-{n}"), Expected::NoStream, 1))));
    let (outcomes, ()) = tokio::join!(callers, async {
        // Given way once, every caller above has been polled, queued or turned away.
        tokio::time::sleep(Duration::from_millis(100)).await;
        blocked.unblock().await;
    });
    let stored = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let turned_away = outcomes
        .iter()
        .filter(|outcome| **outcome == Err(AppendError::Overloaded))
        .count();
    assert!(turned_away > 0);
    assert_eq!(stored + turned_away, outcomes.len());
    assert_eq!(log.head().await.unwrap(), Position(stored as u64));
    // Afterwards all is well again.
    log.append(append("w-after", Expected::NoStream, 1))
        .await
        .unwrap();
}

async fn closing_finishes_what_is_queued(home: Home) {
    let database = home.open().await;
    let log = database.log();
    let blocked = home.block_writers().await;
    let callers = join_all((0..50).map(|n| log.append(append(&format!("w-{n}"), Expected::Any, 1))));
    let (outcomes, (), ()) = tokio::join!(callers, async { database.close().await }, async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        blocked.unblock().await;
    });
    assert!(outcomes.iter().all(Result::is_ok));
    let late = log.append(append("w-late", Expected::Any, 1)).await;
    assert_eq!(late, Err(AppendError::Stopped));
    database.close().await;
    let again = home.open().await;
    assert_eq!(again.log().head().await.unwrap(), Position(50));
}

async fn dropping_the_log_finishes_what_is_queued(home: Home) {
    let database = home.open().await;
    let log = database.log();
    let append = tokio::spawn({
        let log = log.clone();
        async move { log.append(append("w-1", Expected::NoStream, 1)).await }
    });
    drop((database, log));
    append.await.unwrap().unwrap();
    let again = home.open().await;
    assert_eq!(again.log().head().await.unwrap(), Position(1));
}

/// The server's processes that hold this database's connections, but for the asking one.
const OTHERS: &str = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_lost_under_a_batch_leaves_its_outcome_unknown_and_the_writer_working() {
    let home = Home::postgres().await;
    let log = home.open().await.log();
    log.append(append("w-0", Expected::NoStream, 1)).await.unwrap();
    let blocked = home.block_writers().await;
    let callers = join_all((1..4).map(|n| log.append(append(&format!("w-{n}"), Expected::NoStream, 1))));
    let (outcomes, ()) = tokio::join!(callers, async {
        let mut raw = home.connect().await;
        wait_for_a_waiting_writer(&mut raw).await;
        assert_eq!(
            raw.number(&format!("{OTHERS} AND wait_event = 'advisory'")).await,
            1
        );
        blocked.unblock().await;
    });
    // The batch that was under way; the callers behind it got a new connection.
    assert!(
        matches!(outcomes[0], Err(AppendError::Unknown(_))),
        "{outcomes:?}"
    );
    let stored = outcomes.iter().filter(|outcome| outcome.is_ok()).count() as u64;
    let unknown = outcomes
        .iter()
        .filter(|o| matches!(o, Err(AppendError::Unknown(_))))
        .count();
    assert_eq!(stored + unknown as u64, 3, "{outcomes:?}");
    // Nothing of the lost batch was stored, and it left no gap.
    let next = log.append(append("w-9", Expected::NoStream, 1)).await.unwrap();
    assert_eq!(next.last, Position(stored + 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idle_connection_that_died_costs_no_command() {
    let home = Home::postgres().await;
    let log = home.open().await.log();
    log.append(append("w-1", Expected::NoStream, 1)).await.unwrap();
    // Longer than a connection counts as fresh.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    assert!(home.connect().await.number(OTHERS).await > 0);
    assert_eq!(
        log.append(append("w-1", Expected::At(1), 1)).await.unwrap().last,
        Position(2)
    );
    assert_eq!(log.load(&stream("w-1"), 0).await.unwrap().len(), 2);

    // The listener comes back, too.
    let elsewhere = home.open().await.log();
    let mut watch = log.watch();
    elsewhere.append(append("w-1", Expected::At(2), 1)).await.unwrap();
    watch.wait_for(|head| *head == Position(3)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_the_server_rolls_back_is_safe_to_retry() {
    let home = Home::postgres().await;
    let log = home.open().await.log();
    log.append(append("w-0", Expected::NoStream, 1)).await.unwrap();
    let blocked = home.block_writers().await;
    let attempt = log.append(append("w-1", Expected::NoStream, 1));
    let (outcome, ()) = tokio::join!(attempt, async {
        let mut raw = home.connect().await;
        wait_for_a_waiting_writer(&mut raw).await;
        let sql = OTHERS.replace("terminate", "cancel");
        assert_eq!(raw.number(&format!("{sql} AND wait_event = 'advisory'")).await, 1);
    });
    assert!(matches!(outcome, Err(AppendError::Unavailable(_))), "{outcome:?}");
    blocked.unblock().await;
    assert_eq!(
        log.append(append("w-1", Expected::NoStream, 1))
            .await
            .unwrap()
            .last,
        Position(2)
    );
}

async fn wait_for_a_waiting_writer(raw: &mut Raw) {
    let waiting = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event = 'advisory'";
    while raw.number(waiting).await == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_or_other_refusal_stores_nothing_of_the_batch() {
    let home = Home::sqlite().await;
    let log = home.open().await.log();
    log.append(append("w-1", Expected::NoStream, 1)).await.unwrap();
    // Stands in for any statement that fails half-way through a batch.
    let mut raw = home.connect().await;
    raw.run(
        "CREATE TRIGGER fault BEFORE INSERT ON events WHEN NEW.stream = 'w-3'
         BEGIN SELECT RAISE(ABORT, 'injected'); END",
    )
    .await
    .unwrap();
    let outcomes =
        join_all((2..5).map(|n| log.append(append(&format!("w-{n}"), Expected::NoStream, 1)))).await;
    assert!(
        outcomes
            .iter()
            .any(|o| matches!(o, Err(AppendError::Unavailable(_)))),
        "{outcomes:?}"
    );
    raw.run("DROP TRIGGER fault").await.unwrap();
    for (n, outcome) in (2..5).zip(outcomes) {
        let stored = log.load(&stream(&format!("w-{n}")), 0).await.unwrap().len();
        assert_eq!(stored, usize::from(outcome.is_ok()));
    }
    log.append(append("w-3", Expected::NoStream, 1)).await.unwrap();
    let all = log.read(Position::START, 10, &Filter::All).await.unwrap();
    assert_eq!(all.last().unwrap().position.0, all.len() as u64);
}
