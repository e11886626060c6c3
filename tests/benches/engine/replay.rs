//! Reading the log that was just written.

use std::time::Instant;

use event_log::{Database, Filter, Position, Recorded};

/// Events a page.
const PAGE: usize = 5_000;

/// Every event of the log.
pub(crate) async fn everything(database: &Database) -> Vec<Recorded> {
    let log = database.log();
    let mut events: Vec<Recorded> = Vec::new();
    loop {
        let after = events.last().map_or(Position::START, |event| event.position);
        let page = log.read(after, PAGE, &Filter::All).await.unwrap();
        if page.is_empty() {
            return events;
        }
        events.extend(page);
    }
}

/// Events a second, read in pages and thrown away; the better of two attempts.
pub(crate) async fn replay(database: &Database) -> f64 {
    let first = replay_once(database).await;
    first.max(replay_once(database).await)
}

async fn replay_once(database: &Database) -> f64 {
    let log = database.log();
    let started = Instant::now();
    let (mut after, mut count) = (Position::START, 0_usize);
    loop {
        let page = log.read(after, PAGE, &Filter::All).await.unwrap();
        let Some(last) = page.last() else { break };
        after = last.position;
        count += page.len();
    }
    count as f64 / started.elapsed().as_secs_f64()
}
