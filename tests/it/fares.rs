//! What a Fare object says.

use serde_json::{Value, json};

use crate::world::{Store, World, on_both_stores};

on_both_stores!(
    a_discount_is_shown_beside_the_usual_price,
    options_are_listed_in_the_order_of_selection,
    a_warning_of_an_option_is_told_where_options_are_not_shown,
    a_fare_says_who_may_buy_it,
    a_fare_whose_time_is_past_is_not_listed,
);

async fn listed(world: &World) -> Value {
    world.app().get("/agency/metro/fare").send().await.ok().body
}

#[track_caller]
fn fare<'a>(listed: &'a Value, id: &str) -> &'a Value {
    let fares = listed["fares"].as_array().unwrap();
    fares.iter().find(|fare| fare["fare_id"] == id).unwrap()
}

async fn a_discount_is_shown_beside_the_usual_price(store: Store) {
    let world = World::of_fares(store).await;
    let listed = listed(&world).await;
    let day = fare(&listed, "day");
    assert_eq!(day["price"], json!({ "amount": 707, "currency": "USD" }));
    assert_eq!(
        day["discounted_price"],
        json!({ "amount": 649, "currency": "USD" })
    );
    assert!(fare(&listed, "single").get("discounted_price").is_none());
    let book = fare(&listed, "five_rides");
    assert_eq!(
        (&book["product_type"], &book["passes_count"]),
        (&json!("pass_book"), &json!(5))
    );
    let alone = world.app().get("/agency/metro/fare/day").send().await.ok().body;
    assert_eq!(alone, *day);
}

async fn options_are_listed_in_the_order_of_selection(store: Store) {
    let world = World::of_fares(store).await;
    let listed = listed(&world).await;
    let types: Vec<_> = listed["fare_options"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["type"])
        .collect();
    assert_eq!(types, ["rider", "zone"]);
    // The file has them the other way round.
    assert_eq!(
        fare(&listed, "single")["options"],
        json!([{ "id": "adult", "type": "rider" }, { "id": "zone_1", "type": "zone" }])
    );
    assert_eq!(
        listed["fare_options"][0]["value"],
        json!([
            { "id": "adult", "name": "Adult" },
            {
                "id": "senior", "name": "Senior", "description": "From 65 years",
                "alert_text": "Carry proof of age.", "alert_label": "Proof of age",
            },
        ])
    );
}

async fn a_warning_of_an_option_is_told_where_options_are_not_shown(store: Store) {
    let world = World::of_fares(store).await;
    let listed = listed(&world).await;
    let alerts = |id: &str| {
        let fare = fare(&listed, id);
        ["alert_text", "purchase_alert_text", "alert_label"]
            .map(|name| fare.get(name).and_then(Value::as_str))
    };
    assert_eq!(alerts("single"), [None; 3]);
    assert_eq!(
        alerts("outer_single"),
        [
            Some("Not valid downtown.\nNo transfers."),
            Some("No transfers."),
            Some("One ride")
        ]
    );
    assert_eq!(
        alerts("senior_single"),
        [Some("Carry proof of age."), None, Some("Proof of age")]
    );
    let spanish = world
        .app()
        .get("/agency/metro/fare/senior_single")
        .header("Accept-Language", "es")
        .send()
        .await
        .ok();
    assert_eq!(spanish.body["alert_text"], "Lleve prueba de su edad.");
}

async fn a_fare_says_who_may_buy_it(store: Store) {
    let world = World::of_fares(store).await;
    let listed = listed(&world).await;
    let personal = fare(&listed, "personal");
    assert_eq!(personal["login_required"], true);
    let senior = fare(&listed, "senior_single");
    assert_eq!(senior["restricted_purchase"], true);
    assert_eq!(senior["restricted_purchase_label"], "Seniors");
    assert_eq!(senior["restricted_purchase_text"], "Ask at the station.");
    for absent in [
        "login_required",
        "restricted_purchase",
        "restricted_purchase_text",
    ] {
        assert!(fare(&listed, "single").get(absent).is_none());
    }
}

async fn a_fare_whose_time_is_past_is_not_listed(store: Store) {
    let world = World::of_fares(store).await;
    let listed = listed(&world).await;
    let fares = listed["fares"].as_array().unwrap();
    assert_eq!(fares.len(), 9);
    assert!(fares.iter().all(|fare| fare["fare_id"] != "past_event"));
    let alone = world.app().get("/agency/metro/fare/past_event").send().await;
    alone.refused_for(404, Some("resource_not_found"), "fare_id");
}
