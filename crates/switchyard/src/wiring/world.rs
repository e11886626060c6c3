//! One environment, put together: database, vault, Stripe, engine, and what runs beside them.

use std::sync::Arc;

use anyhow::Context as _;
use domain::OperatorId;
use edge::{api_key::Environment, marketplace::MarketplaceDocument};
use engine::{
    AccountProvisioner, Actor, Background, Context, Engine, Parts, Refreshed, Settings, SystemHost, Webhooks,
    outbox::{Outbox, Policy},
};
use event_log::Database;
use payments::{Stripe, StripeConfig};
use projector::Projector;
use vault::{MasterKey, Vault};

use super::StripeKeys;

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
    /// Where accounts come from when Stripe is simulated.
    pub provisioner: Option<Arc<dyn AccountProvisioner>>,
    /// What sealing keys are wrapped with.
    pub master_key: Option<MasterKey>,
    /// Where webhooks may go.
    pub webhooks: Policy,
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
        let mut stripe = StripeConfig::default();
        if let Some(url) = config.stripe_url {
            url.trim_end_matches('/').clone_into(&mut stripe.base_url);
        }
        let parts = Parts {
            log: database.log(),
            vault: Arc::new(vault),
            gateway: Arc::new(Stripe::new(&stripe).with_context(|| named("cannot talk to Stripe"))?),
            platforms: Arc::new(config.keys),
            provisioner: config.provisioner,
            webhooks: Webhooks::over_http(Outbox::of(&database), config.webhooks)
                .with_context(|| named("cannot send webhooks"))?,
            host: Arc::new(SystemHost),
            settings: Settings {
                name: environment.name(),
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
                Ok(Refreshed::Unanswered) => {
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

/// Reads the master key, if one is configured.
pub(crate) fn master_key(text: Option<&str>) -> anyhow::Result<Option<MasterKey>> {
    text.map(MasterKey::parse)
        .transpose()
        .context("the master key is not usable")
}
