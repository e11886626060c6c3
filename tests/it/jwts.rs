//! Who an app says its rider is: tokens of an identity provider that shares nothing with the engine.

use serde_json::{Value, json};

use crate::world::{Answer, App, Issuer, Setting, ShopFile, Store, World, claims, encoded, on_both_stores};

on_both_stores!(
    tokens_signed_with_rs256_and_es256_open_a_session,
    a_token_that_nobody_vouches_for_is_refused,
    a_token_has_to_say_what_is_documented,
    an_email_that_is_none_has_an_error_of_its_own,
    a_session_is_for_the_device_that_the_token_names,
    keys_are_kept_and_asked_for_again_at_a_limited_rate,
    keys_come_from_the_configured_address_and_nowhere_else,
    keys_that_cannot_be_had_are_nobodys_fault_and_to_be_tried_again,
);

/// A world in which CityHop's riders log in at an identity provider.
async fn vouched(store: Store) -> (World, Issuer) {
    let issuer = Issuer::start().await;
    let file = ShopFile::with(&[&format!("jwks_url: {}", issuer.url())]);
    let world = World::of(Setting::on(store).marketplace(file.path())).await;
    (world, issuer)
}

async fn login(app: &App, token: &str) -> Answer {
    app.post("/user/login").bearer(token).send().await
}

/// The claims with one of them replaced, or taken out where `null` is given.
fn with(name: &str, value: Value) -> Value {
    let mut claims = claims("ann");
    match value {
        Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
        value => claims[name] = value,
    }
    claims
}

async fn tokens_signed_with_rs256_and_es256_open_a_session(store: Store) {
    let (world, issuer) = vouched(store).await;
    let app = world.app();
    let rsa = issuer.token(&claims("ann"));
    let curve = issuer.es256(&json!({ "alg": "ES256", "kid": "ec-1" }), &claims("ann"));
    let unnamed = issuer.rs256(&json!({ "alg": "RS256" }), &claims("ann"));
    for token in [&rsa, &curve, &unnamed] {
        let session = login(&app, token).await.ok().session().expect("a session");
        app.get("/pass?ticket_format=none")
            .session(&session)
            .send()
            .await
            .ok();
    }
    // The document's table of headers calls it so.
    let named = app
        .post("/user/login")
        .header("Authentication", &format!("Bearer {rsa}"));
    assert!(named.send().await.ok().session().is_some());
}

