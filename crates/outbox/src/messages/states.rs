//! The state of things right after an event, folded from its stream and remembered while the log is followed.

use std::{collections::HashMap, sync::Arc};

use domain::{
    Aggregate, AppId, Purchase, Wallet,
    catalog::{Catalog, CatalogEvent},
    endpoint::Endpoint,
    operator::Operator,
    parking::ParkingSession,
    transfer::Transfer,
    user::{User, UserEvent},
};
use event_log::{EventLog, Position, Recorded, StreamId, Upcasters, Version};

use super::passage::Passage;
use crate::FeedError;

/// How many streams of a kind are remembered; forgetting them costs one reading of each.
const REMEMBERED: usize = 4_096;

type Known<A> = HashMap<StreamId, (Version, A)>;

/// Folds what is asked for.
pub struct States {
    log: Arc<dyn EventLog>,
    upcasters: Arc<Upcasters>,
    purchases: Known<Purchase>,
    wallets: Known<Wallet>,
    transfers: Known<Transfer>,
    operators: Known<Operator>,
    endpoints: Known<Endpoint>,
    stays: Known<ParkingSession>,
    apps: HashMap<String, AppId>,
}

impl States {
    /// Nothing is remembered yet.
    #[must_use]
    pub fn new(log: Arc<dyn EventLog>, upcasters: Arc<Upcasters>) -> Self {
        Self {
            log,
            upcasters,
            purchases: HashMap::new(),
            wallets: HashMap::new(),
            transfers: HashMap::new(),
            operators: HashMap::new(),
            endpoints: HashMap::new(),
            stays: HashMap::new(),
            apps: HashMap::new(),
        }
    }

    /// The categories of streams that are told of.
    pub const CATEGORIES: [&'static str; 7] = [
        Purchase::CATEGORY,
        Wallet::CATEGORY,
        Transfer::CATEGORY,
        Operator::CATEGORY,
        Catalog::CATEGORY,
        Endpoint::CATEGORY,
        ParkingSession::CATEGORY,
    ];

    /// An event together with what it has to be read with; nothing for a category that is not told of.
    pub async fn passage(&mut self, event: &Recorded) -> Result<Option<Passage>, FeedError> {
        let (log, upcasters) = (Arc::clone(&self.log), Arc::clone(&self.upcasters));
        let read = Reader {
            log: &*log,
            upcasters: &upcasters,
        };
        let passage = match event.stream.category() {
            Purchase::CATEGORY => {
                let state = read.after(&mut self.purchases, event).await?;
                Passage::Purchase(event.lift(&upcasters)?, Box::new(state))
            }
            Wallet::CATEGORY => {
                let state = read.after(&mut self.wallets, event).await?;
                let app = self.app_of(event.stream.id()).await?;
                Passage::Wallet(event.lift(&upcasters)?, Box::new(state), app)
            }
            Transfer::CATEGORY => {
                let state = read.after(&mut self.transfers, event).await?;
                Passage::Transfer(event.lift(&upcasters)?, Box::new(state))
            }
            Operator::CATEGORY => {
                let state = read.after(&mut self.operators, event).await?;
                Passage::Operator(event.lift(&upcasters)?, Box::new(state))
            }
            Catalog::CATEGORY => {
                let what: CatalogEvent = event.lift(&upcasters)?;
                let stream = named::<Operator>(event.stream.id())?;
                let known = &mut self.operators;
                let operator = read.at(known, &stream, event.position).await?;
                Passage::Catalog(what, operator.map(Box::new))
            }
            Endpoint::CATEGORY => {
                let state = read.after(&mut self.endpoints, event).await?;
                Passage::Endpoint(event.lift(&upcasters)?, Box::new(state))
            }
            ParkingSession::CATEGORY => {
                let state = read.after(&mut self.stays, event).await?;
                Passage::Parking(event.lift(&upcasters)?, Box::new(state))
            }
            _ => return Ok(None),
        };
        Ok(Some(passage))
    }

    /// The app of a rider, by the id that the wallet has, too. It never changes.
    async fn app_of(&mut self, user: &str) -> Result<Option<AppId>, FeedError> {
        if let Some(app) = self.apps.get(user) {
            return Ok(Some(app.clone()));
        }
        let events = self.log.load(&named::<User>(user)?, 0).await?;
        let Some(first) = events.first() else {
            return Ok(None);
        };
        let UserEvent::Registered { app, .. } = first.lift(&self.upcasters)? else {
            return Ok(None);
        };
        if self.apps.len() >= REMEMBERED {
            self.apps.clear();
        }
        self.apps.insert(user.to_owned(), app.clone());
        Ok(Some(app))
    }
}

fn named<A: Aggregate>(id: &str) -> Result<StreamId, FeedError> {
    StreamId::new(A::CATEGORY, id).map_err(|error| FeedError::Corrupt(error.to_string()))
}

struct Reader<'a> {
    log: &'a dyn EventLog,
    upcasters: &'a Upcasters,
}

impl Reader<'_> {
    /// The state right after an event.
    async fn after<A: Aggregate>(&self, known: &mut Known<A>, event: &Recorded) -> Result<A, FeedError> {
        let before = match known.remove(&event.stream) {
            Some((version, state)) if version.checked_add(1) == Some(event.version) => Some(state),
            Some((version, state)) if version == event.version => {
                known.insert(event.stream.clone(), (version, state.clone()));
                return Ok(state);
            }
            _ if event.version == 1 => None,
            _ => {
                let state = self.at(known, &event.stream, event.position).await?;
                return state.ok_or_else(|| FeedError::Corrupt(format!("{} has no beginning", event.stream)));
            }
        };
        let state = self.fold(before, event)?;
        remember(known, &event.stream, event.version, &state);
        Ok(state)
    }

    /// The state of a stream as of a position.
    async fn at<A: Aggregate>(
        &self,
        known: &mut Known<A>,
        stream: &StreamId,
        position: Position,
    ) -> Result<Option<A>, FeedError> {
        let (mut version, mut state) = match known.remove(stream) {
            Some((version, state)) => (version, Some(state)),
            None => (0, None),
        };
        for event in self.log.load(stream, version).await? {
            if event.position > position {
                break;
            }
            state = Some(self.fold(state, &event)?);
            version = event.version;
        }
        if let Some(state) = &state {
            remember(known, stream, version, state);
        }
        Ok(state)
    }

    fn fold<A: Aggregate>(&self, state: Option<A>, event: &Recorded) -> Result<A, FeedError> {
        let what: A::Event = event.lift(self.upcasters)?;
        A::apply(state, &what).map_err(|error| {
            FeedError::Corrupt(format!("event {} of {}: {error}", event.position, event.stream))
        })
    }
}

fn remember<A: Aggregate>(known: &mut Known<A>, stream: &StreamId, version: Version, state: &A) {
    if known.len() >= REMEMBERED {
        known.clear();
    }
    known.insert(stream.clone(), (version, state.clone()));
}
