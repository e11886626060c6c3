//! How fast the log is, beside what its database can do at best: `cargo bench -p event-log`.
//!
//! Each command appends two events of 540 bytes to a stream of its own. The raw limit is the same
//! rows by the bulkest insert into the same table layout, in the same run, on the same files. Figures
//! of one run are comparable with each other, not with those of another machine.
//!
//! Arguments: `sqlite` or `postgres` for one store only; seconds a measurement (default 3).
#![allow(missing_docs, clippy::float_arithmetic, clippy::cast_precision_loss)]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark reports and may give up"
)]

mod log_raw;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use chrono::{DateTime, Utc};
use event_log::{
    Append, AppendError, Database, EventLog, Expected, Filter, Metadata, NewEvent, Position, StreamId,
    StreamWrite, testing,
};
use log_raw::Raw;
use serde_json::json;

/// Bytes of one event's payload.
const PAYLOAD: usize = 540;
/// Events a page when replaying.
const PAGE: usize = 5_000;

static NEXT: AtomicU64 = AtomicU64::new(0);

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    let seconds = words.iter().find_map(|word| word.parse().ok()).unwrap_or(3);
    let wanted = |store: &str| {
        let named = words.iter().any(|word| word == "sqlite" || word == "postgres");
        !named || words.iter().any(|word| word == store)
    };
    let time = Duration::from_secs(seconds);
    if wanted("sqlite") {
        let folder = tempfile::TempDir::new().unwrap();
        measure("SQLite, synchronous=FULL", &testing::sqlite_url(&folder), time).await;
    }
    if wanted("postgres") {
        measure("PostgreSQL", &testing::postgres_url().await, time).await;
    }
}

async fn measure(title: &str, url: &str, time: Duration) {
    println!("\n{title}");
    let database = Database::open(url).await.unwrap();
    let log = database.log();
    let mut raw = Raw::open(url).await;
    // A server that has run for a while reuses its log files; a new one has to make them first.
    appends(&log, 256, time).await;
    raw.settle().await;
    println!("  that was to warm up");
    for callers in [1, 16, 64, 256] {
        appends(&log, callers, time).await;
    }
    let head = log.head().await.unwrap().0;
    let rows = log.read(Position::START, 100_000, &Filter::All).await.unwrap();
    let rate = 100_000.0 / raw.insert(&rows).await.as_secs_f64();
    println!(
        "  raw limit: {:>9.0} such commands/s by the bulkest insert, one transaction",
        rate / 2.0
    );
    drop(rows);

    let replayed = replay(&log, &Filter::All).await;
    let scanned = raw.scan().await;
    println!(
        "  replay:    {replayed:>9.0} events/s of {head}; raw scan {scanned:.0}, ratio {:.2}",
        replayed / scanned
    );
    rare_category(&log).await;

    let ours = load_decide_append(&log, time).await;
    println!("  load-decide-append, 16 callers: {ours:>9.0} commands/s");
    if let Some(theirs) = raw.aggregate_store(16, time).await {
        println!(
            "    a transaction per command as postgres-es does it: {theirs:.0} commands/s, ratio {:.1}",
            ours / theirs
        );
    }
    database.close().await;
}

fn payload() -> String {
    let frame = json!({ "amount": 1250, "currency": "USD", "items": [{ "fare": "1-ride" }], "note": "" });
    let frame = event_log::canonical_json(&frame).unwrap();
    frame.replace(
        "\"note\":\"\"",
        &format!("\"note\":\"{}\"", "x".repeat(PAYLOAD - frame.len())),
    )
}

/// Ids grow with time, as those of the engine do.
fn fresh(category: &str) -> StreamId {
    StreamId::new(category, format!("{:016x}", NEXT.fetch_add(1, Ordering::Relaxed))).unwrap()
}

