//! Login sessions: which answers open one, what a cookie is worth, and when it is worth nothing any more.

use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{
    ADMIN_KEY, Issuer, LIVE_KEY, OTHER_APPS_KEY, PUBLISHABLE_KEY, Rider, SECRET_KEY, Setting, ShopFile,
    Store, World, claims, eventually, on_both_stores,
};

on_both_stores!(
    every_successful_call_with_a_jwt_opens_a_session,
    a_refused_call_opens_no_session,
    a_logout_opens_no_session,
    the_cookie_is_kept_from_scripts_and_other_protocols,
    no_two_jwts_share_a_session,
    a_cookie_that_is_worth_nothing_makes_the_client_fall_back_to_its_jwt,
    a_cookie_is_good_for_its_app_and_environment_only,
    a_revoked_key_stops_at_once,
);

const LIST: &str = "/pass?ticket_format=none";

async fn every_successful_call_with_a_jwt_opens_a_session(store: Store) {
    let world = World::start(store).await;
    let app = world.app();
    let jwt = app.jwt("ann", "ann-phone").await;
    for path in [
        "/developer",
        "/developer/private",
        "/agency",
        "/agency/bigbluebus",
        "/agency/bigbluebus/fare",
        "/agency/bigbluebus/fare/regular_single_ride",
        LIST,
        "/pass_transfer",
    ] {
        let answer = app.get(path).bearer(&jwt).send().await.ok();
        let session = answer
            .session()
            .unwrap_or_else(|| panic!("{path} opens no session"));
        app.get(LIST).session(&session).send().await.ok();
        let again = app.get(path).session(&session).bearer(&jwt).send().await.ok();
        assert_eq!(again.session(), None, "{path}: a session that is good stays");
    }
    let rider = world.rider("ben").await;
    let sent = sent_pass(&rider).await;
    let link = format!("/redeem?link={sent}");
    let shown = app.get(&link).bearer(&jwt).send().await.ok();
    assert!(shown.session().is_some());
    assert_eq!(
        app.get(&link).send().await.ok().session(),
        None,
        "nobody in particular"
    );
    let redeemed = app.post("/redeem").bearer(&jwt).form(&[("link", sent.as_str())]);
    assert!(redeemed.send().await.ok().session().is_some());
}

/// Buys a pass, and gives the link by which somebody else may have it.
async fn sent_pass(rider: &Rider) -> String {
    let bought = rider.buy("regular_single_ride", "pm_card_visa").await.ok();
    let pass = bought.body["passes"][0]["pass_id"].as_str().unwrap();
    let in_a_year = (chrono::Utc::now() + chrono::TimeDelta::days(365)).to_rfc3339();
    let form = [("items", pass), ("expiration_timestamp", &in_a_year)];
    let sent = rider.post("/pass_transfer").keyed().form(&form).send().await.ok();
    sent.body["redemption"]["url"].as_str().unwrap().to_owned()
}

async fn a_refused_call_opens_no_session(store: Store) {
    let world = World::start(store).await;
    let app = world.app();
    let jwt = app.jwt("ann", "ann-phone").await;
    for (status, call) in [
        (400, app.get("/pass")),
        (404, app.get("/pass/pass_of_nobody")),
        (404, app.get("/agency/nowhere")),
        (404, app.get("/agency/bigbluebus/fare/nothing")),
        (400, app.get("/redeem")),
        (
            412,
            app.post("/purchase").form(&[
                ("a", "bigbluebus"),
                ("fare_id", "regular_single_ride"),
                ("stripe_token", "pm_card_visa"),
                ("ticket_format", "none"),
            ]),
        ),
        (
            400,
            app.post("/user/login")
                .form(&[("accepted_latest_terms", "perhaps")]),
        ),
        (403, world.phone().get("/developer/private")),
    ] {
        let refused = call.bearer(&jwt).send().await;
        assert_eq!(refused.status, status, "{}", refused.text);
        assert_eq!(refused.header("set-cookie"), "", "{}", refused.text);
    }
}

