//! Gathering a batch.

use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::queue::{Job, Reply};
use crate::command::Command;
use crate::store::Kind;
use crate::{Appended, Snapshot};

/// Bounds of a batch: a large one delays its first caller and holds the lock for long.
const MAX_COMMANDS: usize = 1024;
const MAX_BYTES: usize = 4 << 20;

/// How long to wait for the queue to stop growing. Callers that were just answered are about to
/// come back; a short wait lets them share the next batch instead of waiting for the one after.
const LINGER: Duration = Duration::from_micros(150);

/// Jobs to be done together.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) commands: Vec<Command>,
    pub(super) replies: Vec<Reply<Appended>>,
    pub(super) snapshots: Vec<(Snapshot, Reply<()>)>,
    bytes: usize,
}

impl Batch {
    fn push(&mut self, job: Job, kind: Kind) {
        match job {
            Job::Append {
                command,
                queued,
                reply,
            } => {
                metrics::histogram!("event_log_queue_wait_seconds", "store" => kind.label())
                    .record(queued.elapsed());
                self.bytes += command.bytes;
                self.commands.push(command);
                self.replies.push(reply);
            }
            Job::Snapshot { snapshot, reply } => {
                self.bytes += snapshot.state.len();
                self.snapshots.push((snapshot, reply));
            }
        }
    }

    /// How many jobs there are.
    pub(super) fn len(&self) -> usize {
        self.commands.len() + self.snapshots.len()
    }

    fn is_full(&self) -> bool {
        self.len() >= MAX_COMMANDS || self.bytes >= MAX_BYTES
    }
}

/// `first`, whatever waits behind it, and what arrives until there are `expected` jobs: those that
/// were answered or already waiting when the last batch was done.
pub(super) async fn gather(
    first: Job,
    waiting: &mut mpsc::Receiver<Job>,
    expected: usize,
    kind: Kind,
) -> Batch {
    let mut batch = Batch::default();
    batch.push(first, kind);
    let started = Instant::now();
    while !batch.is_full() {
        if let Ok(job) = waiting.try_recv() {
            batch.push(job, kind);
        } else if batch.len() < expected && started.elapsed() < LINGER {
            // The timer is too coarse for this; giving way lets other tasks queue their jobs.
            tokio::task::yield_now().await;
        } else {
            break;
        }
    }
    batch
}
