//! JWTs that the engine makes: `create_jwt` and `testing/create_jwt`.

use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{
    Answer, App, CURRENT, Desk, Issuer, LIVE_KEY, OTHER_APPS_KEY, PUBLISHABLE_KEY, SECRET_KEY, Setting,
    Store, World, claims, coord_world, failed, fields, on_both_stores, parking_file, test_jwt,
};

on_both_stores!(
    a_servers_jwt_is_the_same_rider_in_both_apis,
    the_server_token_is_a_secret_key_of_the_same_app_and_environment,
    without_an_external_uid_a_rider_is_known_by_email,
    what_a_jwt_is_made_from_is_validated,
    a_jwt_made_for_one_app_is_worth_nothing_with_another,
    a_jwt_of_one_environment_is_worth_nothing_in_the_other,
    an_app_with_an_identity_provider_takes_both_kinds,
    a_test_jwt_needs_only_the_access_key_and_is_nobody_else,
    a_test_user_of_a_live_key_lives_in_the_sandbox,
    an_app_that_is_not_served_in_test_has_no_test_users,
);

const CREATE: &str = "/v1/users/create_jwt";
const CREATE_TEST: &str = "/v1/users/testing/create_jwt";

async fn ask(app: &App, server_token: &str, body: &Value) -> Answer {
    app.coord(Method::POST, CREATE)
        .bearer(server_token)
        .json(body)
        .send()
        .await
}

async fn made(app: &App, body: &Value) -> String {
    let made = ask(app, SECRET_KEY, body).await.ok();
    assert_eq!(fields(&made.body), ["jwt_token"]);
    assert_eq!(made.header("cache-control"), "no-store");
    made.body["jwt_token"].as_str().unwrap().to_owned()
}

async fn current(app: &App, jwt: &str) -> Answer {
    app.coord(Method::GET, CURRENT).bearer(jwt).send().await
}

/// The id of the rider's customer, as the ticketing API tells it.
async fn customer(app: &App, jwt: &str) -> String {
    let form = [("include_stripe_customer_id", "true")];
    let login = app.post("/user/login").bearer(jwt).form(&form).send().await.ok();
    login.body["stripe_customer_id"].as_str().unwrap().to_owned()
}

async fn a_servers_jwt_is_the_same_rider_in_both_apis(store: Store) {
    let world = World::start(store).await;
    let app = world.app();
    let jwt = made(&app, &json!({ "external_uid": "1234", "email": "foo@bar.com" })).await;
    let shown = current(&app, &jwt).await.ok();
    assert_eq!(shown.body["email"], "foo@bar.com");
    app.drive(&jwt).await;
    let own = app.jwt("1234", "phone").await;
    let shown = current(&app, &own).await.ok();
    assert_eq!(
        shown.body["vehicle"]["license_plate"]["text"], "123abc",
        "the same rider"
    );
    assert_eq!(customer(&app, &jwt).await, customer(&app, &own).await);
    let parts: Vec<&str> = jwt.split('.').collect();
    let claims = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, parts[1]).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    let life = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert_eq!(life, 3_600, "valid one hour");
}

async fn the_server_token_is_a_secret_key_of_the_same_app_and_environment(store: Store) {
    let (_folder, file) = parking_file(&[]);
    let world = World::of(Setting::on(store).marketplace(file)).await;
    let body = json!({ "email": "foo@bar.com" });
    let app = world.app();
    let rider = app.jwt("ann", "phone").await;
    for no_token in [
        PUBLISHABLE_KEY,
        OTHER_APPS_KEY,
        LIVE_KEY,
        "sk_test_never_issued",
        "nonsense",
        &rider,
    ] {
        failed(
            &ask(&app, no_token, &body).await,
            401,
            "invalid_server_token",
            None,
        );
    }
    let without = app.coord(Method::POST, CREATE).json(&body).send().await;
    failed(&without, 401, "invalid_server_token", None);
    let without_key = app
        .bare(Method::POST, CREATE)
        .bearer(SECRET_KEY)
        .json(&body)
        .send()
        .await;
    failed(&without_key, 401, "invalid_access_key", Some("access_key"));
    // The access_key may be any key of the app: it is public, and the token is not.
    ask(&world.phone(), SECRET_KEY, &body).await.ok();
    let revoked = "/admin/v1/test/apps/cityhop/keys";
    let keys = app
        .bare(Method::GET, revoked)
        .bearer(crate::world::ADMIN_KEY)
        .send()
        .await
        .ok();
    assert!(!keys.text.contains(SECRET_KEY), "what is listed is no key");
}