async fn a_logout_opens_no_session(store: Store) {
    let world = World::start(store).await;
    let app = world.app();
    let jwt = app.jwt("ann", "ann-phone").await;
    let by_jwt = app.post("/user/logout").bearer(&jwt).send().await.ok();
    assert_eq!((by_jwt.body.clone(), by_jwt.session()), (json!({}), None));
    assert!(by_jwt.header("set-cookie").contains("Max-Age=0"));
    app.post("/user/logout")
        .send()
        .await
        .refused(401, Some("login_required"));
    app.post("/user/logout")
        .bearer("nonsense")
        .send()
        .await
        .refused(401, Some("login_required"));
    let rider = world.rider("ann").await;
    let both = rider.post("/user/logout").bearer(&jwt).send().await.ok();
    assert_eq!((both.body.clone(), both.session()), (json!({}), None));
    rider.get(LIST).send().await.refused(401, Some("login_required"));
}

async fn the_cookie_is_kept_from_scripts_and_other_protocols(store: Store) {
    let world = World::start(store).await;
    let app = world.app();
    let jwt = app.jwt("ann", "ann-phone").await;
    let login = app.post("/user/login").bearer(&jwt).send().await.ok();
    let cookie = login.header("set-cookie").to_owned();
    let attributes: Vec<&str> = cookie.split("; ").skip(1).collect();
    assert_eq!(
        attributes,
        ["Path=/", "Max-Age=2592000", "HttpOnly", "Secure", "SameSite=None"]
    );
    let session = login.session().unwrap();
    assert_eq!(session.len(), 43, "256 bits in base64url");
    // Kept by a hash only.
    for file in std::fs::read_dir(world.folder()).unwrap() {
        let held = std::fs::read(file.unwrap().path()).unwrap_or_default();
        let found = held.windows(session.len()).any(|part| part == session.as_bytes());
        assert!(!found, "the session is stored in clear");
    }
}

async fn no_two_jwts_share_a_session(store: Store) {
    let issuer = Issuer::start().await;
    let file = ShopFile::with(&[&format!("jwks_url: {}", issuer.url())]);
    let world = World::of(Setting::on(store).marketplace(file.path())).await;
    let app = world.app();
    let mut sessions = Vec::new();
    for jti in [Some("one"), Some("one"), Some("two"), None, None] {
        let mut said = claims("ann");
        said["device_id"] = json!("ann-phone");
        said["jti"] = jti.map_or(Value::Null, |jti| json!(jti));
        let login = app.post("/user/login").bearer(&issuer.token(&said)).send().await;
        sessions.push(login.ok().session().unwrap());
    }
    let mut different = sessions.clone();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), sessions.len());
    app.post("/user/logout").session(&sessions[0]).send().await.ok();
    for (number, session) in sessions.iter().enumerate() {
        let listed = app.get(LIST).session(session).send().await;
        assert_eq!(
            listed.status,
            if number == 0 { 401 } else { 200 },
            "{}",
            listed.text
        );
    }
}

async fn a_cookie_that_is_worth_nothing_makes_the_client_fall_back_to_its_jwt(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    rider.post("/user/logout").send().await.ok();
    let never = "A".repeat(43);
    for dead in [&rider.session, &never, "short", "\"quoted\""] {
        // Also where a rider is optional: shown as to nobody, the client would never know that it has to log in again.
        for path in [
            LIST,
            "/agency/bigbluebus/fare",
            "/agency/bigbluebus/fare/regular_single_ride",
        ] {
            let refused = world.app().get(path).session(dead).send().await;
            refused.refused(401, Some("login_required"));
            let again = world
                .app()
                .get(path)
                .session(dead)
                .bearer(&rider.jwt)
                .send()
                .await;
            assert!(again.ok().session().is_some(), "{path}");
        }
        // It makes no difference who asks for these.
        for path in ["/agency", "/agency/bigbluebus", "/developer"] {
            world.app().get(path).session(dead).send().await.ok();
        }
        let out = world.app().post("/user/logout").session(dead).send().await.ok();
        assert_eq!(out.body, json!({}), "a logout may be repeated");
    }
}

