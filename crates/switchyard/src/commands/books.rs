//! `switchyard audit verify` and `switchyard ledger trial-balance`: over any database, writing nothing.

use std::process::ExitCode;

use anyhow::Context;
use event_log::Database;
use projector::ledger::TrialBalance;

use crate::config::BooksArgs;

async fn open(args: &BooksArgs) -> anyhow::Result<Database> {
    Database::open_read_only(&args.database)
        .await
        .context("cannot open the database")
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
pub(crate) async fn verify(args: BooksArgs) -> anyhow::Result<ExitCode> {
    let database = open(&args).await?;
    let report = projector::audit::verify(&*database.log(), &engine::handle::upcasters()).await?;
    match args.json {
        true => println!("{}", serde_json::to_string_pretty(&report)?),
        false => print!("{report}"),
    }
    database.close().await;
    Ok(if report.is_sound() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
pub(crate) async fn trial_balance(args: BooksArgs) -> anyhow::Result<ExitCode> {
    let database = open(&args).await?;
    let balance = TrialBalance::of(&*database.log(), &engine::handle::upcasters()).await?;
    match args.json {
        true => println!("{}", serde_json::to_string_pretty(&balance)?),
        false => print!("{balance}"),
    }
    database.close().await;
    Ok(if balance.is_balanced() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