async fn without_an_external_uid_a_rider_is_known_by_email(store: Store) {
    let world = World::start(store).await;
    let app = world.app();
    let first = made(&app, &json!({ "email": "Foo@Bar.com" })).await;
    app.drive(&first).await;
    for same in [
        json!({ "email": "foo@bar.com" }),
        json!({ "email": "foo@bar.com", "external_uid": null }),
    ] {
        let shown = current(&app, &made(&app, &same).await).await.ok();
        assert!(shown.body["vehicle"].is_object(), "{same}");
    }
    for other in [
        json!({ "email": "fool@bar.com" }),
        json!({ "email": "foo@bar.com", "external_uid": "1234" }),
    ] {
        let shown = current(&app, &made(&app, &other).await).await.ok();
        assert_eq!(fields(&shown.body), ["email"], "{other}");
    }
}

async fn what_a_jwt_is_made_from_is_validated(store: Store) {
    let world = World::start(store).await;
    let app = world.app();
    let long = "x".repeat(256);
    for (body, code, field) in [
        (json!({}), "invalid_body", "email"),
        (json!({ "email": null }), "invalid_body", "email"),
        (json!({ "email": 1 }), "invalid_body", "email"),
        (json!({ "email": "" }), "invalid_email", "email"),
        (json!({ "email": "foo" }), "invalid_email", "email"),
        (
            json!({ "email": "foo@bar.com", "external_uid": 1234 }),
            "invalid_body",
            "external_uid",
        ),
        (
            json!({ "email": "foo@bar.com", "external_uid": "" }),
            "invalid_external_uid",
            "external_uid",
        ),
        (
            json!({ "email": "foo@bar.com", "external_uid": "a\nb" }),
            "invalid_external_uid",
            "external_uid",
        ),
        (
            json!({ "email": "foo@bar.com", "external_uid": long }),
            "invalid_external_uid",
            "external_uid",
        ),
    ] {
        failed(&ask(&app, SECRET_KEY, &body).await, 400, code, Some(field));
        let test = app.coord(Method::POST, CREATE_TEST).json(&body).send().await;
        failed(&test, 400, code, Some(field));
    }
}

async fn a_jwt_made_for_one_app_is_worth_nothing_with_another(store: Store) {
    let world = World::start(store).await;
    let (app, other) = (world.app(), world.app_with(OTHER_APPS_KEY));
    let jwt = made(&app, &json!({ "external_uid": "1234", "email": "foo@bar.com" })).await;
    let test = test_jwt(&app, "1234").await;
    for token in [&jwt, &test] {
        failed(&current(&other, token).await, 401, "invalid_jwt", None);
        let login = other.post("/user/login").bearer(token).send().await;
        login.refused(401, Some("login_required"));
    }
    current(&app, &jwt).await.ok();
    let (head, _) = jwt.rsplit_once('.').unwrap();
    let forged = format!("{head}.{}", test.rsplit_once('.').unwrap().1);
    failed(&current(&app, &forged).await, 401, "invalid_jwt", None);
}

async fn a_jwt_of_one_environment_is_worth_nothing_in_the_other(store: Store) {
    let (_folder, file) = parking_file(&[]);
    let world = World::of(Setting::on(store).marketplace(file)).await;
    let (test, live) = (world.app(), world.app_with(LIVE_KEY));
    let body = json!({ "external_uid": "1234", "email": "foo@bar.com" });
    let of_test = made(&test, &body).await;
    let of_live = ask(&live, LIVE_KEY, &body).await.ok().body["jwt_token"]
        .as_str()
        .unwrap()
        .to_owned();
    failed(&current(&live, &of_test).await, 401, "invalid_jwt", None);
    failed(&current(&test, &of_live).await, 401, "invalid_jwt", None);
    current(&test, &of_test).await.ok();
    current(&live, &of_live).await.ok();
    live.post("/user/login").bearer(&of_live).send().await.ok();
}

