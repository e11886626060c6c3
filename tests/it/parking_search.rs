//! Coord's Parking Search API: what is near, what it costs, and who may see it.

use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{Answer, OTHER_APPS_KEY, PUBLISHABLE_KEY, Store, World, on_both_stores};

on_both_stores!(
    the_nearest_comes_first_and_as_geojson,
    a_stay_is_priced_line_by_line,
    only_apps_that_are_linked_find_a_location,
    what_is_wrong_with_a_parameter_is_said_by_its_name,
    a_search_needs_a_known_key_and_no_jwt,
);

const LOCATION: &str = "/v1/search/parking/location";
const PIER: &str = "latitude=34.0099&longitude=-118.4960";

/// Two more places to park: around the corner, and a town away.
fn with_more_lots(file: String) -> String {
    file + "      - id: bay_lot
        name: Bay Lot
        location: { latitude: 34.0121, longitude: -118.4950 }
        gated: true
        rate: { currency: USD, free_minutes: 10, interval_minutes: 60, interval_price: 300, daily_maximum: 900 }
      - id: airport_lot
        name: Airport Lot
        location: { latitude: 34.0158, longitude: -118.4513 }
        rate: { currency: USD, flat: 1200 }
"
}

async fn ask(world: &World, key: &str, path: &str) -> Answer {
    let sign = if path.contains('?') { '&' } else { '?' };
    let path = format!("{LOCATION}{path}{sign}access_key={key}");
    world.app().bare(Method::GET, &path).send().await
}

async fn found(world: &World, path: &str) -> Value {
    ask(world, PUBLISHABLE_KEY, path).await.ok().body
}

fn ids(collection: &Value) -> Vec<&str> {
    let features = collection["features"].as_array().unwrap();
    features.iter().map(|it| it["id"].as_str().unwrap()).collect()
}

async fn the_nearest_comes_first_and_as_geojson(store: Store) {
    let world = World::start(store).await;
    assert_eq!(world.apply(with_more_lots).await, 2);
    let near = found(&world, &format!("?{PIER}&radius_km=1")).await;
    assert_eq!(near["type"], "FeatureCollection");
    assert_eq!(ids(&near), ["harborpark:pier_garage", "harborpark:bay_lot"]);
    assert_eq!(near["has_more"], false);
    let pier = &near["features"][0];
    assert_eq!(
        pier["geometry"],
        json!({ "type": "Point", "coordinates": [-118.4957, 34.0101] })
    );
    let properties = &pier["properties"];
    assert_eq!(properties["system_id"], "harborpark");
    assert_eq!(properties["name"], "Pier Garage");
    assert_eq!(properties["capacity"], 240);
    assert_eq!(properties["is_gated"], false);
    assert_eq!(properties["distance_m"], 35);
    assert_eq!(properties["pricing"]["version"], 1);
    assert_eq!(properties["pricing"]["timezone"], "America/Los_Angeles");
    assert_eq!(
        properties["pricing"]["description"][0],
        "The first 15 minutes are free."
    );
    assert_eq!(properties["pricing"]["tariff"]["periods"][1]["name"], "Evenings");
    assert_eq!(properties["total_cost"], Value::Null);
    let wide = found(&world, &format!("?{PIER}&radius_km=10&limit=2")).await;
    assert_eq!((ids(&wide).len(), &wide["has_more"]), (2, &json!(true)));
    let wide = found(&world, &format!("?{PIER}&radius_km=10")).await;
    assert_eq!(ids(&wide)[2], "harborpark:airport_lot");
    let named = "?location_ids=harborpark:airport_lot,harborpark:nowhere,nonsense,harborpark:pier_garage,harborpark:airport_lot";
    assert_eq!(
        ids(&found(&world, named).await),
        ["harborpark:airport_lot", "harborpark:pier_garage"]
    );
    let far = found(&world, "?latitude=-34&longitude=118").await;
    assert_eq!(far["features"], json!([]));
}

