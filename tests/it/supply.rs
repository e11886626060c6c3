//! Operators over the admin API: registered, changed, listed, suspended, and what their history tells.

use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{Answer, Desk, SINGLE, Store, World, fresh_key, on_both_stores};

on_both_stores!(
    an_operator_is_registered_once_and_changed_where_it_is_named,
    a_suspended_operator_sells_nothing_until_it_is_reinstated,
    operators_are_listed_page_by_page_and_by_what_they_are,
    who_may_not_see_an_operator_is_told_that_it_is_not_there,
);

fn tram() -> Value {
    json!({
        "id": "tram", "kind": "transit", "timezone": "Europe/Vienna", "country": "AT",
        "name": { "default": "Straßenbahn", "language": "de", "translations": { "en": "Tram" } },
        "location": { "latitude": 48.2, "longitude": 16.37 },
        "service_day_ends": "03:30", "refunds": { "unused_for_minutes": 60 },
        "ticket": { "background": "#0055a4" },
    })
}

#[track_caller]
fn problem(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/problem+json");
}

async fn an_operator_is_registered_once_and_changed_where_it_is_named(store: Store) {
    let world = World::start(store).await;
    let desk = Desk::of(&world);
    let key = fresh_key();
    let register = || {
        let call = desk
            .call(Method::POST, "/operators")
            .header("Idempotency-Key", &key);
        call.json(&tram()).send()
    };
    let registered = register().await.ok();
    assert_eq!(register().await.ok().text, registered.text);
    problem(&desk.post("/operators", &tram()).await, 409);
    assert_eq!(registered.body["operator_id"], "tram");
    assert_eq!(registered.body["charging"], json!({ "by": "engine" }));
    assert_eq!(registered.body["suspended"], false);

    let flawed = json!({ "id": "x", "kind": "boat", "name": "X", "timezone": "UTC", "links": [] });
    let refused = desk.post("/operators", &flawed).await;
    problem(&refused, 422);
    assert_eq!(
        refused.body["errors"].as_array().unwrap().len(),
        2,
        "{}",
        refused.text
    );

    let change = json!({
        "region": "Wien", "country": null, "refunds": { "unused_for_minutes": null },
        "charging": { "by": "operator", "webhook": "https://tram.example/tokens" },
    });
    let changed = desk.patch("/operators/tram", &change).await.ok();
    for (member, value) in [
        ("region", json!("Wien")),
        ("country", Value::Null),
        ("refunds", json!({ "returns_engine_fee": true })),
        ("name", registered.body["name"].clone()),
        ("location", registered.body["location"].clone()),
        ("service_day_ends", json!("03:30")),
        ("ticket", registered.body["ticket"].clone()),
        ("charging", change["charging"].clone()),
    ] {
        assert_eq!(changed.body[member], value, "{member}");
    }
    let before = desk.events("tram").await;
    desk.patch("/operators/tram", &change).await.ok();
    desk.patch("/operators/tram", &json!({})).await.ok();
    assert_eq!(desk.events("tram").await, before, "what is so already is no news");
    problem(&desk.patch("/operators/tram", &json!({ "id": "bus" })).await, 422);
    problem(
        &desk
            .patch("/operators/tram", &json!({ "timezone": "Mars/Olympus" }))
            .await,
        422,
    );
    let insecure = json!({ "charging": { "by": "operator", "webhook": "http://tram.example/" } });
    problem(&desk.patch("/operators/tram", &insecure).await, 422);
    problem(&desk.patch("/operators/nobody", &change).await, 404);
    world.audit().await;
}

