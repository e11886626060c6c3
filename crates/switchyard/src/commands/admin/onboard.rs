//! `switchyard onboard`: from a name to an operator whose account Stripe is asking about.

use std::process::ExitCode;

use anyhow::Context;
use serde_json::{Map, Value, json};

use super::{client::AdminClient, print};
use crate::config::OnboardArgs;

pub(crate) async fn onboard(args: OnboardArgs) -> anyhow::Result<ExitCode> {
    let client = AdminClient::new(&args.server)?;
    let operator = &args.operator;
    if let Some(file) = &args.create {
        let text =
            std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let form: Value = serde_saphyr::from_str(&text)
            .with_context(|| format!("{} does not describe an operator", file.display()))?;
        client.post("/operators", &named(form, operator)).await?;
    }
    let (path, body) = match (args.oauth, &args.app) {
        (true, app) => (format!("/operators/{operator}/oauth"), json!({ "app": app })),
        (false, app) => {
            let mut body = Map::new();
            body.extend(app.clone().map(|app| ("app".to_owned(), Value::String(app))));
            let country = args.country.map(Value::String);
            body.extend(country.map(|country| ("country".to_owned(), country)));
            (format!("/operators/{operator}/onboarding"), Value::Object(body))
        }
    };
    let begun = client.post(&path, &body).await?;
    let url = begun.get("url").and_then(Value::as_str).unwrap_or_default();
    let sentence = format!(
        "Send the operator there now; the address works once:\n\n  {url}\n\nThen look at `switchyard show operator {operator}`."
    );
    print::say(args.server.json, &begun, &sentence)?;
    Ok(ExitCode::SUCCESS)
}

/// The file need not repeat the operator's id.
fn named(mut form: Value, operator: &str) -> Value {
    if let Some(members) = form.as_object_mut() {
        members.entry("id").or_insert_with(|| json!(operator));
    }
    form
}