async fn a_stay_is_priced_line_by_line(store: Store) {
    let world = World::start(store).await;
    world.apply(with_more_lots).await;
    // Tuesday, 13:00 to 19:30 on the clocks of Los Angeles.
    let stay = "duration_m=390&parking_start_time=2027-06-01T13:00:00-07:00";
    let pier = found(&world, &format!("/harborpark:pier_garage?{stay}")).await;
    let properties = &pier["properties"];
    // A quarter of an hour free, an hour at 4.00, eight half hours at 2.00 and one evening at 5.00, held down to 18.00.
    assert_eq!(
        properties["total_cost"],
        json!({ "amount": 1800, "currency": "USD" })
    );
    assert_eq!(
        properties["total_tax"],
        json!({ "amount": 164, "currency": "USD" })
    );
    let lines = properties["cost_lines"].as_array().unwrap();
    let told: Vec<(&str, i64)> = lines
        .iter()
        .map(|line| {
            (
                line["type"].as_str().unwrap(),
                line["cost"]["amount"].as_i64().unwrap(),
            )
        })
        .collect();
    assert_eq!(told, [("free", 0), ("period", 1_800), ("period", 0)]);
    assert_eq!(lines[1]["start_time"], "2027-06-01T20:15:00Z");
    assert_eq!(
        (&lines[1]["minutes"], &lines[1]["intervals"]),
        (&json!(300), &json!(9))
    );
    assert_eq!(
        (&lines[2]["name"], &lines[2]["maximum"]),
        (&json!("Evenings"), &json!("day"))
    );
    // The fourth of July is beyond the maximum.
    let fireworks = "duration_m=240&parking_start_time=2027-07-04T17:00:00-07:00";
    let pier = found(&world, &format!("/harborpark:pier_garage?{fireworks}")).await;
    assert_eq!(pier["properties"]["total_cost"]["amount"], 3_000);
    let all = found(&world, &format!("?{PIER}&radius_km=10&{stay}")).await;
    let costs: Vec<&Value> = all["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["properties"]["total_cost"]["amount"])
        .collect();
    assert_eq!(costs, [1_800, 900, 1_200]);
    let year = found(&world, "/harborpark:pier_garage?duration_m=527040").await;
    assert!(year["properties"]["total_cost"]["amount"].as_i64().unwrap() > 0);
}

async fn only_apps_that_are_linked_find_a_location(store: Store) {
    let world = World::start(store).await;
    let strangers = ask(&world, OTHER_APPS_KEY, &format!("?{PIER}")).await.ok();
    assert_eq!(strangers.body["features"], json!([]));
    let named = "?location_ids=harborpark:pier_garage";
    let strangers = ask(&world, OTHER_APPS_KEY, named).await.ok();
    assert_eq!(strangers.body["features"], json!([]));
    for (key, id) in [
        (OTHER_APPS_KEY, "harborpark:pier_garage"),
        (PUBLISHABLE_KEY, "harborpark:nowhere"),
        (PUBLISHABLE_KEY, "pier_garage"),
    ] {
        let refused = ask(&world, key, &format!("/{id}")).await;
        assert_eq!(
            (refused.status, &refused.body["code"], &refused.body["field"]),
            (404, &json!("unknown_location"), &json!("location_id"))
        );
    }
}

async fn what_is_wrong_with_a_parameter_is_said_by_its_name(store: Store) {
    let world = World::start(store).await;
    for (query, field) in [
        (String::new(), "latitude"),
        ("?latitude=34".to_owned(), "longitude"),
        ("?latitude=91&longitude=0".to_owned(), "latitude"),
        ("?latitude=NaN&longitude=0".to_owned(), "latitude"),
        ("?latitude=0&longitude=-180.5".to_owned(), "longitude"),
        (format!("?{PIER}&radius_km=0"), "radius_km"),
        (format!("?{PIER}&radius_km=101"), "radius_km"),
        (format!("?{PIER}&limit=0"), "limit"),
        (format!("?{PIER}&limit=101"), "limit"),
        (format!("?{PIER}&duration_m=0"), "duration_m"),
        (format!("?{PIER}&duration_m=527041"), "duration_m"),
        (format!("?{PIER}&duration_m=1.5"), "duration_m"),
        (
            format!("?{PIER}&duration_m=60&parking_start_time=noon"),
            "parking_start_time",
        ),
        (format!("?{PIER}&location_ids=a:b"), "location_ids"),
        ("?location_ids=,".to_owned(), "location_ids"),
        (
            format!("?location_ids={}", vec!["a:b"; 101].join(",")),
            "location_ids",
        ),
    ] {
        let refused = ask(&world, PUBLISHABLE_KEY, &query).await;
        assert_eq!(
            (refused.status, &refused.body["code"], &refused.body["field"]),
            (400, &json!("invalid_parameter"), &json!(field)),
            "{query}"
        );
    }
    let twice = ask(&world, PUBLISHABLE_KEY, &format!("?{PIER}&latitude=1")).await;
    assert_eq!(
        (twice.status, &twice.body["code"]),
        (400, &json!("invalid_query"))
    );
}

async fn a_search_needs_a_known_key_and_no_jwt(store: Store) {
    let world = World::start(store).await;
    for path in [format!("?{PIER}"), "/harborpark:pier_garage".to_owned()] {
        ask(&world, PUBLISHABLE_KEY, &path).await.ok();
        for key in ["", "nonsense", "sk_test_never_issued"] {
            let refused = ask(&world, key, &path).await;
            assert_eq!(
                (refused.status, &refused.body["code"]),
                (401, &json!("invalid_access_key"))
            );
        }
    }
}
