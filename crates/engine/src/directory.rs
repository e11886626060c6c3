//! Apps, operators, catalogs and access keys as of the last event seen: what every request looks things up in.
//!
//! A projection that lives in memory. It is rebuilt from the log at start and follows it afterwards, on every server;
//! [`Directory::reach`] waits until it shows one's own writes.

mod parking;
mod places;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use chrono::{DateTime, Utc};
use domain::{
    AccessKeyId, Aggregate, ApiKeyId, AppId, EndpointId, OperatorId, StripeAccountId,
    access::AccessKey,
    app::{App, KeyDigest, KeyKind},
    catalog::{Catalog, CatalogEvent, CatalogVersion},
    endpoint::{Endpoint, EndpointOwner},
    occupancy::Occupancy,
    operator::Operator,
};
use event_log::{EventLog, Filter, Position, Recorded, Tail, Upcasters, Version};
use places::Places;
use tokio::sync::watch;

pub use parking::{FoundLocation, Near, Nearby};

use crate::{Failure, handle::upcasters};

const BATCH: usize = 1_000;

/// How long wake-ups are relied on before the directory looks for itself.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// An app found by its key.
#[derive(Debug, Clone)]
pub struct KeyHolder {
    /// The app.
    pub app: Arc<App>,
    /// What the key may do.
    pub kind: KeyKind,
}

#[derive(Debug, Default)]
struct State {
    apps: HashMap<AppId, Arc<App>>,
    keys: HashMap<KeyDigest, (AppId, ApiKeyId)>,
    access_keys: BTreeMap<AccessKeyId, Arc<AccessKey>>,
    access_digests: HashMap<KeyDigest, AccessKeyId>,
    operators: BTreeMap<OperatorId, Arc<Operator>>,
    catalogs: HashMap<OperatorId, Arc<Catalog>>,
    endpoints: BTreeMap<EndpointId, Arc<Endpoint>>,
    /// How many events the stream of each catalog holds.
    catalog_versions: HashMap<OperatorId, Version>,
    /// Where there is parking.
    places: Places,
    /// How much room there is.
    occupancies: HashMap<OperatorId, Arc<Occupancy>>,
}

/// The directory. Everything it gives out is a consistent copy that later changes leave alone.
pub struct Directory {
    log: Arc<dyn EventLog>,
    upcasters: Upcasters,
    state: RwLock<State>,
    position: watch::Sender<Position>,
}

impl Directory {
    /// Reads the log up to its present head.
    pub async fn open(log: Arc<dyn EventLog>) -> Result<Self, Failure> {
        let directory = Self {
            log,
            upcasters: upcasters(),
            state: RwLock::default(),
            position: watch::Sender::new(Position::START),
        };
        let mut tail = directory.tail();
        loop {
            let batch = tail.try_batch(BATCH).await?;
            directory.take(&batch)?;
            directory.position.send_replace(tail.position());
            if batch.len() < BATCH {
                return Ok(directory);
            }
        }
    }

    fn tail(&self) -> Tail {
        let categories = [
            App::CATEGORY,
            Operator::CATEGORY,
            Catalog::CATEGORY,
            Occupancy::CATEGORY,
            AccessKey::CATEGORY,
            Endpoint::CATEGORY,
        ];
        Tail::new(
            Arc::clone(&self.log),
            *self.position.borrow(),
            Filter::categories(categories),
        )
    }

    /// Follows the log until told to stop. A log that cannot be read for a while is only a pause; an event that
    /// cannot be understood ends it, since what came after could not be trusted.
    pub async fn follow(&self, mut stop: watch::Receiver<bool>) -> Result<(), Failure> {
        let mut tail = self.tail();
        let mut wake = self.log.watch();
        loop {
            wake.mark_unchanged();
            match tail.try_batch(BATCH).await.map_err(Failure::from) {
                Ok(batch) => {
                    self.take(&batch)?;
                    // Also where nothing was for the directory: whoever waits for a position waits past that, too.
                    self.position.send_replace(tail.position());
                    if batch.len() == BATCH {
                        continue;
                    }
                }
                Err(failure) if failure.is_passing() || matches!(failure, Failure::Store(_)) => {
                    tracing::warn!(%failure, "the directory waits for the log");
                }
                Err(failure) => return Err(failure),
            }
            tokio::select! {
                () = appended(&mut wake) => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = stop.wait_for(|stop| *stop) => return Ok(()),
            }
        }
    }