async fn a_token_that_nobody_vouches_for_is_refused(store: Store) {
    let (world, issuer) = vouched(store).await;
    let app = world.app();
    let said = claims("ann");
    let stranger = Issuer::start().await;
    let honest = issuer.token(&said);
    let parts: Vec<&str> = honest.split('.').collect();
    let richer = encoded(with("sub", json!("bob")).to_string());
    let header = |alg: &str, kid: &str| json!({ "alg": alg, "kid": kid });
    let unsigned = format!("{}.{}.", encoded(r#"{"alg":"none"}"#), encoded(said.to_string()));
    let tokens = [
        unsigned,
        issuer.hs256(&header("HS256", "rsa-1"), &said),
        issuer.hs256(&header("RS256", "rsa-1"), &said),
        issuer.rs256(
            &json!({ "alg": "RS256", "kid": "rsa-1", "crit": ["b64"], "b64": true }),
            &said,
        ),
        issuer.rs256(&header("RS384", "rsa-1"), &said),
        issuer.rs256(&header("ES256", "rsa-1"), &said),
        issuer.es256(&header("RS256", "ec-1"), &said),
        issuer.rs256(&header("RS256", "nobody"), &said),
        issuer.rs256(&json!({ "alg": "RS256", "kid": 7 }), &said),
        stranger.es256(&header("ES256", "ec-1"), &said),
        format!("{}.{richer}.{}", parts[0], parts[2]),
        format!("{}.{}", parts[0], parts[1]),
        format!("{honest}{}", "A".repeat(9_000)),
        "nonsense".to_owned(),
    ];
    for token in &tokens {
        let refused = login(&app, token).await;
        refused.refused(401, Some("login_required"));
        assert_eq!(refused.session(), None);
    }
    login(&app, &honest).await.ok();
}

async fn a_token_has_to_say_what_is_documented(store: Store) {
    let (world, issuer) = vouched(store).await;
    let app = world.app();
    let now = chrono::Utc::now().timestamp();
    let base = issuer.elsewhere("");
    let good = [
        ("aud", json!("tokentransit.com")),
        ("aud", json!(["other.example", "tokentransit.com"])),
        ("iss", json!(base.clone())),
        ("iss", json!(format!("{base}/auth/"))),
        ("iss", json!(issuer.url())),
        ("jti", json!("login-1")),
        ("phone_number", json!("+14155550123")),
        ("phone", json!("(415) 555-0123")),
        ("device_id", json!("d8a942c5-a700-450d-977d-b3935ab0ea87")),
        ("sub", json!("ñ".repeat(255))),
        // A clock may be off by a little.
        ("iat", json!(now + 10)),
        ("more", json!({ "that": ["nobody", "asked for"] })),
    ];
    for (name, value) in good {
        login(&app, &issuer.token(&with(name, value))).await.ok();
    }
    let bad = [
        ("iat", Value::Null),
        ("iat", json!(now + 3_600)),
        ("iat", json!("now")),
        ("exp", Value::Null),
        ("exp", json!(now - 3_600)),
        ("exp", json!(u64::MAX)),
        ("sub", Value::Null),
        ("sub", json!("")),
        ("sub", json!("x".repeat(256))),
        ("sub", json!("a\u{0}b")),
        ("sub", json!(7)),
        ("email", Value::Null),
        ("aud", json!("TokenTransit")),
        ("aud", json!(["other.example"])),
        ("aud", json!([])),
        ("iss", json!("https://other.example/")),
        ("iss", json!("")),
        ("iss", json!("http://")),
        ("iss", json!(format!("{}x", issuer.url()))),
        ("jti", json!("x".repeat(256))),
        ("device_id", json!("two words")),
        ("device_id", json!({})),
        ("phone_number", json!("call me")),
    ];
    for (name, value) in bad {
        let token = issuer.token(&with(name, value.clone()));
        let refused = login(&app, &token).await;
        assert_eq!(refused.status, 401, "{name}: {value}: {}", refused.text);
        refused.refused(401, Some("login_required"));
    }
}

async fn an_email_that_is_none_has_an_error_of_its_own(store: Store) {
    let (world, issuer) = vouched(store).await;
    for bad in [
        "ann",
        "ann@",
        "@example.com",
        "a b@example.com",
        "ann@example.com\r\nBcc: bob",
    ] {
        let refused = login(&world.app(), &issuer.token(&with("email", json!(bad)))).await;
        refused.refused_for(400, Some("invalid_email_address"), "email");
        assert!(!refused.text.contains("Bcc"), "what was wrong is not repeated");
    }
}

async fn a_session_is_for_the_device_that_the_token_names(store: Store) {
    let (world, issuer) = vouched(store).await;
    let app = world.app();
    let mut sessions = Vec::new();
    for device in ["phone-1", "phone-2"] {
        let token = issuer.token(&with("device_id", json!(device)));
        sessions.push(login(&app, &token).await.ok().session().unwrap());
    }
    let on = |number: usize, path: &str| app.post(path).session(&sessions[number]);
    let listed = app
        .get("/pass?ticket_format=none")
        .session(&sessions[0])
        .send()
        .await
        .ok();
    let buy = [
        ("a", "bigbluebus"),
        ("fare_id", "regular_single_ride"),
        ("stripe_token", "pm_card_visa"),
        ("ticket_format", "none"),
    ];
    let bought = on(0, "/purchase")
        .header("Token-Transit-Passes-State", &listed.state())
        .form(&buy)
        .send()
        .await
        .ok();
    let pass = bought.body["passes"][0]["pass_id"].as_str().unwrap();
    let activate = format!("/pass/{pass}/activate");
    let form = [("ticket_format", "none")];
    let first = on(0, &activate)
        .header("Token-Transit-Passes-State", &bought.state())
        .form(&form)
        .send()
        .await
        .ok();
    let second = on(1, &activate)
        .header("Token-Transit-Passes-State", &first.state())
        .form(&form)
        .send()
        .await;
    second.refused(428, Some("pass_active_on_another_device"));
}

async fn keys_are_kept_and_asked_for_again_at_a_limited_rate(store: Store) {
    const CALLS: usize = 40;
    let (world, issuer) = vouched(store).await;
    let app = world.app();
    for _ in 0..CALLS {
        login(&app, &issuer.token(&claims("ann"))).await.ok();
    }
    let kept = issuer.asked().len();
    assert!(
        (1..CALLS / 2).contains(&kept),
        "asked {kept} times for {CALLS} good tokens"
    );
    let unknown = issuer.rs256(&json!({ "alg": "RS256", "kid": "rsa-2" }), &claims("ann"));
    for _ in 0..CALLS {
        login(&app, &unknown).await.refused(401, Some("login_required"));
    }
    let limited = issuer.asked().len() - kept;
    assert!(
        limited < CALLS / 2,
        "asked {limited} times for {CALLS} unknown keys"
    );
}

async fn keys_come_from_the_configured_address_and_nowhere_else(store: Store) {
    let (world, issuer) = vouched(store).await;
    let forger = Issuer::start().await;
    let pointing = json!({
        "alg": "ES256", "kid": "ec-1", "jku": forger.url(), "x5u": forger.elsewhere("/cert.pem"),
    });
    let counterfeit = forger.es256(&pointing, &claims("ann"));
    login(&world.app(), &counterfeit)
        .await
        .refused(401, Some("login_required"));
    assert_eq!(forger.asked(), Vec::<String>::new());
    assert!(issuer.asked().iter().all(|path| path == "/auth/jwks.json"));

    let (world, issuer) = vouched(store).await;
    issuer.move_to("/moved/jwks.json");
    let refused = login(&world.app(), &issuer.token(&claims("ann"))).await;
    refused.refused(503, Some("url_error"));
    assert_eq!(issuer.asked(), ["/auth/jwks.json"]);
}

async fn keys_that_cannot_be_had_are_nobodys_fault_and_to_be_tried_again(store: Store) {
    let (world, issuer) = vouched(store).await;
    issuer.go_down();
    let refused = login(&world.app(), &issuer.token(&claims("ann"))).await;
    refused.refused(503, Some("url_error"));
    assert_eq!(refused.body["retryable"], true);
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!(wait > 0);
    // What cannot be a token needs no keys to be refused.
    login(&world.app(), "nonsense")
        .await
        .refused(401, Some("login_required"));
}
