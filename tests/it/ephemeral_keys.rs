//! `POST /user/stripe_ephemeral_key`

use serde_json::Value;

use crate::world::{Answer, PUBLISHABLE_KEY, Rider, Store, World, fields, fresh_key, on_both_stores};

on_both_stores!(
    a_phone_gets_stripes_own_answer_and_may_use_it,
    a_version_has_to_be_named_and_be_one,
    an_ephemeral_key_is_repeated_under_its_key_and_kept_sealed,
    a_rider_who_is_no_customer_yet_becomes_one_once,
);

async fn ask(rider: &Rider, version: &str) -> Answer {
    let call = rider.post("/user/stripe_ephemeral_key");
    call.form(&[("stripe_api_version", version)]).send().await
}

async fn a_phone_gets_stripes_own_answer_and_may_use_it(store: Store) {
    let world = World::start(store).await;
    let ann = world.rider("ann").await;
    let phone = Rider {
        app: world.app_with(PUBLISHABLE_KEY),
        ..ann.clone()
    };
    let made = ask(&phone, "2019-12-03").await.ok();
    assert_eq!(made.header("content-type"), "application/json");
    let known = [
        "associated_objects",
        "created",
        "expires",
        "id",
        "livemode",
        "object",
        "secret",
    ];
    assert_eq!(fields(&made.body), known);
    assert_eq!(made.body["object"], "ephemeral_key");
    let customer = made.body["associated_objects"][0]["id"].as_str().unwrap();
    let secret = made.body["secret"].as_str().unwrap();
    let read = reqwest::Client::new()
        .get(format!("{}/v1/customers/{customer}", world.server.stripe()))
        .bearer_auth(secret);
    let read: Value = read.send().await.unwrap().json().await.unwrap();
    assert_eq!(read["id"], customer);
    let nobody = world.app().post("/user/stripe_ephemeral_key");
    let nobody = nobody.form(&[("stripe_api_version", "2019-12-03")]);
    nobody.send().await.refused(401, Some("login_required"));
}

async fn a_version_has_to_be_named_and_be_one(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let missing = rider.post("/user/stripe_ephemeral_key").send().await;
    missing.refused_for(400, None, "stripe_api_version");
    for malformed in ["", "latest", "2019-12", "2019-12-03\r\nEvil: 1", "20191203"] {
        ask(&rider, malformed)
            .await
            .refused_for(400, None, "stripe_api_version");
    }
    let refused = ask(&rider, "2019-13-03").await;
    refused.refused_for(400, Some("stripe_invalid_request"), "stripe_api_version");
    for good in ["2019-12-03", "2026-09-30.endive"] {
        ask(&rider, good).await.ok();
    }
}

async fn an_ephemeral_key_is_repeated_under_its_key_and_kept_sealed(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let key = fresh_key();
    let call = |version: &str| {
        let call = rider.post("/user/stripe_ephemeral_key");
        let form = [("stripe_api_version", version)];
        call.header("Idempotency-Key", &key).form(&form).send()
    };
    let (one, other) = tokio::join!(call("2019-12-03"), call("2019-12-03"));
    let first = one.ok();
    assert_eq!((other.status, &other.text), (200, &first.text));
    assert_eq!(call("2019-12-03").await.text, first.text);
    let another = call("2020-08-27").await;
    another.refused(409, Some("idempotency_key_in_use"));
    let unkeyed = ask(&rider, "2019-12-03").await.ok();
    assert_ne!(unkeyed.body["secret"], first.body["secret"]);
    let kept = world.kept_answers().await;
    assert_eq!(kept.len(), 1);
    assert!(kept[0].starts_with("sealed:1:user_"), "{}", kept[0]);
    assert!(!kept[0].contains("ek_test_") && !kept[0].contains("cus_"));
}

async fn a_rider_who_is_no_customer_yet_becomes_one_once(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let (one, other, card) = tokio::join!(
        ask(&rider, "2019-12-03"),
        ask(&rider, "2019-12-03"),
        rider.buy(crate::world::SINGLE, "pm_card_visa")
    );
    card.ok();
    let customer = |answer: &Answer| answer.body["associated_objects"][0]["id"].clone();
    assert_eq!(customer(&one.ok()), customer(&other.ok()));
    let platform = stripe_sim::Control::platform_of("sk_test_cityhop").unwrap();
    assert_eq!(world.books().await.customers(&platform).len(), 1);
    world.audit().await;
}
