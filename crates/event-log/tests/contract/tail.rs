//! Following the log, also across servers.

use std::time::Duration;

use event_log::{Expected, Filter, Position, Tail};

use crate::home::{Home, on_both_stores};
use crate::make::append;

on_both_stores!(
    a_tail_hands_out_what_is_there_then_waits,
    an_append_elsewhere_wakes_a_tail,
    a_filtered_tail_moves_past_what_it_does_not_want,
    the_watch_shows_only_what_can_be_read,
    a_tail_outlives_the_writers_end,
);

/// Long enough for any wake-up; a test that needs it all fails.
const LONG: Duration = Duration::from_secs(30);

async fn a_tail_hands_out_what_is_there_then_waits(home: Home) {
    let log = home.open().await.log();
    log.append(append("wallet-1", Expected::NoStream, 3))
        .await
        .unwrap();
    let mut tail = Tail::new(log.clone(), Position(1), Filter::All);
    assert_eq!(tail.next_batch(1).await.unwrap()[0].position, Position(2));
    assert_eq!(tail.next_batch(10).await.unwrap()[0].position, Position(3));
    assert_eq!(tail.try_batch(10).await.unwrap(), vec![]);

    let waiting = tokio::spawn(async move { tail.next_batch(10).await });
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(!waiting.is_finished());
    log.append(append("wallet-1", Expected::At(3), 1)).await.unwrap();
    let woken = tokio::time::timeout(LONG, waiting)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    assert_eq!(woken[0].position, Position(4));
}

async fn an_append_elsewhere_wakes_a_tail(home: Home) {
    let (here, elsewhere) = (home.open().await, home.open().await);
    let mut tail = Tail::new(here.log(), Position::START, Filter::All);
    for n in 0..20 {
        let append = append("wallet-1", Expected::At(n), 1);
        let (batch, appended) = tokio::join!(tokio::time::timeout(LONG, tail.next_batch(10)), async {
            elsewhere.log().append(append).await.unwrap()
        },);
        assert_eq!(batch.unwrap().unwrap(), appended.events);
    }
    // The wake-up itself, apart from the tail's own polling.
    let mut watch = here.log().watch();
    let last = elsewhere
        .log()
        .append(append("wallet-1", Expected::At(20), 1))
        .await
        .unwrap()
        .last;
    tokio::time::timeout(LONG, watch.wait_for(|head| *head >= last))
        .await
        .unwrap()
        .unwrap();
}

async fn a_filtered_tail_moves_past_what_it_does_not_want(home: Home) {
    let log = home.open().await.log();
    log.append(append("app-1", Expected::NoStream, 1)).await.unwrap();
    log.append(append("wallet-1", Expected::NoStream, 50))
        .await
        .unwrap();
    let mut tail = Tail::new(log.clone(), Position::START, Filter::categories(["app"]));
    assert_eq!(tail.next_batch(1).await.unwrap().len(), 1);
    assert_eq!(tail.position(), Position(1));
    assert_eq!(tail.try_batch(10).await.unwrap(), vec![]);
    assert_eq!(tail.position(), Position(51));
    let appended = log.append(append("app-1", Expected::At(1), 2)).await.unwrap();
    assert_eq!(tail.next_batch(10).await.unwrap(), appended.events);
    assert_eq!(tail.position(), Position(53));
}

async fn the_watch_shows_only_what_can_be_read(home: Home) {
    let (here, elsewhere) = (home.open().await, home.open().await);
    let (log, mut watch) = (here.log(), here.log().watch());
    let writer = tokio::spawn(async move {
        for n in 0..100 {
            elsewhere
                .log()
                .append(append(&format!("w-{n}"), Expected::NoStream, 1))
                .await
                .unwrap();
        }
    });
    let mut last = Position::START;
    while last < Position(100) {
        tokio::time::timeout(LONG, watch.changed())
            .await
            .unwrap()
            .unwrap();
        let shown = *watch.borrow_and_update();
        assert!(shown > last);
        let readable = log.read(last, 1_000, &Filter::All).await.unwrap();
        assert!(readable.last().unwrap().position >= shown);
        last = shown;
    }
    writer.await.unwrap();
}

async fn a_tail_outlives_the_writers_end(home: Home) {
    let (here, elsewhere) = (home.open().await, home.open().await);
    let mut tail = Tail::new(here.log(), Position::START, Filter::All);
    elsewhere
        .log()
        .append(append("wallet-1", Expected::NoStream, 1))
        .await
        .unwrap();
    elsewhere.close().await;
    assert_eq!(
        tokio::time::timeout(LONG, tail.next_batch(1))
            .await
            .unwrap()
            .unwrap()
            .len(),
        1
    );
}
