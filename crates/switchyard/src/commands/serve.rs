//! `switchyard serve`

use std::{net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use anyhow::{Context, bail};
use edge::{EdgeConfig, api_key::Environment};
use engine::outbox::Policy;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use stripe_sim::{Config as SimConfig, Server as Simulator};
use tokio::{net::TcpListener, sync::watch};

use crate::{
    commands::apply::read_marketplace,
    config::{ADMIN_KEY_FILE, ServeArgs},
    wiring::{Simulation, StripeKeys, World, WorldConfig, log_to_stderr, master_key},
};

/// Keys shorter than this could be guessed.
const ADMIN_KEY_LENGTH: usize = 24;

pub(crate) async fn serve(args: ServeArgs) -> anyhow::Result<ExitCode> {
    log_to_stderr(args.log_format);
    let metrics = record_metrics()?;
    let admin_key = admin_key(args.admin_key.clone())?;
    let tls = args.tls.tls()?;
    let document = args.marketplace.as_deref().map(read_marketplace).transpose()?;
    let simulator = simulator_for(&args).await?;
    // A simulated Stripe is told our address before anything happens there; what comes before we serve waits.
    let http = listen(args.http).await?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let own = format!("{scheme}://{}", http.local_addr()?);
    let (mut test, mut live) = open_worlds(&args, simulator.as_ref(), &own).await?;
    if let Some(document) = &document {
        for world in [&test, &live] {
            let events = world
                .declare(document)
                .await
                .context("cannot apply the marketplace file")?;
            tracing::info!(
                environment = world.environment.name(),
                events,
                "marketplace applied"
            );
        }
    } else {
        test.refresh_accounts().await;
        live.refresh_accounts().await;
    }
    let grpc = listen(args.grpc).await?;
    let stop = watch::Sender::new(false);
    let edge = edge::Edge::new(EdgeConfig {
        test: Arc::clone(&test.engine),
        live: Some(Arc::clone(&live.engine)),
        admin_key,
        public_url: args.public_url.clone().unwrap_or(own),
        metrics: Arc::new(move || metrics.render()),
        limits: args.limits.limits()?,
    })?;
    let mut servers = tokio::task::JoinSet::new();
    let (http_addr, grpc_addr) = (http.local_addr()?, grpc.local_addr()?);
    servers.spawn(edge::serve_http(
        http,
        edge.clone(),
        tls.clone(),
        stop.subscribe(),
    ));
    servers.spawn(edge::serve_grpc(grpc, edge.clone(), tls, stop.subscribe()));
    tracing::info!(http = %http_addr, grpc = %grpc_addr, "ready");
    let ended = tokio::select! {
        () = stop_signal() => None,
        failure = test.failed() => Some(failure),
        failure = live.failed() => Some(failure),
    };
    tracing::info!("draining");
    edge.drain();
    stop.send_replace(true);
    while servers.join_next().await.is_some() {}
    test.close().await;
    live.close().await;
    if let Some(simulator) = simulator {
        simulator.stop().await;
    }
    match ended {
        None => Ok(ExitCode::SUCCESS),
        Some(failure) => Err(failure).context("a background task broke"),
    }
}

/// Upper bounds of the latency histograms, in seconds.
const BUCKETS: [f64; 14] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// How often recorded samples are folded into the histograms, so that they do not pile up when nobody scrapes.
const UPKEEP: Duration = Duration::from_secs(5);

fn record_metrics() -> anyhow::Result<PrometheusHandle> {
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)
        .context("cannot lay out the histograms")?;
    let metrics = builder.install_recorder().context("cannot record metrics")?;
    let upkeep = metrics.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(UPKEEP).await;
            upkeep.run_upkeep();
        }
    });
    Ok(metrics)
}

async fn listen(addr: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(addr)
        .await
        .with_context(|| format!("cannot listen on {addr}"))
}

