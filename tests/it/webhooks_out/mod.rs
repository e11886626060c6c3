//! Webhooks to apps and operators.

mod clients;
mod documented;
mod endpoint;
mod receiver;

pub(crate) use endpoint::{ALLOW_PRIVATE, Endpoint as WebhookEndpoint};

use endpoint::{Endpoint, admin, local_world};
use receiver::{Received, Receiver};
use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{BUS, Rider, SINGLE, Store, World, fields, on_both_stores};

on_both_stores!(
    apps_and_operators_are_told_of_their_own_in_order_and_of_nobody_elses,
    a_message_is_tried_again_after_a_restart_and_those_behind_it_wait,
    a_delivery_is_sent_again_on_request_under_the_same_id,
    what_happened_is_replayed_from_a_position_or_a_time,
    both_secrets_sign_while_they_overlap,
    an_endpoint_that_is_gone_is_disabled_and_its_dead_letters_can_be_sent_again,
    redirections_are_not_followed,
    private_addresses_are_refused_when_kept_and_when_sent_to,
    anothers_endpoint_is_not_there,
    an_endpoint_is_made_once_under_a_key_and_deleted_for_good,
);

const APP: &str = "apps/cityhop";
const OPERATOR: &str = "operators/bigbluebus";

/// A rider who bought a pass and activated it.
async fn ride(world: &World, subject: &str) -> Rider {
    let rider = world.rider(subject).await;
    rider.buy(SINGLE, "pm_card_visa").await.ok();
    let wallet = rider.wallet().await;
    let pass = wallet.passes()[0]["pass_id"].as_str().unwrap().to_owned();
    rider.activate(&pass).await.ok();
    rider
}

fn ids(got: &[Received]) -> Vec<&str> {
    got.iter().map(|received| received.id.as_str()).collect()
}

async fn apps_and_operators_are_told_of_their_own_in_order_and_of_nobody_elses(store: Store) {
    let world = local_world(store).await;
    let app = Endpoint::of(&world, APP, &[]).await;
    let operator = Endpoint::of(&world, OPERATOR, &[]).await;
    let other_app = Endpoint::of(&world, "apps/railmate", &[]).await;
    let other_operator = Endpoint::of(&world, "operators/linia_wislana", &[]).await;
    let only_passes = Endpoint::of(&world, APP, &["pass.activated"]).await;
    ride(&world, "ann").await;
    for endpoint in [&app, &operator] {
        let got = endpoint.receiver.wait_for(3).await;
        assert!(got.iter().all(|received| received.is_signed_by(&endpoint.secret)));
        let bodies: String = got.iter().map(|received| received.body.as_str()).collect();
        assert!(!bodies.contains("ann") && !bodies.contains("pm_"), "{bodies}");
        let of_wallet: Vec<String> = endpoint
            .receiver
            .kinds()
            .into_iter()
            .filter(|kind| kind.starts_with("pass."))
            .collect();
        assert_eq!(of_wallet, ["pass.issued", "pass.activated"]);
        let completed = endpoint.receiver.wait_for_kind("purchase.completed").await.json();
        assert_eq!(fields(&completed), ["data", "timestamp", "type"]);
        assert_eq!(completed["data"]["operator_id"], BUS);
        assert_eq!(
            completed["data"]["total"],
            json!({ "amount": 125, "currency": "USD" })
        );
    }
    assert_eq!(only_passes.receiver.wait_for(1).await[0].kind(), "pass.activated");
    for endpoint in [&other_app, &other_operator] {
        endpoint.ping(&world).await;
        endpoint.receiver.wait_for_kind("ping").await;
        assert_eq!(endpoint.receiver.kinds(), ["ping"]);
    }
    world.audit().await;
}

async fn a_message_is_tried_again_after_a_restart_and_those_behind_it_wait(store: Store) {
    let mut world = local_world(store).await;
    let app = Endpoint::of(&world, APP, &["pass.issued", "pass.activated"]).await;
    app.receiver.answer_next(&[500]);
    ride(&world, "ann").await;
    app.receiver.wait_for(1).await;
    // Else the server might be killed before it knows that it failed, and the claim would have to run out first.
    app.wait_for_an_attempt(&world).await;
    world.restart().await;
    let got = app.receiver.wait_for(3).await;
    let kinds: Vec<String> = got.iter().map(Received::kind).collect();
    assert_eq!(kinds, ["pass.issued", "pass.issued", "pass.activated"]);
    assert_eq!(got[0].id, got[1].id);
    assert_ne!(got[1].id, got[2].id);
    assert!(got.iter().all(|received| received.is_signed_by(&app.secret)));
    let delivered = app.wait_for(&world, "delivered", 2).await;
    let issued = app.delivery(&world, &delivered[1]).await;
    let attempts = issued["attempts"].as_array().unwrap();
    assert_eq!(attempts[0]["http_status"], 500);
    assert_eq!(attempts[0]["response_excerpt"], "said by the receiver");
    assert_eq!(attempts[1]["http_status"], 200);
}

