//! Who may ask for what: as in the other environments.

use reqwest::Method;
use serde_json::json;

use super::{Fake, PUBLISHABLE_KEY, SECRET_KEY, STATE, published_jwt};
use crate::world::{Call, OTHER_APPS_KEY, Store, World, fields};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fake_key_has_to_be_well_formed_and_a_version_named() {
    let world = World::start(Store::Sqlite).await;
    for key in ["sk_fake_", "sk_fake_a b", "xk_fake_1", "fake", "sk_fakes_1"] {
        let refused = world.app_with(key).get("/agency").send().await;
        refused.refused(401, None);
    }
    let call = |version: Option<&str>| {
        let app = world.app();
        let call = app.bare(Method::GET, "/agency");
        let call = call.header("Token-Transit-Api-Key", SECRET_KEY);
        match version {
            None => call,
            Some(version) => call.header("Token-Transit-Api-Version", version),
        }
    };
    for version in [None, Some(""), Some("2020-05-22")] {
        let refused = call(version).send().await;
        refused.refused_for(400, None, "Token-Transit-Api-Version");
    }
    for version in ["2019-05-01", "2020-05-21"] {
        call(Some(version)).send().await.ok();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn secret_keys_are_told_more() {
    let fake = Fake::start().await;
    let phone = fake.world.app_with(PUBLISHABLE_KEY);
    let shown = phone.get("/developer").send().await.ok();
    assert_eq!(shown.body["api_key_type"], "publishable");
    phone.get("/developer/private").send().await.refused(403, None);
    let login = phone.post("/user/login").session(&fake.session);
    let login = login.form(&[("include_stripe_customer_id", "true")]);
    assert!(login.send().await.body.get("stripe_customer_id").is_none());
    let without = fake.post("/user/login", &[]).send().await.ok();
    assert_eq!(without.body, json!({}));
}

/// Every call that the document marks with "User Authentication Required", as it would succeed.
fn riders_calls(call: impl Fn(Method, &str) -> Call) -> Vec<(&'static str, Call)> {
    let buy = [
        ("stripe_token", "tok_visa"),
        ("ticket_format", "none"),
        ("a", "bigbluebus"),
        ("fare_id", "regular_single_ride"),
    ];
    let shown = [
        ("pass_id", "pass_active"),
        ("timestamp", "2020-03-14T17:00:01-07:00"),
    ];
    let post = |path: &str| call(Method::POST, path);
    vec![
        ("login", post("/user/login")),
        (
            "ephemeral key",
            post("/user/stripe_ephemeral_key").form(&[("stripe_api_version", "2019-12-03")]),
        ),
        ("purchase", post("/purchase").form(&buy)),
        (
            "purchase and activate",
            post("/agency/bigbluebus/fare/regular_single_ride/purchase").form(&buy[..2]),
        ),
        ("pass", call(Method::GET, "/pass/pass_active")),
        (
            "pass of agency",
            call(Method::GET, "/agency/bigbluebus/pass/pass_active"),
        ),
        ("passes", call(Method::GET, "/pass?ticket_format=none")),
        (
            "activate",
            post("/pass/pass_unactivated/activate").form(&[("ticket_format", "none")]),
        ),
        ("redeem", post("/redeem").form(&[("link", "redemption.link")])),
        ("validation", post("/validation/visual").form(&shown)),
        ("logout", post("/user/logout")),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_riders_call_needs_a_rider() {
    let fake = Fake::start().await;
    let app = &fake.app;
    for (name, call) in riders_calls(|method, path| app.call(method, path)) {
        let refused = call.send().await;
        assert_eq!(refused.session(), None, "{name}");
        refused.refused(401, Some("login_required"));
    }
    for bad in ["made.up.jwt", "e30.e30.c2ln", "e30.e30."] {
        let refused = app.get("/pass?ticket_format=none").bearer(bad).send().await;
        refused.refused(401, Some("login_required"));
    }
    let invented = app
        .get("/pass?ticket_format=none")
        .session("made-up")
        .send()
        .await;
    invented.refused(401, Some("login_required"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_jwt_sets_the_cookie_and_the_cookie_stands_in_for_it() {
    let fake = Fake::start().await;
    let (app, jwt) = (&fake.app, published_jwt(&fake.app).await);
    for (name, call) in riders_calls(|method, path| app.call(method, path).bearer(&jwt)) {
        let answer = call.send().await.ok();
        assert_eq!(answer.session().is_some(), name != "logout", "{name}");
    }
    for (name, call) in riders_calls(|method, path| app.call(method, path).session(&fake.session)) {
        assert_eq!(call.send().await.ok().session(), None, "{name}");
    }
    let optional = [
        app.get("/agency/bigbluebus/fare"),
        app.get("/redeem?link=redemption.link"),
        app.post("/cart").form(&[("a", "bigbluebus")]),
    ];
    for call in optional {
        assert!(call.bearer(&jwt).send().await.ok().session().is_some());
    }
    let stale = app.get("/pass?ticket_format=none").session("over").bearer(&jwt);
    assert!(stale.send().await.ok().session().is_some());
    let goodbye = fake.post("/user/logout", &[]).send().await.ok();
    assert!(goodbye.header("set-cookie").starts_with("user_session_id=; "));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_fake_opens_nothing_elsewhere() {
    let fake = Fake::start().await;
    let jwt = published_jwt(&fake.app).await;
    for app in [fake.world.app(), fake.world.app_with(OTHER_APPS_KEY)] {
        let by_jwt = app.get("/pass?ticket_format=none").bearer(&jwt).send().await;
        by_jwt.refused(401, Some("login_required"));
        let by_cookie = app.get("/pass?ticket_format=none").session(&fake.session);
        by_cookie.send().await.refused(401, Some("login_required"));
    }
    let rider = fake.world.rider("ann").await;
    let refused = rider.activate_in("pass_1", STATE).await;
    refused.refused(412, Some("passes_state_header_invalid_or_missing"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_state_of_the_passes_is_always_the_same() {
    let fake = Fake::start().await;
    let listed = fake.get("/pass?ticket_format=none").send().await.ok();
    let bought = fake.buy("tok_visa").send().await.ok();
    let activated = fake.activate("pass_unactivated").send().await.ok();
    for answer in [listed, bought, activated] {
        assert_eq!(answer.state(), STATE);
    }
    let with = |call: Call, state: &str| call.header("Token-Transit-Passes-State", state);
    with(fake.buy("tok_visa"), STATE).send().await.ok();
    with(fake.activate("pass_active"), STATE).send().await.ok();
    for wrong in ["", "0", &STATE[1..]] {
        for call in [fake.buy("tok_visa"), fake.activate("pass_unactivated")] {
            let refused = with(call, wrong).send().await;
            refused.refused(412, Some("passes_state_header_invalid_or_missing"));
        }
    }
    with(fake.get("/pass?ticket_format=none"), "0").send().await.ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idempotency_key_has_one_to_128_bytes() {
    let fake = Fake::start().await;
    let session = &fake.session;
    for (length, good) in [(1, true), (128, true), (129, false), (0, false)] {
        let key = "k".repeat(length);
        let calls = riders_calls(|method, path| {
            let call = fake.app.call(method, path).session(session);
            call.header("Idempotency-Key", &key)
        });
        for (name, call) in calls {
            let answer = call.send().await;
            let is_post = !["pass", "pass of agency", "passes"].contains(&name);
            match good || !is_post {
                true => drop(answer.ok()),
                false => answer.refused_for(400, None, "Idempotency-Key"),
            }
        }
    }
    let again = async || {
        let answer = fake.buy("tok_visa").header("Idempotency-Key", "one").send().await;
        fields(&answer.ok().body).join(" ")
    };
    assert_eq!(again().await, again().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn errors_are_told_in_the_riders_language_and_shape() {
    let fake = Fake::start().await;
    let refused = fake.get("/pass/nothing").header("Accept-Language", "es-MX");
    let refused = refused.send().await;
    refused.refused_for(404, Some("resource_not_found"), "pass_id");
    let plain = fake.get("/pass/nothing").send().await;
    assert_ne!(refused.body["message"], plain.body["message"]);
    for path in [
        "/no/such/path",
        "/agency/%ff",
        "/agency/nowhere",
        "/developer/other",
    ] {
        let answer = fake.get(path).send().await;
        let code = (answer.status == 404).then_some("resource_not_found");
        answer.refused(if path.contains('%') { 400 } else { 404 }, code);
    }
    fake.app
        .call(Method::DELETE, "/pass")
        .send()
        .await
        .refused(404, Some("resource_not_found"));
}
