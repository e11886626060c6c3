//! Whatever goes wrong at Coord's APIs is told in their own words.

use reqwest::Method;
use serde_json::json;

use crate::world::{
    CURRENT, Issuer, PUBLISHABLE_KEY, SECRET_KEY, Setting, Store, World, claims, coord_world, failed,
    on_both_stores, parking_file, test_jwt,
};

on_both_stores!(
    every_call_needs_a_known_access_key,
    every_call_for_a_user_needs_a_genuine_jwt,
    a_jwt_is_refused_with_the_reason,
    an_unknown_path_and_a_wrong_method_are_told_in_the_same_shape,
    a_body_that_cannot_be_read_is_told_in_the_same_shape,
    a_key_has_so_many_requests_here_as_there,
    a_suspended_app_is_served_here_no_more,
);

const SYSTEMS: &str = "/v1/access/parking/system";

/// Every call with a key, and whether it is for a user.
fn calls() -> [(Method, String, bool); 9] {
    [
        (Method::POST, "/v1/users/create_jwt".to_owned(), false),
        (Method::POST, "/v1/users/testing/create_jwt".to_owned(), false),
        (Method::GET, SYSTEMS.to_owned(), false),
        (Method::GET, format!("{SYSTEMS}/curbside"), false),
        (Method::GET, CURRENT.to_owned(), true),
        (Method::PUT, format!("{CURRENT}/vehicle"), true),
        (Method::POST, format!("{CURRENT}/stripe_info"), true),
        (
            Method::POST,
            "/v1/users/testing/user/current/transactable_systems".to_owned(),
            true,
        ),
        (Method::GET, "/v1/users/link_account".to_owned(), true),
    ]
}

async fn every_call_needs_a_known_access_key(store: Store) {
    let world = coord_world(store).await;
    let app = world.app();
    let jwt = test_jwt(&app, "1234").await;
    for (method, path, _) in calls() {
        for query in [
            "",
            "?access_key=",
            "?access_key=sk_test_never_issued",
            "?access_key=nonsense",
            "?access_key=sk_fake_1234567890abcXYZ",
            &format!("?access_key={SECRET_KEY}&access_key={SECRET_KEY}"),
        ] {
            let call = app.bare(method.clone(), &format!("{path}{query}")).bearer(&jwt);
            let refused = call.json(&json!({})).send().await;
            failed(&refused, 401, "invalid_access_key", Some("access_key"));
        }
    }
}

async fn every_call_for_a_user_needs_a_genuine_jwt(store: Store) {
    let world = coord_world(store).await;
    let app = world.app();
    for (method, path, _) in calls().into_iter().filter(|(_, _, for_user)| *for_user) {
        let call = || app.coord(method.clone(), &path).json(&json!({}));
        for call in [call(), call().bearer("made.up.jwt"), call().bearer(SECRET_KEY)] {
            let refused = call.send().await;
            failed(&refused, 401, "invalid_jwt", None);
            assert_eq!(refused.header("www-authenticate"), "Bearer");
        }
        let basic = call().header("Authorization", "Basic YTpi").send().await;
        failed(&basic, 401, "invalid_jwt", None);
    }
}

async fn a_jwt_is_refused_with_the_reason(store: Store) {
    let issuer = Issuer::start().await;
    let url = format!("jwks_url: {}", issuer.url());
    let (_folder, file) = parking_file(&[&url]);
    let world = World::of(Setting::on(store).marketplace(file)).await;
    let app = world.app();
    let mut expired = claims("ann");
    expired["iat"] = json!(1_000);
    expired["exp"] = json!(2_000);
    let mut nobody = claims("ann");
    nobody["sub"] = json!(null);
    let mut of_others = claims("ann");
    of_others["aud"] = json!("somebody.else");
    for (claims, why) in [(expired, "expired"), (nobody, "sub"), (of_others, "aud")] {
        let call = app.coord(Method::GET, CURRENT).bearer(&issuer.token(&claims));
        let refused = call.send().await;
        failed(&refused, 401, "invalid_jwt", None);
        assert!(
            refused.body["message"].as_str().unwrap().contains(why),
            "{}",
            refused.text
        );
    }
    issuer.go_down();
    let (_folder, file) = parking_file(&[&url]);
    let fresh = World::of(Setting::on(store).marketplace(file)).await;
    let call = fresh
        .app()
        .coord(Method::GET, CURRENT)
        .bearer(&issuer.token(&claims("ann")));
    let later = call.send().await;
    failed(&later, 503, "try_again", None);
    assert_eq!(later.header("retry-after"), "1");
}

