//! What operators do for riders: broken passes, free days, and telling people.

use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{ADMIN_KEY, Answer, BOOK, SINGLE, Store, World, fresh_key, on_both_stores};

on_both_stores!(
    an_invalid_pass_is_replaced_once_and_there_are_never_two,
    a_pass_in_use_goes_on_or_begins_anew,
    what_was_replaced_is_refunded_as_what_replaced_it,
    a_fare_free_day_is_declared_and_withdrawn_at_once,
    a_service_alert_is_raised_in_its_languages_and_cleared,
    who_may_only_look_serves_nobody,
);

async fn act(world: &World, path: &str, body: &Value) -> Answer {
    world
        .administer(Method::POST, path, body, Some(&fresh_key()))
        .await
}

async fn shown(world: &World, path: &str) -> Value {
    world
        .administer(Method::GET, path, &json!({}), None)
        .await
        .ok()
        .body
}

#[track_caller]
fn problem(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/problem+json");
}

async fn an_invalid_pass_is_replaced_once_and_there_are_never_two(store: Store) {
    let world = World::start(store).await;
    let ann = world.rider("ann").await;
    let pass = ann.buy_item(SINGLE).await;
    let forged = json!({ "reason": "forged" });
    let path = format!("passes/{pass}");
    let told = act(&world, &format!("{path}/invalidate"), &forged)
        .await
        .ok()
        .body;
    assert_eq!(told["status"], "invalid");
    act(&world, &format!("{path}/invalidate"), &forged).await.ok();
    assert_eq!(ann.wallet().await.status_of(&pass), "invalid");
    ann.activate(&pass).await.refused(400, Some("pass_invalid"));

    let new = act(&world, &format!("{path}/reissue"), &forged).await.ok().body;
    assert_eq!(
        (&new["status"], &new["replaces"]),
        (&json!("unactivated"), &json!(pass))
    );
    let again = act(&world, &format!("{path}/reissue"), &forged).await.ok().body;
    assert_eq!(again["pass_id"], new["pass_id"], "once");
    let successor = new["pass_id"].as_str().unwrap();
    assert_eq!(shown(&world, &path).await["replaced_by"], successor);
    let wallet = ann.wallet().await;
    let usable = |it: &&Value| it["status"] == "unactivated";
    assert_eq!(wallet.passes().iter().filter(usable).count(), 1);
    ann.activate(successor).await.ok();
    problem(&act(&world, "passes/pass_nobody_1/reissue", &forged).await, 404);
    problem(
        &act(&world, &format!("{path}/reissue"), &json!({ "reason": "" })).await,
        422,
    );
    world.audit().await;
}

async fn a_pass_in_use_goes_on_or_begins_anew(store: Store) {
    let world = World::start(store).await;
    let ann = world.rider("ann").await;
    for (validity, status) in [("remaining", "stale_ticket"), ("anew", "unactivated")] {
        let pass = ann.buy_item(SINGLE).await;
        ann.activate(&pass).await.ok();
        let before = shown(&world, &format!("passes/{pass}")).await;
        let body = json!({ "reason": "a broken phone", "validity": validity });
        let new = act(&world, &format!("passes/{pass}/reissue"), &body)
            .await
            .ok()
            .body;
        assert_eq!(new["status"], status, "{new}");
        let successor = new["pass_id"].as_str().unwrap();
        ann.activate(successor).await.ok();
        let after = shown(&world, &format!("passes/{successor}")).await;
        assert_eq!(
            after["ends_at"] == before["ends_at"],
            validity == "remaining",
            "{after}"
        );
        assert_eq!(ann.wallet().await.status_of(&pass), "invalid");
    }
    let book = ann.buy_item(BOOK).await;
    let new = act(
        &world,
        &format!("passes/{book}/reissue"),
        &json!({ "reason": "lost" }),
    )
    .await;
    let new = new.ok().body;
    assert_eq!(
        (&new["status"], new["rides"].as_array().unwrap().len()),
        (&json!("good"), 3)
    );
    let ride = new["rides"][0]["pass_id"].as_str().unwrap();
    ann.activate(ride).await.ok();
    let refused = act(
        &world,
        &format!("passes/{ride}/reissue"),
        &json!({ "reason": "lost" }),
    )
    .await;
    problem(&refused, 422);
    world.audit().await;
}

async fn what_was_replaced_is_refunded_as_what_replaced_it(store: Store) {
    let world = World::start(store).await;
    let (ann, bob) = (world.rider("ann").await, world.rider("bob").await);
    let pass = ann.buy_item(SINGLE).await;
    let lost = json!({ "reason": "lost" });
    let new = act(&world, &format!("passes/{pass}/reissue"), &lost)
        .await
        .ok()
        .body;
    let successor = new["pass_id"].as_str().unwrap();
    let sent = ann.send(&[successor], None).await.ok().body;
    bob.redeem(sent["redemption"]["url"].as_str().unwrap()).await.ok();
    let body = json!({ "pass": pass, "reason": "the bus did not come" });
    problem(&act(&world, "refunds", &body).await, 409);
    let body = json!({ "purchase": new["purchase_id"], "reason": "the bus did not come" });
    let given = act(&world, "refunds", &body).await.ok().body;
    assert_eq!(
        (&given["amount"], &given["items"]),
        (&json!(125), &json!([successor]))
    );
    assert_eq!(bob.wallet().await.status_of(successor), "refunded");
    world.audit().await;
}

