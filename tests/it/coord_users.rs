//! Coord's current user and what they drive.

use reqwest::Method;
use serde_json::json;

use crate::world::{
    Answer, App, CURRENT, PARKING, Store, World, coord_world, failed, fields, on_both_stores, test_jwt,
};

on_both_stores!(
    the_current_user_is_shown_as_published,
    what_is_unset_is_left_out,
    a_vehicle_is_answered_as_it_was_put_and_replaces_the_one_before,
    a_vehicle_that_is_none_is_refused_by_its_field,
    a_plate_stands_nowhere_in_clear,
);

const VEHICLE: &str = "/v1/users/user/current/vehicle";

async fn put(app: &App, jwt: &str, body: &serde_json::Value) -> Answer {
    app.coord(Method::PUT, VEHICLE)
        .bearer(jwt)
        .json(body)
        .send()
        .await
}

async fn the_current_user_is_shown_as_published(store: Store) {
    let world = coord_world(store).await;
    let app = world.app();
    let jwt = test_jwt(&app, "1234").await;
    app.drive(&jwt).await;
    let link = json!({ "system_id": PARKING, "linked_account": true });
    let path = "/v1/users/testing/user/current/transactable_systems";
    app.coord(Method::POST, path)
        .bearer(&jwt)
        .json(&link)
        .send()
        .await
        .ok();
    let shown = app.coord(Method::GET, CURRENT).bearer(&jwt).send().await.ok();
    assert_eq!(
        shown.body,
        json!({
            "email": "foo@bar.com",
            "vehicle": { "license_plate": { "text": "123abc", "country": "us", "subdivision": "ny" } },
            "transactable_systems": [
                { "system_id": PARKING, "linked_account": true },
                { "system_id": "openlot", "linked_account": false },
            ],
        })
    );
}

async fn what_is_unset_is_left_out(store: Store) {
    let world = World::start(store).await;
    let app = world.app();
    let jwt = app.jwt("ann", "phone").await;
    let shown = app.coord(Method::GET, CURRENT).bearer(&jwt).send().await.ok();
    assert_eq!(shown.body, json!({ "email": "ann@example.com" }));
    let other = world.app();
    let form = [("sub", "ann"), ("email", "ann@elsewhere.example")];
    let newer = other.post("/auth/testing/jwt").form(&form).send().await.ok().text;
    let shown = app.coord(Method::GET, CURRENT).bearer(&newer).send().await.ok();
    assert_eq!(
        shown.body["email"], "ann@elsewhere.example",
        "as the newest JWT says"
    );
}

async fn a_vehicle_is_answered_as_it_was_put_and_replaces_the_one_before(store: Store) {
    let world = World::start(store).await;
    let app = world.app();
    let jwt = app.jwt("ann", "phone").await;
    for plate in [
        json!({ "license_plate": { "text": "123abc", "country": "us", "subdivision": "ny" } }),
        json!({ "license_plate": { "text": "WA 12345", "country": "pl" } }),
        json!({ "license_plate": { "text": "WA 12345", "country": "pl" } }),
    ] {
        let answer = put(&app, &jwt, &plate).await.ok();
        assert_eq!(answer.body, plate);
        let shown = app.coord(Method::GET, CURRENT).bearer(&jwt).send().await.ok();
        assert_eq!(shown.body["vehicle"], plate);
    }
    let more =
        json!({ "license_plate": { "text": " 1 ", "country": "pl", "subdivision": null, "colour": "red" } });
    let answer = put(&app, &jwt, &more).await.ok();
    assert_eq!(
        answer.body,
        json!({ "license_plate": { "text": "1", "country": "pl" } })
    );
}

async fn a_vehicle_that_is_none_is_refused_by_its_field(store: Store) {
    let world = World::start(store).await;
    let app = world.app();
    let jwt = app.jwt("ann", "phone").await;
    let plate = |text: &str, country: &str, subdivision: Option<&str>| json!({ "license_plate": { "text": text, "country": country, "subdivision": subdivision } });
    for (body, code, field) in [
        (json!({}), "invalid_body", "license_plate"),
        (
            json!({ "license_plate": "123abc" }),
            "invalid_body",
            "license_plate",
        ),
        (
            json!({ "license_plate": {} }),
            "invalid_body",
            "license_plate.text",
        ),
        (
            json!({ "license_plate": { "text": "1" } }),
            "invalid_body",
            "license_plate.country",
        ),
        (
            plate("", "us", Some("ny")),
            "invalid_vehicle",
            "license_plate.text",
        ),
        (
            plate("<script>", "us", Some("ny")),
            "invalid_vehicle",
            "license_plate.text",
        ),
        (
            plate("123abc", "US", Some("ny")),
            "invalid_vehicle",
            "license_plate.country",
        ),
        (
            plate("123abc", "xx", None),
            "invalid_vehicle",
            "license_plate.country",
        ),
        (
            plate("123abc", "us", None),
            "invalid_vehicle",
            "license_plate.subdivision",
        ),
        (
            plate("123abc", "us", Some("New York")),
            "invalid_vehicle",
            "license_plate.subdivision",
        ),
    ] {
        failed(&put(&app, &jwt, &body).await, 400, code, Some(field));
    }
    let shown = app.coord(Method::GET, CURRENT).bearer(&jwt).send().await.ok();
    assert_eq!(fields(&shown.body), ["email"], "nothing was taken in");
}

async fn a_plate_stands_nowhere_in_clear(store: Store) {
    let mut world = World::start(store).await;
    let app = world.app();
    let jwt = app.jwt("ann", "phone").await;
    app.drive(&jwt).await;
    app.drive(&jwt).await;
    let events = world.events_like("user.%").await;
    let set = world.events_like("user.vehicle_set").await;
    assert_eq!(set.len(), 1, "the same again records nothing");
    assert!(events.iter().all(|(_, data)| !data.contains("123abc")));
    world.server.terminate();
    assert!(world.server.ended().await.success());
    assert!(!world.server.log().join("\n").contains("123abc"));
}