async fn an_unknown_path_and_a_wrong_method_are_told_in_the_same_shape(store: Store) {
    let world = coord_world(store).await;
    let app = world.app();
    for path in [
        "/v1/users/nothing",
        "/v1/users/user",
        "/v1/access/parking/nothing/at/all",
        "/v1/access/bike",
    ] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            failed(&app.coord(method, path).send().await, 404, "unknown_path", None);
        }
    }
    for (method, path, _) in calls() {
        let refused = app.coord(Method::DELETE, &path).send().await;
        failed(&refused, 405, "method_not_allowed", None);
        let allowed = refused.header("allow");
        assert!(allowed.contains(method.as_str()), "{path}: {allowed}");
    }
}

async fn a_body_that_cannot_be_read_is_told_in_the_same_shape(store: Store) {
    let world = coord_world(store).await;
    let app = world.app();
    let rider = app.jwt("ann", "phone").await;
    let test = test_jwt(&app, "1234").await;
    let large = format!("{{\"x\": \"{}\"}}", "x".repeat(64 * 1024));
    for (method, path, for_user) in calls().into_iter().filter(|(method, ..)| *method != Method::GET) {
        let jwt = match (path.contains("testing"), for_user) {
            (true, _) => &test,
            (false, true) => &rider,
            (false, false) => SECRET_KEY,
        };
        let call = || app.coord(method.clone(), &path).bearer(jwt);
        let json = || call().header("Content-Type", "application/json; charset=utf-8");
        for nonsense in ["", "{", "[]", "\"x\"", "null", "{\"a\":1}x"] {
            failed(&json().body(nonsense).send().await, 400, "invalid_body", None);
        }
        failed(
            &json().body(b"\xff\xfe".to_vec()).send().await,
            400,
            "invalid_body",
            None,
        );
        failed(
            &json().body(large.clone()).send().await,
            413,
            "body_too_large",
            None,
        );
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/xml",
            "nonsense",
        ] {
            let refused = call().header("Content-Type", kind).body("{}").send().await;
            failed(&refused, 415, "unsupported_media_type", None);
        }
        failed(
            &call().body("{}").send().await,
            415,
            "unsupported_media_type",
            None,
        );
    }
}

async fn a_key_has_so_many_requests_here_as_there(store: Store) {
    let setting = Setting::on(store)
        .with("SWITCHYARD_RATE_LIMIT", "1")
        .with("SWITCHYARD_RATE_LIMIT_BURST", "5");
    let world = World::of(setting).await;
    let app = world.app();
    let mut asked = 0;
    let limited = loop {
        let answer = app.coord(Method::GET, SYSTEMS).send().await;
        if answer.status == 429 {
            break answer;
        }
        asked += 1;
        assert!(asked < 10_000, "never limited");
    };
    failed(&limited, 429, "rate_limited", None);
    assert!(limited.header("retry-after").parse::<u64>().unwrap() >= 1);
    world
        .app_with(PUBLISHABLE_KEY)
        .coord(Method::GET, SYSTEMS)
        .send()
        .await
        .ok();
}

async fn a_suspended_app_is_served_here_no_more(store: Store) {
    let world = coord_world(store).await;
    let app = world.app();
    let jwt = test_jwt(&app, "1234").await;
    let desk = crate::world::Desk::of(&world);
    desk.post("/apps/cityhop/suspend", &json!({ "reason": "unpaid" }))
        .await
        .ok();
    let refused = app.coord(Method::GET, CURRENT).bearer(&jwt).send().await;
    failed(&refused, 401, "invalid_access_key", Some("access_key"));
}
