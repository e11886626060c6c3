//! Load, decide, append: the only way to change anything.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use domain::{Aggregate, ImpossibleHistory, evolve};
use event_log::{
    Append, AppendError, Appended, EventLog, Expected, IdempotencyRecord, LiftError, NewEvent, Position,
    ReadError, RecordWrite, Snapshot, StreamId, StreamWrite, Upcasters, Version,
};
use vault::Vault;

pub use crate::streamed::Streamed;
use crate::{Context, Failure, answer_at_rest::AtRest};

/// How often a decision is made anew because somebody else was faster.
pub const ATTEMPTS: usize = 12;

/// How many long streams are remembered. Forgetting them costs one reading in full of each.
const LONG_STREAMS: usize = 10_000;

/// Why a state could not be had.
#[derive(Debug, Clone, thiserror::Error)]
pub enum LoadError {
    /// The log cannot be read now.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A stored event cannot be read by today's code.
    #[error(transparent)]
    Lift(#[from] LiftError),
    /// The stored events contradict the rules.
    #[error("{stream}: {source}")]
    Impossible {
        /// Where.
        stream: StreamId,
        /// The broken rule.
        source: ImpossibleHistory,
    },
    /// A stream's name was refused, or an event could not be written as canonical JSON.
    #[error("cannot be stored: {0}")]
    Unstorable(String),
}

/// A state and the version of the stream it was folded from.
#[derive(Debug, Clone)]
pub struct Loaded<A> {
    stream: StreamId,
    version: Version,
    state: Option<A>,
}

impl<A> Loaded<A> {
    /// The state; nothing if nothing has happened yet.
    pub const fn state(&self) -> Option<&A> {
        self.state.as_ref()
    }

    /// How many events the stream holds.
    pub const fn version(&self) -> Version {
        self.version
    }
}

/// What a decision would write, and the state it leads to.
#[derive(Debug, Clone)]
pub struct Change<A: Aggregate> {
    base: Loaded<A>,
    events: Vec<A::Event>,
    after: Option<A>,
}

impl<A: Aggregate> Loaded<A> {
    /// Decides; several decisions may follow on each other through [`Change::and`].
    pub fn decide(self, command: A::Command) -> Result<Result<Change<A>, A::Rejection>, LoadError> {
        let unchanged = Change {
            after: self.state.clone(),
            base: self,
            events: Vec::new(),
        };
        unchanged.and(command)
    }

    /// No change: only the version is to be held.
    pub fn unchanged(self) -> Change<A> {
        Change {
            after: self.state.clone(),
            base: self,
            events: Vec::new(),
        }
    }
}

impl<A: Aggregate> Change<A> {
    /// Decides on top of what was decided.
    pub fn and(mut self, command: A::Command) -> Result<Result<Self, A::Rejection>, LoadError> {
        let events = match A::decide(self.after.as_ref(), command) {
            Ok(events) => events,
            Err(rejection) => return Ok(Err(rejection)),
        };
        self.after = evolve(self.after, &events).map_err(|source| self.base.impossible(source))?;
        self.events.extend(events);
        Ok(Ok(self))
    }

    /// The state it leads to.
    pub const fn after(&self) -> Option<&A> {
        self.after.as_ref()
    }

    /// Whether there is nothing to record.
    pub const fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// What is held once the change is stored.
    pub fn stored(self) -> Loaded<A> {
        let grown = Version::try_from(self.events.len()).unwrap_or(Version::MAX);
        Loaded {
            version: self.base.version.saturating_add(grown),
            stream: self.base.stream,
            state: self.after,
        }
    }

    /// As the log takes it. Without events it is an assertion that nothing else happened meanwhile.
    pub fn write(&self) -> Result<StreamWrite, LoadError> {
        let events: Result<Vec<NewEvent>, LoadError> = self.events.iter().map(encode::<A>).collect();
        Ok(StreamWrite {
            stream: self.base.stream.clone(),
            expected: expected_at(self.base.version),
            events: events?,
        })
    }
}

/// A condition without an event: the stream holds so many events and no more.
pub fn holds<A: Aggregate>(id: &str, version: Version) -> Result<StreamWrite, LoadError> {
    Ok(StreamWrite {
        stream: stream_of::<A>(id)?,
        expected: expected_at(version),
        events: Vec::new(),
    })
}

const fn expected_at(version: Version) -> Expected {
    match version {
        0 => Expected::NoStream,
        version => Expected::At(version),
    }
}

impl<A> Loaded<A> {
    fn impossible(&self, source: ImpossibleHistory) -> LoadError {
        LoadError::Impossible {
            stream: self.stream.clone(),
            source,
        }
    }
}

/// Writes an event as it is stored: kind `category.variant`, payload in canonical JSON.
fn encode<A: Aggregate>(event: &A::Event) -> Result<NewEvent, LoadError> {
    let value = serde_json::to_value(event).map_err(|error| LoadError::Unstorable(error.to_string()))?;
    let variant = value
        .get("type")
        .and_then(serde_json::Value::as_str)
        .unwrap_or("unnamed");
    let kind = format!("{}.{variant}", A::CATEGORY);
    NewEvent::new(kind, SCHEMA, &value).map_err(|error| LoadError::Unstorable(error.to_string()))
}

/// Every event shape is in its first version so far; a new shape of a kind gets a step in [`upcasters`].
const SCHEMA: u16 = 1;

/// How old shapes become today's.
#[must_use]
pub fn upcasters() -> Upcasters {
    Upcasters::new()
}

fn stream_of<A: Aggregate>(id: &str) -> Result<StreamId, LoadError> {
    StreamId::new(A::CATEGORY, id).map_err(|error| LoadError::Unstorable(error.to_string()))
}

/// Reads and writes aggregates.
#[derive(Clone)]
pub struct Repository {
    log: Arc<dyn EventLog>,
    upcasters: Arc<Upcasters>,
    /// Streams that this process has seen to be worth a snapshot. Most never are, and to ask for theirs each time would
    /// cost as much as to read them.
    long: Arc<Mutex<HashSet<StreamId>>>,
    at_rest: Option<AtRest>,
}

impl Repository {
    /// Over a log.
    #[must_use]
    pub fn new(log: Arc<dyn EventLog>) -> Self {
        Self {
            log,
            upcasters: Arc::new(upcasters()),
            long: Arc::default(),
            at_rest: None,
        }
    }

