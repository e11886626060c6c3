//! `switchyard apply`: the marketplace as a file declares it, through the admin API and nothing else.

use std::{path::Path, process::ExitCode};

use anyhow::Context;
use edge::marketplace::MarketplaceDocument;
use serde::{Deserialize, Serialize};

use crate::{commands::admin::AdminClient, config::ApplyArgs};

#[derive(Debug, Serialize, Deserialize)]
struct Applied {
    dry_run: bool,
    changes: Vec<Change>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Change {
    stream: String,
    events: Vec<String>,
}

/// Reads a marketplace file.
pub(crate) fn read_marketplace(file: &Path) -> anyhow::Result<MarketplaceDocument> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_saphyr::from_str(&text).with_context(|| format!("{} is not a marketplace file", file.display()))
}

pub(crate) async fn apply(args: ApplyArgs) -> anyhow::Result<ExitCode> {
    let document = read_marketplace(&args.file)?;
    let path = format!("/marketplace?dry_run={}", args.dry_run);
    let body = serde_json::to_value(&document).context("the file cannot be sent")?;
    let applied = AdminClient::new(&args.server)?.post(&path, &body).await?;
    let applied: Applied =
        serde_json::from_value(applied).context("the server's answer is not understood")?;
    print(&applied, args.server.json)?;
    Ok(ExitCode::SUCCESS)
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
fn print(applied: &Applied, json: bool) -> anyhow::Result<()> {
    if json {
        println!("{}", serde_json::to_string_pretty(applied)?);
        return Ok(());
    }
    for change in &applied.changes {
        println!("{}", change.stream);
        for event in &change.events {
            println!("  + {event}");
        }
    }
    let events: usize = applied.changes.iter().map(|change| change.events.len()).sum();
    match (events, applied.dry_run) {
        (0, _) => println!("Nothing to change."),
        (_, true) => println!("{events} event(s) would be appended."),
        (_, false) => println!("{events} event(s) appended."),
    }
    Ok(())
}
