//! Reading the whole log, one stream, or some categories.

use event_log::{Expected, Filter, Position, ReadError};

use crate::home::{Home, on_both_stores};
use crate::make::{append, stream};

on_both_stores!(
    pages_follow_each_other_without_overlap,
    a_category_is_what_precedes_the_first_dash,
    categories_are_merged_in_order_of_position,
    a_stream_is_read_from_any_version_on,
    an_empty_log_reads_as_empty,
    any_number_of_events_can_be_asked_for,
);

async fn pages_follow_each_other_without_overlap(home: Home) {
    let log = home.open().await.log();
    for n in 0..25 {
        log.append(append(&format!("wallet-{n}"), Expected::NoStream, 1))
            .await
            .unwrap();
    }
    let mut seen = Vec::new();
    loop {
        let after = Position(seen.last().copied().unwrap_or_default());
        let page = log.read(after, 7, &Filter::All).await.unwrap();
        if page.is_empty() {
            break;
        }
        assert!(page.len() <= 7);
        seen.extend(page.iter().map(|event| event.position.0));
    }
    assert_eq!(seen, (1..=25).collect::<Vec<_>>());
}

async fn a_category_is_what_precedes_the_first_dash(home: Home) {
    let log = home.open().await.log();
    for name in ["app-1", "apple-1", "app-1-2", "user-app-1"] {
        log.append(append(name, Expected::NoStream, 1)).await.unwrap();
    }
    let found = log
        .read(Position::START, 10, &Filter::categories(["app"]))
        .await
        .unwrap();
    let names: Vec<_> = found.iter().map(|event| event.stream.as_str()).collect();
    assert_eq!(names, ["app-1", "app-1-2"]);
}

async fn categories_are_merged_in_order_of_position(home: Home) {
    let log = home.open().await.log();
    for n in 0..60 {
        let category = ["wallet", "app", "purchase", "operator"][n % 4];
        log.append(append(&format!("{category}-{n}"), Expected::NoStream, 1))
            .await
            .unwrap();
    }
    // A category named twice counts once, an unknown one not at all.
    let filter = Filter::categories(["operator", "app", "operator", "nothing"]);
    let mut seen = Vec::new();
    let mut after = Position(4);
    loop {
        let page = log.read(after, 4, &filter).await.unwrap();
        let Some(last) = page.last() else { break };
        after = last.position;
        seen.extend(page.iter().map(|event| event.position.0));
    }
    assert_eq!(
        seen,
        (5..=60).filter(|n| n % 4 == 2 || n % 4 == 0).collect::<Vec<_>>()
    );
    let none = log
        .read(Position::START, 4, &Filter::Categories(vec![]))
        .await
        .unwrap();
    assert_eq!(none, vec![]);
}

async fn a_stream_is_read_from_any_version_on(home: Home) {
    let log = home.open().await.log();
    log.append(append("wallet-1", Expected::NoStream, 5))
        .await
        .unwrap();
    log.append(append("wallet-10", Expected::NoStream, 5))
        .await
        .unwrap();
    for after in 0..7 {
        let loaded = log.load(&stream("wallet-1"), after).await.unwrap();
        let versions: Vec<_> = loaded.iter().map(|event| event.version).collect();
        assert_eq!(versions, (after + 1..=5).collect::<Vec<_>>());
    }
    assert_eq!(log.load(&stream("wallet-1"), u64::MAX).await.unwrap(), vec![]);
}

async fn an_empty_log_reads_as_empty(home: Home) {
    let log = home.open().await.log();
    assert_eq!(log.head().await.unwrap(), Position::START);
    assert_eq!(log.read(Position::START, 10, &Filter::All).await.unwrap(), vec![]);
    assert_eq!(
        log.read(Position(u64::MAX), 10, &Filter::All).await.unwrap(),
        vec![]
    );
    assert_eq!(log.load(&stream("wallet-1"), 0).await.unwrap(), vec![]);
}

async fn any_number_of_events_can_be_asked_for(home: Home) {
    let log = home.open().await.log();
    for n in 0..4 {
        log.append(append(&format!("wallet-{n}"), Expected::NoStream, 400))
            .await
            .unwrap();
        log.append(append(&format!("app-{n}"), Expected::NoStream, 300))
            .await
            .unwrap();
    }
    for (filter, total) in [(Filter::All, 2_800), (Filter::categories(["app"]), 1_200)] {
        for limit in [0, 1, 499, 500, 501, 1_000, 1_200, 2_801, usize::MAX] {
            let read = log.read(Position::START, limit, &filter).await.unwrap();
            assert_eq!(read.len(), limit.min(total), "{filter:?} {limit}");
            assert!(read.windows(2).all(|pair| pair[0].position < pair[1].position));
        }
    }
}

/// Whoever writes past this program cannot make one event look like two.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_with_separators_inside_is_corrupt() {
    let home = Home::sqlite().await;
    let log = home.open().await.log();
    log.append(append("wallet-1", Expected::NoStream, 1))
        .await
        .unwrap();
    let forged = "{}\u{1e}3\u{1f}wallet-1\u{1f}3\u{1f}kind\u{1f}1\u{1f}0\u{1f}{}\u{1f}{}";
    let insert = format!(
        "INSERT INTO events (position, stream, version, kind, schema, at, metadata, data)
         VALUES (2, 'wallet-1', 2, 'kind', 1, 0, '{{}}', '{forged}')"
    );
    home.connect().await.run(&insert).await.unwrap();
    let read = log.read(Position::START, 10, &Filter::All).await;
    assert!(matches!(read, Err(ReadError::Corrupt(_))));
    assert!(log.load(&stream("wallet-1"), 0).await.is_err());
    assert_eq!(log.load(&stream("wallet-1"), 2).await.unwrap(), vec![]);
}
