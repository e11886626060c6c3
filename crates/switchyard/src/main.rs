//! The binary: command line, configuration, wiring.

mod commands;
mod config;
mod wiring;

use std::process::ExitCode;

use clap::Parser;

use crate::config::{AuditCommand, Cli, Command, LedgerCommand};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&anyhow::Error::new(error).context("cannot start the runtime")),
    };
    match runtime.block_on(run(cli.command)) {
        Ok(code) => code,
        Err(error) => failed(&error),
    }
}

async fn run(command: Command) -> anyhow::Result<ExitCode> {
    // One process-wide choice; a second call could only repeat it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match command {
        Command::Serve(args) => commands::serve(*args).await,
        Command::Demo(args) => commands::demo(args).await,
        Command::Apply(args) => commands::apply(args).await,
        Command::Onboard(args) => commands::admin::onboard(args).await,
        Command::Link(args) => commands::admin::link(args).await,
        Command::Import(args) => commands::admin::import(args).await,
        Command::Refund(args) => commands::admin::refund(args).await,
        Command::Suspend(args) => commands::admin::suspend(args).await,
        Command::Reinstate(args) => commands::admin::reinstate(args).await,
        Command::Issue(args) => commands::admin::issue(args).await,
        Command::Rotate(args) => commands::admin::rotate(args).await,
        Command::Show(args) => commands::admin::show(args).await,
        Command::StripeSim(args) => commands::stripe_sim(args).await,
        Command::Audit {
            command: AuditCommand::Verify(args),
        } => commands::verify(args).await,
        Command::Ledger {
            command: LedgerCommand::TrialBalance(args),
        } => commands::trial_balance(args).await,
    }
}

/// A bad setting or a failed start ends with one clear line, causes included.
#[expect(clippy::print_stderr, reason = "the last word of a command-line program")]
fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("switchyard: {error:#}");
    ExitCode::FAILURE
}