fn command(stream: StreamId, expected: Expected, data: &str) -> Append {
    let event = |kind: &str| NewEvent {
        kind: kind.into(),
        schema: 1,
        data: data.into(),
    };
    let events = vec![event("purchase.started"), event("purchase.charged")];
    let metadata = Metadata {
        actor: "user:0199f0d2".into(),
        app: Some("app-1".into()),
        causation: None,
        correlation: "0199f0d2-0000-7000".into(),
        request: Some("0199f0d2-0000-7000".into()),
    };
    Append {
        writes: vec![StreamWrite {
            stream,
            expected,
            events,
        }],
        records: vec![],
        metadata,
        at: now(),
    }
}

fn now() -> DateTime<Utc> {
    let since_1970 = SystemTime::UNIX_EPOCH.elapsed().unwrap();
    DateTime::from_timestamp_micros(since_1970.as_micros().try_into().unwrap()).unwrap()
}

/// Every caller appends, waits for the answer, appends again.
async fn appends(log: &Arc<dyn EventLog>, callers: usize, time: Duration) {
    let data: Arc<str> = payload().into();
    let started = Instant::now();
    let tasks: Vec<_> = (0..callers)
        .map(|_| {
            let (log, data) = (Arc::clone(log), Arc::clone(&data));
            tokio::spawn(async move {
                let mut waits = Vec::new();
                while started.elapsed() < time {
                    let begun = Instant::now();
                    log.append(command(fresh("purchase"), Expected::NoStream, &data))
                        .await
                        .unwrap();
                    waits.push(begun.elapsed());
                }
                waits
            })
        })
        .collect();
    let mut waits = Vec::new();
    for task in tasks {
        waits.extend(task.await.unwrap());
    }
    let rate = waits.len() as f64 / started.elapsed().as_secs_f64();
    waits.sort();
    let [median, p99] = [50, 99].map(|percent| waits[waits.len() * percent / 100]);
    println!("  append, {callers:>3} callers: {rate:>9.0} commands/s, median {median:.1?}, p99 {p99:.1?}");
}

/// Events a second, reading everything in pages.
async fn replay(log: &Arc<dyn EventLog>, filter: &Filter) -> f64 {
    let started = Instant::now();
    let (mut after, mut count) = (Position::START, 0_usize);
    loop {
        let page = log.read(after, PAGE, filter).await.unwrap();
        let Some(last) = page.last() else { break };
        after = last.position;
        count += page.len();
    }
    count as f64 / started.elapsed().as_secs_f64()
}

/// A few events of a category that is rare in a huge log.
async fn rare_category(log: &Arc<dyn EventLog>) {
    for _ in 0..10 {
        log.append(command(fresh("operator"), Expected::NoStream, &payload()))
            .await
            .unwrap();
    }
    let started = Instant::now();
    let filter = Filter::categories(["operator", "app", "catalog"]);
    let found = log.read(Position::START, PAGE, &filter).await.unwrap();
    println!(
        "  {} events of rare categories found in {:.1?}",
        found.len(),
        started.elapsed()
    );
}

/// 16 callers, each on a stream of its own that starts anew after twenty events.
async fn load_decide_append(log: &Arc<dyn EventLog>, time: Duration) -> f64 {
    let data: Arc<str> = payload().into();
    let started = Instant::now();
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let (log, data) = (Arc::clone(log), Arc::clone(&data));
            tokio::spawn(async move {
                let mut count = 0_usize;
                let mut stream = fresh("wallet");
                while started.elapsed() < time {
                    let version = log.load(&stream, 0).await.unwrap().len() as u64;
                    let append = command(stream.clone(), Expected::At(version), &data);
                    match log.append(append).await {
                        Ok(_) => count += 1,
                        Err(AppendError::Conflict { .. }) => {}
                        Err(other) => unreachable!("{other}"),
                    }
                    if version >= 18 {
                        stream = fresh("wallet");
                    }
                }
                count
            })
        })
        .collect();
    let mut count = 0;
    for task in tasks {
        count += task.await.unwrap();
    }
    count as f64 / started.elapsed().as_secs_f64()
}
