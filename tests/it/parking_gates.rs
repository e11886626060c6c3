//! Gates: sessions that begin and end when a barcode is scanned, and what the gates of an operator report.

use chrono::{SecondsFormat, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{
    Answer, App, CURRENT, Desk, Store, World, coord_world, eventually, failed, fresh_key, on_both_stores,
    test_jwt,
};

on_both_stores!(
    a_gate_begins_a_session_and_ends_it_and_the_stay_is_paid,
    a_scan_is_answered_the_same_for_ever_and_a_barcode_opens_once,
    scans_may_come_late_and_in_any_order,
    what_opens_no_gate,
    many_gates_at_once_bill_one_stay_once,
    a_gate_that_is_opened_by_hand_names_the_session,
    test_users_drive_through_simulated_gates,
);

const ACCESS: &str = "/v1/access/parking";
const LOT: &str = "harborpark:bay_lot";
const SCANS: &str = "/operators/harborpark/gate-scans";

/// A garage behind gates, and another one.
async fn world_with_gates(store: Store) -> World {
    let world = World::start(store).await;
    world
        .apply(|file| {
            file + "      - id: bay_lot
        name: Bay Lot
        location: { latitude: 34.0121, longitude: -118.4950 }
        gated: true
        rate: { currency: USD, flat: 700 }
      - id: hill_lot
        name: Hill Lot
        location: { latitude: 34.0221, longitude: -118.4950 }
        gated: true
        rate: { currency: USD, flat: 900 }
"
        })
        .await;
    world
}

/// A rider, and the operator whose gates report.
struct Drive {
    world: World,
    app: App,
    jwt: String,
    gates: Desk,
}

impl Drive {
    async fn start(store: Store) -> Self {
        let world = world_with_gates(store).await;
        let app = world.app();
        let jwt = app.jwt("ann", "ann").await;
        let keep = app.coord(Method::POST, &format!("{CURRENT}/stripe_info"));
        let card = json!({ "coord_targeted_token": "tok_visa" });
        keep.bearer(&jwt).json(&card).send().await.ok();
        let gates = Desk::of(&world)
            .hire(&json!({ "role": "operator_admin", "operator": "harborpark" }))
            .await;
        Self {
            world,
            app,
            jwt,
            gates,
        }
    }

    async fn call(&self, method: Method, path: &str) -> Answer {
        let call = self.app.coord(method, &format!("{ACCESS}/{path}"));
        call.bearer(&self.jwt).send().await
    }

    async fn begin(&self) -> Value {
        self.call(Method::POST, &format!("{LOT}/session")).await.ok().body
    }

    async fn session(&self, begun: &Value) -> Value {
        let path = format!("{LOT}/session/{}", begun["id"]);
        self.call(Method::GET, &path).await.ok().body
    }

    async fn barcode(&self) -> Value {
        self.call(Method::POST, "barcode").await.ok().body["value"].clone()
    }

    async fn scan(&self, scan: &Value) -> Answer {
        self.gates.post(SCANS, scan).await
    }

    async fn paid(&self, begun: &Value) -> Value {
        eventually("the stay is paid", async || {
            self.session(begun).await["billing_info"]["payment"] == "paid"
        })
        .await;
        self.session(begun).await
    }

    async fn charged(&self) -> Vec<i64> {
        let kept = self.world.books().await.kept().into_iter();
        kept.map(|charge| charge.amount).collect()
    }
}

fn scan(direction: &str, barcode: &Value) -> Value {
    json!({ "scan_id": fresh_key(), "direction": direction, "location_id": "bay_lot", "barcode": barcode })
}

fn with(mut scan: Value, name: &str, value: Value) -> Value {
    scan[name] = value;
    scan
}

fn ago(minutes: i64) -> Value {
    let moment = Utc::now() - TimeDelta::minutes(minutes);
    json!(moment.to_rfc3339_opts(SecondsFormat::Secs, true))
}

#[track_caller]
fn opened(answer: &Answer) {
    assert_eq!(
        (answer.status, &answer.body["open"]),
        (200, &json!(true)),
        "{}",
        answer.text
    );
}

#[track_caller]
fn shut(answer: &Answer, reason: &str) {
    let told = (answer.status, &answer.body["open"], &answer.body["reason"]);
    assert_eq!(told, (200, &json!(false), &json!(reason)), "{}", answer.text);
}

async fn a_gate_begins_a_session_and_ends_it_and_the_stay_is_paid(store: Store) {
    let it = Drive::start(store).await;
    let none = it.call(Method::POST, "barcode").await;
    failed(&none, 409, "no_active_session", None);
    let begun = it.begin().await;
    assert_eq!((begun.get("start_time"), begun.get("end_time")), (None, None));
    assert_eq!(begun["redemption_info"]["type"], "qr_code");
    assert!(begun["redemption_info"]["expires_at"].is_string());
    let first = &begun["redemption_info"]["value"];
    let entered = it.scan(&scan("entry", first)).await;
    opened(&entered);
    assert!(entered.body["session_id"].as_str().unwrap().starts_with("prk_"));
    let inside = it.session(&begun).await;
    assert!(
        inside["start_time"].is_string() && inside.get("end_time").is_none(),
        "{inside}"
    );
    let path = format!("{LOT}/session/{}/end", begun["id"]);
    let ended = it.call(Method::PUT, &path).await;
    failed(&ended, 409, "gate_controlled", None);
    let second = it.barcode().await;
    assert_eq!(inside["redemption_info"]["value"], second);
    assert_ne!(second, *first, "another one opens the way out");
    opened(&it.scan(&scan("exit", &second)).await);
    let over = it.paid(&begun).await;
    assert_eq!(
        over["billing_info"]["cost"],
        json!({ "amount": 700, "currency": "USD" })
    );
    assert!(
        over["end_time"].is_string() && over.get("redemption_info").is_none(),
        "{over}"
    );
    assert_eq!(it.charged().await, [700]);
    it.world.audit().await;
}

async fn a_scan_is_answered_the_same_for_ever_and_a_barcode_opens_once(store: Store) {
    let it = Drive::start(store).await;
    let begun = it.begin().await;
    let first = &begun["redemption_info"]["value"];
    let entry = scan("entry", first);
    let opened = it.scan(&entry).await.ok();
    assert_eq!(it.scan(&entry).await.ok().text, opened.text);
    shut(&it.scan(&scan("entry", first)).await, "barcode_used");
    shut(&it.scan(&scan("exit", first)).await, "barcode_used");
    let second = it.barcode().await;
    let wrong_way = scan("entry", &second);
    let refused = it.scan(&wrong_way).await;
    shut(&refused, "already_entered");
    let other = with(entry.clone(), "direction", json!("exit"));
    assert_eq!(
        it.scan(&other).await.status,
        409,
        "the id stands for another scan"
    );
    it.scan(&scan("exit", &second)).await.ok();
    shut(&it.scan(&scan("exit", &second)).await, "barcode_used");
    assert_eq!(
        it.scan(&wrong_way).await.text,
        refused.text,
        "nor does a refusal change"
    );
    it.paid(&begun).await;
    assert_eq!(it.charged().await, [700]);
    assert_eq!(it.world.events_like("parking.gate%").await.len(), 2);
    it.world.audit().await;
}

async fn scans_may_come_late_and_in_any_order(store: Store) {
    let it = Drive::start(store).await;
    let begun = it.begin().await;
    let first = begun["redemption_info"]["value"].clone();
    // The gate at the entry is offline, and lets the rider in.
    opened(&it.scan(&scan("exit", &first)).await);
    let waiting = it.session(&begun).await;
    assert_eq!((waiting.get("start_time"), waiting.get("end_time")), (None, None));
    let after = with(scan("entry", &first), "at", ago(-2));
    shut(&it.scan(&after).await, "out_of_order");
    let before = with(scan("entry", &first), "at", ago(1));
    opened(&it.scan(&before).await);
    let over = it.paid(&begun).await;
    assert!(over["start_time"].as_str() < over["end_time"].as_str(), "{over}");
    assert_eq!(it.charged().await, [700]);
    it.world.audit().await;
}

async fn what_opens_no_gate(store: Store) {
    let it = Drive::start(store).await;
    let begun = it.begin().await;
    let first = &begun["redemption_info"]["value"];
    let text = first.as_str().unwrap();
    let last = if text.ends_with('A') { "E" } else { "A" };
    let tampered = format!("{}{last}", &text[..text.len() - 1]);
    for barcode in [
        json!(tampered),
        json!(""),
        json!("."),
        json!("prk_x.in.0.AAAA"),
        json!("é".repeat(300)),
    ] {
        shut(&it.scan(&scan("entry", &barcode)).await, "unknown_barcode");
    }
    let entry = || scan("entry", first);
    let elsewhere = with(entry(), "location_id", json!("hill_lot"));
    shut(&it.scan(&elsewhere).await, "other_location");
    shut(&it.scan(&with(entry(), "at", ago(-60))).await, "in_the_future");
    shut(&it.scan(&with(entry(), "at", ago(60))).await, "out_of_order");
    let strangers = Desk::of(&it.world)
        .post("/operators/bigbluebus/gate-scans", &entry())
        .await;
    shut(&strangers, "unknown_barcode");
    for (name, value) in [
        ("direction", json!("up")),
        ("scan_id", json!("")),
        ("scan_id", json!("x".repeat(129))),
        ("location_id", json!("not an id")),
        ("barcode", Value::Null),
        ("session_id", json!("prk_1")),
        ("at", json!("yesterday")),
        ("more", json!(1)),
    ] {
        let answer = it.scan(&with(entry(), name, value.clone())).await;
        assert!(
            [400, 422].contains(&answer.status),
            "{name} {value}: {}",
            answer.text
        );
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    assert_eq!(it.world.events_like("parking.gate%").await, []);
    opened(&it.scan(&entry()).await);
    it.world.audit().await;
}

async fn many_gates_at_once_bill_one_stay_once(store: Store) {
    let it = Drive::start(store).await;
    let begun = it.begin().await;
    opened(&it.scan(&scan("entry", &begun["redemption_info"]["value"])).await);
    let second = it.barcode().await;
    let scans: Vec<Value> = (0..6).map(|_| scan("exit", &second)).collect();
    let answers = futures::future::join_all(scans.iter().map(|scan| it.scan(scan))).await;
    let open = answers.into_iter().filter(|it| it.body["open"] == true).count();
    assert_eq!(open, 1);
    it.paid(&begun).await;
    assert_eq!(it.charged().await, [700]);
    it.world.audit().await;
}

async fn a_gate_that_is_opened_by_hand_names_the_session(store: Store) {
    let it = Drive::start(store).await;
    let begun = it.begin().await;
    let entered = it.scan(&scan("entry", &begun["redemption_info"]["value"])).await;
    let mut by_hand = scan("exit", &Value::Null);
    by_hand.as_object_mut().unwrap().remove("barcode");
    by_hand["session_id"] = entered.body["session_id"].clone();
    opened(&it.scan(&by_hand).await);
    it.paid(&begun).await;
    let again = with(by_hand, "scan_id", json!(fresh_key()));
    shut(&it.scan(&again).await, "already_left");
    it.world.audit().await;
}

async fn test_users_drive_through_simulated_gates(store: Store) {
    let world = coord_world(store).await;
    let lot = "rate: { currency: USD, flat: 500 } }]";
    let gate = "rate: { currency: USD, flat: 500 } }, { id: gate, name: Gate, gated: true, \
                location: { latitude: 40.7, longitude: -73.9 }, rate: { currency: USD, flat: 800 } }]";
    world.apply(|file| file.replace(lot, gate)).await;
    let app = world.app();
    let jwt = test_jwt(&app, "tess").await;
    let call = |method, path: String| app.coord(method, &format!("{ACCESS}/{path}")).bearer(&jwt);
    let begun = call(Method::POST, "openlot:gate/session".to_owned())
        .send()
        .await
        .ok()
        .body;
    let scan = json!({ "scan_id": "1", "direction": "entry", "location_id": "gate",
        "barcode": begun["redemption_info"]["value"] });
    let scanned = Desk::of(&world)
        .post("/operators/openlot/gate-scans", &scan)
        .await;
    shut(&scanned, "test_session");
    let simulate = |session: &Value, body: &Value| {
        let path = format!("testing/openlot:gate/{}/simulate_redemption", session["id"]);
        call(Method::POST, path).json(body).send()
    };
    for wrong in [
        json!({}),
        json!({ "duration_m": -1 }),
        json!({ "duration_m": 1e9 }),
        json!({ "duration_m": "30" }),
    ] {
        failed(
            &simulate(&begun, &wrong).await,
            400,
            "invalid_body",
            Some("duration_m"),
        );
    }
    let half_an_hour = json!({ "duration_m": 30 });
    let over = simulate(&begun, &half_an_hour).await.ok().body;
    let time = |name: &str| {
        over[name]
            .as_str()
            .unwrap()
            .parse::<chrono::DateTime<Utc>>()
            .unwrap()
    };
    assert_eq!(time("end_time") - time("start_time"), TimeDelta::minutes(30));
    assert_eq!(over["billing_info"]["cost"]["amount"], 800);
    assert_eq!(over["billing_info"]["payment"], "simulated");
    assert_eq!(
        simulate(&begun, &half_an_hour).await.ok().body,
        over,
        "it is over once"
    );
    assert_eq!(world.events_like("purchase.%").await, []);
    // Where there is no gate, there is nothing to simulate.
    let open = call(Method::POST, "openlot:lot/session".to_owned())
        .send()
        .await
        .ok()
        .body;
    let path = format!("testing/openlot:lot/{}/simulate_redemption", open["id"]);
    let refused = call(Method::POST, path).json(&half_an_hour).send().await;
    failed(&refused, 409, "not_gate_controlled", None);
    // Nor is it for those who pay.
    let real = app.jwt("ann", "ann-phone").await;
    let call = app.coord(Method::POST, &format!("{ACCESS}/openlot:gate/session"));
    let missing = call.bearer(&real).send().await;
    failed(
        &missing,
        400,
        "missing_user_data",
        Some("stripe_info.stripe_customer_id"),
    );
    let keep = app
        .coord(Method::POST, &format!("{CURRENT}/stripe_info"))
        .bearer(&real);
    keep.json(&json!({ "coord_targeted_token": "tok_visa" }))
        .send()
        .await
        .ok();
    let call = app.coord(Method::POST, &format!("{ACCESS}/openlot:gate/session"));
    let paying = call.bearer(&real).send().await.ok().body;
    let path = format!(
        "{ACCESS}/testing/openlot:gate/{}/simulate_redemption",
        paying["id"]
    );
    let refused = app
        .coord(Method::POST, &path)
        .bearer(&real)
        .json(&half_an_hour)
        .send()
        .await;
    failed(&refused, 409, "not_a_test_session", None);
    world.audit().await;
}
