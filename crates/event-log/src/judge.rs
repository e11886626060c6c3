//! Which commands of a batch are accepted: a pure function of the batch and what the database held.
//!
//! The SQLite adapter decides with it. In PostgreSQL the decision falls inside the database, by the
//! same rules; there it words the refusals and is held against what the database decided.

use crate::command::Command;
use crate::plan::Plan;
use crate::{AppendError, Expected, IdempotencyRecord, RecordWrite, StreamId, Version};

/// What the database held before the batch.
#[derive(Debug, Clone, Default)]
pub(crate) struct Found {
    /// Position of the last event.
    pub(crate) head: u64,
    /// Per stream slot.
    pub(crate) versions: Vec<Version>,
    /// Per key slot.
    pub(crate) records: Vec<Option<IdempotencyRecord>>,
}

/// What becomes of one command.
#[derive(Debug)]
pub(crate) enum Verdict {
    Accepted {
        /// Position before the command's first event.
        after: u64,
        /// Per write, the stream's version before it.
        bases: Vec<Version>,
    },
    Refused(AppendError),
}

/// What becomes of one idempotency key.
#[derive(Debug, Default)]
pub(crate) struct KeyChange {
    /// The row found was released.
    pub(crate) removed: bool,
    /// The row found got its answer.
    pub(crate) settled: bool,
    /// The key was claimed in this batch and still is.
    pub(crate) inserted: bool,
    /// The record after the batch.
    pub(crate) now: Option<IdempotencyRecord>,
}

/// The outcome of a batch.
#[derive(Debug)]
pub(crate) struct Judged {
    /// Per command.
    pub(crate) verdicts: Vec<Verdict>,
    /// Position of the last event after the batch.
    pub(crate) head: u64,
    /// Per key slot.
    pub(crate) keys: Vec<KeyChange>,
}

/// Judge every command in order, each by the state its accepted predecessors leave behind.
pub(crate) fn judge(plan: &Plan, found: Found) -> Judged {
    let Found {
        mut head,
        mut versions,
        records,
    } = found;
    let mut keys: Vec<_> = records
        .into_iter()
        .map(|now| KeyChange {
            now,
            ..KeyChange::default()
        })
        .collect();
    let mut verdicts = Vec::with_capacity(plan.commands.len());
    for ((command, streams), key_slots) in plan.commands.iter().zip(&plan.stream_slots).zip(&plan.key_slots) {
        // A repeated request is told so before any rule is held against it.
        let refused = refused_by_keys(command, key_slots, &keys)
            .or_else(|| refused_by_versions(command, streams, &versions));
        if let Some(error) = refused {
            verdicts.push(Verdict::Refused(error));
            continue;
        }
        let after = head;
        let mut bases = Vec::with_capacity(streams.len());
        for (write, slot) in command.writes.iter().zip(streams) {
            let count = write.events.len() as u64;
            bases.push(versions.get(*slot).copied().unwrap_or_default());
            if let Some(version) = versions.get_mut(*slot) {
                *version += count;
            }
            head += count;
        }
        for (record, slot) in command.records.iter().zip(key_slots) {
            if let Some(key) = keys.get_mut(*slot) {
                key.apply(command, record);
            }
        }
        verdicts.push(Verdict::Accepted { after, bases });
    }
    Judged { verdicts, head, keys }
}

fn refused_by_keys(command: &Command, slots: &[usize], keys: &[KeyChange]) -> Option<AppendError> {
    command.records.iter().zip(slots).find_map(|(record, slot)| {
        let now = keys.get(*slot).and_then(|key| key.now.as_ref());
        match (record, now) {
            (RecordWrite::Claim { .. }, Some(taken)) => Some(AppendError::Claimed(Box::new(taken.clone()))),
            (RecordWrite::Settle { .. }, None) => Some(AppendError::Invalid(
                "an answer to an idempotency key that nobody claimed".into(),
            )),
            _ => None,
        }
    })
}

fn refused_by_versions(command: &Command, slots: &[usize], versions: &[Version]) -> Option<AppendError> {
    command.writes.iter().zip(slots).find_map(|(write, slot)| {
        let actual = versions.get(*slot).copied().unwrap_or_default();
        (!write.expected.admits(actual)).then(|| conflict(&write.stream, write.expected, actual))
    })
}

fn conflict(stream: &StreamId, expected: Expected, actual: Version) -> AppendError {
    AppendError::Conflict {
        stream: stream.clone(),
        expected,
        actual,
    }
}

impl KeyChange {
    fn apply(&mut self, command: &Command, record: &RecordWrite) {
        match (record, &mut self.now) {
            (
                RecordWrite::Claim {
                    scope,
                    key,
                    fingerprint,
                    reference,
                    answer,
                },
                now,
            ) => {
                *now = Some(IdempotencyRecord {
                    scope: scope.clone(),
                    key: key.clone(),
                    fingerprint: fingerprint.clone(),
                    reference: reference.clone(),
                    answer: answer.clone(),
                    claimed_at: command.at,
                });
                self.inserted = true;
            }
            (RecordWrite::Settle { answer, .. }, Some(now)) if now.answer.is_none() => {
                now.answer = Some(answer.clone());
                self.settled = !self.inserted;
            }
            (RecordWrite::Release { .. }, now) if now.as_ref().is_some_and(|now| now.answer.is_none()) => {
                *now = None;
                self.removed |= !self.inserted;
                self.inserted = false;
            }
            _ => {}
        }
    }
}
