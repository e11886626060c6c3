//! What is secret or personal is in no log line, whatever is logged.

use serde_json::json;

use crate::world::{ADMIN_KEY, Answer, App, SECRET_KEY, SINGLE, Setting, Store, World, on_both_stores};

on_both_stores!(nothing_secret_or_personal_is_logged);

/// A call with everything in it that must not be repeated.
async fn mint(app: &App) -> Answer {
    let form = [
        ("sub", "subject-of-secrecy"),
        ("email", "secret.rider@example.com"),
        ("phone_number", "+14155550123"),
        ("device_id", "device-of-secrecy"),
    ];
    app.post("/auth/testing/jwt").form(&form).send().await.ok()
}

/// A card, purchases, a decline and a ride.
async fn journey(app: &App, jwt: &str, session: &str, token: &str) {
    let path = format!("/v1/users/user/current/stripe_info?access_key={SECRET_KEY}");
    let body = json!({ "coord_targeted_token": token });
    app.bare(reqwest::Method::POST, &path)
        .bearer(jwt)
        .json(&body)
        .send()
        .await
        .ok();
    let listed = app
        .get("/pass?ticket_format=none")
        .session(session)
        .send()
        .await
        .ok();
    let mut state = listed.state();
    let mut pass = String::new();
    for (card, status) in [
        ("tok_visa", 200),
        ("pm_card_visa", 200),
        ("tok_chargeDeclinedStolenCard", 400),
    ] {
        let form = [
            ("a", "bigbluebus"),
            ("fare_id", SINGLE),
            ("stripe_token", card),
            ("ticket_format", "html_raw"),
        ];
        let call = app.post("/purchase").session(session).keyed();
        let call = call.header("Token-Transit-Passes-State", &state).form(&form);
        let answer = call.send().await;
        assert_eq!(answer.status, status, "{}", answer.text);
        if status == 200 {
            state = answer.state();
            answer.body["passes"][0]["pass_id"]
                .as_str()
                .unwrap()
                .clone_into(&mut pass);
        }
    }
    let version = [("stripe_api_version", "2019-12-03")];
    let call = app.post("/user/stripe_ephemeral_key").session(session).keyed();
    call.form(&version).send().await.ok();
    let path = format!("/pass/{pass}/activate");
    let call = app
        .post(&path)
        .session(session)
        .form(&[("ticket_format", "html_raw")]);
    call.header("Token-Transit-Passes-State", &state)
        .send()
        .await
        .ok();
}

async fn nothing_secret_or_personal_is_logged(store: Store) {
    let setting = Setting {
        log: "trace",
        ..Setting::on(store)
    };
    let mut world = World::of(setting).await;
    let app = world.app();
    let jwt = mint(&app).await.text;
    let session = app
        .post("/user/login")
        .bearer(&jwt)
        .send()
        .await
        .ok()
        .session()
        .unwrap();
    let token = world.one_time_token().await;
    journey(&app, &jwt, &session, &token).await;
    // Refusals must not repeat what they refuse, and neither may what is logged about them.
    let refused = app
        .get("/pass?ticket_format=none")
        .bearer("refused.jwt.of-secrecy")
        .send()
        .await;
    refused.refused(401, Some("login_required"));
    app.post("/user/logout").session(&session).send().await.ok();
    let path = "/admin/v1/test/operators/bigbluebus/refresh";
    app.bare(reqwest::Method::POST, path)
        .bearer(ADMIN_KEY)
        .send()
        .await
        .ok();
    world.server.terminate();
    assert!(world.server.ended().await.success());
    let log = world.server.log();
    assert!(log.len() > 100, "there is something to look at");
    let signature = jwt.rsplit('.').next().unwrap();
    let secrets = [
        jwt.as_str(),
        signature,
        &session,
        &token,
        "secret.rider",
        "4155550123",
        "subject-of-secrecy",
        "device-of-secrecy",
        "tok_",
        "ek_test_",
        "pm_card_visa",
        "sk_test_",
        "4242424242424242",
        "of-secrecy",
        ADMIN_KEY,
    ];
    for secret in secrets {
        let told: Vec<&String> = log.iter().filter(|line| line.contains(secret)).collect();
        assert!(
            told.is_empty(),
            "{secret} in {} lines, first:\n{}",
            told.len(),
            told[0]
        );
    }
}