    /// Waits until everything up to `position` is shown. Gives up after five seconds.
    pub async fn reach(&self, position: Position) -> Result<(), Failure> {
        let mut shown = self.position.subscribe();
        let reached = shown.wait_for(|shown| *shown >= position);
        match tokio::time::timeout(Duration::from_secs(5), reached).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Failure::Unavailable("the directory lags behind".to_owned())),
        }
    }

    fn take(&self, batch: &[Recorded]) -> Result<(), Failure> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        for recorded in batch {
            state.take(recorded, &self.upcasters)?;
        }
        Ok(())
    }

    fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// An app.
    #[must_use]
    pub fn app(&self, app: &AppId) -> Option<Arc<App>> {
        self.read(|state| state.apps.get(app).cloned())
    }

    /// Every app.
    #[must_use]
    pub fn apps(&self) -> Vec<Arc<App>> {
        self.read(|state| state.apps.values().cloned().collect())
    }

    /// Whose key has this digest at a moment. A revoked or outlived key and a suspended app have none.
    #[must_use]
    pub fn key_holder(&self, digest: &KeyDigest, at: DateTime<Utc>) -> Option<KeyHolder> {
        self.read(|state| {
            let (app, key) = state.keys.get(digest)?;
            let app = state.apps.get(app)?;
            let key = app.key(key).filter(|key| key.is_good(at))?;
            app.is_active().then(|| KeyHolder {
                app: Arc::clone(app),
                kind: key.key.kind,
            })
        })
    }

    /// The access key with this digest, if it is good at a moment.
    #[must_use]
    pub fn access_key_of(&self, digest: &KeyDigest, at: DateTime<Utc>) -> Option<Arc<AccessKey>> {
        self.read(|state| {
            let key = state.access_keys.get(state.access_digests.get(digest)?)?;
            key.is_good(at).then(|| Arc::clone(key))
        })
    }

    /// An access key, good or not.
    #[must_use]
    pub fn access_key(&self, key: &AccessKeyId) -> Option<Arc<AccessKey>> {
        self.read(|state| state.access_keys.get(key).cloned())
    }

    /// Every access key, in the order of issue.
    #[must_use]
    pub fn access_keys(&self) -> Vec<Arc<AccessKey>> {
        self.read(|state| state.access_keys.values().cloned().collect())
    }

    /// An operator.
    #[must_use]
    pub fn operator(&self, operator: &OperatorId) -> Option<Arc<Operator>> {
        self.read(|state| state.operators.get(operator).cloned())
    }

    /// Every operator, by id.
    #[must_use]
    pub fn operators(&self) -> Vec<Arc<Operator>> {
        self.read(|state| state.operators.values().cloned().collect())
    }

    /// The operators whose account this is. There is one at most, unless a marketplace file says otherwise.
    #[must_use]
    pub fn operators_paid_on(&self, account: &StripeAccountId) -> Vec<OperatorId> {
        let is_its = |it: &&Arc<Operator>| it.account().is_some_and(|known| known.account == *account);
        self.read(|state| {
            let theirs = state.operators.values().filter(is_its);
            theirs.map(|it| it.id().clone()).collect()
        })
    }

    /// The operators that an app is linked to, by id.
    #[must_use]
    pub fn operators_of(&self, app: &AppId) -> Vec<Arc<Operator>> {
        self.read(|state| {
            state
                .operators
                .values()
                .filter(|it| it.link(app).is_some())
                .cloned()
                .collect()
        })
    }

    /// An operator's catalog, all versions.
    #[must_use]
    pub fn catalog(&self, operator: &OperatorId) -> Option<Arc<Catalog>> {
        self.read(|state| state.catalogs.get(operator).cloned())
    }

    /// The catalog version that is in force at a moment.
    #[must_use]
    pub fn catalog_in_force(&self, operator: &OperatorId, at: DateTime<Utc>) -> Option<CatalogVersion> {
        self.catalog(operator)
            .and_then(|catalog| catalog.in_force(at).cloned())
    }

    /// A webhook endpoint, deleted or not.
    #[must_use]
    pub fn endpoint(&self, endpoint: &EndpointId) -> Option<Arc<Endpoint>> {
        self.read(|state| state.endpoints.get(endpoint).cloned())
    }

    /// The webhook endpoints of an app or an operator, in the order in which they were made.
    #[must_use]
    pub fn endpoints_of(&self, owner: &EndpointOwner) -> Vec<Arc<Endpoint>> {
        self.read(|state| {
            let all = state.endpoints.values();
            all.filter(|endpoint| endpoint.owner() == owner && !endpoint.is_deleted())
                .cloned()
                .collect()
        })
    }

    /// How many events the stream of an operator's catalog holds, as far as is seen. Who asks before looking anything
    /// up, and has the log hold on to it, can be sure that what was looked up is still so.
    #[must_use]
    pub(crate) fn catalog_stream_version(&self, operator: &OperatorId) -> Version {
        self.read(|state| state.catalog_versions.get(operator).copied())
            .unwrap_or_default()
    }

    /// Up to where the log is shown.
    #[must_use]
    pub fn position(&self) -> Position {
        *self.position.borrow()
    }
}

