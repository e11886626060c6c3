//! One environment, put together: database, vault, Stripe, engine, and what runs beside them.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use domain::{OperatorId, parking::DebtRetries};
use edge::{api_key::Environment, marketplace::MarketplaceDocument};
use engine::{
    AccountProvisioner, Actor, Background, Context, Engine, Parts, Refreshed, Settings, SystemHost, Webhooks,
    outbox::{Outbox, Policy},
};
use event_log::Database;
use payments::{Secret, Stripe, StripeConfig};
use projector::Projector;
use vault::{MasterKey, Purpose, Vault};

use super::{Listening, SimulatedAccounts, StripeKeys};

/// What one environment needs to know.
pub(crate) struct WorldConfig<'a> {
    /// `test` or `live`.
    pub environment: Environment,
    /// `sqlite:PATH` or `postgres://…`
    pub database: &'a str,
    /// Where Stripe is; its own address unless given.
    pub stripe_url: Option<&'a str>,
    /// The apps' platform keys.
    pub keys: StripeKeys,
    /// How accounts are made and events are heard of when Stripe is simulated.
    pub simulation: Option<Simulation>,
    /// How often Stripe is asked about an account that cannot take charges yet.
    pub ask_every: Duration,
    /// How often Stripe is asked for events that nobody here heard.
    pub missed_events_every: Duration,
    /// When what is owed for a stay is tried again.
    pub debt_retries: DebtRetries,
    /// What sealing keys are wrapped with.
    pub master_key: Option<MasterKey>,
    /// Where webhooks may go.
    pub webhooks: Policy,
}

/// A simulated Stripe, and where it reaches us.
pub(crate) struct Simulation {
    /// Its base.
    pub base: String,
    /// Where it is to post its events.
    pub webhook: String,
}

/// One running environment.
pub(crate) struct World {
    /// `test` or `live`.
    pub environment: Environment,
    /// Its engine.
    pub engine: Arc<Engine>,
    /// Its database.
    pub database: Database,
    background: Background,
}

impl World {
    /// Opens everything, finishes what a crash left, and starts what runs beside the requests.
    pub(crate) async fn open(config: WorldConfig<'_>) -> anyhow::Result<Self> {
        let environment = config.environment;
        let named = |what: &str| format!("{} environment: {what}", environment.name());
        let database = Database::open(config.database)
            .await
            .with_context(|| named("cannot open the database"))?;
        let vault = Vault::open(&database, config.master_key)
            .await
            .with_context(|| named("cannot open the vault"))?;
        let mut keys = config.keys;
        let mut provisioner = None;
        if let Some(simulation) = config.simulation {
            let secret = simulated_secret(&vault);
            keys = keys.believing(secret.clone());
            let listening = Listening {
                url: simulation.webhook,
                secret,
            };
            let accounts = SimulatedAccounts::new(&simulation.base, listening)?;
            provisioner = Some(Arc::new(accounts) as Arc<dyn AccountProvisioner>);
        }
        let mut stripe = StripeConfig::default();
        if let Some(url) = config.stripe_url {
            url.trim_end_matches('/').clone_into(&mut stripe.base_url);
        }
        let parts = Parts {
            log: database.log(),
            vault: Arc::new(vault),
            gateway: Arc::new(Stripe::new(&stripe).with_context(|| named("cannot talk to Stripe"))?),
            platforms: Arc::new(keys),
            provisioner,
            webhooks: Webhooks::over_http(Outbox::of(&database), config.webhooks)
                .with_context(|| named("cannot send webhooks"))?,
            host: Arc::new(SystemHost),
            settings: Settings {
                name: environment.name(),
                ask_every: config.ask_every,
                missed_events_every: config.missed_events_every,
                debt_retries: config.debt_retries,
                ..Settings::default()
            },
        };
        let engine = Arc::new(
            Engine::open(parts)
                .await
                .with_context(|| named("cannot read the log"))?,
        );
        let projector = Projector::new(&database, engine::handle::upcasters());
        let background = Background::start(&engine, &database, projector)
            .await
            .with_context(|| named("cannot take up unfinished work"))?;
        Ok(Self {
            environment,
            engine,
            database,
            background,
        })
    }

    /// Makes the marketplace as declared, and asks Stripe about every operator's account.
    pub(crate) async fn declare(&self, document: &MarketplaceDocument) -> anyhow::Result<usize> {
        let declaration = edge::marketplace::declaration(document, self.environment)?;
        let context = Context::of_request(Actor::Marketplace, None, "start");
        let differences = self.engine.declare(&context, &declaration).await?;
        self.refresh_accounts().await;
        Ok(differences.iter().map(|difference| difference.events.len()).sum())
    }

    /// Asks Stripe about every operator's account. One that does not answer stays as it was.
    pub(crate) async fn refresh_accounts(&self) {
        let operators: Vec<OperatorId> = self
            .engine
            .directory()
            .operators()
            .iter()
            .map(|operator| operator.id().clone())
            .collect();
        let context = Context::of_request(Actor::Resolver, None, "start");
        for operator in operators {
            match self.engine.refresh_account(&context, &operator).await {
                Ok(Refreshed::Known { charges_enabled }) => {
                    tracing::debug!(%operator, charges_enabled, "account refreshed");
                }
                Ok(Refreshed::NotAskable) => tracing::debug!(%operator, "no account to ask about"),
                Ok(Refreshed::Unanswered | Refreshed::Refused) => {
                    tracing::warn!(%operator, "Stripe did not tell about the account");
                }
                Err(failure) => tracing::warn!(%operator, %failure, "the account could not be refreshed"),
            }
        }
    }

    /// The first background task that broke. A healthy world never returns from here.
    pub(crate) async fn failed(&mut self) -> engine::Failure {
        self.background.failed().await
    }

    /// Lets everything finish what it is at.
    pub(crate) async fn close(self) {
        self.background.stop().await;
        self.database.close().await;
    }
}

/// What a simulated Stripe signs with: the same for the life of the database, so that servers that share it believe
/// each other's.
fn simulated_secret(vault: &Vault) -> Secret {
    let seed = vault.derive_signing_seed(Purpose::SimulatedEvents);
    let hex = seed
        .iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    Secret::new(format!("whsec_{hex}"))
}

/// Reads the master key, if one is configured.
pub(crate) fn master_key(text: Option<&str>) -> anyhow::Result<Option<MasterKey>> {
    text.map(MasterKey::parse)
        .transpose()
        .context("the master key is not usable")
}
