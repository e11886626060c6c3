//! `switchyard issue`, `switchyard rotate`: keys, each shown once.

use std::process::ExitCode;

use anyhow::Context;
use serde_json::{Map, Value, json};

use super::{client::AdminClient, print};
use crate::config::{IssueArgs, IssuedKey, RotateArgs, RotatedKey, ServerArgs};

pub(crate) async fn issue(args: IssueArgs) -> anyhow::Result<ExitCode> {
    let (server, path, body) = match args.key {
        IssuedKey::AccessKey {
            role,
            label,
            app,
            operator,
            server,
        } => {
            let body = given([
                ("role", Some(role)),
                ("label", Some(label)),
                ("app", app),
                ("operator", operator),
            ]);
            (server, "/access-keys".to_owned(), body)
        }
        IssuedKey::ApiKey {
            app,
            kind,
            name,
            server,
        } => {
            let body = given([("kind", Some(kind)), ("key_id", name)]);
            (server, format!("/apps/{app}/keys"), body)
        }
    };
    let made = AdminClient::new(&server)?.post(&path, &body).await?;
    show_once(&server, &made)
}

pub(crate) async fn rotate(args: RotateArgs) -> anyhow::Result<ExitCode> {
    let (server, path, overlap) = match args.key {
        RotatedKey::AccessKey { key, overlap, server } => {
            let key = match key {
                Some(key) => key,
                None => own_key(&server).await?,
            };
            (server, format!("/access-keys/{key}/rotate"), overlap)
        }
        RotatedKey::ApiKey {
            app,
            key,
            overlap,
            server,
        } => (server, format!("/apps/{app}/keys/{key}/rotate"), overlap),
    };
    let body = match overlap {
        Some(seconds) => json!({ "overlap_seconds": seconds }),
        None => json!({}),
    };
    let made = AdminClient::new(&server)?.post(&path, &body).await?;
    show_once(&server, &made)
}

async fn own_key(server: &ServerArgs) -> anyhow::Result<String> {
    let own = AdminClient::new(server)?.get("/access-keys/self").await?;
    let key = own.get("key_id").and_then(Value::as_str).map(str::to_owned);
    key.context("the key that the server was configured with is replaced in its configuration")
}

fn given<const N: usize>(members: [(&str, Option<String>); N]) -> Value {
    let given = members
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), Value::String(value?))));
    Value::Object(given.collect::<Map<_, _>>())
}

fn show_once(server: &ServerArgs, made: &Value) -> anyhow::Result<ExitCode> {
    print::one(server.json, made)?;
    if !server.json {
        print::say(false, made, "\nKeep the key: it is not shown again.")?;
    }
    Ok(ExitCode::SUCCESS)
}