impl State {
    fn take(&mut self, recorded: &Recorded, upcasters: &Upcasters) -> Result<(), Failure> {
        let id = recorded.stream.id().to_owned();
        match recorded.stream.category() {
            App::CATEGORY => {
                let id = AppId::parse(id).map_err(|error| unreadable(recorded, &error))?;
                let (app, _) = fold(self.apps.remove(&id), recorded, upcasters)?;
                self.keys.retain(|_, (holder, _)| *holder != id);
                for key in app.keys() {
                    self.keys
                        .insert(key.key.sha256.clone(), (id.clone(), key.key.key.clone()));
                }
                self.apps.insert(id, Arc::new(app));
            }
            Operator::CATEGORY => {
                let id = OperatorId::parse(id).map_err(|error| unreadable(recorded, &error))?;
                let (operator, _) = fold(self.operators.remove(&id), recorded, upcasters)?;
                self.operators.insert(id, Arc::new(operator));
            }
            Occupancy::CATEGORY => {
                let id = OperatorId::parse(id).map_err(|error| unreadable(recorded, &error))?;
                let (occupancy, _) = fold(self.occupancies.remove(&id), recorded, upcasters)?;
                self.occupancies.insert(id, Arc::new(occupancy));
            }
            AccessKey::CATEGORY => {
                let id = AccessKeyId::parse(id).map_err(|error| unreadable(recorded, &error))?;
                let (key, _) = fold(self.access_keys.remove(&id), recorded, upcasters)?;
                self.access_digests.insert(key.sha256.clone(), id.clone());
                self.access_keys.insert(id, Arc::new(key));
            }
            Endpoint::CATEGORY => {
                let id = EndpointId::parse(id).map_err(|error| unreadable(recorded, &error))?;
                let (endpoint, _) = fold(self.endpoints.remove(&id), recorded, upcasters)?;
                self.endpoints.insert(id, Arc::new(endpoint));
            }
            Catalog::CATEGORY => {
                let id = OperatorId::parse(id).map_err(|error| unreadable(recorded, &error))?;
                let (catalog, event) = fold::<Catalog>(self.catalogs.remove(&id), recorded, upcasters)?;
                if let CatalogEvent::RatesPublished { location, .. } = event {
                    self.places.put(&id, location.id, location.position);
                }
                self.catalog_versions.insert(id.clone(), recorded.version);
                self.catalogs.insert(id, Arc::new(catalog));
            }
            _ => {}
        }
        Ok(())
    }
}

/// Returns when something was appended. A log that is closed in this process never says so.
async fn appended(wake: &mut watch::Receiver<Position>) {
    if wake.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}

fn fold<A: Aggregate>(
    state: Option<Arc<A>>,
    recorded: &Recorded,
    upcasters: &Upcasters,
) -> Result<(A, A::Event), Failure> {
    let event: A::Event = recorded
        .lift(upcasters)
        .map_err(|error| unreadable(recorded, &error))?;
    let state = A::apply(state.map(Arc::unwrap_or_clone), &event);
    Ok((state.map_err(|error| unreadable(recorded, &error))?, event))
}

fn unreadable(recorded: &Recorded, error: &dyn std::error::Error) -> Failure {
    Failure::Corrupt(format!(
        "event {} of {}: {error}",
        recorded.position, recorded.stream
    ))
}
