//! `switchyard stripe-sim`: the simulator by itself.

use std::process::ExitCode;

use anyhow::Context;
use stripe_sim::{Config, Server};

use crate::{
    config::{LogFormat, StripeSimArgs},
    wiring::log_to_stderr,
};

pub(crate) async fn stripe_sim(args: StripeSimArgs) -> anyhow::Result<ExitCode> {
    log_to_stderr(LogFormat::Text);
    let config = Config {
        addr: args.listen,
        seed: args.seed,
        journal: args.journal,
        ..Config::default()
    };
    let server = Server::start(config)
        .await
        .context("cannot start the Stripe simulator")?;
    tracing::info!(url = server.url(), "the Stripe simulator is ready");
    super::serve::stop_signal().await;
    server.stop().await;
    Ok(ExitCode::SUCCESS)
}
