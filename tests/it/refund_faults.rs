//! Operators' refunds when Stripe misbehaves or the server dies: never given back twice, never lost.

use reqwest::Method;
use serde_json::{Value, json};
use stripe_sim::{Fault, WebhookFaults};

use crate::world::{Answer, SINGLE, Store, World, eventually, fresh_key, on_both_stores};

on_both_stores!(
    whatever_happens_to_the_call_the_money_goes_back_once,
    a_server_killed_in_the_middle_finishes_the_refund_when_it_is_back,
    a_refund_that_stripe_refused_is_seen_and_can_be_tried_again,
);

const REFUND: &str = "/v1/refunds";
const ACCOUNT: &str = "acct_bigbluebus";

async fn ask(world: &World, path: &str, body: &Value, key: &str) -> Answer {
    world.administer(Method::POST, path, body, Some(key)).await
}

/// Asks under one key until it is known how it ended.
async fn settled(world: &World, path: &str, body: &Value, key: &str) -> Value {
    loop {
        let answer = ask(world, path, body, key).await;
        match answer.status {
            202 | 503 => {}
            _ => return answer.ok().body,
        }
    }
}

async fn whatever_happens_to_the_call_the_money_goes_back_once(store: Store) {
    let world = World::start(store).await;
    let ann = world.rider("ann").await;
    let faults = [
        Fault::LoseReply,
        Fault::DropBefore,
        Fault::RateLimit,
        Fault::Conflict,
        Fault::Garbage,
        Fault::Truncate,
    ];
    for (number, fault) in (1..).zip(faults) {
        let pass = ann.buy_item(SINGLE).await;
        world.next_call_fails(fault, REFUND);
        let body = json!({ "pass": pass, "reason": "the bus did not come" });
        let told = settled(&world, "refunds", &body, &fresh_key()).await;
        assert!(world.stripe().faults_left().is_empty(), "{fault:?} never struck");
        assert_eq!(told["status"], "succeeded", "{fault:?}: {told}");
        assert_eq!(world.books().await.refunds(), number, "{fault:?}");
    }
    world.audit().await;
}

async fn a_server_killed_in_the_middle_finishes_the_refund_when_it_is_back(store: Store) {
    for fault in [Fault::Delay { ms: 3_000 }, Fault::DelayReply { ms: 3_000 }] {
        let mut world = World::start(store).await;
        let ann = world.rider("ann").await;
        let pass = ann.buy_item(SINGLE).await;
        world.next_call_fails(fault, REFUND);
        let (body, key) = (
            json!({ "pass": pass, "reason": "the bus did not come" }),
            fresh_key(),
        );
        let path = "/admin/v1/test/operators/bigbluebus/refunds";
        let sent = world
            .app()
            .bare(Method::POST, path)
            .bearer(crate::world::ADMIN_KEY)
            .json(&body)
            .header("Idempotency-Key", &key);
        let sent = tokio::spawn(sent.try_send());
        let stripe = world.stripe();
        eventually("the call", async || stripe.faults_left().is_empty()).await;
        world.kill();
        assert!(
            sent.await.unwrap().is_err(),
            "the reply came before the server died"
        );
        world.restart().await;
        let told = settled(&world, "refunds", &body, &key).await;
        assert_eq!(told["status"], "succeeded", "{fault:?}: {told}");
        assert_eq!(ann.wallet().await.status_of(&pass), "refunded");
        assert_eq!(world.books().await.refunds(), 1, "{fault:?}");
        world.audit().await;
    }
}

async fn a_refund_that_stripe_refused_is_seen_and_can_be_tried_again(store: Store) {
    let world = World::start(store).await;
    // Nobody here hears of the dispute before Stripe refuses.
    world.stripe().set_webhook_faults(WebhookFaults {
        drop_per_million: 1_000_000,
        ..WebhookFaults::default()
    });
    let (office, ann) = (world.rider("office").await, world.rider("ann").await);
    let bought = office.buy(SINGLE, "pm_card_createDispute").await.ok().body;
    let pass = bought["passes"][0]["pass_id"].as_str().unwrap().to_owned();
    let sent = office.send(&[&pass], None).await.ok().body;
    ann.redeem(sent["redemption"]["url"].as_str().unwrap()).await.ok();
    let stripe = world.stripe();
    let dispute = async || {
        let books = stripe.books();
        let disputes = books["accounts"][ACCOUNT]["disputes"].as_array().cloned();
        disputes.and_then(|all| all.first().and_then(|one| one["id"].as_str().map(str::to_owned)))
    };
    eventually("the dispute", async || dispute().await.is_some()).await;
    let body = json!({ "pass": pass, "reason": "the bus did not come" });
    let refused = settled(&world, "refunds", &body, &fresh_key()).await;
    assert_eq!(refused["status"], "failed", "{refused}");
    assert_eq!(refused["failure_code"], "charge_disputed");
    assert_eq!(
        ann.wallet().await.status_of(&pass),
        "refunded",
        "void, whoever has the money"
    );
    let id = refused["refund_id"].as_str().unwrap();
    let retry = format!("refunds/{id}/retry");

    let again = settled(&world, &retry, &json!({}), &fresh_key()).await;
    assert_eq!(
        (&again["status"], &again["attempts"]),
        (&json!("failed"), &json!(2)),
        "{again}"
    );
    world
        .stripe()
        .settle_dispute(ACCOUNT, &dispute().await.unwrap(), true)
        .unwrap();
    let key = fresh_key();
    let made = settled(&world, &retry, &json!({}), &key).await;
    assert_eq!(
        (&made["status"], &made["attempts"]),
        (&json!("succeeded"), &json!(3)),
        "{made}"
    );
    assert_eq!(settled(&world, &retry, &json!({}), &key).await, made);
    assert_eq!(ask(&world, &retry, &json!({}), &fresh_key()).await.status, 409);
    assert_eq!(world.books().await.refunds(), 1);
    let path = format!("/pass_transfer/{}", sent["id"].as_str().unwrap());
    let told = office.get(&path).send().await.ok().body;
    assert!(
        told["items"][0]["refund_timestamp"].is_string(),
        "the transfer knows: {told}"
    );
    world.audit().await;
}
