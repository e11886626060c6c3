//! The bounded queue in front of the writer.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::{mpsc, oneshot, watch};

use super::run::{Backend, run};
use crate::command::Command;
use crate::head::Head;
use crate::store::Kind;
use crate::{Append, AppendError, Appended, Snapshot};

/// How many jobs may wait before callers are turned away: a second's work or so.
const QUEUE: usize = 8192;

/// Something for the writer to do.
#[derive(Debug)]
pub(super) enum Job {
    Append {
        command: Command,
        queued: Instant,
        reply: Reply<Appended>,
    },
    Snapshot {
        snapshot: Snapshot,
        reply: Reply<()>,
    },
}

pub(super) type Reply<T> = oneshot::Sender<Result<T, AppendError>>;

/// Handle to the writer's task. The task ends when every handle is gone or one of them is closed.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    jobs: mpsc::Sender<Job>,
    closing: Arc<watch::Sender<bool>>,
    done: watch::Receiver<bool>,
    kind: Kind,
}

impl Writer {
    /// Start the writer's task on the current runtime.
    pub(crate) fn start(backend: impl Backend, head: Head, kind: Kind) -> Self {
        let (jobs, waiting) = mpsc::channel(QUEUE);
        let (closing, close) = watch::channel(false);
        let (finished, done) = watch::channel(false);
        tokio::spawn(async move {
            run(backend, waiting, close, head, kind).await;
            finished.send_replace(true);
        });
        Self {
            jobs,
            closing: Arc::new(closing),
            done,
            kind,
        }
    }

    pub(crate) async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        let outcome = self.enqueue_append(append).await;
        let label = match &outcome {
            Ok(_) => "stored",
            Err(AppendError::Conflict { .. }) => "conflict",
            Err(AppendError::Claimed(_)) => "claimed",
            Err(AppendError::Overloaded) => "overloaded",
            Err(AppendError::Unavailable(_)) => "unavailable",
            Err(AppendError::Refused(_)) => "refused",
            Err(AppendError::Unknown(_)) => "unknown",
            Err(AppendError::Invalid(_)) => "invalid",
            Err(AppendError::Stopped) => "stopped",
        };
        metrics::counter!("event_log_appends_total", "store" => self.kind.label(), "outcome" => label)
            .increment(1);
        outcome
    }

    async fn enqueue_append(&self, append: Append) -> Result<Appended, AppendError> {
        let command = Command::try_from(append)?;
        self.send(|reply| Job::Append {
            command,
            queued: Instant::now(),
            reply,
        })
        .await
    }

    pub(crate) async fn save_snapshot(&self, snapshot: Snapshot) -> Result<(), AppendError> {
        if snapshot.state.contains('\0') {
            return Err(AppendError::Invalid("a snapshot holds a NUL character".into()));
        }
        self.send(|reply| Job::Snapshot { snapshot, reply }).await
    }

    async fn send<T>(&self, job: impl FnOnce(Reply<T>) -> Job) -> Result<T, AppendError> {
        let (reply, answer) = oneshot::channel();
        self.jobs.try_send(job(reply)).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => AppendError::Overloaded,
            mpsc::error::TrySendError::Closed(_) => AppendError::Stopped,
        })?;
        // The writer answers every job it takes; it can only vanish together with its runtime.
        answer
            .await
            .unwrap_or_else(|_| Err(AppendError::Unknown("the writer vanished".into())))
    }

    /// Take no more jobs, finish those that wait.
    pub(crate) async fn close(&self) {
        self.closing.send_replace(true);
        // An error means that the task is gone, which is as good as done.
        let _ = self.done.clone().wait_for(|done| *done).await;
    }
}
