//! Who may administer what, and with which key.

use chrono::{TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{ADMIN_KEY, Answer, SECRET_KEY, SINGLE, Store, World, fresh_key, on_both_stores};

on_both_stores!(
    a_role_reaches_what_is_its_own_and_nothing_else,
    a_key_is_shown_once_and_the_same_request_shows_the_same_key,
    a_replaced_key_is_good_for_the_overlap_and_a_revoked_one_not_at_all,
    an_apps_key_is_replaced_without_a_moment_in_which_none_is_good,
    a_look_at_personal_data_names_who_looked_before_it_is_shown,
    a_suspended_app_is_served_no_more_until_it_is_reinstated,
    lists_are_read_page_by_page,
);

const TEST: &str = "/admin/v1/test";

async fn ask(world: &World, key: &str, method: Method, path: &str, body: Option<Value>) -> Answer {
    let mut call = world.app().bare(method, &format!("{TEST}{path}")).bearer(key);
    if let Some(body) = body {
        call = call.keyed().json(&body);
    }
    call.send().await
}

/// A key with this role.
async fn key_of(world: &World, role: &Value) -> String {
    let mut body = json!({ "label": "of a test" });
    let members = body.as_object_mut().unwrap();
    members.extend(role.as_object().unwrap().clone());
    let made = ask(world, ADMIN_KEY, Method::POST, "/access-keys", Some(body)).await;
    made.ok().body["key"].as_str().unwrap().to_owned()
}

async fn operators_key(world: &World) -> String {
    key_of(
        world,
        &json!({ "role": "operator_admin", "operator": "bigbluebus" }),
    )
    .await
}

async fn a_role_reaches_what_is_its_own_and_nothing_else(store: Store) {
    let world = World::start(store).await;
    let operator = operators_key(&world).await;
    let app = key_of(&world, &json!({ "role": "app_admin", "app": "cityhop" })).await;
    let finance = key_of(&world, &json!({ "role": "finance" })).await;
    let status = async |key: &str, method: Method, path: &str| {
        let body = (method == Method::POST).then(|| json!({}));
        ask(&world, key, method, path, body).await.status
    };
    let (own, other) = (
        "/operators/bigbluebus/vouchers",
        "/operators/linia_wislana/vouchers",
    );
    // A wrong body says that the door was open.
    assert_eq!(status(&operator, Method::POST, own).await, 400);
    assert_eq!(status(&operator, Method::GET, own).await, 200);
    assert_eq!(status(&operator, Method::GET, other).await, 404);
    assert_eq!(status(&operator, Method::POST, other).await, 404);
    assert_eq!(status(&operator, Method::GET, "/apps/cityhop/keys").await, 404);
    assert_eq!(status(&operator, Method::POST, "/marketplace").await, 403);
    assert_eq!(status(&operator, Method::GET, "/access-keys").await, 403);

    assert_eq!(status(&app, Method::GET, "/apps/cityhop/keys").await, 200);
    assert_eq!(status(&app, Method::GET, "/apps/railmate/keys").await, 404);
    assert_eq!(status(&app, Method::GET, own).await, 404);
    assert_eq!(status(&app, Method::POST, "/apps/cityhop/suspend").await, 403);

    assert_eq!(status(&finance, Method::GET, own).await, 200);
    assert_eq!(status(&finance, Method::GET, "/apps/railmate/keys").await, 200);
    assert_eq!(status(&finance, Method::POST, own).await, 403);
    assert_eq!(status(&finance, Method::POST, "/apps/cityhop/keys").await, 403);
    assert_eq!(status(&finance, Method::POST, "/access-keys").await, 403);

    for key in ["ak_test_made_up", SECRET_KEY, ""] {
        assert_eq!(status(key, Method::GET, own).await, 401);
    }
    let elsewhere = world.app().bare(Method::GET, "/admin/v1/live/access-keys/self");
    assert_eq!(elsewhere.bearer(&operator).send().await.status, 401);
    let told = ask(&world, &operator, Method::GET, "/access-keys/self", None)
        .await
        .ok();
    assert_eq!(told.body["role"], "operator_admin");
    assert_eq!(told.body["operator"], "bigbluebus");
}

async fn a_key_is_shown_once_and_the_same_request_shows_the_same_key(store: Store) {
    let mut world = World::start(store).await;
    let (path, key) = (format!("{TEST}/access-keys"), fresh_key());
    let body = json!({ "label": "books", "role": "finance" });
    let mut answers = Vec::new();
    for _ in 0..2 {
        let call = world.app().bare(Method::POST, &path).bearer(ADMIN_KEY);
        answers.push(
            call.header("Idempotency-Key", &key)
                .json(&body)
                .send()
                .await
                .ok()
                .text,
        );
        world.restart().await;
    }
    assert_eq!(answers[0], answers[1]);
    let made: Value = serde_json::from_str(&answers[0]).unwrap();
    let whole = made["key"].as_str().unwrap();
    assert!(whole.starts_with("ak_test_"));
    let listed = ask(&world, ADMIN_KEY, Method::GET, "/access-keys", None)
        .await
        .ok();
    assert!(!listed.text.contains(whole));
    assert_eq!(listed.body["data"].as_array().unwrap().len(), 1);
    for refused in [
        json!({ "label": "ann@example.com", "role": "finance" }),
        json!({ "label": "x", "role": "operator_admin", "operator": "nobody" }),
        json!({ "label": "x", "role": "finance", "expires_at": Utc::now() - TimeDelta::hours(1) }),
    ] {
        let answer = ask(&world, ADMIN_KEY, Method::POST, "/access-keys", Some(refused)).await;
        assert_eq!(answer.status, 422, "{}", answer.text);
    }
    let unknown = json!({ "label": "x", "role": "king" });
    let answer = ask(&world, ADMIN_KEY, Method::POST, "/access-keys", Some(unknown)).await;
    assert_eq!(answer.status, 400);
    world.audit().await;
}

async fn a_replaced_key_is_good_for_the_overlap_and_a_revoked_one_not_at_all(store: Store) {
    let world = World::start(store).await;
    let first = operators_key(&world).await;
    let own = async |key: &str| ask(&world, key, Method::GET, "/access-keys/self", None).await;
    let id = own(&first).await.ok().body["key_id"].as_str().unwrap().to_owned();
    let rotate = format!("/access-keys/{id}/rotate");
    let rotated = ask(&world, &first, Method::POST, &rotate, Some(json!({})))
        .await
        .ok();
    let second = rotated.body["key"].as_str().unwrap().to_owned();
    assert_eq!(own(&first).await.status, 200);
    assert_eq!(own(&second).await.ok().body["operator"], "bigbluebus");
    let again = ask(&world, &first, Method::POST, &rotate, Some(json!({}))).await;
    assert_eq!(again.status, 409, "{}", again.text);
    // Without an overlap the old one ends at once.
    let id = own(&second).await.ok().body["key_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let rotate = format!("/access-keys/{id}/rotate");
    let at_once = json!({ "overlap_seconds": 0 });
    let rotated = ask(&world, &second, Method::POST, &rotate, Some(at_once))
        .await
        .ok();
    let third = rotated.body["key"].as_str().unwrap().to_owned();
    assert_eq!(own(&second).await.status, 401);
    // Nobody but the engine's admin takes another's key away.
    let stranger = key_of(&world, &json!({ "role": "finance" })).await;
    let id = own(&third).await.ok().body["key_id"].as_str().unwrap().to_owned();
    let revoke = format!("/access-keys/{id}/revoke");
    assert_eq!(
        ask(&world, &stranger, Method::POST, &revoke, Some(json!({})))
            .await
            .status,
        404
    );
    let revoked = ask(&world, ADMIN_KEY, Method::POST, &revoke, Some(json!({})))
        .await
        .ok();
    assert_eq!(revoked.body["good"], false);
    assert_eq!(own(&third).await.status, 401);
    let long = json!({ "overlap_seconds": 2_592_001 });
    assert_eq!(
        ask(&world, ADMIN_KEY, Method::POST, &rotate, Some(long))
            .await
            .status,
        422
    );
    world.audit().await;
}

async fn an_apps_key_is_replaced_without_a_moment_in_which_none_is_good(store: Store) {
    let world = World::start(store).await;
    let app = key_of(&world, &json!({ "role": "app_admin", "app": "cityhop" })).await;
    let issue = json!({ "kind": "secret", "key_id": "night-server" });
    let made = ask(&world, &app, Method::POST, "/apps/cityhop/keys", Some(issue))
        .await
        .ok();
    let first = made.body["key"].as_str().unwrap().to_owned();
    assert!(first.starts_with("sk_test_"));
    let works = async |key: &str| world.app_with(key).get("/developer").send().await.status;
    assert_eq!(works(&first).await, 200);
    let rotate = "/apps/cityhop/keys/night-server/rotate";
    let rotated = ask(
        &world,
        &app,
        Method::POST,
        rotate,
        Some(json!({ "overlap_seconds": 3600 })),
    )
    .await;
    let second = rotated.ok().body["key"].as_str().unwrap().to_owned();
    assert_eq!((works(&first).await, works(&second).await), (200, 200));
    let listed = ask(&world, &app, Method::GET, "/apps/cityhop/keys", None)
        .await
        .ok();
    let keys = listed.body["keys"].as_array().unwrap();
    let old = keys.iter().find(|key| key["key_id"] == "night-server").unwrap();
    assert!(old["replaced_by"].is_string() && old["good_until"].is_string());
    let publishable = json!({ "kind": "publishable" });
    let made = ask(
        &world,
        &app,
        Method::POST,
        "/apps/cityhop/keys",
        Some(publishable),
    )
    .await
    .ok();
    assert!(made.body["key"].as_str().unwrap().starts_with("pk_test_"));
    let revoke = "/apps/cityhop/keys/night-server/revoke";
    ask(&world, &app, Method::POST, revoke, Some(json!({})))
        .await
        .ok();
    assert_eq!((works(&first).await, works(&second).await), (401, 200));
    world.audit().await;
}

async fn a_look_at_personal_data_names_who_looked_before_it_is_shown(store: Store) {
    let world = World::start(store).await;
    let ann = world.rider("ann").await;
    ann.buy(SINGLE, "pm_card_visa").await.ok();
    let finance = key_of(&world, &json!({ "role": "finance" })).await;
    let operator = operators_key(&world).await;
    let user = world.streams_of("user.%").await.pop().unwrap();
    let path = format!("/users/{user}");
    let shown = ask(&world, &finance, Method::GET, &path, None).await.ok().body;
    assert_eq!(
        (&shown["subject"], &shown["email"]),
        (&json!("ann"), &json!("ann@example.com"))
    );
    assert_eq!(
        (&shown["app_id"], &shown["has_card"]),
        (&json!("cityhop"), &json!(true))
    );
    assert_eq!(ask(&world, &operator, Method::GET, &path, None).await.status, 403);
    assert_eq!(
        ask(&world, &finance, Method::GET, "/users/user_nobody", None)
            .await
            .status,
        404
    );
    let looks = world.actors_of("disclosure.%").await;
    let own = ask(&world, &finance, Method::GET, "/access-keys/self", None)
        .await
        .ok();
    assert_eq!(
        looks,
        [format!("access:{}", own.body["key_id"].as_str().unwrap())]
    );
    world.audit().await;
}

async fn a_suspended_app_is_served_no_more_until_it_is_reinstated(store: Store) {
    let world = World::start(store).await;
    let works = async || world.app().get("/developer").send().await.status;
    let blank = json!({ "reason": " " });
    assert_eq!(
        ask(
            &world,
            ADMIN_KEY,
            Method::POST,
            "/apps/cityhop/suspend",
            Some(blank)
        )
        .await
        .status,
        422
    );
    let why = json!({ "reason": "chargebacks" });
    let told = ask(
        &world,
        ADMIN_KEY,
        Method::POST,
        "/apps/cityhop/suspend",
        Some(why),
    )
    .await
    .ok();
    assert_eq!(
        (&told.body["active"], &told.body["suspended_for"]),
        (&json!(false), &json!("chargebacks"))
    );
    assert_eq!(works().await, 401);
    ask(
        &world,
        ADMIN_KEY,
        Method::POST,
        "/apps/cityhop/reinstate",
        Some(json!({})),
    )
    .await
    .ok();
    assert_eq!(works().await, 200);
}

async fn lists_are_read_page_by_page(store: Store) {
    let world = World::start(store).await;
    let first = ask(&world, ADMIN_KEY, Method::GET, "/apps?limit=1", None)
        .await
        .ok()
        .body;
    assert_eq!(first["data"][0]["app_id"], "cityhop");
    let cursor = first["next_cursor"].as_str().unwrap();
    let path = format!("/apps?limit=1&cursor={cursor}");
    let second = ask(&world, ADMIN_KEY, Method::GET, &path, None).await.ok().body;
    assert_eq!(second["data"][0]["app_id"], "railmate");
    assert!(second.get("next_cursor").is_none());
    for bad in ["limit=0", "limit=1001", "limit=x", "cursor=%25"] {
        assert_eq!(
            ask(&world, ADMIN_KEY, Method::GET, &format!("/apps?{bad}"), None)
                .await
                .status,
            400
        );
    }
}
