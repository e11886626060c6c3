//! Coord's `stripe_info`: the same riders, the same customers.

use reqwest::Method;
use serde_json::json;

use crate::world::{
    App, CURRENT, OTHER_APPS_KEY, SECRET_KEY, SINGLE, Setting, Store, World, card_of, failed, fields,
    on_both_stores, parking_file, test_jwt,
};

on_both_stores!(
    a_card_is_kept_under_a_customer,
    another_token_replaces_the_card_and_keeps_the_customer,
    what_is_no_token_is_refused,
    a_token_made_for_another_account_is_told_from_a_malformed_one,
    a_used_token_is_refused_and_the_same_riders_repetition_is_not,
    a_test_user_saves_no_card_and_is_told_so,
    a_card_saved_here_buys_a_pass_in_the_ticketing_api,
    an_app_without_a_platform_account_keeps_no_cards,
    a_call_needs_a_known_key_and_a_genuine_jwt,
    the_rider_is_the_one_of_the_ticketing_api,
);

/// What came of handing a token in.
async fn hand_in(app: &App, jwt: &str, body: &serde_json::Value) -> crate::world::Answer {
    app.bare(
        Method::POST,
        &format!("{CURRENT}/stripe_info?access_key={SECRET_KEY}"),
    )
    .bearer(jwt)
    .json(body)
    .send()
    .await
}

async fn a_card_is_kept_under_a_customer(store: Store) {
    let world = World::start(store).await;
    let app = world.app();
    let jwt = app.jwt("ann", "ann-phone").await;
    let kept = hand_in(&app, &jwt, &json!({ "coord_targeted_token": "tok_visa" }))
        .await
        .ok();
    assert_eq!(
        fields(&kept.body),
        ["coord_targeted_token", "customer_id"],
        "the identical object"
    );
    assert_eq!(kept.body["coord_targeted_token"], "tok_visa");
    let platform = stripe_sim::Control::platform_of("sk_test_cityhop").unwrap();
    let books = world.books().await;
    assert_eq!(
        books.customers(&platform),
        [kept.body["customer_id"].as_str().unwrap()]
    );
    let current = app.bare(Method::GET, &format!("{CURRENT}?access_key={SECRET_KEY}"));
    let current = current.bearer(&jwt).send().await.ok();
    assert_eq!(current.body["email"], "ann@example.com");
}

async fn another_token_replaces_the_card_and_keeps_the_customer(store: Store) {
    let world = World::start(store).await;
    let app = world.app();
    let jwt = app.jwt("ann", "ann-phone").await;
    let mut customers = Vec::new();
    for token in ["tok_visa", "tok_mastercard"] {
        let kept = hand_in(&app, &jwt, &json!({ "coord_targeted_token": token }))
            .await
            .ok();
        customers.push(kept.body["customer_id"].clone());
    }
    assert_eq!(customers[0], customers[1]);
    let declined = hand_in(
        &app,
        &jwt,
        &json!({ "coord_targeted_token": "tok_chargeDeclined" }),
    )
    .await;
    assert_eq!(
        (declined.status, &declined.body["code"]),
        (402, &json!("card_declined"))
    );
    assert_eq!(declined.body["field"], "coord_targeted_token");
}

async fn what_is_no_token_is_refused(store: Store) {
    let world = World::start(store).await;
    let app = world.app();
    let jwt = app.jwt("ann", "ann-phone").await;
    for no_token in ["", "pm_card_visa", "card_1", "cus_1", "tok_ with spaces"] {
        let refused = hand_in(&app, &jwt, &json!({ "coord_targeted_token": no_token })).await;
        failed(&refused, 400, "invalid_token", Some("coord_targeted_token"));
    }
    for incomplete in [json!({}), json!({ "coord_targeted_token": 1 })] {
        let refused = hand_in(&app, &jwt, &incomplete).await;
        failed(&refused, 400, "invalid_body", Some("coord_targeted_token"));
    }
    failed(&hand_in(&app, &jwt, &json!([])).await, 400, "invalid_body", None);
}

async fn a_token_made_for_another_account_is_told_from_a_malformed_one(store: Store) {
    let world = World::start(store).await;
    let app = world.app();
    let jwt = app.jwt("ann", "ann-phone").await;
    let of_railmate = world.one_time_token_of("sk_test_railmate").await;
    for foreign in [of_railmate.as_str(), "tok_made_up"] {
        let refused = hand_in(&app, &jwt, &json!({ "coord_targeted_token": foreign })).await;
        failed(
            &refused,
            400,
            "token_of_another_account",
            Some("coord_targeted_token"),
        );
    }
    let own = world.one_time_token().await;
    hand_in(&app, &jwt, &json!({ "coord_targeted_token": own }))
        .await
        .ok();
}

