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
/// Turns of the scheduler without a new job after which the queue counts as no longer growing.
const QUIET_TURNS: u32 = 3;

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

    fn is_full(&self) -> bool {
        self.commands.len() + self.snapshots.len() >= MAX_COMMANDS || self.bytes >= MAX_BYTES
    }
}

/// `first` and whatever waits behind it, and what arrives while more keeps arriving.
pub(super) async fn gather(first: Job, waiting: &mut mpsc::Receiver<Job>, kind: Kind) -> Batch {
    let mut batch = Batch::default();
    batch.push(first, kind);
    let started = Instant::now();
    let mut quiet = 0;
    while !batch.is_full() {
        if let Ok(job) = waiting.try_recv() {
            batch.push(job, kind);
            quiet = 0;
        } else if quiet < QUIET_TURNS && started.elapsed() < LINGER {
            // The timer is too coarse for this; giving way lets other tasks queue their jobs.
            quiet += 1;
            tokio::task::yield_now().await;
        } else {
            break;
        }
    }
    batch
}