async fn a_cookie_is_good_for_its_app_and_environment_only(store: Store) {
    let issuer = Issuer::start().await;
    let file = ShopFile::with(&[&format!("jwks_url: {}", issuer.url())]);
    let world = World::of(Setting::on(store).marketplace(file.path())).await;
    let token = issuer.token(&claims("ann"));
    let (test, live) = (world.app(), world.app_with(LIVE_KEY));
    let in_test = test.post("/user/login").bearer(&token).send().await.ok();
    let in_live = live.post("/user/login").bearer(&token).send().await.ok();
    let (in_test, in_live) = (in_test.session().unwrap(), in_live.session().unwrap());
    test.get(LIST).session(&in_test).send().await.ok();
    live.get(LIST).session(&in_live).send().await.ok();
    world.phone().get(LIST).session(&in_test).send().await.ok();
    for (app, session) in [
        (&test, &in_live),
        (&live, &in_test),
        (&world.app_with(OTHER_APPS_KEY), &in_test),
    ] {
        let refused = app.get(LIST).session(session).send().await;
        refused.refused(401, Some("login_required"));
        // Nor can it be ended there.
        app.post("/user/logout").session(session).send().await.ok();
    }
    test.get(LIST).session(&in_test).send().await.ok();
    live.get(LIST).session(&in_live).send().await.ok();
}

async fn a_revoked_key_stops_at_once(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let admin = |method: Method, path: &str| {
        let call = world.app().bare(method, &format!("/admin/v1/test/apps/{path}"));
        call.bearer(ADMIN_KEY)
    };
    let listed = admin(Method::GET, "cityhop/keys").send().await.ok();
    let keys = listed.body["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 2);
    assert!(!listed.text.contains("cityhop_demo"), "a key cannot be had back");
    let secret = keys.iter().find(|key| key["kind"] == "secret").unwrap();
    let revoke = format!("cityhop/keys/{}/revoke", secret["key_id"].as_str().unwrap());
    let left = admin(Method::POST, &revoke).send().await.ok();
    assert_eq!(left.body["keys"].as_array().unwrap().len(), 1);
    assert_eq!(left.body["keys"][0]["kind"], "publishable");
    rider.get(LIST).send().await.refused(401, None);
    world.app().get("/agency").send().await.refused(401, None);
    // The rider is still logged in, for the keys that are left.
    world.phone().get(LIST).session(&rider.session).send().await.ok();
    assert_eq!(admin(Method::POST, &revoke).send().await.ok().body, left.body);
    for nothing in ["cityhop/keys/key_none/revoke", "nobody/keys/key_none/revoke"] {
        assert_eq!(admin(Method::POST, nothing).send().await.status, 404);
    }
    let open = world.app().bare(Method::GET, "/admin/v1/test/apps/cityhop/keys");
    assert_eq!(open.bearer(SECRET_KEY).send().await.status, 401);
    world.audit().await;
}

/// Two processes on one database: what one of them ends is over on the other at its next request.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_logout_counts_on_every_server_at_once() {
    let world = World::start(Store::Postgres).await;
    let (_second, elsewhere) = world.another().await;
    let rider = world.rider("ann").await;
    let stays = world.rider("ann").await;
    elsewhere.get(LIST).session(&rider.session).send().await.ok();
    rider.post("/user/logout").send().await.ok();
    let refused = elsewhere.get(LIST).session(&rider.session).send().await;
    refused.refused(401, Some("login_required"));
    elsewhere.get(LIST).session(&stays.session).send().await.ok();
    elsewhere
        .post("/user/logout")
        .session(&stays.session)
        .send()
        .await
        .ok();
    stays.get(LIST).send().await.refused(401, Some("login_required"));
}

/// The other server follows the log.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_key_stops_on_every_server() {
    let world = World::start(Store::Postgres).await;
    let (second, elsewhere) = world.another().await;
    elsewhere.get("/agency").send().await.ok();
    let path = |rest: &str| format!("/admin/v1/test/apps/cityhop/keys{rest}");
    let admin = |method: Method, path: &str| world.app().bare(method, path).bearer(ADMIN_KEY);
    let listed = admin(Method::GET, &path("")).send().await.ok();
    for key in listed.body["keys"].as_array().unwrap() {
        let revoke = path(&format!("/{}/revoke", key["key_id"].as_str().unwrap()));
        admin(Method::POST, &revoke).send().await.ok();
    }
    for key in [SECRET_KEY, PUBLISHABLE_KEY] {
        world.app_with(key).get("/agency").send().await.refused(401, None);
    }
    eventually("the other server takes the key no more", async || {
        elsewhere.get("/agency").send().await.status == 401
    })
    .await;
    drop(second);
}
