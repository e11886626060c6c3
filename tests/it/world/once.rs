//! Keys of their own, and waiting for something that is sure to come.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// An idempotency key that nobody else has.
pub(crate) fn fresh_key() -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("key-{}-{number}", std::process::id())
}

/// Waits until something is so. What never becomes so fails the test instead of hanging it.
#[track_caller]
pub(crate) fn eventually(what: &str, is_so: impl AsyncFn() -> bool) -> impl Future<Output = ()> {
    let what = what.to_owned();
    async move {
        let waited = tokio::time::timeout(Duration::from_mins(2), async {
            while !is_so().await {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
        assert!(waited.await.is_ok(), "never came: {what}");
    }
}
