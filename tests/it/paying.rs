//! What a rider pays with: every kind of `stripe_token`, whoever attached it, and nobody else's.

use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{OTHER_APPS_KEY, Order, PUBLISHABLE_KEY, Rider, SINGLE, Store, World, on_both_stores};

on_both_stores!(
    every_kind_of_credential_buys_and_comes_back_as_something_reusable,
    a_credential_of_somebody_else_buys_nothing,
    an_account_is_no_means_of_payment,
    an_app_attaches_the_first_card_itself_and_buys_with_it,
    a_card_from_a_vault_buys_as_a_payment_method_and_as_a_card,
    a_saved_card_is_not_charged_unless_it_is_named,
);

const PLATFORM: &str = "sk_test_cityhop";

/// A call that the app makes at Stripe by itself.
async fn at_stripe(world: &World, key: &str, path: &str, form: &[(&str, &str)]) -> Value {
    let call = reqwest::Client::new()
        .post(format!("{}{path}", world.server.stripe()))
        .bearer_auth(key)
        .form(form);
    let answer: Value = call.send().await.unwrap().json().await.unwrap();
    assert!(answer.get("error").is_none(), "{answer}");
    answer
}

fn id(object: &Value) -> &str {
    object["id"].as_str().unwrap()
}

/// The rider's customer, as the app's server learns it.
async fn customer_of(rider: &Rider) -> String {
    let login = rider
        .post("/user/login")
        .form(&[("include_stripe_customer_id", "true")]);
    let login = login.send().await.ok();
    login.body["stripe_customer_id"].as_str().unwrap().to_owned()
}

const CARD: [(&str, &str); 4] = [
    ("card[number]", "4242424242424242"),
    ("card[exp_month]", "12"),
    ("card[exp_year]", "2040"),
    ("card[cvc]", "123"),
];

fn with(more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    CARD.into_iter().chain(more.iter().copied()).collect()
}

/// Buys a ride, and gives what was charged as the answer shows it.
async fn source_of(rider: &Rider, card: &str) -> String {
    let order = Order::single(&rider.state().await).card(card);
    let bought = rider.place(&order).await.ok();
    let shown = bought.body["passes"].as_array().unwrap();
    let sources: Vec<&str> = shown
        .iter()
        .filter_map(|pass| pass["stripe_source"].as_str())
        .collect();
    assert_eq!(
        sources.len(),
        1,
        "only what was just bought shows it: {}",
        bought.text
    );
    sources[0].to_owned()
}

async fn every_kind_of_credential_buys_and_comes_back_as_something_reusable(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let token = world.one_time_token().await;
    let card = source_of(&rider, &token).await;
    assert!(card.starts_with("card_"), "{card}");
    assert_eq!(source_of(&rider, &card).await, card);
    let method = source_of(&rider, "pm_card_visa").await;
    assert!(method.starts_with("pm_"), "{method}");
    assert_eq!(source_of(&rider, &method).await, method);
    let customer = customer_of(&rider).await;
    let made = at_stripe(
        &world,
        PLATFORM,
        "/v1/sources",
        &[("type", "card"), ("token", "tok_visa")],
    )
    .await;
    let path = format!("/v1/customers/{customer}/sources");
    at_stripe(&world, PLATFORM, &path, &[("source", id(&made))]).await;
    assert_eq!(source_of(&rider, id(&made)).await, id(&made));
    assert_eq!(world.books().await.kept().len(), 5);
    let wallet = rider.wallet().await;
    let shown = wallet
        .passes()
        .iter()
        .any(|pass| pass.get("stripe_source").is_some());
    assert!(!shown, "a list of passes does not show what was paid with");
    world.books().await.agree_with(&[wallet.body]);
    world.audit().await;
}

