//! Following the log, and queueing what it tells for whoever wants it.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Utc};
use domain::{
    Aggregate, EndpointId,
    endpoint::{Endpoint, EndpointEvent, MessageType},
};
use event_log::{EventLog, Filter, LiftError, Position, ReadError, Recorded, Upcasters};

use crate::{
    Message, Outbox, OutboxError, States, messages_of,
    store::{Again, Feed, Landed, Queued, Told},
};

/// The most events that one transaction takes in.
const BATCH: usize = 256;

/// A feed that moved past events that told nobody anything is written down only when that spares the next server at
/// least so many positions: a commit is a wait for the disk.
const WORTH_A_COMMIT: u64 = 4_096;

/// Why the log could not be followed.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// The log cannot be read now.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The queue cannot be written now.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    /// Today's code cannot read an event.
    #[error(transparent)]
    Lift(#[from] LiftError),
    /// What is stored contradicts the rules.
    #[error("{0}")]
    Corrupt(String),
}

impl From<serde_json::Error> for FeedError {
    fn from(error: serde_json::Error) -> Self {
        Self::Corrupt(error.to_string())
    }
}

/// How far one feed was followed here, further than is written down where that was of no interest to anybody.
struct Followed {
    kept: Position,
    seen: Position,
    /// Endpoints as they were at `seen`.
    endpoints: BTreeMap<EndpointId, Endpoint>,
    states: States,
}

/// What one look at the log gave.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fed {
    /// How many messages were queued, for the first time or again.
    pub queued: usize,
    /// Whether there is more of a replay, so that another look is worth it at once.
    pub has_more: bool,
}

/// Follows the log. Any number of them, in any number of processes, may do so at once: each message is queued once.
pub struct Feeder {
    log: Arc<dyn EventLog>,
    outbox: Outbox,
    upcasters: Arc<Upcasters>,
    main: Option<Followed>,
}

impl Feeder {
    /// Of a log, into a queue.
    #[must_use]
    pub fn new(log: Arc<dyn EventLog>, outbox: Outbox, upcasters: Upcasters) -> Self {
        Self {
            log,
            outbox,
            upcasters: Arc::new(upcasters),
            main: None,
        }
    }

    /// Begins with what happens from now on, unless it was begun before. What happened before the queue was there can be
    /// had by a replay.
    pub async fn begin(&self) -> Result<(), FeedError> {
        Ok(self.outbox.begin(self.log.head().await?).await?)
    }

    /// Queues everything up to the log's present head, and then a part of each replay: what happens now never waits for
    /// what happened long ago.
    pub async fn catch_up(&mut self, now: DateTime<Utc>) -> Result<Fed, FeedError> {
        let mut fed = Fed::default();
        for feed in self.outbox.feeds().await? {
            if feed.endpoint.is_none() {
                fed.queued += self.follow(&feed, now).await?;
            }
        }
        // What was just read may have begun another replay.
        for feed in self.outbox.feeds().await? {
            if let Some(endpoint) = &feed.endpoint {
                let part = self.replay(&feed, endpoint, now).await?;
                fed.queued += part.queued;
                fed.has_more |= part.has_more;
            }
        }
        Ok(fed)
    }

    async fn follow(&mut self, feed: &Feed, now: DateTime<Utc>) -> Result<usize, FeedError> {
        let mut followed = match self.main.take() {
            Some(followed) if followed.kept == feed.position => followed,
            // Another server was faster, or this one is new.
            _ => Followed {
                kept: feed.position,
                seen: feed.position,
                endpoints: self.endpoints_at(feed.position).await?,
                states: self.states(),
            },
        };
        let mut queued = 0;
        loop {
            let batch = self.batch(followed.seen, None).await?;
            let told = self.tell(&mut followed, &batch.events).await?;
            let feed = Feed {
                position: followed.kept,
                ..feed.clone()
            };
            followed.seen = batch.reached;
            let gained = followed.seen.0.saturating_sub(followed.kept.0);
            if !told.is_nothing() || gained >= WORTH_A_COMMIT {
                if self.outbox.land(&feed, followed.seen, &told, now).await? == Landed::Raced {
                    return Ok(queued);
                }
                followed.kept = followed.seen;
                queued += told.messages();
            }
            if batch.is_last {
                self.main = Some(followed);
                return Ok(queued);
            }
        }
    }

    /// What happened, for every endpoint as it was then.
    async fn tell(&self, followed: &mut Followed, events: &[Recorded]) -> Result<Told, FeedError> {
        let mut told = Told::default();
        for event in events {
            if event.stream.category() == Endpoint::CATEGORY {
                told.again.extend(self.note(&mut followed.endpoints, event)?);
            }
            if !followed.endpoints.values().any(Endpoint::is_enabled) {
                continue;
            }
            for message in self.messages(&mut followed.states, event).await? {
                let wanting = followed.endpoints.values().filter(|endpoint| {
                    endpoint.is_enabled()
                        && endpoint.wants(message.kind)
                        && message.audience.includes(endpoint)
                });
                told.queued.extend(wanting.map(|endpoint| Queued {
                    endpoint: endpoint.id().clone(),
                    message: message.clone(),
                }));
            }
        }
        Ok(told)
    }

