//! Everything that is measured on one store.

use std::time::Duration;

use event_log::Database;
use reqwest::Client;

use crate::load::{self, Idle, RIDERS};
use crate::measures::Measures;
use crate::process::Process;
use crate::program::Program;
use crate::raw::Raw;
use crate::report::{self, Level};
use crate::{replay, sample};

/// How many riders buy at once.
const AT_ONCE: [usize; 4] = [1, 16, 64, 256];

/// A store, by the addresses of an engine's two databases.
pub(crate) struct Place {
    pub(crate) title: &'static str,
    pub(crate) test: String,
    pub(crate) live: String,
}

/// Measures, prints, and says whether every purchase succeeded and the log is sound.
pub(crate) async fn measure(program: &Program, place: &Place, time: Duration) -> bool {
    println!("\n{}", place.title);
    let folder = tempfile::TempDir::new().unwrap();
    let simulator = Process::simulator(program, folder.path()).await;
    let engine = Process::engine(program, folder.path(), place, &simulator.url).await;
    let (empty_start, (idle_memory, _)) = (engine.started_in, sample::memory(engine.id()));
    let database = Database::open_read_only(&place.test).await.unwrap();

    let client = Client::builder().no_proxy().build().unwrap();
    let idle = load::gather(&client, &engine.url).await;
    let mut levels = Vec::new();
    for at_once in AT_ONCE {
        levels.push(level(&client, [&engine, &simulator], &database, &idle, at_once, time).await);
    }
    report::print_purchases(&levels);
    let (memory, peak) = sample::memory(engine.id());
    engine.stop().await;
    let again = Process::engine(program, folder.path(), place, &simulator.url).await;
    let full_start = again.started_in;
    again.stop().await;
    simulator.stop().await;

    let refused = print_refusals(&levels);
    let (sound, said) = program.verify(&place.test);
    let events = replay::everything(&database).await;
    let mut scanned = Raw::open(&place.test).await;
    // SQLite's raw table has a file of its own; PostgreSQL's stands beside the log in the same database.
    let mut inserted = match &scanned {
        Raw::Sqlite(_) => Raw::open(&format!("sqlite:{}", new_file(&folder))).await,
        Raw::Postgres(_) => Raw::open(&place.test).await,
    };
    report::print_store(&levels, inserted.insert(&events).await);
    let (replayed, raw) = (replay::replay(&database).await, scanned.scan().await);
    println!(
        "  replay   {replayed:.0} events/s of {}; raw scan {raw:.0}, ratio {:.2}",
        events.len(),
        replayed / raw
    );
    println!(
        "  memory   {idle_memory:.0} MB after start, {memory:.0} MB after the run, {peak:.0} MB at most"
    );
    println!("  start-up {empty_start:.0?} on an empty database, {full_start:.0?} on this one");
    println!("  audit verify: {}", if sound { "sound" } else { "NOT SOUND" });
    if !sound {
        println!("{said}");
    }
    database.close().await;
    sound && !refused
}

fn new_file(folder: &tempfile::TempDir) -> String {
    let path = folder.path().join("raw.db");
    std::fs::File::create(&path).unwrap();
    path.display().to_string()
}

async fn level(
    client: &Client,
    [engine, simulator]: [&Process; 2],
    database: &Database,
    idle: &Idle,
    riders: usize,
    time: Duration,
) -> Level {
    assert!(riders < RIDERS, "somebody has to wait for a turn");
    let processes = [engine.id(), simulator.id(), std::process::id()];
    let log = database.log();
    let earlier = Measures::read(client, &engine.url).await;
    let head = log.head().await.unwrap().0;
    let used = processes.map(sample::processor_time);
    let load = load::buy(client, &engine.url, idle, riders, time).await;
    let mut processor = processes.map(sample::processor_time);
    for (after, before) in processor.iter_mut().zip(used) {
        *after = after.saturating_sub(before);
    }
    let events = log.head().await.unwrap().0 - head;
    let shares = Measures::read(client, &engine.url)
        .await
        .a_purchase_since(&earlier);
    Level {
        riders,
        load,
        shares,
        events,
        processor,
    }
}

/// Every purchase can succeed, so one that does not is a finding.
fn print_refusals(levels: &[Level]) -> bool {
    let refusals: Vec<&String> = levels.iter().flat_map(|level| &level.load.refusals).collect();
    if let Some(first) = refusals.first() {
        println!("  {} PURCHASES FAILED; the first: {first}", refusals.len());
    }
    !refusals.is_empty()
}
