//! How many spaces are free: told by the operator, found by riders, and forgotten when it is too old.

use chrono::{SecondsFormat, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{Answer, Desk, PUBLISHABLE_KEY, Store, World, fresh_key, on_both_stores};

on_both_stores!(
    what_an_operator_counts_is_found_and_told_once,
    a_later_count_stays_and_an_old_one_is_not_told,
    a_count_that_does_not_fit_changes_nothing,
    nobody_counts_for_another_operator,
);

const AVAILABILITY: &str = "/operators/harborpark/availability";

fn pier(free: &Value) -> Value {
    json!({ "location_id": "pier_garage", "spaces_free": free })
}

fn ago(minutes: i64) -> String {
    let moment = Utc::now() - TimeDelta::minutes(minutes);
    moment.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The spaces that riders find at the pier's garage.
async fn found(world: &World, more: &str) -> Value {
    let path =
        format!("/v1/search/parking/location/harborpark:pier_garage?access_key={PUBLISHABLE_KEY}{more}");
    let answer = world.app().bare(Method::GET, &path).send().await.ok();
    answer.body["properties"]["availability"].clone()
}

#[track_caller]
fn refused(answer: &Answer, status: u16, why: &str) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert!(answer.text.contains(why), "{}", answer.text);
}

async fn what_an_operator_counts_is_found_and_told_once(store: Store) {
    let world = World::start(store).await;
    let desk = Desk::of(&world);
    assert_eq!(
        found(&world, "").await,
        Value::Null,
        "what is not known is left out"
    );
    let operator = desk
        .hire(&json!({ "role": "operator_admin", "operator": "harborpark" }))
        .await;
    let count = json!({ "locations": [pier(&json!(12))] });
    let key = fresh_key();
    let tell = || {
        let call = operator.call(Method::POST, AVAILABILITY);
        call.header("Idempotency-Key", &key).json(&count).send()
    };
    let told = tell().await.ok();
    assert_eq!(told.body["locations"][0]["spaces_free"], 12);
    assert_eq!(tell().await.ok().text, told.text);
    assert_eq!(world.events_like("occupancy.%").await.len(), 1);
    let now = found(&world, "").await;
    assert_eq!(now["spaces_free"], 12);
    assert_eq!(now["as_of"], told.body["locations"][0]["as_of"]);
    // Of tomorrow nobody has counted.
    let tomorrow = Utc::now() + TimeDelta::days(1);
    let tomorrow = tomorrow.to_rfc3339_opts(SecondsFormat::Secs, true);
    let then = found(&world, &format!("&duration_m=60&parking_start_time={tomorrow}")).await;
    assert_eq!(then, Value::Null);
    world.audit().await;
}

async fn a_later_count_stays_and_an_old_one_is_not_told(store: Store) {
    let world = World::start(store).await;
    let desk = Desk::of(&world);
    let count = |minutes, valid, free: Value| json!({ "as_of": ago(minutes), "valid_minutes": valid, "locations": [pier(&free)] });
    desk.post(AVAILABILITY, &count(5, 60, json!(3))).await.ok();
    let late = desk.post(AVAILABILITY, &count(9, 60, json!(8))).await.ok();
    assert_eq!(late.body["locations"][0]["spaces_free"], 3, "a later count stays");
    assert_eq!(found(&world, "").await["spaces_free"], 3);
    desk.post(AVAILABILITY, &count(4, 2, json!(1))).await.ok();
    assert_eq!(
        found(&world, "").await,
        Value::Null,
        "it was worth telling for two minutes"
    );
    desk.post(AVAILABILITY, &count(3, 60, json!(2))).await.ok();
    desk.post(AVAILABILITY, &count(2, 60, Value::Null)).await.ok();
    assert_eq!(found(&world, "").await, Value::Null, "the operator knows no more");
}

async fn a_count_that_does_not_fit_changes_nothing(store: Store) {
    let world = World::start(store).await;
    let desk = Desk::of(&world);
    let nowhere = json!({ "location_id": "nowhere", "spaces_free": 1 });
    let body = json!({ "locations": [pier(&json!(2)), nowhere, pier(&json!(241))] });
    let flaws = desk.post(AVAILABILITY, &body).await;
    refused(&flaws, 422, "locations[1]: there is no such location now");
    refused(&flaws, 422, "locations[2]: the location holds 240");
    let twice = json!({ "locations": [pier(&json!(2)), pier(&json!(2))] });
    refused(
        &desk.post(AVAILABILITY, &twice).await,
        422,
        "pier_garage is named twice",
    );
    let ahead = json!({ "as_of": ago(-10), "locations": [pier(&json!(2))] });
    refused(&desk.post(AVAILABILITY, &ahead).await, 422, "in the future");
    let lasting = json!({ "valid_minutes": 1_441, "locations": [pier(&json!(2))] });
    refused(&desk.post(AVAILABILITY, &lasting).await, 422, "24 hours at most");
    refused(
        &desk.post(AVAILABILITY, &json!({ "locations": [] })).await,
        422,
        "from 1 to 1000",
    );
    let negative = json!({ "locations": [pier(&json!(-1))] });
    assert_eq!(desk.post(AVAILABILITY, &negative).await.status, 400);
    assert_eq!(found(&world, "").await, Value::Null);
    assert_eq!(world.events_like("occupancy.%").await, []);
}

async fn nobody_counts_for_another_operator(store: Store) {
    let world = World::start(store).await;
    let desk = Desk::of(&world);
    let body = json!({ "locations": [pier(&json!(2))] });
    let finance = desk.hire(&json!({ "role": "finance" })).await;
    assert_eq!(finance.post(AVAILABILITY, &body).await.status, 403);
    let others = desk
        .hire(&json!({ "role": "operator_admin", "operator": "bigbluebus" }))
        .await;
    assert_eq!(others.post(AVAILABILITY, &body).await.status, 404);
    let nobody = desk.post("/operators/nobody/availability", &body).await;
    assert_eq!(nobody.status, 404);
}
