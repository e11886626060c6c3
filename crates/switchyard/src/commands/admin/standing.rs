//! `switchyard suspend`, `switchyard reinstate`: whether an operator sells.

use std::process::ExitCode;

use serde_json::json;

use super::{client::AdminClient, print};
use crate::config::StandingArgs;

pub(crate) async fn suspend(args: StandingArgs) -> anyhow::Result<ExitCode> {
    let sentence = format!("{} sells nothing from now on.", args.operator);
    tell(args, "suspend", &sentence).await
}

pub(crate) async fn reinstate(args: StandingArgs) -> anyhow::Result<ExitCode> {
    let sentence = format!("{} may sell again.", args.operator);
    tell(args, "reinstate", &sentence).await
}

async fn tell(args: StandingArgs, what: &str, sentence: &str) -> anyhow::Result<ExitCode> {
    let path = format!("/operators/{}/{what}", args.operator);
    let body = json!({ "reason": args.reason });
    let after = AdminClient::new(&args.server)?.post(&path, &body).await?;
    print::say(args.server.json, &after, sentence)?;
    Ok(ExitCode::SUCCESS)
}