async fn a_credential_of_somebody_else_buys_nothing(store: Store) {
    let world = World::start(store).await;
    let ann = world.rider("ann").await;
    let theirs = [
        source_of(&ann, "tok_visa").await,
        source_of(&ann, "pm_card_visa").await,
    ];
    let elsewhere = "sk_test_railmate";
    let method = at_stripe(
        &world,
        elsewhere,
        "/v1/payment_methods",
        &with(&[("type", "card")]),
    )
    .await;
    let token = at_stripe(&world, elsewhere, "/v1/tokens", &CARD).await;
    let bob = world.rider("bob").await;
    source_of(&bob, "pm_card_mastercard").await;
    let state = bob.state().await;
    let spent = world.one_time_token().await;
    source_of(&ann, &spent).await;
    for card in [
        theirs[0].as_str(),
        theirs[1].as_str(),
        id(&method),
        id(&token),
        spent.as_str(),
        "src_of_nobody",
    ] {
        let refused = bob.place(&Order::single(&state).card(card)).await;
        refused.refused_for(400, Some("stripe_invalid_request"), "stripe_token");
    }
    assert_eq!(world.books().await.kept().len(), 4);
}

async fn an_account_is_no_means_of_payment(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    for account in ["acct_bigbluebus", "acct_cityhop", "acct_1234567890abcXYZ"] {
        let order = Order::single(&rider.state().await).card(account);
        let refused = rider.place(&order).await;
        refused.refused_for(400, Some("stripe_invalid_request"), "stripe_token");
    }
    assert!(world.books().await.kept().is_empty());
}

async fn an_app_attaches_the_first_card_itself_and_buys_with_it(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let customer = customer_of(&rider).await;
    assert_eq!(customer_of(&rider).await, customer, "one rider is one customer");
    let platform = stripe_sim::Control::platform_of(PLATFORM).unwrap();
    assert_eq!(world.books().await.customers(&platform), [customer.as_str()]);
    let phone = world.app_with(PUBLISHABLE_KEY);
    let form = [("include_stripe_customer_id", "true")];
    let told = phone.post("/user/login").session(&rider.session).form(&form);
    assert_eq!(
        told.send().await.ok().body,
        json!({}),
        "only secret keys are told"
    );
    let path = format!("/v1/customers/{customer}/sources");
    let card = at_stripe(&world, PLATFORM, &path, &[("source", "tok_visa")]).await;
    assert_eq!(source_of(&rider, id(&card)).await, id(&card));
    assert_eq!(world.books().await.customers(&platform).len(), 1);
    let other = world.app_with(OTHER_APPS_KEY);
    let jwt = other.jwt("ann", "ann-phone").await;
    let namesake = other
        .post("/user/login")
        .bearer(&jwt)
        .form(&form)
        .send()
        .await
        .ok();
    assert_ne!(
        namesake.body["stripe_customer_id"], customer,
        "each app has its own"
    );
}

/// A vault (Spreedly and the like) holds a key to the app's platform account and makes cards there from the server.
async fn a_card_from_a_vault_buys_as_a_payment_method_and_as_a_card(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let loose = at_stripe(
        &world,
        PLATFORM,
        "/v1/payment_methods",
        &with(&[("type", "card")]),
    )
    .await;
    assert_eq!(source_of(&rider, id(&loose)).await, id(&loose));
    let customer = customer_of(&rider).await;
    let kept = at_stripe(
        &world,
        PLATFORM,
        "/v1/payment_methods",
        &with(&[("type", "card")]),
    )
    .await;
    let path = format!("/v1/payment_methods/{}/attach", id(&kept));
    at_stripe(&world, PLATFORM, &path, &[("customer", &customer)]).await;
    assert_eq!(source_of(&rider, id(&kept)).await, id(&kept));
    let token = at_stripe(&world, PLATFORM, "/v1/tokens", &CARD).await;
    let path = format!("/v1/customers/{customer}/sources");
    let card = at_stripe(&world, PLATFORM, &path, &[("source", id(&token))]).await;
    assert_eq!(source_of(&rider, id(&card)).await, id(&card));
    world.books().await.agree_with(&[rider.wallet().await.body]);
}

async fn a_saved_card_is_not_charged_unless_it_is_named(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    source_of(&rider, "pm_card_visa").await;
    let form = json!({ "a": "bigbluebus", "fare_id": SINGLE, "ticket_format": "none" });
    let nothing = rider
        .app
        .call(Method::POST, "/purchase")
        .session(&rider.session)
        .header("Token-Transit-Passes-State", &rider.state().await)
        .json(&form);
    let refused = nothing.send().await;
    refused.refused_for(400, Some("payment_method_not_found"), "stripe_token");
    assert_eq!(world.books().await.kept().len(), 1);
}
