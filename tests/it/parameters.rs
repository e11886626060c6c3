//! Parameters arrive however the client sends them, and what is wrong with one is said of that one.

use reqwest::Method;
use serde_json::json;

use crate::world::{Answer, App, Call, Rider, Store, World, fields, on_both_stores};

on_both_stores!(
    every_post_takes_its_parameters_from_query_form_and_json,
    a_body_may_be_mislabelled,
    a_parameter_that_is_no_single_text_is_named,
    a_body_that_cannot_be_read_is_refused,
    unknown_parameters_are_ignored,
);

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// A body under some label, or none.
fn labelled(call: Call, label: Option<&str>, body: impl Into<Vec<u8>>) -> Call {
    let call = call.body(body.into());
    match label {
        Some(label) => call.header("Content-Type", label),
        None => call,
    }
}

fn query(pairs: &[(&str, &str)]) -> String {
    let url = reqwest::Url::parse_with_params("http://x/", pairs).unwrap();
    url.query().unwrap_or_default().to_owned()
}

/// The same call in every way in which its parameters can be sent.
fn every_way(call: impl Fn(&str) -> Call, path: &str, pairs: &[(&str, &str)]) -> Vec<Call> {
    let members = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), json!(value)));
    let object = json!(members.collect::<serde_json::Map<_, _>>()).to_string();
    let form = query(pairs);
    let (first, rest) = pairs.split_at(1);
    vec![
        call(&format!("{path}?{form}")),
        labelled(call(path), Some(FORM), form.clone()),
        labelled(call(path), Some(JSON), object.clone()),
        labelled(call(path), Some(JSON), form.clone()),
        labelled(call(path), None, object.clone()),
        labelled(call(path), None, form),
        labelled(call(path), Some("text/plain"), object),
        labelled(call(&format!("{path}?{}", query(first))), Some(FORM), query(rest)),
    ]
}

async fn every_post_takes_its_parameters_from_query_form_and_json(store: Store) {
    let world = World::start(store).await;
    let app = world.app();
    let mint = [
        ("sub", "ann"),
        ("email", "ann@example.com"),
        ("device_id", "phone"),
    ];
    for call in every_way(|path| app.post(path), "/auth/testing/jwt", &mint) {
        assert_eq!(call.send().await.ok().text.split('.').count(), 3);
    }
    let rider = world.rider("ann").await;
    let terms = [
        ("accepted_latest_terms", "true"),
        ("include_stripe_customer_id", "true"),
    ];
    for call in every_way(|path| rider.post(path), "/user/login", &terms) {
        call.send().await.ok();
    }
    for call in every_way(
        |path| rider.post(path),
        "/user/login",
        &[("accepted_latest_terms", "maybe")],
    ) {
        call.send().await.refused_for(400, None, "accepted_latest_terms");
    }
    let buy = [
        ("a", "bigbluebus"),
        ("fare_id", "regular_single_ride"),
        ("stripe_token", "pm_card_visa"),
        ("ticket_format", "none"),
    ];
    let mut bought = Vec::new();
    for number in 0..every_way(|path| rider.post(path), "/purchase", &buy).len() {
        let state = rider.state().await;
        let mut calls = every_way(|path| rider.post(path), "/purchase", &buy);
        let call = calls.swap_remove(number);
        let answer = call
            .header("Token-Transit-Passes-State", &state)
            .send()
            .await
            .ok();
        bought.push(answer.body["passes"].as_array().unwrap().len());
    }
    assert_eq!(
        bought,
        (1..=bought.len()).collect::<Vec<_>>(),
        "each of them bought one pass"
    );
    activated_in_every_way(&rider).await;
    for call in every_way(|path| rider.post(path), "/redeem", &[("link", "nothing")]) {
        call.send().await.refused(400, Some("redemption_invalid"));
    }
}

async fn activated_in_every_way(rider: &Rider) {
    let form = [("ticket_format", "none"), ("omit_unusable_passes", "false")];
    let passes = rider.wallet().await;
    for (number, pass) in passes.passes().iter().enumerate() {
        let path = format!("/pass/{}/activate", pass["pass_id"].as_str().unwrap());
        let call = every_way(|path| rider.post(path), &path, &form).swap_remove(number);
        let state = rider.state().await;
        let answer = call
            .header("Token-Transit-Passes-State", &state)
            .send()
            .await
            .ok();
        assert_eq!(answer.body["activated_pass_id"], pass["pass_id"]);
    }
}

async fn a_body_may_be_mislabelled(store: Store) {
    let world = World::start(store).await;
    let app = world.app();
    let bodies = [
        r#"{"sub":"ann","email":"ann@example.com"}"#,
        "sub=ann&email=ann%40example.com",
        "  \r\n{\"email\":\"ann@example.com\",\"sub\":\"ann\",\"phone_number\":null}\r\n",
    ];
    for label in [
        None,
        Some(FORM),
        Some(JSON),
        Some("application/json; charset=utf-8"),
        Some("text/plain"),
        Some("application/octet-stream"),
        Some("nonsense"),
    ] {
        for body in bodies {
            let minted = labelled(app.post("/auth/testing/jwt"), label, body).send().await;
            assert_eq!(minted.status, 200, "{label:?} {body}: {}", minted.text);
        }
    }
}

