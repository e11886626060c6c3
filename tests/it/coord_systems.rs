//! Systems, as GeoJSON, with what they require.

use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{
    Answer, App, CARD_AND_ACCOUNT, Desk, OTHER_APPS_KEY, PARKING, Store, coord_world, failed, on_both_stores,
};

on_both_stores!(
    systems_are_listed_as_geojson_with_what_they_require,
    one_system_is_shown_alone,
    an_app_sees_the_systems_that_it_does_business_with,
    a_system_that_cannot_be_paid_says_so,
    what_a_system_requires_is_declared_and_changed_by_its_administrators,
);

const SYSTEMS: &str = "/v1/access/parking/system";

async fn get(app: &App, path: &str) -> Answer {
    app.coord(Method::GET, path).send().await
}

fn ids(listed: &Answer) -> Vec<&str> {
    let features = listed.body["features"].as_array().unwrap().iter();
    features
        .map(|it| it["properties"]["system_id"].as_str().unwrap())
        .collect()
}

fn curbside() -> Value {
    json!({
        "type": "Feature",
        "id": PARKING,
        "geometry": { "type": "Point", "coordinates": [-73.9, 40.7] },
        "properties": {
            "system_id": PARKING,
            "name": "Curbside",
            "is_transactable": true,
            "transaction_info": {
                "requires_linked_account": true,
                "users_api_fields": ["vehicle.license_plate"],
            },
        },
    })
}

async fn systems_are_listed_as_geojson_with_what_they_require(store: Store) {
    let world = coord_world(store).await;
    let listed = get(&world.app(), SYSTEMS).await.ok();
    assert_eq!(listed.body["type"], "FeatureCollection");
    assert_eq!(
        ids(&listed),
        [CARD_AND_ACCOUNT, PARKING, "harborpark", "openlot"],
        "by id, no agencies"
    );
    let features = listed.body["features"].as_array().unwrap();
    assert_eq!(features[1], curbside());
    assert_eq!(features[0]["geometry"], Value::Null, "where it is was not said");
    let harbor = &features[2]["properties"]["transaction_info"];
    let expected =
        json!({ "requires_linked_account": false, "users_api_fields": ["stripe_info.stripe_customer_id"] });
    assert_eq!(*harbor, expected);
    // A key is enough, whatever kind.
    assert_eq!(get(&world.phone(), SYSTEMS).await.ok().body, listed.body);
}

async fn one_system_is_shown_alone(store: Store) {
    let world = coord_world(store).await;
    let app = world.app();
    let path = format!("{SYSTEMS}/{PARKING}");
    assert_eq!(get(&app, &path).await.ok().body, curbside());
    let spanish = app.coord(Method::GET, &path).header("Accept-Language", "es");
    assert_eq!(spanish.send().await.ok().body["properties"]["name"], "Bordillo");
    for unknown in ["nowhere", "bigbluebus", "not%20an%20id", "%FF"] {
        let refused = get(&app, &format!("{SYSTEMS}/{unknown}")).await;
        failed(&refused, 404, "unknown_system", Some("system_id"));
    }
}

async fn an_app_sees_the_systems_that_it_does_business_with(store: Store) {
    let world = coord_world(store).await;
    let other = world.app_with(OTHER_APPS_KEY);
    let listed = get(&other, SYSTEMS).await.ok();
    assert_eq!(
        listed.body,
        json!({ "type": "FeatureCollection", "features": [] })
    );
    let refused = get(&other, &format!("{SYSTEMS}/{PARKING}")).await;
    failed(&refused, 404, "unknown_system", Some("system_id"));
}

async fn a_system_that_cannot_be_paid_says_so(store: Store) {
    let world = coord_world(store).await;
    let (app, desk) = (world.app(), Desk::of(&world));
    let path = format!("{SYSTEMS}/{PARKING}");
    desk.post("/operators/curbside/suspend", &json!({ "reason": "flooded" }))
        .await
        .ok();
    let shown = get(&app, &path).await.ok();
    assert_eq!(shown.body["properties"]["is_transactable"], false);
    desk.post("/operators/curbside/reinstate", &json!({ "reason": "dry" }))
        .await
        .ok();
    assert_eq!(get(&app, &path).await.ok().body, curbside());
}

async fn what_a_system_requires_is_declared_and_changed_by_its_administrators(store: Store) {
    let world = coord_world(store).await;
    let (app, desk) = (world.app(), Desk::of(&world));
    let operator = format!("/operators/{CARD_AND_ACCOUNT}");
    let change = json!({
        "requires": ["email", "vehicle.license_plate"],
        "permission_page": "https://cardpark.example/permission",
    });
    let changed = desk.patch(&operator, &change).await.ok();
    assert_eq!(
        changed.body["permission_page"],
        "https://cardpark.example/permission"
    );
    let shown = get(&app, &format!("{SYSTEMS}/{CARD_AND_ACCOUNT}")).await.ok();
    let expected = json!({
        "requires_linked_account": true,
        "users_api_fields": ["vehicle.license_plate", "email"],
    });
    assert_eq!(shown.body["properties"]["transaction_info"], expected);
    for (wrong, why) in [
        (
            json!({ "permission_page": "http://cardpark.example/permission" }),
            "HTTPS",
        ),
        (json!({ "permission_page": "nowhere" }), "permission_page"),
        (json!({ "requires": ["shoe_size"] }), "requires"),
    ] {
        let refused = desk.patch(&operator, &wrong).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        assert!(refused.text.contains(why), "{}", refused.text);
    }
    let taken = desk
        .patch(&operator, &json!({ "permission_page": null }))
        .await
        .ok();
    assert!(taken.body.get("permission_page").is_none());
    assert_eq!(world.apply(|text| text).await, 1, "the file is what holds");
    assert_eq!(world.apply(|text| text).await, 0, "and says so once");
}
