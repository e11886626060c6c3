//! A fresh engine with the simulator, behind real HTTP on ports of their own.

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::{Context, ensure};
use domain::parking::DebtRetries;
use edge::{Edge, EdgeConfig, Limits, api_key::Environment};
use engine::outbox::Policy;
use reqwest::Client;
use serde_json::Value;
use stripe_sim::{Config as SimConfig, Control, Server as Simulator};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use crate::wiring::{Simulation, StripeKeys, World, WorldConfig};

const ADMIN_KEY: &str = "ak_demo_only_0000000000000000";

/// The marketplace that is in the repository.
pub(crate) const MARKETPLACE: &str = include_str!("../../../../../demo/marketplace.yaml");

/// Everything the journeys need.
pub(crate) struct Stage {
    /// Where the engine listens.
    pub(crate) base: String,
    /// Talks to it.
    pub(crate) client: Client,
    /// The engine itself, for reading its log.
    pub(crate) world: World,
    simulator: Simulator,
    server: JoinHandle<std::io::Result<()>>,
    stop: watch::Sender<bool>,
}

impl Stage {
    /// Sets everything up in an empty folder.
    pub(crate) async fn set(folder: &Path) -> anyhow::Result<Self> {
        let file = folder.join("demo.db");
        ensure!(!file.exists(), "{} exists already", file.display());
        let journal = Some(folder.join("demo.db.stripe-sim"));
        let simulator = Simulator::start(SimConfig {
            journal,
            ..SimConfig::default()
        })
        .await
        .context("cannot start the Stripe simulator")?;
        let stripe_url = simulator.url();
        let listener = TcpListener::bind("127.0.0.1:0").await.context("cannot listen")?;
        let base = format!("http://{}", listener.local_addr()?);
        let world = World::open(WorldConfig {
            environment: Environment::Test,
            database: &format!("sqlite:{}", file.display()),
            stripe_url: Some(&stripe_url),
            keys: StripeKeys::simulated_only(),
            simulation: Some(Simulation {
                base: stripe_url.clone(),
                webhook: format!("{base}/webhooks/stripe/test"),
            }),
            ask_every: Duration::from_mins(1),
            missed_events_every: Duration::from_mins(5),
            debt_retries: DebtRetries::default(),
            master_key: None,
            webhooks: Policy::default(),
        })
        .await?;
        let edge = Edge::new(EdgeConfig {
            test: Arc::clone(&world.engine),
            live: None,
            admin_key: ADMIN_KEY.to_owned(),
            public_url: base.clone(),
            metrics: Arc::new(String::new),
            limits: Limits::default(),
        })?;
        let stop = watch::Sender::new(false);
        let server = tokio::spawn(edge::serve_http(listener, edge, None, stop.subscribe()));
        Ok(Self {
            base,
            client: Client::new(),
            world,
            simulator,
            server,
            stop,
        })
    }

    /// Where the simulator listens.
    pub(crate) fn stripe_url(&self) -> String {
        self.simulator.url()
    }

    /// What only Stripe's own dashboard could do.
    pub(crate) fn stripe(&self) -> Control {
        self.simulator.control()
    }

    /// Applies a marketplace document through the admin API; gives the number of events it took.
    pub(crate) async fn apply(&self, document: &str) -> anyhow::Result<usize> {
        let document: edge::marketplace::MarketplaceDocument = serde_saphyr::from_str(document)?;
        let answer = self
            .admin("marketplace", Some(serde_json::to_value(document)?))
            .await?;
        let changes = answer
            .get("changes")
            .and_then(Value::as_array)
            .context("no changes in the answer")?;
        Ok(changes
            .iter()
            .filter_map(|change| change.get("events")?.as_array())
            .map(Vec::len)
            .sum())
    }

    /// One call of the admin API.
    pub(crate) async fn admin(&self, path: &str, body: Option<Value>) -> anyhow::Result<Value> {
        let url = format!("{}/admin/v1/test/{path}", self.base);
        let request = self.client.post(url).bearer_auth(ADMIN_KEY);
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        let answer = request.send().await?;
        let status = answer.status();
        let body = answer.text().await?;
        ensure!(status.is_success(), "the admin API refused ({status}): {body}");
        Ok(serde_json::from_str(&body)?)
    }

    /// Takes everything down.
    pub(crate) async fn strike(self) {
        self.stop.send_replace(true);
        // Idle connections of our own client would keep a graceful stop waiting.
        drop(self.client);
        self.server.abort();
        self.world.close().await;
        self.simulator.stop().await;
    }
}