async fn a_parameter_that_is_no_single_text_is_named(store: Store) {
    let world = World::start(store).await;
    let app = world.app();
    let mint = async |label: &str, body: &[u8]| {
        labelled(app.post("/auth/testing/jwt"), Some(label), body)
            .send()
            .await
    };
    for body in [
        &b"email=a%40b.cd"[..],
        b"email=a%40b.cd&sub=",
        b"email=a%40b.cd&sub=ann&sub=bob",
        b"email=a%40b.cd&sub=ann&sub=ann",
        b"email=a%40b.cd&sub[x]=ann",
        b"email=a%40b.cd&sub[]=ann",
        b"email=a%40b.cd&sub=%ff",
        b"email=a%40b.cd&sub=a%00b",
    ] {
        mint(FORM, body).await.refused_for(400, None, "sub");
    }
    for body in [
        r#"{"email":"a@b.cd","sub":null}"#,
        r#"{"email":"a@b.cd","sub":["ann"]}"#,
        r#"{"email":"a@b.cd","sub":{"x":"ann"}}"#,
        r#"{"email":"a@b.cd","sub":{"x":{"y":[{}]}}}"#,
        r#"{"email":"a@b.cd","sub":"ann","sub":"bob"}"#,
        r#"{"email":"a@b.cd","sub":"a\u0000b"}"#,
        r#"{"email":"a@b.cd","sub":"\ud800"}"#,
    ] {
        mint(JSON, body.as_bytes()).await.refused_for(400, None, "sub");
    }
    let rider = world.rider("ann").await;
    for bad in ["maybe", "2", "1e999", "99999999999999999999", "-1", "[]"] {
        for call in [
            rider.post("/user/login").form(&[("accepted_latest_terms", bad)]),
            labelled(
                rider.post("/user/login"),
                Some(JSON),
                format!(
                    r#"{{"accepted_latest_terms":{}}}"#,
                    if bad == "maybe" { "\"maybe\"" } else { bad }
                ),
            ),
        ] {
            call.send().await.refused_for(400, None, "accepted_latest_terms");
        }
    }
    for path in [
        "/pass?ticket_format=none&ticket_format=none",
        "/pass?ticket_format=%ff",
        "/pass?ticket_format[a]=none",
        "/pass?ticket_format=NONE",
        "/pass",
    ] {
        rider
            .get(path)
            .send()
            .await
            .refused_for(400, None, "ticket_format");
    }
}

async fn a_body_that_cannot_be_read_is_refused(store: Store) {
    let world = World::start(store).await;
    let app = world.app();
    let deep = format!("{{\"sub\":{}{}}}", "[".repeat(20_000), "]".repeat(20_000));
    let large = format!("sub=ann&more={}", "x".repeat(70_000));
    for (label, body) in [
        (JSON, &b"{"[..]),
        (JSON, br#"{"sub":"ann"} trailing"#),
        (JSON, br#"{"sub":"ann"}{"sub":"bob"}"#),
        (JSON, b"[1,2]"),
        (JSON, b"7"),
        (JSON, b"\"sub=ann\""),
        (JSON, b"{\"sub\":\"\xff\"}"),
        (FORM, b"{'sub':'ann'}"),
        (FORM, large.as_bytes()),
        (JSON, large.as_bytes()),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n--x--"),
    ] {
        let refused = labelled(app.post("/auth/testing/jwt"), Some(label), body)
            .send()
            .await;
        refused.refused(400, None);
    }
    let nested = labelled(app.post("/auth/testing/jwt"), Some(JSON), deep)
        .send()
        .await;
    nested.refused_for(400, None, "sub");
    never_a_server_error(&world.rider("ann").await).await;
}

/// Every POST, with every kind of nonsense.
async fn never_a_server_error(rider: &Rider) {
    let nonsense: [&[u8]; 9] = [
        b"\0",
        b"\xff\xfe",
        b"=&=&&&[[[]]]=%",
        b"a[b][c]=d&a=1&a[b]=2",
        br#"{"a":{"a":{"a":{}}},"fare_id":[],"stripe_token":1e400}"#,
        br#"{"\u0000":"\u0000","a":"\u0000"}"#,
        b"null",
        b"a=%00&fare_id=%00&stripe_token=%00&link=%00&items=%00&ticket_format=%00",
        b"a=\xf0\x9f\x9a\x8c&link=' OR 1=1 --&items=,,,&fare_id=../..&stripe_token=tok_%F0%9F%9A%8C",
    ];
    for path in [
        "/auth/testing/jwt",
        "/user/login",
        "/purchase",
        "/pass/x/activate",
        "/redeem",
        "/pass_transfer",
        "/pass_transfer/x/cancel",
        "/pass_transfer/x/refund",
        "/user/logout",
    ] {
        for body in nonsense {
            for label in [FORM, JSON] {
                let answer: Answer = labelled(rider.post(path), Some(label), body).send().await;
                assert!(
                    [200, 400, 401, 403, 404, 409, 412, 428].contains(&answer.status),
                    "{path} {:?}: {} {}",
                    String::from_utf8_lossy(body),
                    answer.status,
                    answer.text
                );
                if answer.status != 200 {
                    assert!(
                        fields(&answer.body).contains(&"message"),
                        "{path}: {}",
                        answer.text
                    );
                }
            }
        }
    }
}

async fn unknown_parameters_are_ignored(store: Store) {
    let world = World::start(store).await;
    let app: App = world.app();
    let strange = "x=1&x=2&y[z][w]=3&%ff=%ff&a[]=1";
    app.get(&format!("/agency?{strange}")).send().await.ok();
    let known = "sub=ann&email=ann%40example.com";
    let minted = labelled(
        app.post("/auth/testing/jwt"),
        Some(FORM),
        format!("{strange}&{known}"),
    );
    minted.send().await.ok();
    let object = r#"{"sub":"ann","email":"ann@example.com","x":[1,{"y":2}],"x":3}"#;
    labelled(app.post("/auth/testing/jwt"), Some(JSON), object)
        .send()
        .await
        .ok();
    let minted = app.call(Method::GET, &format!("/auth/testing/jwt?{known}&{strange}"));
    minted.send().await.ok();
}
