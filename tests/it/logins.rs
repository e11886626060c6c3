//! Who a rider is.

use serde_json::json;

use crate::world::{OTHER_APPS_KEY, PUBLISHABLE_KEY, Rider, Store, World, fields, on_both_stores};

on_both_stores!(
    a_jwt_opens_a_session_and_the_cookie_stands_in_for_it,
    a_session_ends_with_the_logout,
    every_successful_call_with_a_jwt_sets_the_cookie,
    the_customers_id_is_told_to_secret_keys_only,
    a_rider_of_one_app_is_nobody_in_another,
    a_key_says_whose_it_is,
);

async fn a_jwt_opens_a_session_and_the_cookie_stands_in_for_it(store: Store) {
    let world = World::start(store).await;
    let app = world.app();
    let jwt = app.jwt("ann", "ann-phone").await;
    let login = app.post("/user/login").bearer(&jwt).send().await.ok();
    assert_eq!(login.body, json!({}));
    let session = login.session().unwrap();
    let cookie = login.header("set-cookie");
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("Secure"),
        "{cookie}"
    );
    let listed = app.get("/pass?ticket_format=none").session(&session).send().await;
    assert_eq!(listed.ok().session(), None, "a session opens no other one");
}

async fn a_session_ends_with_the_logout(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let goodbye = rider.post("/user/logout").send().await.ok();
    assert_eq!(goodbye.body, json!({}));
    assert!(goodbye.header("set-cookie").starts_with("user_session_id=; "));
    let listed = rider.get("/pass?ticket_format=none").send().await;
    listed.refused(401, Some("login_required"));
    rider.post("/user/logout").send().await.ok();
    let again = rider
        .get("/pass?ticket_format=none")
        .bearer(&rider.jwt)
        .send()
        .await;
    assert!(
        again.ok().session().is_some(),
        "the JWT is good for another session"
    );
}

async fn every_successful_call_with_a_jwt_sets_the_cookie(store: Store) {
    let world = World::start(store).await;
    let app = world.app();
    let jwt = app.jwt("ann", "ann-phone").await;
    let listed = app.get("/pass?ticket_format=none").bearer(&jwt).send().await.ok();
    let session = listed.session().unwrap();
    app.get("/pass?ticket_format=none")
        .session(&session)
        .send()
        .await
        .ok();
}

async fn the_customers_id_is_told_to_secret_keys_only(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let form = [
        ("include_stripe_customer_id", "true"),
        ("accepted_latest_terms", "true"),
    ];
    let before = rider.post("/user/login").send().await.ok();
    assert_eq!(before.body, json!({}), "nobody has asked for it");
    rider.buy(crate::world::SINGLE, "pm_card_visa").await.ok();
    let after = rider.post("/user/login").form(&form).send().await.ok();
    let platform = stripe_sim::Control::platform_of("sk_test_cityhop").unwrap();
    let books = world.books().await;
    assert_eq!(
        after.body,
        json!({ "stripe_customer_id": books.customers(&platform)[0] })
    );
    let phone = world
        .phone()
        .post("/user/login")
        .session(&rider.session)
        .form(&form);
    assert_eq!(phone.send().await.ok().body, json!({}));
}

async fn a_rider_of_one_app_is_nobody_in_another(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    rider.buy(crate::world::SINGLE, "pm_card_visa").await.ok();
    let other = world.app_with(OTHER_APPS_KEY);
    let with_cookie = other
        .get("/pass?ticket_format=none")
        .session(&rider.session)
        .send()
        .await;
    with_cookie.refused(401, Some("login_required"));
    // Both apps use the testing key here, so the JWT itself is good: for a namesake with a wallet of their own.
    let namesake = Rider {
        app: other,
        ..rider.clone()
    };
    let listed = namesake
        .app
        .get("/pass?ticket_format=none")
        .bearer(&rider.jwt)
        .send()
        .await
        .ok();
    assert_eq!(listed.body, json!({ "pass_books": null, "passes": [] }));
}

async fn a_key_says_whose_it_is(store: Store) {
    let world = World::start(store).await;
    let shown = world.app().get("/developer").send().await.ok();
    let expected = [
        "api_key_type",
        "developer_id",
        "env",
        "owner_entity_kind",
        "platform_id",
        "platform_name",
        "stripe_publishable_api_key",
    ];
    assert_eq!(fields(&shown.body), expected);
    assert_eq!(shown.body["api_key_type"], "secret");
    assert_eq!(shown.body["env"], "test");
    assert_eq!(shown.body["platform_name"], "CityHop");
    assert_eq!(shown.body["stripe_publishable_api_key"], "pk_test_cityhop");
    let private = world.app().get("/developer/private").send().await.ok();
    assert_eq!(private.body["api_key_type"], "secret");
    assert!(private.body.get("stripe_publishable_api_key").is_none());
    let phone = world.app_with(PUBLISHABLE_KEY);
    assert_eq!(
        phone.get("/developer").send().await.ok().body["api_key_type"],
        "publishable"
    );
    phone.get("/developer/private").send().await.refused(403, None);
}