async fn a_fare_free_day_is_declared_and_withdrawn_at_once(store: Store) {
    let world = World::start(store).await;
    let ann = world.rider("ann").await;
    let day = json!({ "id": "today", "header": "Smog day", "description": "Please ride.", "from": "2020-01-01T00:00:00Z" });
    let told = act(&world, "fare-free", &day).await.ok().body;
    assert_eq!(told["active"], true);
    let agency = ann.get("/agency/bigbluebus").send().await.ok().body;
    assert_eq!(agency["service_alerts"][0]["effect"], "FARE_FREE", "{agency}");
    assert_eq!(agency["service_alerts"][0]["header"], "Smog day");
    let fares = ann.get("/agency/bigbluebus/fare").send().await.ok().body;
    assert_eq!(fares["fares"], json!([]));
    assert_eq!(shown(&world, "fare-free").await["data"][0]["id"], "today");
    act(&world, "fare-free", &day).await.ok();
    let other = json!({ "id": "today", "until": "2020-01-02T00:00:00Z" });
    problem(&act(&world, "fare-free", &other).await, 409);
    let empty = json!({ "id": "never", "from": "2030-01-02T00:00:00Z", "until": "2030-01-01T00:00:00Z" });
    problem(&act(&world, "fare-free", &empty).await, 422);
    problem(
        &act(&world, "fare-free", &json!({ "id": "blank", "header": " " })).await,
        422,
    );

    act(&world, "fare-free/today/withdraw", &json!({})).await.ok();
    act(&world, "fare-free/today/withdraw", &json!({})).await.ok();
    problem(&act(&world, "fare-free/nobody/withdraw", &json!({})).await, 404);
    let fares = ann.get("/agency/bigbluebus/fare").send().await.ok().body;
    assert!(!fares["fares"].as_array().unwrap().is_empty());
    assert_eq!(shown(&world, "fare-free").await["data"], json!([]));
    world.audit().await;
}

async fn a_service_alert_is_raised_in_its_languages_and_cleared(store: Store) {
    let world = World::start(store).await;
    let ann = world.rider("ann").await;
    let alert = json!({
        "id": "route-3",
        "header": { "default": "Detour", "translations": { "es": "Desvío" } },
        "description": { "default": "Route 3 goes round.", "translations": { "es": "La ruta 3 da la vuelta." } },
    });
    act(&world, "service-alerts", &alert).await.ok();
    let spanish = ann.get("/agency/bigbluebus").header("Accept-Language", "es");
    let agency = spanish.send().await.ok().body;
    assert_eq!(agency["service_alerts"][0]["header"], "Desvío", "{agency}");
    assert_eq!(shown(&world, "service-alerts").await["data"][0]["active"], true);
    act(&world, "service-alerts/route-3/clear", &json!({})).await.ok();
    let agency = ann.get("/agency/bigbluebus").send().await.ok().body;
    assert!(
        agency["service_alerts"].as_array().is_none_or(Vec::is_empty),
        "{agency}"
    );
    let fares = ann.get("/agency/bigbluebus/fare").send().await.ok().body;
    assert!(
        !fares["fares"].as_array().unwrap().is_empty(),
        "an alert closes no shop"
    );
    world.audit().await;
}

/// A key of a role, as `POST /access-keys` issues it.
async fn key_of(world: &World, asked: &Value) -> String {
    let call = world.app().bare(Method::POST, "/admin/v1/test/access-keys");
    let issued = call.bearer(ADMIN_KEY).json(asked).keyed().send().await.ok().body;
    issued["key"].as_str().unwrap().to_owned()
}

async fn who_may_only_look_serves_nobody(store: Store) {
    let world = World::start(store).await;
    let ann = world.rider("ann").await;
    let pass = ann.buy_item(SINGLE).await;
    let own = key_of(
        &world,
        &json!({ "label": "own", "role": "operator_admin", "operator": "bigbluebus" }),
    )
    .await;
    let others = key_of(
        &world,
        &json!({ "label": "others", "role": "operator_admin", "operator": "linia_wislana" }),
    )
    .await;
    let finance = key_of(&world, &json!({ "label": "books", "role": "finance" })).await;
    let invalidate = format!("/admin/v1/test/operators/bigbluebus/passes/{pass}/invalidate");
    let sales = "/admin/v1/test/operators/bigbluebus/sales";
    let body = json!({ "reason": "forged" });
    for (key, acts, looks) in [(&others, 404, 404), (&finance, 403, 200), (&own, 200, 200)] {
        let call = world.app().bare(Method::POST, &invalidate).bearer(key);
        assert_eq!(call.json(&body).send().await.status, acts);
        let call = world.app().bare(Method::GET, sales).bearer(key);
        assert_eq!(call.send().await.status, looks);
    }
    world.audit().await;
}
