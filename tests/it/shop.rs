//! What there is to buy, and from whom.

use serde_json::{Value, json};

use crate::world::{OTHER_APPS_KEY, Store, World, fields, on_both_stores};

on_both_stores!(
    an_app_sees_the_agencies_it_is_linked_to,
    an_agency_is_shown_as_published,
    fares_are_shown_as_published,
    names_are_in_the_riders_language,
);

async fn an_app_sees_the_agencies_it_is_linked_to(store: Store) {
    let world = World::start(store).await;
    let listed = world.app().get("/agency").send().await.ok();
    assert_eq!(fields(&listed.body), ["agencies"]);
    let ids = |body: &Value| -> Vec<String> {
        let agencies = body["agencies"].as_array().unwrap();
        let mut ids: Vec<String> = agencies
            .iter()
            .map(|it| it["agency_id"].as_str().unwrap().to_owned())
            .collect();
        ids.sort();
        ids
    };
    assert_eq!(
        ids(&listed.body),
        ["bigbluebus", "linia_wislana"],
        "parking sells no rides"
    );
    let other = world.app_with(OTHER_APPS_KEY);
    assert_eq!(ids(&other.get("/agency").send().await.ok().body), ["bigbluebus"]);
    other
        .get("/agency/linia_wislana")
        .send()
        .await
        .refused(404, Some("resource_not_found"));
}

async fn an_agency_is_shown_as_published(store: Store) {
    let world = World::start(store).await;
    let shown = world.app().get("/agency/bigbluebus").send().await.ok();
    let expected = json!({
        "agency_id": "bigbluebus",
        "agency_name": "Big Blue Bus",
        "country": "US",
        "location": { "latitude": 34.028_189, "longitude": -118.489_176 },
        "logo_url": "https://storage.googleapis.com/token-transit.appspot.com/\
                     myzToIABwReXJuY3z6e4KEGPXx1vOEAP3ZbYD9isQlE-logo.png",
        "region": "Santa Monica, CA",
        "timezone": "America/Los_Angeles",
        "website": "https://www.bigbluebus.com",
    });
    assert_eq!(shown.body, expected);
}

async fn fares_are_shown_as_published(store: Store) {
    let world = World::start(store).await;
    let single = world
        .app()
        .get("/agency/bigbluebus/fare/regular_single_ride")
        .send()
        .await
        .ok();
    let expected = json!({
        "agency_id": "bigbluebus",
        "agency_name": "Big Blue Bus",
        "description": "Valid on all local Big Blue Bus routes. Single ride is valid for 30 minutes after use.",
        "fare_id": "regular_single_ride",
        "fare_name": "Regular Single Ride",
        "options": [
            { "id": "rider_regular", "type": "rider" },
            { "id": "fare_single_ride", "type": "fare" },
        ],
        "price": { "amount": 125, "currency": "USD" },
        "product_type": "single_pass",
    });
    let mut shown = single.body;
    // The order of a fare's options says nothing.
    shown["options"]
        .as_array_mut()
        .unwrap()
        .sort_by_key(|it| it["id"] != "rider_regular");
    assert_eq!(shown, expected);
    let listed = world.app().get("/agency/bigbluebus/fare").send().await.ok();
    assert_eq!(fields(&listed.body), ["fare_options", "fares"]);
    let options = &listed.body["fare_options"];
    assert_eq!(
        options[0],
        json!({ "label": "Rider", "type": "rider", "value": [
            { "id": "rider_regular", "name": "Regular" },
            { "id": "rider_reduced", "name": "S/D/M" },
        ] })
    );
    let fares = listed.body["fares"].as_array().unwrap();
    let fare = |id: &str| fares.iter().find(|fare| fare["fare_id"] == id).unwrap();
    assert_eq!(fares.len(), 4);
    let book = fare("regular_3_ride");
    assert_eq!(
        (&book["product_type"], &book["passes_count"]),
        (&json!("pass_book"), &json!(3))
    );
    let restricted = fare("reduced_single_ride");
    assert_eq!(restricted["restricted_purchase"], true);
    assert_eq!(restricted["restricted_purchase_label"], "Restricted");
    assert!(
        restricted["restricted_purchase_text"]
            .as_str()
            .unwrap()
            .starts_with("This pass is restricted.")
    );
    assert!(fare("regular_single_ride").get("restricted_purchase").is_none());
}

async fn names_are_in_the_riders_language(store: Store) {
    let world = World::start(store).await;
    let named = async |path: &str, languages: Option<&str>| {
        let mut call = world.app().get(path);
        if let Some(languages) = languages {
            call = call.header("Accept-Language", languages);
        }
        call.send().await.ok().body["fare_name"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let bus = "/agency/bigbluebus/fare/regular_single_ride";
    assert_eq!(named(bus, None).await, "Regular Single Ride");
    assert_eq!(
        named(bus, Some("es-MX,es;q=0.9,en;q=0.5")).await,
        "Viaje sencillo regular"
    );
    assert_eq!(named(bus, Some("de")).await, "Regular Single Ride");
    let line = "/agency/linia_wislana/fare/day_pass";
    assert_eq!(named(line, Some("pl")).await, "Bilet dobowy");
    assert_eq!(named(line, Some("en-US")).await, "Day pass");
    assert_eq!(
        named(line, None).await,
        "Day pass",
        "without the header, en-US is asked for"
    );
    let session = world.rider("ann").await;
    let refused = session
        .get("/pass/pass_of_nobody")
        .header("Accept-Language", "es")
        .send()
        .await;
    refused.refused(404, Some("resource_not_found"));
    let english = session.get("/pass/pass_of_nobody").send().await;
    assert_ne!(
        refused.body["message"], english.body["message"],
        "errors are for riders too"
    );
}