async fn a_delivery_is_sent_again_on_request_under_the_same_id(store: Store) {
    let world = local_world(store).await;
    let app = Endpoint::of(&world, APP, &["pass.issued"]).await;
    ride(&world, "ann").await;
    let delivered = app.wait_for(&world, "delivered", 1).await;
    let id = delivered[0]["delivery_id"].as_str().unwrap();
    app.told(&world, &format!("/deliveries/{id}/resend"), &json!({}))
        .await;
    let got = app.receiver.wait_for(2).await;
    assert_eq!(got[0].id, got[1].id);
    assert_eq!(got[0].body, got[1].body);
    let (status, _) = app.post(&world, "/deliveries/dlv_none/resend", &json!({})).await;
    assert_eq!(status, 404);
}

async fn what_happened_is_replayed_from_a_position_or_a_time(store: Store) {
    let world = local_world(store).await;
    let app = Endpoint::of(&world, APP, &["purchase.completed", "pass.issued"]).await;
    ride(&world, "ann").await;
    let first = app.receiver.wait_for(2).await;
    app.wait_for(&world, "delivered", 2).await;
    app.told(&world, "/replay", &json!({ "after_position": 0 })).await;
    let again = app.receiver.wait_for(4).await;
    let (mut one, mut other) = (ids(&first), ids(&again[2..]));
    one.sort_unstable();
    other.sort_unstable();
    assert_eq!(one, other);
    app.wait_for(&world, "delivered", 2).await;
    app.told(&world, "/replay", &json!({ "since": "2020-01-01T00:00:00Z" }))
        .await;
    app.receiver.wait_for(6).await;
    // An endpoint that came later can have what happened before it.
    let late = Endpoint::of(&world, APP, &["purchase.completed"]).await;
    late.told(&world, "/replay", &json!({ "after_position": 0 }))
        .await;
    assert_eq!(late.receiver.wait_for(1).await[0].kind(), "purchase.completed");
    for bad in [
        json!({}),
        json!({ "after_position": 0, "since": "2020-01-01T00:00:00Z" }),
    ] {
        assert_eq!(app.post(&world, "/replay", &bad).await.0, 422);
    }
}

async fn both_secrets_sign_while_they_overlap(store: Store) {
    let world = local_world(store).await;
    let app = Endpoint::of(&world, APP, &[]).await;
    let rotated = app
        .told(&world, "/rotate-secret", &json!({ "overlap_seconds": 3600 }))
        .await;
    let second = rotated["secret"].as_str().unwrap().to_owned();
    app.ping(&world).await;
    let ping = app.receiver.wait_for(1).await.remove(0);
    assert_eq!(ping.signature.split(' ').count(), 2);
    assert!(ping.is_signed_by(&app.secret) && ping.is_signed_by(&second));
    let rotated = app
        .told(&world, "/rotate-secret", &json!({ "overlap_seconds": 0 }))
        .await;
    let third = rotated["secret"].as_str().unwrap().to_owned();
    app.ping(&world).await;
    let ping = app.receiver.wait_for(2).await.remove(1);
    assert!(ping.is_signed_by(&third) && !ping.is_signed_by(&second));
    let shown = app.get(&world, "").await.to_string();
    assert!(!shown.contains("whsec_"), "a secret is shown once: {shown}");
}

async fn an_endpoint_that_is_gone_is_disabled_and_its_dead_letters_can_be_sent_again(store: Store) {
    let world = local_world(store).await;
    let app = Endpoint::of(&world, APP, &["pass.issued"]).await;
    app.receiver.answer_next(&[410]);
    app.ping(&world).await;
    let dead = app.wait_for(&world, "dead", 1).await;
    let shown = app.get(&world, "").await;
    assert_eq!(
        (&shown["status"], &shown["disabled"]["reason"]["type"]),
        (&json!("disabled"), &json!("gone"))
    );
    let resend = format!("/deliveries/{}/resend", dead[0]["delivery_id"].as_str().unwrap());
    assert_eq!(app.post(&world, &resend, &json!({})).await.0, 409);
    assert_eq!(app.post(&world, "/ping", &json!({})).await.0, 409);
    ride(&world, "ann").await;
    app.told(&world, "/enable", &json!({})).await;
    app.told(&world, &resend, &json!({})).await;
    let got = app.receiver.wait_for(2).await;
    assert_eq!(got[0].id, got[1].id);
    app.wait_for(&world, "delivered", 1).await;
    // What happened while it was disabled is not sent by itself, but can be had.
    assert!(!app.receiver.kinds().contains(&"pass.issued".to_owned()));
    app.told(&world, "/replay", &json!({ "after_position": 0 })).await;
    app.receiver.wait_for_kind("pass.issued").await;
}

