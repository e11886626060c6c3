//! The writer's loop.

use std::time::Instant;

use async_trait::async_trait;
use tokio::sync::{mpsc, watch};

use super::answer::appended;
use super::batch::{Batch, gather};
use super::queue::Job;
use crate::failure::Failure;
use crate::head::Head;
use crate::judge::{Judged, Verdict};
use crate::plan::Plan;
use crate::store::Kind;
use crate::{AppendError, Position, Snapshot};

/// What an adapter does for the writer. It owns a connection that nobody else uses and opens a new
/// one by itself when that is lost.
#[async_trait]
pub(crate) trait Backend: Send + 'static {
    /// Judge and store a batch in one transaction. When this returns a verdict, it is durable.
    async fn commit(&mut self, plan: &Plan) -> Result<Judged, Failure>;

    /// Keep a snapshot.
    async fn save(&mut self, snapshot: &Snapshot) -> Result<(), Failure>;

    /// Leave the database in order.
    async fn finish(&mut self);
}

/// Work until the queue is closed and empty.
pub(super) async fn run(
    mut backend: impl Backend,
    mut waiting: mpsc::Receiver<Job>,
    mut close: watch::Receiver<bool>,
    head: Head,
    kind: Kind,
) {
    let mut expected = 1;
    loop {
        let job = tokio::select! {
            biased;
            // An error means that all handles are gone; the queue ends by itself then.
            Ok(_) = close.wait_for(|closing| *closing) => break,
            job = waiting.recv() => job,
        };
        let Some(job) = job else { break };
        let batch = gather(job, &mut waiting, expected, kind).await;
        let done = batch.len();
        work(&mut backend, batch, &head, kind).await;
        expected = done + waiting.len();
    }
    waiting.close();
    while let Some(job) = waiting.recv().await {
        let batch = gather(job, &mut waiting, 1, kind).await;
        work(&mut backend, batch, &head, kind).await;
    }
    backend.finish().await;
}

/// Do a batch and answer its callers. Those that went away do not matter to the others.
async fn work(backend: &mut impl Backend, batch: Batch, head: &Head, kind: Kind) {
    let Batch {
        commands,
        replies,
        snapshots,
        ..
    } = batch;
    if !commands.is_empty() {
        metrics::histogram!("event_log_batch_commands", "store" => kind.label())
            .record(u32::try_from(commands.len()).unwrap_or(u32::MAX));
        let started = Instant::now();
        let plan = Plan::new(commands);
        let outcome = backend.commit(&plan).await;
        metrics::histogram!("event_log_commit_seconds", "store" => kind.label()).record(started.elapsed());
        match outcome {
            Ok(judged) => {
                head.advance(Position(judged.head));
                let answers = plan
                    .commands
                    .into_iter()
                    .zip(judged.verdicts)
                    .map(|(command, verdict)| match verdict {
                        Verdict::Accepted { after, bases } => Ok(appended(command, after, bases)),
                        Verdict::Refused(error) => Err(error),
                    });
                for (reply, answer) in replies.into_iter().zip(answers) {
                    let _ = reply.send(answer);
                }
            }
            Err(failure) => {
                tracing::warn!(
                    store = kind.label(),
                    commands = replies.len(),
                    ?failure,
                    "a batch failed"
                );
                for reply in replies {
                    let _ = reply.send(Err(AppendError::from(failure.clone())));
                }
            }
        }
    }
    for (snapshot, reply) in snapshots {
        let saved = backend.save(&snapshot).await;
        let _ = reply.send(saved.map_err(AppendError::from));
    }
}