async fn a_suspended_operator_sells_nothing_until_it_is_reinstated(store: Store) {
    let world = World::start(store).await;
    let desk = Desk::of(&world);
    let rider = world.rider("ann").await;
    let bought = rider.buy(SINGLE, "pm_card_visa").await.ok();
    assert_eq!(desk.selling("bigbluebus", "cityhop").await, (true, vec![]));
    problem(
        &desk
            .post("/operators/bigbluebus/suspend", &json!({ "reason": " " }))
            .await,
        422,
    );
    let reason = json!({ "reason": "insurance has lapsed" });
    let suspended = desk.post("/operators/bigbluebus/suspend", &reason).await.ok();
    assert_eq!(suspended.body["suspended_for"], "insurance has lapsed");
    let refused = rider.buy(SINGLE, "pm_card_visa").await;
    refused.refused(403, Some("fares_cannot_be_purchased"));
    // What was bought before is ridden all the same.
    let pass = bought.body["passes"][0]["pass_id"].as_str().unwrap().to_owned();
    rider.activate(&pass).await.ok();
    let (transactable, obstacles) = desk.selling("bigbluebus", "railmate").await;
    assert_eq!((transactable, obstacles), (false, vec!["suspended".to_owned()]));
    let reason = json!({ "reason": "insured again" });
    desk.post("/operators/bigbluebus/reinstate", &reason).await.ok();
    rider.buy(SINGLE, "pm_card_visa").await.ok();
    let history = desk.get("/operators/bigbluebus/history?about=payment").await.ok();
    let told = history.body["data"].as_array().unwrap();
    let ends: Vec<_> = told
        .iter()
        .filter(|it| it["event"] == "suspended" || it["event"] == "reinstated")
        .map(|it| {
            (
                it["actor"].as_str().unwrap(),
                it["data"]["reason"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        ends,
        [("admin", "insurance has lapsed"), ("admin", "insured again")]
    );
    assert!(told.iter().all(|it| it["event"] != "profile_changed"));
    let reported = told
        .iter()
        .find(|it| it["event"] == "account_status_reported")
        .unwrap();
    assert_eq!(reported["evidence"]["type"], "reply");
    world.audit().await;
}

async fn operators_are_listed_page_by_page_and_by_what_they_are(store: Store) {
    let world = World::start(store).await;
    let desk = Desk::of(&world);
    desk.post("/operators", &tram()).await.ok();
    let ids = async |query: &str| -> Vec<String> {
        let listed = desk.get(&format!("/operators{query}")).await.ok();
        let data = listed.body["data"].as_array().unwrap().iter();
        data.map(|it| it["operator_id"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = ids("").await;
    assert!(all.is_sorted() && all.len() == 4, "{all:?}");
    let mut walked = Vec::new();
    let mut next = String::new();
    loop {
        let page = desk.get(&format!("/operators?limit=3{next}")).await.ok();
        let data = page.body["data"].as_array().unwrap().iter();
        walked.extend(data.map(|it| it["operator_id"].as_str().unwrap().to_owned()));
        match page.body["next_cursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(walked, all);
    assert_eq!(ids("?transactable=false").await, ["tram"]);
    assert_eq!(ids("?kind=parking").await.len(), 1);
    assert!(!ids("?app=cityhop").await.contains(&"tram".to_owned()));
    assert!(
        ids("?app=cityhop&transactable=true")
            .await
            .contains(&"bigbluebus".to_owned())
    );
    problem(&desk.get("/operators?kind=boat").await, 400);

    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = desk
            .get(&format!("/operators/bigbluebus/history?limit=2{cursor}"))
            .await
            .ok();
        let data = page.body["data"].as_array().unwrap().iter();
        seen.extend(data.map(|it| it["version"].as_u64().unwrap()));
        match page.body["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert!(
        seen.len() > 4 && seen.iter().zip(1..).all(|(version, at)| *version == at),
        "{seen:?}"
    );
}

async fn who_may_not_see_an_operator_is_told_that_it_is_not_there(store: Store) {
    let world = World::start(store).await;
    let desk = Desk::of(&world);
    let bus = desk
        .hire(&json!({ "role": "operator_admin", "operator": "bigbluebus" }))
        .await;
    bus.get("/operators/bigbluebus").await.ok();
    bus.patch("/operators/bigbluebus", &json!({ "region": "Santa Monica" }))
        .await
        .ok();
    problem(&bus.get("/operators/linia_wislana").await, 404);
    problem(&bus.get("/operators/linia_wislana/history").await, 404);
    problem(&bus.get("/operators").await, 403);
    let reason = json!({ "reason": "no" });
    problem(&bus.post("/operators/bigbluebus/suspend", &reason).await, 403);
    let books = desk.hire(&json!({ "role": "finance" })).await;
    books.get("/operators/bigbluebus/history").await.ok();
    problem(&books.patch("/operators/bigbluebus", &json!({})).await, 403);
    problem(
        &books.post("/operators/bigbluebus/onboarding", &json!({})).await,
        403,
    );
}