async fn a_used_token_is_refused_and_the_same_riders_repetition_is_not(store: Store) {
    let world = World::start(store).await;
    let app = world.app();
    let jwt = app.jwt("ann", "ann-phone").await;
    let token = world.one_time_token().await;
    let body = json!({ "coord_targeted_token": token });
    let kept = hand_in(&app, &jwt, &body).await.ok();
    let again = hand_in(&app, &jwt, &body).await.ok();
    assert_eq!(
        kept.body, again.body,
        "the same rider's repetition finds the card kept"
    );
    let stranger = app.jwt("bob", "bob-phone").await;
    let used = hand_in(&app, &stranger, &body).await;
    failed(&used, 400, "token_already_used", Some("coord_targeted_token"));
}

async fn a_test_user_saves_no_card_and_is_told_so(store: Store) {
    let world = World::start(store).await;
    let app = world.app();
    let jwt = test_jwt(&app, "ann").await;
    for token in ["tok_visa", "nonsense"] {
        let refused = hand_in(&app, &jwt, &json!({ "coord_targeted_token": token })).await;
        failed(&refused, 403, "test_user", None);
    }
    let platform = stripe_sim::Control::platform_of("sk_test_cityhop").unwrap();
    assert!(
        world.books().await.customers(&platform).is_empty(),
        "Stripe was not asked"
    );
}

async fn a_card_saved_here_buys_a_pass_in_the_ticketing_api(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let token = world.one_time_token().await;
    let kept = hand_in(&rider.app, &rider.jwt, &json!({ "coord_targeted_token": token }))
        .await
        .ok();
    let customer = kept.body["customer_id"].as_str().unwrap();
    let card = card_of(&world, customer).await;
    let bought = rider.buy(SINGLE, &card).await.ok();
    assert_eq!(bought.body["passes"].as_array().unwrap().len(), 1);
    let platform = stripe_sim::Control::platform_of("sk_test_cityhop").unwrap();
    assert_eq!(
        world.books().await.customers(&platform),
        [customer],
        "one customer through both contracts"
    );
    world.audit().await;
}

async fn an_app_without_a_platform_account_keeps_no_cards(store: Store) {
    let (_folder, file) = parking_file(&[]);
    let text = std::fs::read_to_string(&file).unwrap();
    let stripe = "    stripe:\n      account: acct_railmate\n      publishable_key: pk_test_railmate\n";
    assert!(text.contains(stripe), "the demo has changed");
    std::fs::write(&file, text.replace(stripe, "")).unwrap();
    let world = World::of(Setting::on(store).marketplace(file)).await;
    let app = world.app_with(OTHER_APPS_KEY);
    let jwt = app.jwt("ann", "ann-phone").await;
    let path = format!("{CURRENT}/stripe_info");
    let call = app.coord(Method::POST, &path).bearer(&jwt);
    let refused = call
        .json(&json!({ "coord_targeted_token": "tok_visa" }))
        .send()
        .await;
    failed(&refused, 400, "no_platform_account", None);
}

async fn a_call_needs_a_known_key_and_a_genuine_jwt(store: Store) {
    let world = World::start(store).await;
    let app = world.app();
    let jwt = app.jwt("ann", "ann-phone").await;
    for query in [
        "",
        "?access_key=",
        "?access_key=sk_test_never_issued",
        "?access_key=nonsense",
    ] {
        for method in [Method::GET, Method::POST] {
            let path = match method {
                Method::GET => format!("{CURRENT}{query}"),
                _ => format!("{CURRENT}/stripe_info{query}"),
            };
            let refused = app.bare(method, &path).bearer(&jwt).json(&json!({})).send().await;
            assert_eq!(
                (refused.status, &refused.body["code"]),
                (401, &json!("invalid_access_key"))
            );
        }
    }
    let current = || app.bare(Method::GET, &format!("{CURRENT}?access_key={SECRET_KEY}"));
    for call in [current(), current().bearer("made.up.jwt")] {
        let refused = call.send().await;
        assert_eq!(
            (refused.status, &refused.body["code"]),
            (401, &json!("invalid_jwt"))
        );
    }
    current().bearer(&jwt).send().await.ok();
}

async fn the_rider_is_the_one_of_the_ticketing_api(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let body = json!({ "coord_targeted_token": "tok_visa" });
    let kept = hand_in(&rider.app, &rider.jwt, &body).await.ok();
    let form = [("include_stripe_customer_id", "true")];
    let login = rider.post("/user/login").form(&form).send().await.ok();
    assert_eq!(login.body["stripe_customer_id"], kept.body["customer_id"]);
    rider.buy(SINGLE, "pm_card_visa").await.ok();
    let platform = stripe_sim::Control::platform_of("sk_test_cityhop").unwrap();
    assert_eq!(world.books().await.customers(&platform).len(), 1);
    let other = world.app_with(OTHER_APPS_KEY);
    let path = format!("{CURRENT}/stripe_info?access_key={OTHER_APPS_KEY}");
    let elsewhere = other
        .bare(Method::POST, &path)
        .bearer(&rider.jwt)
        .json(&body)
        .send()
        .await
        .ok();
    assert_ne!(
        elsewhere.body["customer_id"], kept.body["customer_id"],
        "each app has its own customers"
    );
}