    /// The same, keeping riders' answers sealed.
    #[must_use]
    pub fn sealing_answers(self, vault: Arc<Vault>) -> Self {
        Self {
            at_rest: Some(AtRest::new(vault)),
            ..self
        }
    }

    /// The log itself.
    #[must_use]
    pub fn log(&self) -> &Arc<dyn EventLog> {
        &self.log
    }

    /// A stream whose fresh id says that nothing can have happened in it yet. The log still checks.
    pub fn unborn<A: Streamed>(&self, id: &str) -> Result<Loaded<A>, LoadError> {
        Ok(Loaded {
            stream: stream_of::<A>(id)?,
            version: 0,
            state: None,
        })
    }

    /// The state of one aggregate as of now.
    pub async fn load<A: Streamed>(&self, id: &str) -> Result<Loaded<A>, LoadError> {
        let stream = stream_of::<A>(id)?;
        let (mut version, mut state) = self.cached::<A>(&stream).await?;
        let cached_at = version;
        for recorded in self.log.load(&stream, version).await? {
            let event: A::Event = recorded.lift(&self.upcasters)?;
            let folded = A::apply(state.take(), &event);
            state = Some(folded.map_err(|source| LoadError::Impossible {
                stream: stream.clone(),
                source,
            })?);
            version = recorded.version;
        }
        let loaded = Loaded {
            stream,
            version,
            state,
        };
        self.cache(&loaded, cached_at).await;
        Ok(loaded)
    }

    /// Where the newest event of a stream stands, if there are any beyond a version.
    pub async fn newest<A: Streamed>(
        &self,
        id: &str,
        beyond: Version,
    ) -> Result<Option<Position>, LoadError> {
        let events = self.log.load(&stream_of::<A>(id)?, beyond).await?;
        Ok(events.last().map(|recorded| recorded.position))
    }

    /// A snapshot is only a cache: one that cannot be read is as good as none.
    async fn cached<A: Streamed>(&self, stream: &StreamId) -> Result<(Version, Option<A>), LoadError> {
        if !self.is_long(stream) {
            return Ok((0, None));
        }
        let snapshot = self
            .log
            .snapshot(stream)
            .await?
            .filter(|it| it.schema == A::SNAPSHOT_SCHEMA);
        let state = snapshot.and_then(|it| {
            serde_json::from_str(&it.state)
                .ok()
                .map(|state| (it.version, state))
        });
        Ok(state.map_or((0, None), |(version, state)| (version, Some(state))))
    }

    fn is_long(&self, stream: &StreamId) -> bool {
        self.long
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(stream)
    }

    fn note_long(&self, stream: &StreamId) {
        let mut long = self.long.lock().unwrap_or_else(PoisonError::into_inner);
        if long.len() >= LONG_STREAMS {
            long.clear();
        }
        long.insert(stream.clone());
    }

    async fn cache<A: Streamed>(&self, loaded: &Loaded<A>, cached_at: Version) {
        let due = A::SNAPSHOT_EVERY.is_some_and(|every| loaded.version.saturating_sub(cached_at) >= every);
        let Some(state) = loaded.state.as_ref().filter(|_| due) else {
            return;
        };
        self.note_long(&loaded.stream);
        let Ok(state) = serde_json::to_string(state) else {
            return;
        };
        let snapshot = Snapshot {
            stream: loaded.stream.clone(),
            version: loaded.version,
            schema: A::SNAPSHOT_SCHEMA,
            state,
        };
        if let Err(error) = self.log.save_snapshot(snapshot).await {
            tracing::debug!(stream = %loaded.stream, %error, "snapshot not kept");
        }
    }

    /// What is known of an idempotency key.
    pub(crate) async fn record(&self, scope: &str, key: &str) -> Result<Option<IdempotencyRecord>, Failure> {
        match (self.log.record(scope, key).await?, &self.at_rest) {
            (Some(record), Some(at_rest)) => Ok(Some(at_rest.open(record).await?)),
            (record, _) => Ok(record),
        }
    }

    /// Stores what was decided, all of it or nothing.
    pub async fn commit(
        &self,
        context: &Context,
        at: DateTime<Utc>,
        writes: Vec<StreamWrite>,
        records: Vec<RecordWrite>,
    ) -> Result<Appended, AppendError> {
        let records = match &self.at_rest {
            Some(at_rest) => at_rest.close(&context.actor, records).await?,
            None => records,
        };
        let append = Append {
            writes,
            records,
            metadata: context.metadata(),
            at,
        };
        match (self.log.append(append).await, &self.at_rest) {
            (Err(AppendError::Claimed(record)), Some(at_rest)) => Err(match at_rest.open(*record).await {
                Ok(record) => AppendError::Claimed(Box::new(record)),
                // Whoever asks again is told what is wrong with the answer; nothing was stored.
                Err(failure) => AppendError::Unavailable(failure.to_string()),
            }),
            (outcome, _) => outcome,
        }
    }
}
