//! Random commands against a model of the contract that is too simple to be wrong.

use std::collections::BTreeMap;

use event_log::{Answer, Append, AppendError, Expected, Filter, Position, RecordWrite, StreamWrite};
use futures::future::join_all;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::home::Home;
use crate::make::{answer, command, events};

/// What a command did: its last position, or why it was refused.
#[derive(Debug, PartialEq)]
enum Outcome {
    Stored(u64),
    Conflict {
        stream: String,
        actual: u64,
    },
    Claimed {
        reference: String,
        answer: Option<Answer>,
    },
    NothingToSettle,
}

#[derive(Default)]
struct Model {
    head: u64,
    versions: BTreeMap<String, u64>,
    keys: BTreeMap<String, (String, Option<Answer>)>,
}

impl Model {
    fn append(&mut self, append: &Append) -> Outcome {
        for record in &append.records {
            let known = self.keys.get(record.name().1);
            match (record, known) {
                (RecordWrite::Claim { .. }, Some((reference, answer))) => {
                    return Outcome::Claimed {
                        reference: reference.clone(),
                        answer: answer.clone(),
                    };
                }
                (RecordWrite::Settle { .. }, None) => return Outcome::NothingToSettle,
                _ => {}
            }
        }
        for write in &append.writes {
            let actual = self.version(write);
            if !write.expected.admits(actual) {
                return Outcome::Conflict {
                    stream: write.stream.to_string(),
                    actual,
                };
            }
        }
        for write in &append.writes {
            let version = self.version(write) + write.events.len() as u64;
            self.versions.insert(write.stream.to_string(), version);
            self.head += write.events.len() as u64;
        }
        for record in &append.records {
            self.record(record);
        }
        Outcome::Stored(self.head)
    }

    fn version(&self, write: &StreamWrite) -> u64 {
        self.versions.get(write.stream.as_str()).copied().unwrap_or(0)
    }

    fn record(&mut self, record: &RecordWrite) {
        let key = record.name().1.to_owned();
        match record {
            RecordWrite::Claim {
                reference, answer, ..
            } => {
                self.keys.insert(key, (reference.clone(), answer.clone()));
            }
            RecordWrite::Settle { answer, .. } => {
                let (_, first) = self.keys.get_mut(&key).unwrap();
                first.get_or_insert_with(|| answer.clone());
            }
            RecordWrite::Release { .. } => {
                if matches!(self.keys.get(&key), Some((_, None))) {
                    self.keys.remove(&key);
                }
            }
        }
    }
}

fn any_write() -> impl Strategy<Value = (usize, Expected, usize)> {
    let expected = prop_oneof![
        Just(Expected::Any),
        Just(Expected::NoStream),
        (0_u64..6).prop_map(Expected::At),
    ];
    (0_usize..4, expected, 0_usize..3)
}

#[derive(Debug, Clone)]
enum Change {
    Claim(bool),
    Settle,
    Release,
}

fn any_record() -> impl Strategy<Value = (usize, Change)> {
    let change = prop_oneof![
        any::<bool>().prop_map(Change::Claim),
        Just(Change::Settle),
        Just(Change::Release),
    ];
    (0_usize..3, change)
}

type Sketch = (Vec<(usize, Expected, usize)>, Vec<(usize, Change)>);

fn any_commands() -> impl Strategy<Value = Vec<Sketch>> {
    let command = (
        prop::collection::vec(any_write(), 0..3),
        prop::collection::vec(any_record(), 0..3),
    );
    prop::collection::vec(command, 1..40)
}

/// A sketch as a command: at most one write a stream and one change a key, at least one in all.
fn build(number: usize, case: usize, (writes, records): &Sketch) -> Append {
    let writes: BTreeMap<_, _> = writes.iter().map(|write| (write.0, write)).collect();
    let records: BTreeMap<_, _> = records.iter().map(|record| (record.0, record)).collect();
    let mut writes: Vec<_> = writes
        .into_values()
        .map(|(stream, expected, count)| StreamWrite {
            stream: format!("s{stream}-{case}").parse().unwrap(),
            expected: *expected,
            events: events(*count),
        })
        .collect();
    let records: Vec<_> = records
        .into_values()
        .map(|(key, change)| {
            let (scope, key) = (format!("case {case}"), key.to_string());
            let answer = answer(&format!("answer {number}"));
            match change {
                Change::Claim(at_once) => RecordWrite::Claim {
                    scope,
                    key,
                    fingerprint: "f".into(),
                    reference: format!("claim {number}"),
                    answer: at_once.then_some(answer),
                },
                Change::Settle => RecordWrite::Settle { scope, key, answer },
                Change::Release => RecordWrite::Release { scope, key },
            }
        })
        .collect();
    if writes.is_empty() && records.is_empty() {
        writes.push(StreamWrite {
            stream: format!("s0-{case}").parse().unwrap(),
            expected: Expected::Any,
            events: events(1),
        });
    }
    command(writes, records)
}

fn outcome(result: Result<event_log::Appended, AppendError>) -> Outcome {
    match result {
        Ok(appended) => Outcome::Stored(appended.last.0),
        Err(AppendError::Conflict { stream, actual, .. }) => Outcome::Conflict {
            stream: stream.to_string(),
            actual,
        },
        Err(AppendError::Claimed(record)) => Outcome::Claimed {
            reference: record.reference,
            answer: record.answer,
        },
        Err(AppendError::Invalid(_)) => Outcome::NothingToSettle,
        Err(other) => panic!("{other}"),
    }
}

/// Commands queued at once share batches in whatever way; the outcome is as if they came one by one.
fn follows_the_model(home: impl Future<Output = Home>) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let (home, log) = runtime.block_on(async {
        let home = home.await;
        let log = home.open().await.log();
        (home, log)
    });
    let model = std::cell::RefCell::new((Model::default(), 0));
    let mut runner = TestRunner::new(Config {
        cases: 150,
        max_shrink_iters: 0,
        failure_persistence: None,
        ..Config::default()
    });
    runner
        .run(&any_commands(), |sketches| {
            let (model, case) = &mut *model.borrow_mut();
            *case += 1;
            // Names are new in every case; only positions go on.
            *model = Model {
                head: model.head,
                ..Model::default()
            };
            let commands: Vec<_> = sketches
                .iter()
                .enumerate()
                .map(|(number, sketch)| build(number, *case, sketch))
                .collect();
            let expected: Vec<_> = commands.iter().map(|command| model.append(command)).collect();
            let results = runtime.block_on(join_all(commands.into_iter().map(|c| log.append(c))));
            let actual: Vec<_> = results.into_iter().map(outcome).collect();
            prop_assert_eq!(actual, expected);
            for (key, (reference, answer)) in &model.keys {
                let stored = runtime
                    .block_on(log.record(&format!("case {case}"), key))
                    .unwrap()
                    .unwrap();
                prop_assert_eq!((&stored.reference, &stored.answer), (reference, answer));
            }
            for (stream, version) in &model.versions {
                let stored = runtime.block_on(log.load(&stream.parse().unwrap(), 0)).unwrap();
                prop_assert_eq!(stored.len() as u64, *version);
            }
            Ok(())
        })
        .unwrap();
    let all = runtime
        .block_on(log.read(Position::START, 1_000_000, &Filter::All))
        .unwrap();
    assert!(
        all.iter()
            .map(|event| event.position.0)
            .eq(1..=model.borrow().0.head)
    );
    drop(home);
}

#[test]
fn sqlite_follows_the_model() {
    follows_the_model(Home::sqlite());
}

#[test]
fn postgres_follows_the_model() {
    follows_the_model(Home::postgres());
}
