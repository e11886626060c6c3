//! The state of every stream as the audit goes along, in bounded memory.

use std::collections::{HashMap, HashSet};

use event_log::{EventLog, ReadError, StreamId, Upcasters, Version};

use super::state::{Event, State};

/// How many states are kept at most, twice over. Others are folded again when their stream goes on.
const KEPT: usize = 20_000;

/// States by stream. Those that were not used for long are forgotten, since a stream can be read again.
pub(super) struct Streams<'a> {
    log: &'a dyn EventLog,
    upcasters: &'a Upcasters,
    versions: HashMap<StreamId, Version>,
    broken: HashSet<StreamId>,
    young: HashMap<StreamId, State>,
    old: HashMap<StreamId, State>,
    kept: usize,
}

impl<'a> Streams<'a> {
    pub(super) fn new(log: &'a dyn EventLog, upcasters: &'a Upcasters) -> Self {
        Self {
            log,
            upcasters,
            versions: HashMap::new(),
            broken: HashSet::new(),
            young: HashMap::new(),
            old: HashMap::new(),
            kept: KEPT,
        }
    }

    pub(super) fn count(&self) -> usize {
        self.versions.len()
    }

    /// Takes note of the next version and gives the one that was due.
    pub(super) fn expect(&mut self, stream: &StreamId, version: Version) -> Version {
        let known = self.versions.entry(stream.clone()).or_default();
        let due = known.saturating_add(1);
        *known = version;
        due
    }

    /// What is wrong with a stream is said once; what follows upon it means nothing.
    pub(super) fn give_up(&mut self, stream: &StreamId) {
        self.broken.insert(stream.clone());
        self.young.remove(stream);
        self.old.remove(stream);
    }

    pub(super) fn is_broken(&self, stream: &StreamId) -> bool {
        self.broken.contains(stream)
    }

    /// Takes the state out as it is before `version`; none if the stream begins there or is broken.
    pub(super) async fn take(
        &mut self,
        stream: &StreamId,
        version: Version,
    ) -> Result<Option<State>, ReadError> {
        if version <= 1 || self.is_broken(stream) {
            return Ok(None);
        }
        match self.young.remove(stream).or_else(|| self.old.remove(stream)) {
            Some(state) => Ok(Some(state)),
            None => self.fold(stream, version).await,
        }
    }

    pub(super) fn put(&mut self, stream: &StreamId, state: State) {
        if self.young.len() >= self.kept {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(stream.clone(), state);
    }

    /// The state of another stream as far as the audit has come.
    pub(super) async fn look(&mut self, stream: &StreamId) -> Result<Option<&State>, ReadError> {
        let Some(version) = self.versions.get(stream).copied() else {
            return Ok(None);
        };
        if let Some(state) = self.take(stream, version.saturating_add(1)).await? {
            self.put(stream, state);
        }
        Ok(self.young.get(stream))
    }

    async fn fold(&self, stream: &StreamId, before: Version) -> Result<Option<State>, ReadError> {
        let mut state = None;
        for recorded in self.log.load(stream, 0).await? {
            if recorded.version >= before {
                break;
            }
            let event = Event::of(&recorded, self.upcasters);
            // Each of these events was found readable and possible before.
            state = match event.and_then(|event| State::apply(state, &event)) {
                Ok(state) => Some(state),
                Err(_) => return Ok(None),
            };
        }
        Ok(state)
    }
}
