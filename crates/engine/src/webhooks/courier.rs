//! Following the log, and sending what is due, for as long as the engine runs.

use std::{collections::HashMap, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use domain::EndpointId;
use outbox::{Fed, FeedError, Feeder};
use tokio::{
    sync::{Mutex, watch},
    task::{Id, JoinSet},
};

use crate::{Engine, Failure, handle::upcasters};

/// Messages that are on their way to one endpoint at the same time. A slow endpoint takes its own places only.
const PLACES: usize = 8;

/// How long a claim is good: well beyond the longest attempt.
const LEASE: TimeDelta = TimeDelta::seconds(60);

/// How long wake-ups are relied on.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How often old deliveries are removed and the waiting ones are counted.
const TIDY_EVERY: Duration = Duration::from_secs(30);

/// For how long what was delivered or given up can be looked at and sent again.
const KEPT: TimeDelta = TimeDelta::days(30);

/// How much is removed at once.
const REMOVED: usize = 500;

/// Brings messages to endpoints. Any number of servers may do so on one database.
pub struct Courier {
    pub(super) engine: Arc<Engine>,
    feeder: Mutex<Feeder>,
    /// Names the claims of this process.
    by: String,
}

impl Courier {
    /// Of an engine. The first one ever tells of whatever happens from now on.
    pub async fn begin(engine: &Arc<Engine>) -> Result<Self, Failure> {
        let outbox = engine.webhooks().outbox.clone();
        let feeder = Feeder::new(Arc::clone(engine.log()), outbox, upcasters());
        feeder.begin().await?;
        Ok(Self {
            feeder: Mutex::new(feeder),
            by: engine.host().fresh_id().to_string(),
            engine: Arc::clone(engine),
        })
    }

    /// Queues everything that happened, then sends what is due until nothing is.
    pub async fn round(self: &Arc<Self>) -> Result<(), Failure> {
        while self.feed().await?.has_more {}
        let mut underway = Underway::default();
        loop {
            self.start_due(&mut underway).await?;
            if !underway.one_ended().await {
                return Ok(());
            }
        }
    }

    /// Until told to stop; then what is on its way is brought to its end. What may pass is waited out, an event that
    /// cannot be told of ends it.
    pub async fn run(self, stop: watch::Receiver<bool>) -> Result<(), Failure> {
        let courier = Arc::new(self);
        let unfollowed = watch::Sender::new(false);
        let following = async {
            let ended = courier.follow(stop.clone()).await;
            unfollowed.send_replace(true);
            ended
        };
        let (followed, (), ()) = tokio::join!(
            following,
            courier.send(unfollowed.subscribe()),
            courier.tidy(unfollowed.subscribe())
        );
        followed
    }

    async fn feed(&self) -> Result<Fed, Failure> {
        let now = self.engine.host().now();
        let fed = self.feeder.lock().await.catch_up(now).await?;
        let amount = u64::try_from(fed.queued).unwrap_or(u64::MAX);
        metrics::counter!("webhook_queued_total", "environment" => self.engine.settings().name)
            .increment(amount);
        Ok(fed)
    }

    async fn follow(&self, mut stop: watch::Receiver<bool>) -> Result<(), Failure> {
        let mut wake = self.engine.log().watch();
        loop {
            wake.mark_unchanged();
            tokio::select! {
                fed = self.feed() => match fed {
                    Ok(fed) => {
                        if fed.queued > 0 {
                            self.engine.webhooks().wake.notify_one();
                        }
                        if fed.has_more {
                            continue;
                        }
                    }
                    Err(failure) if failure.is_passing() || matches!(failure, Failure::Store(_)) => {
                        tracing::warn!(%failure, "webhooks wait for the log");
                        wake.mark_unchanged();
                    }
                    Err(failure) => {
                        tracing::error!(%failure, "an event cannot be told of");
                        return Err(failure);
                    }
                },
                _ = stop.wait_for(|stop| *stop) => return Ok(()),
            }
            tokio::select! {
                Ok(()) = wake.changed() => {}
                () = self.engine.host().sleep(LOOK_EVERY) => {}
                _ = stop.wait_for(|stop| *stop) => return Ok(()),
            }
        }
    }

    async fn send(self: &Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut underway = Underway::default();
        loop {
            if let Err(failure) = self.start_due(&mut underway).await {
                tracing::warn!(%failure, "webhooks wait for the outbox");
            }
            tokio::select! {
                true = underway.one_ended() => {}
                () = self.engine.webhooks().wake.notified() => {}
                () = self.engine.host().sleep(LOOK_EVERY) => {}
                _ = stop.wait_for(|stop| *stop) => break,
            }
        }
        while underway.one_ended().await {}
    }

    /// Begins whatever is due and has a place.
    async fn start_due(self: &Arc<Self>, underway: &mut Underway) -> Result<(), Failure> {
        let outbox = &self.engine.webhooks().outbox;
        let now = self.engine.host().now();
        for id in outbox.due(now).await? {
            // One that is not known yet is known soon; one that is disabled waits until it is not.
            let Some(endpoint) = self.engine.directory().endpoint(&id) else {
                continue;
            };
            if endpoint.is_deleted() {
                outbox.forget(&id).await?;
                continue;
            }
            let places = PLACES.saturating_sub(underway.to(&id));
            if !endpoint.is_enabled() || places == 0 {
                continue;
            }
            for claimed in outbox.claim(&id, (now, now + LEASE), &self.by, places).await? {
                let courier = Arc::clone(self);
                underway.begin(&id, async move {
                    if let Err(failure) = courier.deliver(&claimed).await {
                        // The claim runs out, and somebody tries again.
                        tracing::warn!(endpoint = %claimed.endpoint, %failure, "a webhook could not be seen through");
                    }
                });
            }
        }
        Ok(())
    }

    async fn tidy(&self, mut stop: watch::Receiver<bool>) {
        loop {
            if let Err(failure) = self.tidy_once(self.engine.host().now()).await {
                tracing::warn!(%failure, "old webhooks are removed later");
            }
            tokio::select! {
                () = self.engine.host().sleep(TIDY_EVERY) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    async fn tidy_once(&self, now: DateTime<Utc>) -> Result<(), Failure> {
        let outbox = &self.engine.webhooks().outbox;
        while outbox.purge(now - KEPT, REMOVED).await? == REMOVED {}
        let tally = outbox.tally().await?;
        let environment = self.engine.settings().name;
        metrics::gauge!("webhook_pending", "environment" => environment).set(tally.pending);
        metrics::gauge!("webhook_dead", "environment" => environment).set(tally.dead);
        Ok(())
    }
}

/// What is on its way, and to whom.
#[derive(Default)]
struct Underway {
    tasks: JoinSet<()>,
    to: HashMap<Id, EndpointId>,
}

impl Underway {
    fn begin(&mut self, endpoint: &EndpointId, task: impl Future<Output = ()> + Send + 'static) {
        let id = self.tasks.spawn(task).id();
        self.to.insert(id, endpoint.clone());
    }

    fn to(&self, endpoint: &EndpointId) -> usize {
        self.to.values().filter(|it| *it == endpoint).count()
    }

    /// Waits for one to end. Whether there was any.
    async fn one_ended(&mut self) -> bool {
        match self.tasks.join_next_with_id().await {
            Some(Ok((id, ()))) => self.to.remove(&id),
            Some(Err(error)) => self.to.remove(&error.id()),
            None => return false,
        };
        true
    }
}

impl From<FeedError> for Failure {
    fn from(error: FeedError) -> Self {
        match error {
            FeedError::Read(error) => error.into(),
            FeedError::Outbox(error) => error.into(),
            FeedError::Lift(error) => Self::Corrupt(error.to_string()),
            FeedError::Corrupt(what) => Self::Corrupt(what),
        }
    }
}

impl From<outbox::OutboxError> for Failure {
    fn from(error: outbox::OutboxError) -> Self {
        match error {
            outbox::OutboxError::Unavailable(why) => Self::Unavailable(why),
            outbox::OutboxError::Damaged => Self::Corrupt(error.to_string()),
        }
    }
}
