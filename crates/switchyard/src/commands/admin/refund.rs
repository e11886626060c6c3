//! `switchyard refund`: an operator gives something back.

use std::process::ExitCode;

use serde_json::{Map, Value, json};

use super::{client::AdminClient, print};
use crate::config::RefundArgs;

pub(crate) async fn refund(args: RefundArgs) -> anyhow::Result<ExitCode> {
    let path = format!("/operators/{}/refunds", args.operator);
    let begun = AdminClient::new(&args.server)?
        .post(&path, &wanted(&args))
        .await?;
    print::one(args.server.json, &begun)?;
    Ok(ExitCode::SUCCESS)
}

fn wanted(args: &RefundArgs) -> Value {
    let mut body = Map::new();
    body.insert("reason".to_owned(), json!(args.reason));
    for (name, value) in [("purchase", &args.what.purchase), ("pass", &args.what.pass)] {
        body.extend(value.as_ref().map(|value| (name.to_owned(), json!(value))));
    }
    if !args.items.is_empty() {
        body.insert("items".to_owned(), json!(args.items));
    }
    body.extend(args.amount.map(|amount| ("amount".to_owned(), json!(amount))));
    if args.override_rules {
        body.insert("override_rules".to_owned(), json!(true));
    }
    Value::Object(body)
}