async fn redirections_are_not_followed(store: Store) {
    let world = local_world(store).await;
    let app = Endpoint::of(&world, APP, &[]).await;
    let elsewhere = Receiver::start().await;
    app.receiver.redirect_next(&elsewhere.url);
    app.ping(&world).await;
    app.receiver.wait_for(1).await;
    app.wait_for_an_attempt(&world).await;
    let pending = app.deliveries(&world, "pending").await;
    let attempt = &app.delivery(&world, &pending[0]).await["attempts"][0];
    assert_eq!(attempt["http_status"], 307);
    assert_eq!(attempt["error"], "redirections are not followed");
    assert!(elsewhere.got().is_empty());
}

async fn private_addresses_are_refused_when_kept_and_when_sent_to(store: Store) {
    let mut world = local_world(store).await;
    let app = Endpoint::of(&world, APP, &[]).await;
    world.restart_without(ALLOW_PRIVATE).await;
    let all = format!("{APP}/webhook-endpoints");
    for url in [
        "http://hooks.example/in",
        "https://127.0.0.1/in",
        "https://localhost/in",
        "https://10.0.0.1/in",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/in",
        "https://[::ffff:192.168.0.1]/in",
        "https://2130706433/in",
        "https://ann:secret@hooks.example/in",
    ] {
        let (status, answer) = admin(&world, Method::POST, &all, &json!({ "url": url })).await;
        assert_eq!(status, 422, "{url}: {answer}");
        let change = json!({ "url": url });
        let (status, _) = admin(&world, Method::PATCH, &app.path, &change).await;
        assert_eq!(status, 422, "{url}");
    }
    app.ping(&world).await;
    app.wait_for_an_attempt(&world).await;
    let pending = app.deliveries(&world, "pending").await;
    let attempt = &app.delivery(&world, &pending[0]).await["attempts"][0];
    assert_eq!(attempt["error"], "address not allowed");
    assert!(app.receiver.got().is_empty());
}

async fn anothers_endpoint_is_not_there(store: Store) {
    let world = local_world(store).await;
    let app = Endpoint::of(&world, APP, &[]).await;
    let id = app.path.rsplit('/').next().unwrap();
    for owner in ["apps/railmate", OPERATOR] {
        let path = format!("{owner}/webhook-endpoints/{id}");
        for below in ["", "/deliveries"] {
            let (status, _) = admin(&world, Method::GET, &format!("{path}{below}"), &Value::Null).await;
            assert_eq!(status, 404, "{path}{below}");
        }
        for below in ["/ping", "/rotate-secret", "/disable", "/replay"] {
            let body = json!({ "after_position": 0 });
            let body = if below == "/replay" { body } else { json!({}) };
            let (status, _) = admin(&world, Method::POST, &format!("{path}{below}"), &body).await;
            assert_eq!(status, 404, "{path}{below}");
        }
        let (_, listed) = admin(
            &world,
            Method::GET,
            &format!("{owner}/webhook-endpoints"),
            &Value::Null,
        )
        .await;
        assert_eq!(listed["data"], json!([]));
    }
}

async fn an_endpoint_is_made_once_under_a_key_and_deleted_for_good(store: Store) {
    let world = local_world(store).await;
    let receiver = Receiver::start().await;
    let make = async || {
        let url = format!("{}/admin/v1/test/{APP}/webhook-endpoints", world.server.http());
        let call = reqwest::Client::new()
            .post(url)
            .bearer_auth(crate::world::ADMIN_KEY)
            .header("Idempotency-Key", "make-it-once")
            .json(&json!({ "url": receiver.url }));
        call.send().await.unwrap().json::<Value>().await.unwrap()
    };
    let (one, two) = (make().await, make().await);
    assert_eq!(one, two);
    let path = format!("{APP}/webhook-endpoints/{}", one["endpoint_id"].as_str().unwrap());
    let (status, deleted) = admin(&world, Method::DELETE, &path, &json!({})).await;
    assert_eq!((status, &deleted["status"]), (200, &json!("deleted")));
    let (status, _) = admin(&world, Method::GET, &path, &Value::Null).await;
    assert_eq!(status, 404);
    world.audit().await;
}
