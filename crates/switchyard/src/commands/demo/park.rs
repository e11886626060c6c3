//! Journey 3: park, at a lot where the rider says when, and in a garage where the gate does.

use std::time::Duration;

use anyhow::{Context, ensure};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{
    rider::{Reply, Rider},
    stage::Stage,
    story::Story,
    travel::charges,
};

const LOT: &str = "harborpark:malibu_lot";
const GARAGE: &str = "harborpark:malibu_garage";
const ACCOUNT: &str = "acct_harborpark";

/// How often the app asks whether the stay is paid, before it gives up.
const LOOKS: u32 = 400;

pub(crate) async fn tell(stage: &Stage, story: &mut Story) -> anyhow::Result<()> {
    story.title("Journey 3: park");
    let ana = Rider::log_in(stage, "ana", "ana-phone").await?;
    story.say("Ana's newest card was declined. Her app hands in another one, through Coord's API now.");
    let kept = ana.keep_card("tok_mastercard").await?;
    story.check(
        "it is kept for the rider whom the ticketing API knows",
        kept.status == StatusCode::OK && kept.body.get("customer_id").is_some(),
    );
    story.say("She parks at Malibu Lot.");
    let begun = ana.access(Method::POST, &format!("{LOT}/session")).await?;
    story.check("her stay begins at once", begun.body.get("start_time").is_some());
    let elsewhere = ana.access(Method::POST, &format!("{GARAGE}/session")).await?;
    story.check("one stay goes on at a time", elsewhere.code() == "session_active");
    let end = format!("{}/end", path_of(LOT, &begun));
    let ended = ana.access(Method::PUT, &end).await?;
    story.check("ended, it is paid", payment(&ended) == "paid");
    let again = ana.access(Method::PUT, &end).await?;
    story.check(
        "ending it again tells the same, and charges nothing",
        again.body == ended.body && charges(stage, ACCOUNT) == 1,
    );

    story.say("At Malibu Garage a gate decides. Her phone shows a barcode, which the gate scans.");
    let waiting = ana.access(Method::POST, &format!("{GARAGE}/session")).await?;
    story.check(
        "the stay has not begun",
        waiting.status == StatusCode::OK && waiting.body.get("start_time").is_none(),
    );
    let entered = scan(stage, "scan-1", "entry", waiting.text("/redemption_info/value")).await?;
    story.check("the gate opens, and the stay begins", entered == json!(true));
    let used = scan(stage, "scan-2", "exit", waiting.text("/redemption_info/value")).await?;
    story.check("a barcode opens one gate once", used == json!(false));
    let barcode = ana.access(Method::POST, "barcode").await?;
    let left = scan(stage, "scan-3", "exit", barcode.text("/value")).await?;
    story.check("with a new one she drives out", left == json!(true));
    let paid = until_paid(&ana, &path_of(GARAGE, &waiting)).await?;
    story.check(
        "and pays for what the garage's tariff says",
        paid.body.pointer("/billing_info/cost/amount") == Some(&json!(250)),
    );
    story.check(
        "each stay was charged once, on the account of whose place it is",
        charges(stage, ACCOUNT) == 2,
    );
    Ok(())
}

fn path_of(location: &str, session: &Reply) -> String {
    let id = session.body.get("id").and_then(Value::as_u64).unwrap_or_default();
    format!("{location}/session/{id}")
}

fn payment(session: &Reply) -> &str {
    session.text("/billing_info/payment")
}

/// What the garage's gate is told to do.
async fn scan(stage: &Stage, id: &str, direction: &str, barcode: &str) -> anyhow::Result<Value> {
    let body = json!({
        "scan_id": id,
        "direction": direction,
        "location_id": "malibu_garage",
        "barcode": barcode,
    });
    let verdict = stage.admin("operators/harborpark/gate-scans", Some(body)).await?;
    verdict.get("open").cloned().context("no verdict")
}

/// Paying is not waited for at a gate, so that the app asks until it is done.
async fn until_paid(rider: &Rider<'_>, path: &str) -> anyhow::Result<Reply> {
    for _ in 0..LOOKS {
        let session = rider.access(Method::GET, path).await?;
        if payment(&session) == "paid" {
            return Ok(session);
        }
        ensure!(
            payment(&session) != "owed",
            "the stay was not paid: {}",
            session.body
        );
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    anyhow::bail!("the stay was never paid")
}
