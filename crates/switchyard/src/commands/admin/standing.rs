//! `switchyard suspend`, `switchyard reinstate`: whether an operator sells.

use std::process::ExitCode;

use anyhow::Context;
use serde_json::json;

use super::{client::AdminClient, print};
use crate::config::StandingArgs;

pub(crate) async fn suspend(args: StandingArgs) -> anyhow::Result<ExitCode> {
    let reason = args
        .reason
        .as_deref()
        .context("give --reason: it stays in the log")?;
    let path = format!("/operators/{}/suspend", args.operator);
    let body = json!({ "reason": reason });
    let after = AdminClient::new(&args.server)?.post(&path, &body).await?;
    let sentence = format!("{} sells nothing from now on.", args.operator);
    print::say(args.server.json, &after, &sentence)?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn reinstate(args: StandingArgs) -> anyhow::Result<ExitCode> {
    let path = format!("/operators/{}/reinstate", args.operator);
    let after = AdminClient::new(&args.server)?.post(&path, &json!({})).await?;
    let sentence = format!("{} may sell again.", args.operator);
    print::say(args.server.json, &after, &sentence)?;
    Ok(ExitCode::SUCCESS)
}
