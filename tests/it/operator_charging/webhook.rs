//! The token by webhook: once, to the endpoint that asked for it, and nowhere else.

use serde_json::json;

use super::{
    offer::{Offer, charge, charging_by_itself, quiet},
    problem,
};
use crate::{
    webhooks_out::WebhookEndpoint as Endpoint,
    world::{Store, on_both_stores},
};

on_both_stores!(
    a_signed_message_carries_the_token_once_to_whoever_asked_for_it,
    a_message_that_never_left_leaves_the_token_to_be_claimed,
);

const OPERATOR: &str = "operators/bigbluebus";
const ASKED: &str = "purchase.charge_requested";

async fn a_signed_message_carries_the_token_once_to_whoever_asked_for_it(store: Store) {
    let world = charging_by_itself(store, 600).await;
    quiet(&world);
    let charger = Endpoint::of(&world, OPERATOR, &[ASKED]).await;
    let everything = Endpoint::of(&world, OPERATOR, &[]).await;
    let app = Endpoint::of(&world, "apps/cityhop", &[ASKED]).await;
    // The operator took it, but says that it did not.
    charger.receiver.answer_next(&[500]);
    let offer = Offer::to(&world, "ann").await;
    let first = charger.receiver.wait_for_kind(ASKED).await;
    assert!(first.is_signed_by(&charger.secret));
    let data = first.json()["data"].clone();
    let token = data["token"].as_str().unwrap().to_owned();
    assert_eq!(data["metadata"], json!({ "purchase": offer.purchase }));
    assert_eq!(data["total"], json!({ "amount": 125, "currency": "USD" }));
    assert!(data["charge_before"].is_string() && data["account_id"] == "acct_bigbluebus");

    let again = charger.receiver.wait_for(2).await;
    assert_eq!(again[1].id, first.id, "the same message");
    assert!(again[1].is_signed_by(&charger.secret) && !again[1].body.contains("tok_"));
    let plain = everything.receiver.wait_for_kind(ASKED).await;
    assert!(
        !plain.body.contains("tok_"),
        "who wants everything asked for no secrets"
    );
    let delivered = charger.wait_for(&world, "delivered", 1).await;
    let kept = charger.delivery(&world, &delivered[0]).await.to_string();
    assert!(!kept.contains("tok_"), "{kept}");
    problem(&offer.claim(&world).await, 409);
    assert_eq!(offer.shown(&world).await["delivered_by"], "webhook");

    let made = charge(&world, &token, 125, &offer.purchase).await;
    offer.report(&world, &made).await.ok();
    offer.answer().await.ok();
    assert!(
        !app.receiver.kinds().contains(&ASKED.to_owned()),
        "no business of the app's"
    );
    world.audit().await;
}

async fn a_message_that_never_left_leaves_the_token_to_be_claimed(store: Store) {
    let world = charging_by_itself(store, 600).await;
    quiet(&world);
    let closed = json!({ "url": "http://127.0.0.1:1/hooks", "types": [ASKED] });
    let desk = crate::world::Desk::of(&world);
    desk.post(&format!("/{OPERATOR}/webhook-endpoints"), &closed)
        .await
        .ok();
    let offer = Offer::to(&world, "ann").await;
    let is_free = async || {
        let claimed = offer.claim(&world).await;
        claimed.status == 200 && claimed.body["token"].is_string()
    };
    crate::world::eventually("the token", is_free).await;
    assert_eq!(offer.shown(&world).await["delivered_by"], "pull");
}