/// The built-in simulator, where `test` has neither a Stripe key nor another base to talk to.
async fn simulator_for(args: &ServeArgs) -> anyhow::Result<Option<Simulator>> {
    if args.stripe_url.is_some() || !StripeKeys::from_environment(Environment::Test).is_empty() {
        return Ok(None);
    }
    let journal = match args.test_database.strip_prefix("sqlite:") {
        Some(path) => PathBuf::from(format!("{}.stripe-sim", path.trim_start_matches("//"))),
        None => PathBuf::from("switchyard-test.stripe-sim"),
    };
    let config = SimConfig {
        journal: Some(journal),
        ..SimConfig::default()
    };
    let simulator = Simulator::start(config)
        .await
        .context("cannot start the Stripe simulator")?;
    tracing::info!(
        url = simulator.url(),
        "test runs on the built-in Stripe simulator"
    );
    Ok(Some(simulator))
}

async fn open_worlds(
    args: &ServeArgs,
    simulator: Option<&Simulator>,
    own: &str,
) -> anyhow::Result<(World, World)> {
    let ask_every = Duration::from_secs(u64::from(args.account_poll));
    let missed_events_every = Duration::from_secs(u64::from(args.event_poll));
    let test_keys = StripeKeys::from_environment(Environment::Test);
    let unreal = test_keys.is_empty();
    let test_url = simulator.map(Simulator::url).or_else(|| args.stripe_url.clone());
    let simulation = test_url.clone().filter(|_| unreal).map(|base| Simulation {
        base,
        webhook: format!("{}/webhooks/stripe/test", reachable(own)),
    });
    let webhooks = Policy {
        allow_private: args.webhook_allow_private,
    };
    let test = World::open(WorldConfig {
        environment: Environment::Test,
        database: &args.test_database,
        stripe_url: test_url.as_deref(),
        keys: if unreal { test_keys.simulated() } else { test_keys },
        simulation,
        ask_every,
        missed_events_every,
        debt_retries: args.debt_retries,
        master_key: master_key(args.master_key.as_deref())?,
        webhooks,
    })
    .await?;
    let live = World::open(WorldConfig {
        environment: Environment::Live,
        database: &args.database,
        stripe_url: args.stripe_url.as_deref(),
        keys: StripeKeys::from_environment(Environment::Live),
        simulation: None,
        ask_every,
        missed_events_every,
        debt_retries: args.debt_retries,
        master_key: master_key(args.master_key.as_deref())?,
        webhooks,
    })
    .await?;
    Ok((test, live))
}

/// An address that somebody on the same machine can connect to: listening everywhere is no place to go to.
fn reachable(own: &str) -> String {
    own.replace("//0.0.0.0:", "//127.0.0.1:")
        .replace("//[::]:", "//[::1]:")
}

/// The configured admin key, or one that is made once and kept beside the databases, readable by its owner only.
fn admin_key(configured: Option<String>) -> anyhow::Result<String> {
    if let Some(key) = configured {
        if key.len() < ADMIN_KEY_LENGTH {
            bail!("the admin key is shorter than {ADMIN_KEY_LENGTH} characters");
        }
        return Ok(key);
    }
    match std::fs::read_to_string(ADMIN_KEY_FILE) {
        Ok(key) if key.trim().len() >= ADMIN_KEY_LENGTH => return Ok(key.trim().to_owned()),
        Ok(_) => bail!("{ADMIN_KEY_FILE} holds no usable key; delete it to have one made"),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).context(format!("cannot read {ADMIN_KEY_FILE}")),
    }
    let key = fresh_key()?;
    keep_private(&key).with_context(|| format!("cannot write {ADMIN_KEY_FILE}"))?;
    tracing::info!(file = ADMIN_KEY_FILE, "made an admin key");
    Ok(key)
}

fn fresh_key() -> anyhow::Result<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    Ok(bytes
        .iter()
        .fold(String::from("ak_"), |text, byte| text + &format!("{byte:02x}")))
}

fn keep_private(key: &str) -> std::io::Result<()> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(ADMIN_KEY_FILE)?;
    writeln!(file, "{key}")
}

/// Waits for SIGTERM or Ctrl-C.
pub(crate) async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = terminate.recv() => {}
                () = interrupt => {}
            }
        }
        Err(_) => interrupt.await,
    }
}