    /// The next part of what happened, once more, for one endpoint as it is now.
    async fn replay(&self, feed: &Feed, endpoint: &EndpointId, now: DateTime<Utc>) -> Result<Fed, FeedError> {
        let head = self.log.head().await?;
        let until = feed.until.unwrap_or(head);
        let endpoints = self.endpoints_at(head).await?;
        let Some(endpoint) = endpoints.get(endpoint).filter(|endpoint| !endpoint.is_deleted()) else {
            self.outbox.forget(endpoint).await?;
            return Ok(Fed::default());
        };
        let batch = self.batch(feed.position, Some(until)).await?;
        let (mut states, mut told) = (self.states(), Told::default());
        for event in &batch.events {
            let messages = self.messages(&mut states, event).await?;
            let wanted = messages.into_iter().filter(|message| {
                message.kind != MessageType::Ping
                    && endpoint.wants(message.kind)
                    && message.audience.includes(endpoint)
            });
            told.queued.extend(wanted.map(|message| Queued {
                endpoint: endpoint.id().clone(),
                message,
            }));
        }
        // Where another server was faster, it has what there is more of.
        let landed = self.outbox.land(feed, batch.reached, &told, now).await?;
        Ok(match landed {
            Landed::In => Fed {
                queued: told.messages(),
                has_more: !batch.is_last,
            },
            Landed::Raced => Fed::default(),
        })
    }

    async fn messages(&self, states: &mut States, event: &Recorded) -> Result<Vec<Message>, FeedError> {
        match states.passage(event).await? {
            Some(passage) => Ok(messages_of(event, &passage)?),
            None => Ok(Vec::new()),
        }
    }

    fn states(&self) -> States {
        States::new(Arc::clone(&self.log), Arc::clone(&self.upcasters))
    }

    async fn batch(&self, after: Position, until: Option<Position>) -> Result<Batch, FeedError> {
        // The head is taken first: what is committed up to it, the read below is sure to see.
        let head = self.log.head().await?;
        let filter = Filter::categories(States::CATEGORIES);
        let mut events = self.log.read(after, BATCH, &filter).await?;
        let read = events.len();
        let end = until.unwrap_or(Position(u64::MAX));
        events.retain(|event| event.position <= end);
        let is_last = read < BATCH || events.len() < read;
        let last = events.last().map_or(after, |event| event.position);
        let reached = match (is_last, until) {
            (true, Some(until)) => until.max(last),
            (true, None) => last.max(head),
            (false, _) => last,
        };
        Ok(Batch {
            events,
            reached,
            is_last,
        })
    }

    /// The endpoints as they were right after a position.
    async fn endpoints_at(&self, position: Position) -> Result<BTreeMap<EndpointId, Endpoint>, FeedError> {
        let filter = Filter::categories([Endpoint::CATEGORY]);
        let (mut endpoints, mut from) = (BTreeMap::new(), Position::START);
        loop {
            let events = self.log.read(from, BATCH, &filter).await?;
            for event in events.iter().filter(|event| event.position <= position) {
                self.note(&mut endpoints, event)?;
            }
            match events.last() {
                Some(last) if events.len() == BATCH && last.position <= position => from = last.position,
                _ => return Ok(endpoints),
            }
        }
    }

    fn note(
        &self,
        endpoints: &mut BTreeMap<EndpointId, Endpoint>,
        event: &Recorded,
    ) -> Result<Option<Again>, FeedError> {
        let corrupt = |error: &dyn std::error::Error| {
            FeedError::Corrupt(format!("event {} of {}: {error}", event.position, event.stream))
        };
        let id = EndpointId::parse(event.stream.id()).map_err(|error| corrupt(&error))?;
        let what: EndpointEvent = event.lift(&self.upcasters)?;
        let after = Endpoint::apply(endpoints.remove(&id), &what).map_err(|error| corrupt(&error))?;
        endpoints.insert(id.clone(), after);
        Ok(wanted_again(id, what))
    }
}

/// What an event of an endpoint asks to be sent again, if it does.
fn wanted_again(endpoint: EndpointId, what: EndpointEvent) -> Option<Again> {
    match what {
        EndpointEvent::Resent { delivery, .. } => Some(Again::Message { endpoint, delivery }),
        EndpointEvent::Replayed {
            replay, after, until, ..
        } => Some(Again::Stretch {
            endpoint,
            replay,
            after: Position(after),
            until: Position(until),
        }),
        EndpointEvent::Created { .. }
        | EndpointEvent::Changed { .. }
        | EndpointEvent::SecretRotated { .. }
        | EndpointEvent::Disabled { .. }
        | EndpointEvent::Enabled { .. }
        | EndpointEvent::Pinged { .. }
        | EndpointEvent::Deleted { .. } => None,
    }
}

struct Batch {
    events: Vec<Recorded>,
    /// Everything up to here was read.
    reached: Position,
    is_last: bool,
}