async fn an_app_with_an_identity_provider_takes_both_kinds(store: Store) {
    let issuer = Issuer::start().await;
    let url = format!("jwks_url: {}", issuer.url());
    let (_folder, file) = parking_file(&[&url]);
    let world = World::of(Setting::on(store).marketplace(file)).await;
    let app = world.app();
    let own = issuer.token(&claims("1234"));
    app.drive(&own).await;
    let asked = issuer.asked().len();
    let engines = made(&app, &json!({ "external_uid": "1234", "email": "foo@bar.com" })).await;
    let shown = current(&app, &engines).await.ok();
    assert!(shown.body["vehicle"].is_object(), "the same rider");
    app.post("/user/login").bearer(&engines).send().await.ok();
    app.post("/user/login").bearer(&own).send().await.ok();
    let test = test_jwt(&app, "1234").await;
    assert_eq!(
        fields(&current(&app, &test).await.ok().body),
        ["email", "transactable_systems"]
    );
    assert_eq!(
        issuer.asked().len(),
        asked,
        "no key is looked for where it cannot be"
    );
}

async fn a_test_jwt_needs_only_the_access_key_and_is_nobody_else(store: Store) {
    let world = coord_world(store).await;
    let (app, phone) = (world.app(), world.phone());
    let rider = made(&app, &json!({ "external_uid": "1234", "email": "foo@bar.com" })).await;
    app.drive(&rider).await;
    let test = test_jwt(&phone, "1234").await;
    let shown = current(&phone, &test).await.ok();
    assert_eq!(shown.body["email"], "foo@bar.com");
    assert!(shown.body.get("vehicle").is_none(), "another user");
    let login = app.post("/user/login").bearer(&test).send().await;
    login.refused(401, Some("login_required"));
    let bought = app.get("/pass?ticket_format=none").bearer(&test).send().await;
    bought.refused(401, Some("login_required"));
    let without = app
        .bare(Method::POST, CREATE_TEST)
        .json(&json!({ "email": "foo@bar.com" }));
    failed(
        &without.send().await,
        401,
        "invalid_access_key",
        Some("access_key"),
    );
}

async fn a_test_user_of_a_live_key_lives_in_the_sandbox(store: Store) {
    let (_folder, file) = parking_file(&[]);
    let world = World::of(Setting::on(store).marketplace(file)).await;
    let (test, live) = (world.app(), world.app_with(LIVE_KEY));
    let jwt = test_jwt(&live, "1234").await;
    live.drive(&jwt).await;
    let shown = current(&test, &jwt).await.ok();
    assert!(
        shown.body["vehicle"].is_object(),
        "the same test user, whichever key"
    );
    let of_live = ask(
        &live,
        LIVE_KEY,
        &json!({ "external_uid": "1234", "email": "foo@bar.com" }),
    )
    .await
    .ok();
    let shown = current(&live, of_live.body["jwt_token"].as_str().unwrap())
        .await
        .ok();
    assert!(shown.body.get("vehicle").is_none(), "nothing of it is in live");
    live.post("/user/login")
        .bearer(&jwt)
        .send()
        .await
        .refused(401, Some("login_required"));
}

async fn an_app_that_is_not_served_in_test_has_no_test_users(store: Store) {
    let (_folder, file) = parking_file(&[]);
    let world = World::of(Setting::on(store).marketplace(file)).await;
    let live = world.app_with(LIVE_KEY);
    let jwt = test_jwt(&live, "1234").await;
    let desk = Desk::of(&world);
    let reason = json!({ "reason": "unpaid" });
    desk.post("/apps/cityhop/suspend", &reason).await.ok();
    failed(&current(&live, &jwt).await, 403, "no_sandbox", None);
    let body = json!({ "email": "foo@bar.com" });
    let refused = live.coord(Method::POST, CREATE_TEST).json(&body).send().await;
    failed(&refused, 403, "no_sandbox", None);
}
