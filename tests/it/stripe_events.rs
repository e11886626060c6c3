//! What Stripe tells of payments, disputes and refunds reaches riders, operators and the books, and what it does not tell
//! is asked for.

use reqwest::Method;
use serde_json::{Value, json};
use stripe_sim::{Fault, FaultRule, WebhookFaults, core};

use crate::{
    webhooks_out::{ALLOW_PRIVATE, WebhookEndpoint},
    world::{Desk, Rider, SINGLE, Setting, Store, World, eventually, on_both_stores},
};

on_both_stores!(
    a_purchase_whose_replies_are_lost_completes_because_stripe_tells_of_it,
    news_that_come_before_our_own_reply_are_no_news,
    a_dispute_that_nobody_told_is_found_in_stripes_list,
    a_dispute_is_seen_told_of_and_counted_and_takes_the_passes_as_the_operator_wants,
    a_refund_that_fails_later_is_shown_as_failed_and_can_be_tried_again,
    a_refund_on_stripes_dashboard_is_shown_and_voids_the_pass,
);

const ACCOUNT: &str = "acct_bigbluebus";
const DISPUTED: &str = "pm_card_createDispute";

async fn bought(rider: &Rider, card: &str) -> String {
    let body = rider.buy(SINGLE, card).await.ok().body;
    body["passes"][0]["pass_id"].as_str().unwrap().to_owned()
}

async fn shown(world: &World, path: &str) -> Value {
    let answer = world.administer(Method::GET, path, &json!({}), None).await;
    answer.ok().body
}

async fn rows(world: &World, path: &str) -> Vec<Value> {
    shown(world, path).await["data"].as_array().unwrap().clone()
}

fn at_stripe(world: &World, kind: &str) -> Vec<Value> {
    let books = world.stripe().books();
    books["accounts"][ACCOUNT][kind]
        .as_array()
        .cloned()
        .unwrap_or_default()
}

fn dispute(world: &World) -> String {
    at_stripe(world, "disputes")[0]["id"].as_str().unwrap().to_owned()
}

async fn is(rider: &Rider, pass: &str, status: &str) {
    eventually(status, async || rider.wallet().await.status_of(pass) == status).await;
}

async fn a_purchase_whose_replies_are_lost_completes_because_stripe_tells_of_it(store: Store) {
    let world = World::start(store).await;
    let ann = world.rider("ann").await;
    let path = "/v1/payment_intents";
    let lost = FaultRule::next(Fault::LoseReply, core::Method::Post, path, 100_000);
    world.stripe().add_fault(lost);
    let answer = ann.buy(SINGLE, "pm_card_visa").await.ok().body;
    assert_eq!(answer["passes"].as_array().unwrap().len(), 1, "{answer}");
    assert_eq!(world.stripe().faults_left().len(), 1, "no reply ever came");
    assert_eq!(at_stripe(&world, "charges").len(), 1);
    assert_eq!(ann.wallet().await.passes().len(), 1);
    world.audit().await;
}

async fn news_that_come_before_our_own_reply_are_no_news(store: Store) {
    let world = World::start(store).await;
    let ann = world.rider("ann").await;
    let slow = FaultRule::next(
        Fault::DelayReply { ms: 700 },
        core::Method::Post,
        "/v1/payment_intents",
        1,
    );
    world.stripe().add_fault(slow);
    bought(&ann, "pm_card_visa").await;
    assert_eq!(at_stripe(&world, "charges").len(), 1);
    eventually("that everything is told", async || {
        let told = world.stripe().deliveries();
        told.iter()
            .any(|it| it.kind == "charge.succeeded" && it.status == Some(200))
    })
    .await;
    assert_eq!(world.streams_of("purchase.charged").await.len(), 1);
    world.audit().await;
}

async fn a_dispute_that_nobody_told_is_found_in_stripes_list(store: Store) {
    let world = World::of(Setting::on(store).with("SWITCHYARD_EVENT_POLL", "1")).await;
    world.stripe().set_webhook_faults(WebhookFaults {
        drop_per_million: 1_000_000,
        ..WebhookFaults::default()
    });
    let ann = world.rider("ann").await;
    let pass = bought(&ann, DISPUTED).await;
    is(&ann, &pass, "invalid").await;
    world
        .stripe()
        .settle_dispute(ACCOUNT, &dispute(&world), true)
        .unwrap();
    is(&ann, &pass, "unactivated").await;
    assert_eq!(rows(&world, "disputes?status=won").await.len(), 1);
    assert_eq!(rows(&world, "disputes?status=open").await, Vec::<Value>::new());
    world.audit().await;
}

