//! `switchyard show`: what there is.

use std::process::ExitCode;

use serde_json::Value;

use super::{
    client::AdminClient,
    print::{self, Column},
};
use crate::config::{ShowArgs, Shown};

const APPS: &[Column] = &[
    ("app", "/app_id"),
    ("name", "/name"),
    ("platform account", "/stripe_account"),
    ("active", "/active"),
];
const KEYS: &[Column] = &[
    ("key", "/key_id"),
    ("kind", "/kind"),
    ("ends in", "/hint"),
    ("issued", "/issued_at"),
    ("good until", "/good_until"),
];
const ACCESS_KEYS: &[Column] = &[
    ("key", "/key_id"),
    ("label", "/label"),
    ("role", "/role"),
    ("app", "/app"),
    ("operator", "/operator"),
    ("good", "/good"),
    ("expires", "/expires_at"),
];
const LINKS: &[Column] = &[
    ("operator", "/operator_id"),
    ("name", "/name"),
    ("link", "/link/status"),
    ("basis points", "/link/fee/basis_points"),
    ("fixed", "/link/fee/fixed"),
    ("sells", "/selling/transactable"),
];
const OPERATORS: &[Column] = &[
    ("operator", "/operator_id"),
    ("name", "/name"),
    ("kind", "/kind"),
    ("account", "/account"),
    ("suspended", "/suspended"),
    ("sells through", "/transactable_for"),
];
const HISTORY: &[Column] = &[
    ("when", "/at"),
    ("what", "/event"),
    ("who", "/actor"),
    ("evidence", "/evidence/type"),
    ("Stripe event", "/evidence/event"),
];
const CATALOGS: &[Column] = &[
    ("version", "/version"),
    ("from", "/effective_from"),
    ("status", "/status"),
    ("source", "/source"),
    ("fares", "/fares"),
    ("by", "/published_by"),
];
const SALES: &[Column] = &[
    ("when", "/sold_at"),
    ("purchase", "/purchase_id"),
    ("app", "/app_id"),
    ("currency", "/currency"),
    ("amount", "/amount"),
    ("fee", "/engine_fee"),
    ("refunded", "/refunded"),
    ("net", "/net"),
    ("status", "/status"),
];
const REFUNDS: &[Column] = &[
    ("refund", "/refund_id"),
    ("purchase", "/purchase_id"),
    ("amount", "/amount"),
    ("currency", "/currency"),
    ("status", "/status"),
    ("reason", "/reason"),
];
const PAYOUTS: &[Column] = &[
    ("payout", "/payout_id"),
    ("arrives", "/arrives_at"),
    ("amount", "/amount"),
    ("currency", "/currency"),
    ("status", "/status"),
];

pub(crate) async fn show(args: ShowArgs) -> anyhow::Result<ExitCode> {
    let client = AdminClient::new(&args.server)?;
    let json = args.server.json;
    let (path, columns) = match args.what {
        Shown::Apps => ("/apps".to_owned(), APPS),
        Shown::Links { app } => (format!("/apps/{app}/links"), LINKS),
        Shown::AccessKeys => ("/access-keys".to_owned(), ACCESS_KEYS),
        Shown::Operators => ("/operators".to_owned(), OPERATORS),
        Shown::History { operator } => (format!("/operators/{operator}/history"), HISTORY),
        Shown::Catalogs { operator } => (format!("/operators/{operator}/catalogs"), CATALOGS),
        Shown::Sales { operator } => (format!("/operators/{operator}/sales"), SALES),
        Shown::Refunds { operator } => (format!("/operators/{operator}/refunds"), REFUNDS),
        Shown::Payouts { operator } => (format!("/operators/{operator}/payouts"), PAYOUTS),
        Shown::Keys { app } => {
            let shown = client.get(&format!("/apps/{app}/keys")).await?;
            let keys = shown.get("keys").and_then(Value::as_array).cloned();
            print::list(json, &keys.unwrap_or_default(), KEYS)?;
            return Ok(ExitCode::SUCCESS);
        }
        Shown::App { app } => return one(&client, json, &format!("/apps/{app}")).await,
        Shown::Access => return one(&client, json, "/access-keys/self").await,
        Shown::Operator { operator } => return one(&client, json, &format!("/operators/{operator}")).await,
        Shown::User { user } => return one(&client, json, &format!("/users/{user}")).await,
    };
    print::list(json, &client.all(&path).await?, columns)?;
    Ok(ExitCode::SUCCESS)
}

async fn one(client: &AdminClient, json: bool, path: &str) -> anyhow::Result<ExitCode> {
    print::one(json, &client.get(path).await?)?;
    Ok(ExitCode::SUCCESS)
}
