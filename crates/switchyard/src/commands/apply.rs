//! `switchyard apply`: the marketplace as a file declares it, through the admin API and nothing else.

use std::{path::Path, process::ExitCode, time::Duration};

use anyhow::{Context, bail};
use edge::marketplace::MarketplaceDocument;
use serde::{Deserialize, Serialize};

use crate::config::{ADMIN_KEY_FILE, ApplyArgs, EnvironmentName};

/// How long to wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long to wait for the answer: longer than a server takes at most.
const TIMEOUT: Duration = Duration::from_mins(2);

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
    let key = match args.admin_key {
        Some(key) => key,
        None => std::fs::read_to_string(ADMIN_KEY_FILE)
            .with_context(|| format!("give --admin-key, or run where the server keeps {ADMIN_KEY_FILE}"))?,
    };
    let environment = match args.environment {
        EnvironmentName::Test => "test",
        EnvironmentName::Live => "live",
    };
    let base = args.url.trim_end_matches('/');
    let url = format!(
        "{base}/admin/v1/{environment}/marketplace?dry_run={}",
        args.dry_run
    );
    let client = reqwest::Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TIMEOUT)
        .build()
        .context("no HTTP client")?;
    let request = client.post(&url).bearer_auth(key.trim()).json(&document);
    let answer = request
        .send()
        .await
        .with_context(|| format!("no server answers at {}", args.url))?;
    let status = answer.status();
    let body = answer.text().await.context("the server's answer broke off")?;
    if !status.is_success() {
        bail!("the server refused ({status}): {body}");
    }
    let applied: Applied = serde_json::from_str(&body).context("the server's answer is not understood")?;
    print(&applied, args.json)?;
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
