//! Every flag, and the environment variable that may stand in for it.

mod admin;
mod limits;
mod tls;

use std::{net::SocketAddr, path::PathBuf};

use chrono::TimeDelta;
use domain::parking::DebtRetries;

pub(crate) use admin::{
    ImportArgs, IssueArgs, IssuedKey, LinkArgs, OnboardArgs, RefundArgs, RotateArgs, RotatedKey, ServerArgs,
    ShowArgs, Shown, StandingArgs,
};
use clap::{Args, Parser, Subcommand, ValueEnum};
pub(crate) use limits::LimitArgs;
pub(crate) use tls::TlsArgs;

/// Where a server's administration key is kept when none is configured.
pub(crate) const ADMIN_KEY_FILE: &str = "switchyard-admin.key";

/// An event-sourced marketplace payments engine for mobility.
#[derive(Debug, Parser)]
#[command(name = "switchyard", version, about, propagate_version = true)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program does.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the ticketing, Coord and admin APIs.
    Serve(Box<ServeArgs>),
    /// Run the journeys over real HTTP against a fresh engine with a simulated Stripe, and tell the story.
    Demo(DemoArgs),
    /// Make the marketplace as a file declares it, through the admin API of a running server.
    Apply(ApplyArgs),
    /// Begin an operator's onboarding at Stripe, and print the address to send it to.
    Onboard(OnboardArgs),
    /// Let an operator and an app that agreed to it do business, or end that.
    Link(LinkArgs),
    /// Publish an operator's fares from a GTFS feed and what it cannot say.
    Import(ImportArgs),
    /// Give back a purchase, a pass or a book, whole or in part.
    Refund(RefundArgs),
    /// Let an operator sell nothing for now.
    Suspend(StandingArgs),
    /// Let it sell again.
    Reinstate(StandingArgs),
    /// Make a key and show it, once.
    Issue(IssueArgs),
    /// Make a key in the place of another; both are good for a while.
    Rotate(RotateArgs),
    /// Show what there is: tables for people, JSON for programs.
    Show(ShowArgs),
    /// Prove things about a database.
    Audit {
        /// What to prove.
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Read the books.
    Ledger {
        /// Which book.
        #[command(subcommand)]
        command: LedgerCommand,
    },
    /// Run the Stripe simulator by itself.
    StripeSim(StripeSimArgs),
}

/// Proofs.
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Check every invariant over the whole log. Works while a server runs; writes nothing.
    Verify(BooksArgs),
}

/// Books.
#[derive(Debug, Subcommand)]
pub(crate) enum LedgerCommand {
    /// The trial balance, derived from the log from its first event on.
    TrialBalance(BooksArgs),
}

/// `serve`
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Where to listen for HTTP.
    #[arg(long, env = "SWITCHYARD_HTTP", default_value = "127.0.0.1:8080")]
    pub http: SocketAddr,

    /// Where to listen for gRPC.
    #[arg(long, env = "SWITCHYARD_GRPC", default_value = "127.0.0.1:9090")]
    pub grpc: SocketAddr,

    /// What both listeners show clients.
    #[command(flatten)]
    pub tls: TlsArgs,

    /// The live environment's database: `sqlite:PATH` or `postgres://…`.
    #[arg(
        long,
        env = "SWITCHYARD_DATABASE",
        default_value = "sqlite:switchyard-live.db",
        hide_env_values = true
    )]
    pub database: String,

    /// The test environment's database: `sqlite:PATH` or `postgres://…`.
    #[arg(
        long,
        env = "SWITCHYARD_TEST_DATABASE",
        default_value = "sqlite:switchyard-test.db",
        hide_env_values = true
    )]
    pub test_database: String,

    /// Any base that speaks Stripe's API. By default Stripe's own for an environment with a Stripe key
    /// (`SWITCHYARD_STRIPE_TEST_KEY_<APP>`, `SWITCHYARD_STRIPE_LIVE_KEY_<APP>`); `test` without one gets the built-in
    /// simulator.
    #[arg(long, env = "SWITCHYARD_STRIPE_URL")]
    pub stripe_url: Option<String>,

    /// The address under which clients reach the HTTP listener: receipts are linked to there. By default where it
    /// listens.
    #[arg(long, env = "SWITCHYARD_PUBLIC_URL", value_parser = public_url)]
    pub public_url: Option<String>,

    /// A marketplace file to apply at start.
    #[arg(long, env = "SWITCHYARD_MARKETPLACE")]
    pub marketplace: Option<PathBuf>,

    /// The key of the admin API, at least 24 characters. Without one a key is made and kept in
    /// `switchyard-admin.key` in the working directory, where `apply` looks for it.
    #[arg(long, env = "SWITCHYARD_ADMIN_KEY", hide_env_values = true)]
    pub admin_key: Option<String>,

    /// 32 bytes in hexadecimal or base64 under which sealing keys are stored wrapped.
    #[arg(long, env = "SWITCHYARD_MASTER_KEY", hide_env_values = true)]
    pub master_key: Option<String>,

    /// Seconds after which Stripe is asked again about an account that cannot take charges yet; the others are asked
    /// about sixty times as seldom.
    #[arg(
        long,
        env = "SWITCHYARD_ACCOUNT_POLL",
        default_value_t = 60,
        value_parser = clap::value_parser!(u32).range(1..=86_400)
    )]
    pub account_poll: u32,

    /// Seconds after which Stripe's own list is asked for events that were told and never heard here.
    #[arg(
        long,
        env = "SWITCHYARD_EVENT_POLL",
        default_value_t = 300,
        value_parser = clap::value_parser!(u32).range(1..=86_400)
    )]
    pub event_poll: u32,

    /// Seconds after the first, second and third failed attempt at which what a rider owes for a stay is tried again.
    #[arg(
        long,
        env = "SWITCHYARD_DEBT_RETRIES",
        default_value = "3600,86400,259200",
        value_parser = debt_retries
    )]
    pub debt_retries: DebtRetries,

    /// For local use: webhooks may go to private addresses, and over plain HTTP. Never where others can make endpoints.
    #[arg(long, env = "SWITCHYARD_WEBHOOK_ALLOW_PRIVATE")]
    pub webhook_allow_private: bool,

    /// What clients may take.
    #[command(flatten)]
    pub limits: LimitArgs,

    /// How log lines are written.
    #[arg(long, env = "SWITCHYARD_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
}

