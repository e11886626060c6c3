//! `switchyard link`: an operator and an app that agreed to do business, and the end of that.

use std::process::ExitCode;

use serde_json::{Map, Value, json};

use super::{client::AdminClient, print};
use crate::config::LinkArgs;

pub(crate) async fn link(args: LinkArgs) -> anyhow::Result<ExitCode> {
    let client = AdminClient::new(&args.server)?;
    let link = format!("/operators/{}/links/{}", args.operator, args.app);
    let after = match &args.end {
        Some(reason) => {
            let path = format!("{link}/unlink");
            client.post(&path, &json!({ "reason": reason })).await?
        }
        None => client.put(&link, &agreed(&args)).await?,
    };
    print::one(args.server.json, &after)?;
    Ok(ExitCode::SUCCESS)
}

fn agreed(args: &LinkArgs) -> Value {
    let mut fee = Map::new();
    fee.insert("basis_points".to_owned(), json!(args.fee_basis_points));
    fee.insert("fixed".to_owned(), json!(args.fee_fixed));
    for (name, amount) in [("minimum", args.fee_minimum), ("maximum", args.fee_cap)] {
        fee.extend(amount.map(|amount| (name.to_owned(), json!(amount))));
    }
    json!({
        "fee": fee,
        "shows_tickets": !args.no_tickets,
        "agreed_by_app": args.agreed_by_app,
        "agreed_by_operator": args.agreed_by_operator,
    })
}
