//! One environment's engine: a log, a vault, a directory, and a way to Stripe.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use domain::{AppId, StripeAccountId, parking::DebtRetries};
use event_log::{EventLog, Store};
use payments::{Gateway, Platform, Secret};
use vault::Vault;

use crate::{
    AccountProvisioner, Directory, Failure, Host, Webhooks, flights::Flights, handle::Repository, poll::Asked,
};

/// Where an app's platform credentials come from. They are configuration and never stand in the log.
pub trait PlatformKeys: Send + Sync + 'static {
    /// The platform account's secret key, if this process was given one.
    fn platform(&self, app: &AppId) -> Option<Platform>;

    /// By which name Stripe's consent page knows the platform (`ca_…`); without one operators cannot be sent there.
    fn client_id(&self, _app: &AppId) -> Option<String> {
        None
    }

    /// What Stripe signs its events with: one secret for each endpoint that is registered there, and two while one is
    /// being replaced. Without any, no event is believed.
    fn event_secrets(&self) -> Vec<Secret> {
        Vec::new()
    }
}

/// How long the engine waits for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// For how long one request keeps asking Stripe before it answers "try again".
    pub request_patience: Duration,
    /// For how long the resolver stays with one purchase before it looks at the next.
    pub resolver_patience: Duration,
    /// How old a purchase may be that still starts to charge. Older ones are looked up at Stripe and, where nothing
    /// was taken, given up: nobody should be charged for an intent of yesterday.
    pub stale_after: Duration,
    /// How often the resolver looks for what was left unfinished.
    pub resolve_every: Duration,
    /// How often Stripe is asked about an account that cannot take charges yet. The others are asked about sixty times
    /// as seldom.
    pub ask_every: Duration,
    /// How often Stripe is asked for events that it told and nobody here heard.
    pub missed_events_every: Duration,
    /// When what is owed for a stay is tried again.
    pub debt_retries: DebtRetries,
    /// What tells this engine's gauges from those of others in the same process.
    pub name: &'static str,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            request_patience: Duration::from_secs(20),
            resolver_patience: Duration::from_secs(5),
            stale_after: Duration::from_mins(15),
            resolve_every: Duration::from_secs(5),
            ask_every: Duration::from_mins(1),
            missed_events_every: Duration::from_mins(5),
            debt_retries: DebtRetries::default(),
            name: "only",
        }
    }
}

/// What an engine is made of.
pub struct Parts {
    /// The only source of truth.
    pub log: Arc<dyn EventLog>,
    /// What must stay erasable.
    pub vault: Arc<Vault>,
    /// Stripe.
    pub gateway: Arc<dyn Gateway>,
    /// Whose keys Stripe is asked with.
    pub platforms: Arc<dyn PlatformKeys>,
    /// Where accounts come from when Stripe is simulated.
    pub provisioner: Option<Arc<dyn AccountProvisioner>>,
    /// How apps and operators are told what happens.
    pub webhooks: Webhooks,
    /// Time and ids.
    pub host: Arc<dyn Host>,
    /// How long to wait for whom.
    pub settings: Settings,
}

/// One environment's engine. Cheap to share; everything in it may be used concurrently.
pub struct Engine {
    repository: Repository,
    directory: Directory,
    vault: Arc<Vault>,
    gateway: Arc<dyn Gateway>,
    platforms: Arc<dyn PlatformKeys>,
    provisioner: Option<Arc<dyn AccountProvisioner>>,
    webhooks: Webhooks,
    host: Arc<dyn Host>,
    settings: Settings,
    /// What tells this start of this server from every other.
    name: String,
    flights: Flights,
    asked: Asked,
    walked: Asked<String>,
    /// The read models, from when they are kept up to date.
    views: OnceLock<Store>,
}

impl Engine {
    /// Reads the directory up to the log's head. Nothing runs in the background yet: see [`crate::Background`].
    pub async fn open(parts: Parts) -> Result<Self, Failure> {
        let directory = Directory::open(Arc::clone(&parts.log)).await?;
        let name = parts.host.fresh_id().to_string();
        Ok(Self {
            name,
            repository: Repository::new(parts.log).sealing_answers(Arc::clone(&parts.vault)),
            directory,
            vault: parts.vault,
            gateway: parts.gateway,
            platforms: parts.platforms,
            provisioner: parts.provisioner,
            webhooks: parts.webhooks,
            host: parts.host,
            settings: parts.settings,
            flights: Flights::default(),
            asked: Asked::default(),
            walked: Asked::default(),
            views: OnceLock::new(),
        })
    }

    /// Apps, operators and catalogs as of the last event seen.
    #[must_use]
    pub const fn directory(&self) -> &Directory {
        &self.directory
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Time and ids.
    #[must_use]
    pub fn host(&self) -> &dyn Host {
        &*self.host
    }

    /// The log.
    #[must_use]
    pub fn log(&self) -> &Arc<dyn EventLog> {
        self.repository.log()
    }

    /// Sealing keys, login sessions, signatures.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// How apps and operators are told what happens.
    #[must_use]
    pub const fn webhooks(&self) -> &Webhooks {
        &self.webhooks
    }

    /// How long to wait for whom.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) const fn repository(&self) -> &Repository {
        &self.repository
    }

    pub(crate) fn gateway(&self) -> &dyn Gateway {
        &*self.gateway
    }

    pub(crate) fn provisioner(&self) -> Option<&dyn AccountProvisioner> {
        self.provisioner.as_deref()
    }

    /// Lets reports be read. Told again, nothing changes.
    pub(crate) fn reads(&self, views: &Store) {
        self.views.get_or_init(|| views.clone());
    }

    pub(crate) fn views(&self) -> Result<&Store, Failure> {
        let early = || Failure::Unavailable("the read models are not kept up to date yet".to_owned());
        self.views.get().ok_or_else(early)
    }

    pub(crate) const fn flights(&self) -> &Flights {
        &self.flights
    }

    pub(crate) const fn asked(&self) -> &Asked {
        &self.asked
    }

    /// Whose events were last walked by this process, and when.
    pub(crate) const fn walked(&self) -> &Asked<String> {
        &self.walked
    }

    pub(crate) fn client_id(&self, app: &AppId) -> Option<String> {
        self.platforms.client_id(app)
    }

    pub(crate) fn event_secrets(&self) -> Vec<Secret> {
        self.platforms.event_secrets()
    }

    pub(crate) fn platform(&self, app: &AppId) -> Option<Platform> {
        self.platforms.platform(app)
    }

    /// An app's key, if it is this platform account's: under any other account the ids would be somebody else's.
    pub(crate) fn platform_on(&self, app: &AppId, account: &StripeAccountId) -> Option<Platform> {
        let platform = self.platform(app)?;
        let owner = match &platform.account {
            Some(owner) => Some(owner.clone()),
            None => self
                .directory
                .app(app)
                .and_then(|app| app.platform().map(|it| it.account.clone())),
        };
        (owner.as_ref() == Some(account)).then_some(platform)
    }
}
