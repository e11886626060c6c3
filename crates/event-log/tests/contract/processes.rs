//! Several processes on one log: writers race, readers miss nothing, a killed one leaves no trace.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use event_log::{AppendError, Database, EventLog, Expected, Filter, Position, Tail};
use futures::future::join_all;

use crate::home::{Home, on_both_stores};
use crate::make::{append, command, event, stream, write};

on_both_stores!(
    a_reader_misses_nothing_while_two_processes_race,
    a_killed_writer_loses_nothing_it_acknowledged_and_leaves_no_gap,
);

const URL: &str = "EVENT_LOG_TEST_CHILD_URL";
const ROLE: &str = "EVENT_LOG_TEST_CHILD_ROLE";
const CALLERS: u64 = 8;
const TURNS: u64 = 40;

/// This test program again, as a writer in a process of its own.
fn spawn(home: &Home, role: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "processes::child", "--ignored", "--nocapture"])
        .env(URL, &home.url)
        .env(ROLE, role)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What the other process does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "runs only as a child process of the tests below"]
async fn child() {
    let (Ok(url), Ok(role)) = (std::env::var(URL), std::env::var(ROLE)) else {
        return;
    };
    let database = Database::open(&url).await.unwrap();
    if role == "endless" {
        acknowledge_for_ever(database.log()).await;
    } else {
        race(database.log(), &role).await;
        database.close().await;
    }
}

/// Callers that each append to a stream of their own and contend for a shared one.
async fn race(log: Arc<dyn EventLog>, role: &str) {
    let callers = (0..CALLERS).map(|caller| {
        let (log, own) = (Arc::clone(&log), format!("own-{role}-{caller}"));
        tokio::spawn(async move {
            let mut shared = 0;
            for turn in 0..TURNS {
                loop {
                    let news = log.load(&stream("shared-1"), shared).await.unwrap();
                    shared += news.len() as u64;
                    let both = command(
                        vec![
                            write(&own, Expected::At(turn), vec![event(&own)]),
                            write("shared-1", Expected::At(shared), vec![event(&own)]),
                        ],
                        vec![],
                    );
                    match log.append(both).await {
                        Ok(_) => break,
                        Err(AppendError::Conflict { .. }) => {}
                        Err(other) => panic!("{other}"),
                    }
                }
                log.append(append(&format!("{own}x{turn}"), Expected::NoStream, 1))
                    .await
                    .unwrap();
            }
        })
    });
    for caller in join_all(callers).await {
        caller.unwrap();
    }
}

async fn a_reader_misses_nothing_while_two_processes_race(home: Home) {
    let log = home.open().await.log();
    let mut children = [spawn(&home, "one"), spawn(&home, "two")];
    let total = 2 * CALLERS * TURNS * 3;
    let mut tail = Tail::new(Arc::clone(&log), Position::START, Filter::All);
    let mut last = 0;
    while last < total {
        let batch = tokio::time::timeout(Duration::from_mins(2), tail.next_batch(1_000));
        for event in batch.await.expect("the writers have stopped").unwrap() {
            assert_eq!(event.position.0, last + 1, "a reader skipped an event");
            last = event.position.0;
        }
    }
    for child in &mut children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(log.head().await.unwrap(), Position(total));
    // Every step on the shared stream saw the one before it.
    let shared = log.load(&stream("shared-1"), 0).await.unwrap();
    assert!(
        shared
            .iter()
            .map(|event| event.version)
            .eq(1..=2 * CALLERS * TURNS)
    );
}

async fn acknowledge_for_ever(log: Arc<dyn EventLog>) {
    let callers = (0..CALLERS).map(|caller| {
        let log = Arc::clone(&log);
        tokio::spawn(async move {
            loop {
                let name = format!("kill-{caller}");
                let appended = log.append(append(&name, Expected::Any, 3)).await.unwrap();
                let first = &appended.events[0];
                // One write call a line, so that a kill cannot mix two lines.
                let line = format!("\nack {} {name} {}\n", first.position, first.version);
                std::io::stdout().write_all(line.as_bytes()).unwrap();
            }
        })
    });
    join_all(callers).await;
}

async fn a_killed_writer_loses_nothing_it_acknowledged_and_leaves_no_gap(home: Home) {
    let log = home.open().await.log();
    let mut mine = 0;
    for round in 1..=3_usize {
        let mut child = spawn(&home, "endless");
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut acknowledged = Vec::new();
        for line in lines.map_while(Result::ok) {
            let Some(words) = line.strip_prefix("ack ") else {
                continue;
            };
            let words: Vec<_> = words.split(' ').map(str::to_owned).collect();
            if let [position, name, version] = words.as_slice()
                && let (Ok(position), Ok(version)) = (position.parse(), version.parse())
            {
                acknowledged.push((position, name.clone(), version));
            }
            if acknowledged.len() == 100 * round {
                // SIGKILL, in the middle of whatever it is doing; lines in the pipe still count.
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
        assert!(acknowledged.len() >= 100 * round);

        // Nobody's lock is left behind.
        log.append(append("mine-1", Expected::At(mine), 1)).await.unwrap();
        mine += 1;
        let all = log.read(Position::START, 1_000_000, &Filter::All).await.unwrap();
        assert!(all.iter().map(|event| event.position.0).eq(1..=all.len() as u64));
        for (position, name, version) in acknowledged {
            let event: &event_log::Recorded = &all[usize::try_from(position).unwrap() - 1];
            assert_eq!((event.position, event.version), (Position(position), version));
            assert_eq!(event.stream.as_str(), name);
        }
        // Each command was stored whole: three events a time.
        for caller in 0..CALLERS {
            let stored = log.load(&stream(&format!("kill-{caller}")), 0).await.unwrap();
            assert_eq!(stored.len() % 3, 0);
        }
    }
}