async fn a_dispute_is_seen_told_of_and_counted_and_takes_the_passes_as_the_operator_wants(store: Store) {
    let world = World::of(Setting::on(store).with(ALLOW_PRIVATE, "true")).await;
    let desk = Desk::of(&world);
    let operator = WebhookEndpoint::of(&world, "operators/bigbluebus", &[]).await;
    for (policy, while_open, won, lost) in [
        ("suspend", "invalid", "unactivated", "invalid"),
        ("void_if_lost", "unactivated", "unactivated", "invalid"),
        ("keep", "unactivated", "unactivated", "unactivated"),
    ] {
        world
            .apply(|text| {
                let refunds = "refunds: { unused_for_minutes: 1440 }\n";
                text.replacen(
                    refunds,
                    &format!("{refunds}    disputes: {{ passes: {policy} }}\n"),
                    1,
                )
            })
            .await;
        let operator_now = desk.get("/operators/bigbluebus").await.ok().body;
        assert_eq!(operator_now["disputes"]["passes"], policy);
        for (is_won, after) in [(true, won), (false, lost)] {
            let rider = world.rider(&format!("{policy}_{is_won}")).await;
            let before = rows(&world, "disputes").await.len();
            let pass = bought(&rider, DISPUTED).await;
            eventually("the dispute", async || {
                rows(&world, "disputes").await.len() > before
            })
            .await;
            let row = rows(&world, "disputes").await.remove(0);
            assert_eq!(
                (&row["status"], &row["amount"], &row["inquiry"], &row["reason"]),
                (&json!("open"), &json!(125), &json!(false), &json!("fraudulent")),
                "{row}"
            );
            assert_eq!(rider.wallet().await.status_of(&pass), while_open, "{policy}");
            let refund = json!({ "pass": pass, "reason": "the bus did not come" });
            let refused = world.administer(Method::POST, "refunds", &refund, None).await;
            assert_eq!(refused.status, 409, "{}", refused.text);
            let id = row["dispute_id"].as_str().unwrap();
            world.stripe().settle_dispute(ACCOUNT, id, is_won).unwrap();
            let decided = if is_won { "won" } else { "lost" };
            eventually(decided, async || {
                rows(&world, "disputes").await[0]["status"] == decided
            })
            .await;
            assert_eq!(rider.wallet().await.status_of(&pass), after, "{policy} {decided}");
            let sale = rows(&world, "sales").await.remove(0);
            assert_eq!(sale["purchase_id"], row["purchase_id"]);
            assert_eq!(sale["disputed"], if is_won { 0 } else { 125 }, "{sale}");
        }
    }
    let today = rows(&world, "sales/summary").await.remove(0);
    assert_eq!(
        (&today["disputes"], &today["disputed"]),
        (&json!(6), &json!(3 * 125))
    );
    for kind in [
        "dispute.opened",
        "dispute.closed",
        "pass.suspended",
        "pass.reinstated",
    ] {
        operator.receiver.wait_for_kind(kind).await;
    }
    let bad = world
        .administer(Method::GET, "disputes?status=moot", &json!({}), None)
        .await;
    assert_eq!(bad.status, 400, "{}", bad.text);
    world.audit().await;
}

async fn a_refund_that_fails_later_is_shown_as_failed_and_can_be_tried_again(store: Store) {
    let world = World::start(store).await;
    let ann = world.rider("ann").await;
    let pass = bought(&ann, "pm_card_refundFail").await;
    let refund = json!({ "pass": pass, "reason": "the bus did not come" });
    let made = world
        .administer(Method::POST, "refunds", &refund, None)
        .await
        .ok()
        .body;
    assert_eq!(made["status"], "succeeded");
    world.stripe().advance_time(120).unwrap();
    let path = format!("refunds/{}", made["refund_id"].as_str().unwrap());
    eventually("the failure", async || {
        // Time at Stripe passes when somebody asks.
        rows(&world, "payouts").await;
        shown(&world, &path).await["status"] == "failed"
    })
    .await;
    let failed = shown(&world, &path).await;
    assert_eq!(failed["failure_code"], "expired_or_canceled_card", "{failed}");
    assert_eq!(failed["refundable"], 125);
    assert_eq!(ann.wallet().await.status_of(&pass), "refunded");
    let retried = world
        .administer(Method::POST, &format!("{path}/retry"), &json!({}), None)
        .await
        .ok()
        .body;
    assert_eq!(
        (&retried["status"], &retried["attempts"]),
        (&json!("succeeded"), &json!(2))
    );
    world.audit().await;
}

async fn a_refund_on_stripes_dashboard_is_shown_and_voids_the_pass(store: Store) {
    let world = World::start(store).await;
    let ann = world.rider("ann").await;
    let pass = bought(&ann, "pm_card_visa").await;
    let charge = at_stripe(&world, "charges")[0]["id"].as_str().unwrap().to_owned();
    let made = reqwest::Client::new()
        .post(format!("{}/v1/refunds", world.server.stripe()))
        .bearer_auth("sk_test_cityhop")
        .header("Stripe-Account", ACCOUNT)
        .form(&[("charge", charge.as_str())])
        .send()
        .await
        .unwrap();
    assert!(made.status().is_success());
    is(&ann, &pass, "refunded").await;
    let row = rows(&world, "refunds").await.remove(0);
    assert_eq!(
        (&row["status"], &row["amount"]),
        (&json!("succeeded"), &json!(125)),
        "{row}"
    );
    assert_eq!(
        (&row["started_by"], &row["engine_fee_returned"]),
        (&json!("stripe"), &json!(0))
    );
    assert_eq!(row["items"], json!([pass]));
    world.audit().await;
}