/// An absolute address that paths can be put after, without a slash at its end.
fn public_url(text: &str) -> Result<String, String> {
    let base = text.trim_end_matches('/');
    match domain::app::WebUrl::parse(base) {
        Ok(_) if base.contains(['?', '#']) => Err("it has a query or a fragment".to_owned()),
        Ok(url) => Ok(url.as_str().to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// Three waits in seconds, with commas between.
fn debt_retries(text: &str) -> Result<DebtRetries, String> {
    let waits: Option<Vec<TimeDelta>> = text
        .split(',')
        .map(|wait| wait.trim().parse::<u32>().ok().filter(|wait| *wait > 0))
        .map(|wait| wait.map(|wait| TimeDelta::seconds(wait.into())))
        .collect();
    let waits = waits.and_then(|waits| <[TimeDelta; 3]>::try_from(waits).ok());
    let waits =
        waits.ok_or_else(|| "three numbers of seconds, with commas between, are wanted".to_owned())?;
    Ok(DebtRetries::after(waits))
}

/// `demo`
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Where the demo keeps its database; a temporary folder that goes away afterwards, unless given.
    #[arg(long)]
    pub keep: Option<PathBuf>,
}

/// `apply`
#[derive(Debug, Args)]
pub(crate) struct ApplyArgs {
    /// The marketplace file (YAML; JSON is YAML too).
    pub file: PathBuf,

    /// Print what would change, and change nothing.
    #[arg(long)]
    pub dry_run: bool,

    /// The server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `audit verify`, `ledger trial-balance`
#[derive(Debug, Args)]
pub(crate) struct BooksArgs {
    /// The database, the live environment's unless given: `sqlite:PATH` or `postgres://…`.
    #[arg(
        long,
        env = "SWITCHYARD_DATABASE",
        default_value = "sqlite:switchyard-live.db",
        hide_env_values = true
    )]
    pub database: String,

    /// Print JSON for programs.
    #[arg(long)]
    pub json: bool,
}

/// `stripe-sim`
#[derive(Debug, Args)]
pub(crate) struct StripeSimArgs {
    /// Where to listen.
    #[arg(long, env = "SWITCHYARD_STRIPE_SIM", default_value = "127.0.0.1:12111")]
    pub listen: SocketAddr,

    /// Where to keep what happened, so that it outlives the process.
    #[arg(long)]
    pub journal: Option<PathBuf>,

    /// Makes the simulator's ids and faults repeatable.
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
}

/// An environment that has a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EnvironmentName {
    /// Test accounts and test cards.
    Test,
    /// Real accounts and real money.
    Live,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_address_is_one_that_paths_can_be_put_after() {
        let taken = public_url("https://pay.example/transit/");
        assert_eq!(taken.as_deref(), Ok("https://pay.example/transit"));
        for bad in [
            "pay.example",
            "ftp://pay.example",
            "https://",
            "https://a.example?b",
            "https://a.example#b",
        ] {
            assert!(public_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn debts_are_tried_again_after_three_waits_or_the_setting_is_refused() {
        let said = debt_retries("3600, 86400,259200").unwrap();
        assert_eq!(said, DebtRetries::default());
        for wrong in ["", "1,2", "1,2,3,4", "0,1,1", "1,1,x", "-1,1,1"] {
            assert!(debt_retries(wrong).is_err(), "{wrong:?}");
        }
    }
}
