//! Everything that is projected, and following the log with it.

use std::{sync::Arc, time::Duration};

use event_log::{Database, EventLog, Position, Store, Upcasters};
use tokio::sync::watch;

use super::{
    ProjectorError,
    builds::{self, Checkpoint},
    erased::{Erased, Of},
    land::{Batch, Landed, land},
};
use crate::{ParkingStays, Sales, Unfinished, projection::Projection};

/// The most events that one transaction takes in.
const BATCH: usize = 512;

/// A checkpoint that moved past events of no interest is written only when that spares the next server at least so
/// many positions: a commit is a wait for the disk.
const WORTH_A_COMMIT: u64 = 4_096;

/// How long to rely on wake-ups, and how long to wait after a failure that may pass.
const POLL_EVERY: Duration = Duration::from_secs(1);

/// Keeps read models up to date. Any number of them, in any number of processes, may do so at once: each event lands
/// exactly once in each build.
pub struct Projector {
    log: Arc<dyn EventLog>,
    views: Store,
    upcasters: Arc<Upcasters>,
    projections: Vec<Box<dyn Erased>>,
}

impl Projector {
    /// With every read model there is.
    #[must_use]
    pub fn new(database: &Database, upcasters: Upcasters) -> Self {
        Self::bare(database, upcasters)
            .with::<Unfinished>()
            .with::<Sales>()
            .with::<ParkingStays>()
    }

    /// Without any.
    #[must_use]
    pub fn bare(database: &Database, upcasters: Upcasters) -> Self {
        Self {
            log: database.log(),
            views: database.views().clone(),
            upcasters: Arc::new(upcasters),
            projections: Vec::new(),
        }
    }

    /// With this one, too.
    #[must_use]
    pub fn with<P: Projection>(mut self) -> Self {
        self.projections.push(Box::new(Of::<P>::new()));
        self
    }

    /// The names of the projections.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.projections.iter().map(|projection| projection.name())
    }

    /// Takes in everything up to the log's present head, which it returns. Afterwards every read model can be read.
    pub async fn catch_up(&self) -> Result<Position, ProjectorError> {
        let head = self.log.head().await?;
        for projection in &self.projections {
            self.catch_up_one(&**projection).await?;
        }
        Ok(head)
    }

    /// Follows the log until `stop` turns true or is dropped. What may pass is waited out; an event that cannot be
    /// taken in ends it.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) -> Result<(), ProjectorError> {
        let mut wake = self.log.watch();
        loop {
            wake.mark_unchanged();
            tokio::select! {
                caught_up = self.catch_up() => match caught_up {
                    Ok(_) => {}
                    Err(error) if error.is_passing() => {
                        tracing::warn!(%error, "projecting goes on later");
                        // It goes on after a pause, not with the next event.
                        wake.mark_unchanged();
                    }
                    Err(error) => return Err(error),
                },
                _ = stop.wait_for(|stop| *stop) => return Ok(()),
            }
            tokio::select! {
                () = woken(&mut wake) => {}
                () = tokio::time::sleep(POLL_EVERY) => {}
                _ = stop.wait_for(|stop| *stop) => return Ok(()),
            }
        }
    }

    /// Builds every read model anew from the first event, beside the ones that are read meanwhile, and returns when
    /// the new ones have taken their place.
    pub async fn rebuild(&self) -> Result<Position, ProjectorError> {
        for projection in &self.projections {
            self.rebuild_one(&**projection).await?;
        }
        self.catch_up().await
    }

    /// Builds one read model anew; see [`Projector::rebuild`].
    pub async fn rebuild_named(&self, name: &str) -> Result<Position, ProjectorError> {
        let projection = self
            .projections
            .iter()
            .find(|projection| projection.name() == name);
        let projection = projection.ok_or_else(|| ProjectorError::Unknown(name.to_owned()))?;
        self.rebuild_one(&**projection).await?;
        self.catch_up().await
    }

    async fn rebuild_one(&self, projection: &dyn Erased) -> Result<(), ProjectorError> {
        builds::begin_anew(&self.views, projection).await?;
        tracing::info!(projection = projection.name(), "building anew");
        self.catch_up_one(projection).await
    }

    /// Until every build of the projection has seen the head as it was when it was last looked at, and one is live.
    async fn catch_up_one(&self, projection: &dyn Erased) -> Result<(), ProjectorError> {
        loop {
            let mut is_done = true;
            for checkpoint in builds::current(&self.views, projection).await? {
                match self.step(projection, checkpoint).await {
                    Ok(caught_up) => is_done &= caught_up,
                    Err(error) => {
                        report(projection, &error);
                        return Err(error);
                    }
                }
            }
            if is_done {
                return Ok(());
            }
        }
    }

    /// One batch. Whether the build is live and there was nothing more to read.
    async fn step(&self, projection: &dyn Erased, from: Checkpoint) -> Result<bool, ProjectorError> {
        // The head is taken first: what is committed up to it, the read below is sure to see.
        let head = self.log.head().await?;
        let events = self.log.read(from.position, BATCH, &projection.filter()).await?;
        let last = events.last().map_or(from.position, |event| event.position);
        let is_last = events.len() < BATCH;
        let reached = if is_last { last.max(head) } else { last };
        let gained = reached.0.saturating_sub(from.position.0);
        metrics::gauge!("projection_lag", "projection" => projection.name())
            .set(lag(head.0.saturating_sub(reached.0)));
        if from.is_live && events.is_empty() && gained < WORTH_A_COMMIT {
            return Ok(true);
        }
        let batch = Batch {
            from,
            events: &events,
            reached,
            is_last,
        };
        let landed = land(&self.views, projection, &self.upcasters, batch).await?;
        let Landed::In { went_live } = landed else {
            return Ok(false);
        };
        let taken_in = u64::try_from(events.len()).unwrap_or(u64::MAX);
        metrics::counter!("projection_events_total", "projection" => projection.name()).increment(taken_in);
        if went_live {
            tracing::info!(projection = projection.name(), position = reached.0, "built");
            builds::purge(&self.views, projection).await?;
        }
        Ok(is_last && (from.is_live || went_live))
    }
}

fn report(projection: &dyn Erased, error: &ProjectorError) {
    if !error.is_passing() {
        metrics::gauge!("projection_stopped", "projection" => projection.name()).set(1.0);
        tracing::error!(projection = projection.name(), %error, "a projection has stopped");
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a gauge; nobody reads the 53rd bit of a lag"
)]
fn lag(positions: u64) -> f64 {
    positions as f64
}

async fn woken(wake: &mut watch::Receiver<Position>) {
    if wake.changed().await.is_err() {
        // The log is closed in this process; others may still append, so polling goes on.
        std::future::pending::<()>().await;
    }
}
