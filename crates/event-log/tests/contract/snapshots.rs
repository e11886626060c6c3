//! Snapshots are a cache: the newest of the current shape, or none.

use event_log::{AppendError, Snapshot};

use crate::home::{Home, on_both_stores};
use crate::make::stream;

on_both_stores!(
    the_newest_snapshot_of_a_stream_is_kept,
    another_shape_replaces_a_snapshot,
    snapshots_may_be_thrown_away,
);

fn snapshot(version: u64, schema: u16, state: &str) -> Snapshot {
    Snapshot {
        stream: stream("wallet-1"),
        version,
        schema,
        state: state.into(),
    }
}

async fn the_newest_snapshot_of_a_stream_is_kept(home: Home) {
    let log = home.open().await.log();
    assert_eq!(log.snapshot(&stream("wallet-1")).await.unwrap(), None);
    for (version, state) in [(100, "a"), (300, "c"), (200, "b")] {
        log.save_snapshot(snapshot(version, 1, state)).await.unwrap();
    }
    assert_eq!(
        log.snapshot(&stream("wallet-1")).await.unwrap(),
        Some(snapshot(300, 1, "c"))
    );
    assert_eq!(log.snapshot(&stream("wallet-2")).await.unwrap(), None);
}

async fn another_shape_replaces_a_snapshot(home: Home) {
    let log = home.open().await.log();
    log.save_snapshot(snapshot(300, 1, "old shape")).await.unwrap();
    log.save_snapshot(snapshot(200, 2, "new shape")).await.unwrap();
    let kept = log.snapshot(&stream("wallet-1")).await.unwrap();
    assert_eq!(kept, Some(snapshot(200, 2, "new shape")));
    let refused = log.save_snapshot(snapshot(400, 2, "a\0b")).await;
    assert!(matches!(refused, Err(AppendError::Invalid(_))));
}

async fn snapshots_may_be_thrown_away(home: Home) {
    let log = home.open().await.log();
    log.save_snapshot(snapshot(300, 1, "c")).await.unwrap();
    let table = if home.is_sqlite() {
        "snapshots"
    } else {
        "log.snapshots"
    };
    home.connect()
        .await
        .run(&format!("DELETE FROM {table}"))
        .await
        .unwrap();
    assert_eq!(log.snapshot(&stream("wallet-1")).await.unwrap(), None);
    log.save_snapshot(snapshot(100, 1, "a")).await.unwrap();
    assert_eq!(
        log.snapshot(&stream("wallet-1")).await.unwrap(),
        Some(snapshot(100, 1, "a"))
    );
}
