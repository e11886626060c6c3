//! Journey 4: passes bought by one account for others.

use std::time::Duration;

use anyhow::{Context, bail};
use chrono::{SecondsFormat, TimeDelta, Utc};
use reqwest::StatusCode;
use serde_json::Value;

use super::{rider::Rider, stage::Stage, story::Story};

pub(crate) async fn tell(stage: &Stage, story: &mut Story) -> anyhow::Result<()> {
    story.title("Journey 4: send passes");
    let mut office = Rider::log_in(stage, "events-office", "office-desk").await?;
    let first = office
        .buy(
            "bigbluebus",
            "regular_single_ride",
            "tok_mastercard",
            "demo-office-1",
        )
        .await?;
    let card = first.text("/passes/0/stripe_source").to_owned();
    let second = office
        .buy("bigbluebus", "regular_single_ride", &card, "demo-office-2")
        .await?;
    let passes: Vec<String> = second
        .passes()
        .iter()
        .filter_map(|pass| Some(pass.get("pass_id")?.as_str()?.to_owned()))
        .collect();
    let [keep, lapse] = passes.as_slice() else {
        bail!("the office holds {} passes, not 2", passes.len())
    };
    story.say("An events office buys two rides and sends each by a link.");

    let sent = office
        .post("/pass_transfer", &[("items", keep)], Some("demo-send-1"))
        .await?;
    story.check(
        "a sent pass waits for whoever has the link",
        sent.text("/status") == "awaiting_transfer",
    );
    let link = sent.text("/redemption/url").to_owned();
    office.list().await?;
    let own = office.activate(keep).await?;
    story.check(
        "its sender can no longer use it",
        own.code() == "pass_transfer_in_progress",
    );

    let mut guest = Rider::log_in(stage, "guest", "guest-phone").await?;
    let taken = guest.post("/redeem", &[("link", &link)], None).await?;
    story.check("the guest redeems the link", taken.status == StatusCode::OK);
    let wallet = guest.list().await?;
    let holds = wallet
        .passes()
        .iter()
        .any(|pass| pass.get("pass_id").and_then(Value::as_str) == Some(keep));
    story.check("and holds the pass", holds);
    let mut late = Rider::log_in(stage, "late-guest", "late-phone").await?;
    let refused = late.post("/redeem", &[("link", &link)], None).await?;
    story.check(
        "nobody else can redeem it",
        refused.code() == "redemption_used_by_another_account",
    );

    lapse_unredeemed(stage, story, &mut office, lapse).await
}

/// The second pass is never redeemed: when its link expires, the money goes back by itself.
async fn lapse_unredeemed(
    stage: &Stage,
    story: &mut Story,
    office: &mut Rider<'_>,
    pass: &str,
) -> anyhow::Result<()> {
    let expires = (Utc::now() + TimeDelta::seconds(2)).to_rfc3339_opts(SecondsFormat::Millis, true);
    let form = [("items", pass), ("expiration_timestamp", expires.as_str())];
    let sent = office.post("/pass_transfer", &form, Some("demo-send-2")).await?;
    let path = format!("/pass_transfer/{}", sent.text("/id"));
    story.say("The other link expires in two seconds, and nobody follows it.");
    let mut status = String::new();
    for _ in 0..60 {
        tokio::time::sleep(Duration::from_millis(500)).await;
        stage
            .world
            .engine
            .resolve_round(stage.world.database.views(), true)
            .await?;
        let seen = office.get(&path).await?;
        seen.text("/status").clone_into(&mut status);
        if status == "refunded" {
            break;
        }
    }
    story.check(
        "an unredeemed pass is refunded when its link expires",
        status == "refunded",
    );
    let books = stage.stripe().books();
    let refunds = super::audit::refunds_of(&books, "acct_bigbluebus").count();
    story.check("Stripe gave the money back, once", refunds == 1);
    let wallet = office.list().await?;
    let pass = wallet
        .passes()
        .iter()
        .find(|it| it.get("pass_id").and_then(Value::as_str) == Some(pass));
    let pass = pass.context("the refunded pass is gone from the list")?;
    story.check(
        "and the pass is void",
        pass.get("status").and_then(Value::as_str) == Some("refunded"),
    );
    Ok(())
}
