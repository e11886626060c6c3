//! Carts: filled, changed and priced.

use serde_json::{Value, json};

use crate::world::{Rider, Store, World, fields, fresh_key, on_both_stores, token};

on_both_stores!(
    a_cart_is_answered_as_published,
    discounts_are_shown_where_they_apply,
    fares_are_added_updated_and_removed,
    an_empty_cart_is_a_cart_that_costs_nothing,
    a_cart_can_be_sent_as_query_form_or_json,
    a_cart_says_what_to_know_before_buying,
    a_cart_is_kept_by_nobody_but_its_client,
    a_cart_is_repeated_under_its_key,
    a_stale_cart_is_refreshed_by_its_token,
);

fn quantities(cart: &Value) -> Vec<(&str, u64)> {
    let items = cart["items"].as_array().unwrap().iter();
    items
        .map(|item| {
            let fare = item["fare"]["fare_id"].as_str().unwrap();
            (fare, item["quantity"].as_u64().unwrap())
        })
        .collect()
}

/// Every sum of a cart from its parts.
#[track_caller]
pub(crate) fn adds_up(cart: &Value) {
    let (mut usual, mut due, mut any) = (0, 0, false);
    for item in cart["items"].as_array().unwrap() {
        let quantity = item["quantity"].as_i64().unwrap();
        let fare = &item["fare"];
        let price = fare["price"]["amount"].as_i64().unwrap();
        assert_eq!(item["total_fare_price"]["amount"], price * quantity);
        usual += price * quantity;
        let discounted = fare
            .get("discounted_price")
            .map(|it| it["amount"].as_i64().unwrap());
        assert_eq!(
            item.get("discounted_total_fare_price")
                .map(|it| it["amount"].as_i64().unwrap()),
            discounted.map(|it| it * quantity),
        );
        any |= discounted.is_some();
        due += discounted.unwrap_or(price) * quantity;
    }
    assert_eq!(cart["total_price"]["amount"], usual);
    match any {
        true => assert_eq!(cart["discounted_total_price"]["amount"], due),
        false => assert!(cart.get("discounted_total_price").is_none()),
    }
    assert!(due <= usual);
}

async fn a_cart_is_answered_as_published(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    // The document's own command: a form under the label of JSON.
    let cart = rider
        .post("/cart")
        .header("Content-Type", "application/json")
        .body("a=bigbluebus&add_fares[regular_single_ride]=2")
        .send()
        .await
        .ok();
    let published = [
        "agency_fare_options",
        "agency_fares",
        "agency_id",
        "cart_token",
        "country",
        "items",
        "total_price",
    ];
    assert_eq!(fields(&cart.body), published);
    let places = [
        "cart_token",
        "agency_id",
        "items",
        "total_price",
        "agency_fares",
        "agency_fare_options",
    ];
    let places: Vec<_> = places
        .iter()
        .map(|name| cart.text.find(&format!("\"{name}\":")).unwrap())
        .collect();
    assert!(places.is_sorted(), "in the order of the document");
    assert_eq!(cart.body["agency_id"], "bigbluebus");
    assert_eq!(cart.body["country"], "US");
    let words = "Valid on all local Big Blue Bus routes. Single ride is valid for 30 minutes after use.";
    let item = json!({
        "fare": {
            "agency_id": "bigbluebus", "agency_name": "Big Blue Bus", "description": words,
            "fare_id": "regular_single_ride", "fare_name": "Regular Single Ride",
            "options": [
                { "id": "rider_regular", "type": "rider" },
                { "id": "fare_single_ride", "type": "fare" },
            ],
            "price": { "amount": 125, "currency": "USD" },
            "product_type": "single_pass",
        },
        "quantity": 2,
        "total_fare_price": { "amount": 250, "currency": "USD" },
    });
    assert_eq!(cart.body["items"], json!([item]));
    assert_eq!(
        cart.body["total_price"],
        json!({ "amount": 250, "currency": "USD" })
    );
    let listed = rider.get("/agency/bigbluebus/fare").send().await.ok();
    assert_eq!(cart.body["agency_fares"], listed.body["fares"]);
    assert_eq!(cart.body["agency_fare_options"], listed.body["fare_options"]);
}

async fn discounts_are_shown_where_they_apply(store: Store) {
    let world = World::of_fares(store).await;
    let rider = world.rider("ann").await;
    let cart = rider
        .cart(&[
            ("a", "metro"),
            ("add_fares[day]", "2"),
            ("add_fares[single]", "3"),
            ("add_fares[five_rides]", "1"),
        ])
        .await
        .ok()
        .body;
    // In the catalog's order.
    assert_eq!(quantities(&cart), [("single", 3), ("day", 2), ("five_rides", 1)]);
    assert_eq!(cart["total_price"], json!({ "amount": 3_022, "currency": "USD" }));
    assert_eq!(
        cart["discounted_total_price"],
        json!({ "amount": 2_806, "currency": "USD" })
    );
    let discounted = |nth: usize| cart["items"][nth].get("discounted_total_fare_price");
    assert_eq!(discounted(0), None);
    assert_eq!(
        discounted(1),
        Some(&json!({ "amount": 1_298, "currency": "USD" }))
    );
    assert_eq!(cart["items"][2]["fare"]["passes_count"], 5);
    adds_up(&cart);
    let plain = rider
        .cart(&[("a", "metro"), ("add_fares[single]", "1")])
        .await
        .ok();
    assert!(plain.body.get("discounted_total_price").is_none());
}

async fn fares_are_added_updated_and_removed(store: Store) {
    type Change<'a> = (&'a [(&'a str, &'a str)], &'a [(&'a str, u64)]);
    let world = World::of_fares(store).await;
    let rider = world.rider("ann").await;
    let mut cart = rider
        .cart(&[
            ("a", "metro"),
            ("add_fares[single]", "2"),
            ("update_fares[day]", "1"),
        ])
        .await
        .ok()
        .body;
    assert_eq!(quantities(&cart), [("single", 2), ("day", 1)]);
    let changes: [Change<'_>; 6] = [
        (&[("add_fares[single]", "1")], &[("single", 3), ("day", 1)]),
        (&[("update_fares[single]", "5")], &[("single", 5), ("day", 1)]),
        (
            &[("remove_fares[single]", "4"), ("add_fares[day]", "2")],
            &[("single", 1), ("day", 3)],
        ),
        // More than there are, and none of what is not in it.
        (
            &[("remove_fares[single]", "7"), ("remove_fares[event]", "1")],
            &[("day", 3)],
        ),
        (
            &[("update_fares[single]", "1"), ("update_fares[day]", "0")],
            &[("single", 1)],
        ),
        (&[], &[("single", 1)]),
    ];
    for (change, expected) in changes {
        let mut form = vec![("cart_token", token(&cart).to_owned())];
        form.extend(change.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        cart = rider.cart(&form).await.ok().body;
        assert_eq!(quantities(&cart), expected);
        adds_up(&cart);
    }
}

async fn an_empty_cart_is_a_cart_that_costs_nothing(store: Store) {
    let world = World::of_fares(store).await;
    let rider = world.rider("ann").await;
    let cart = rider.cart(&[("a", "metro")]).await.ok().body;
    assert_eq!(cart["items"], json!([]));
    assert_eq!(cart["total_price"], json!({ "amount": 0, "currency": "USD" }));
    assert!(cart.get("discounted_total_price").is_none());
    rider
        .buy_cart(token(&cart))
        .await
        .refused(400, Some("invalid_cart"));
    let filled = rider
        .cart(&[("cart_token", token(&cart)), ("add_fares[single]", "1")])
        .await
        .ok();
    assert_eq!(quantities(&filled.body), [("single", 1)]);
}

async fn a_cart_can_be_sent_as_query_form_or_json(store: Store) {
    let world = World::of_fares(store).await;
    let rider = world.rider("ann").await;
    let query = rider
        .post("/cart?a=metro&add_fares[single]=2&update_fares%5Bday%5D=1")
        .send();
    let form = rider
        .post("/cart")
        .form(&[
            ("a", "metro"),
            ("add_fares[single]", "2"),
            ("update_fares[day]", "1"),
        ])
        .send();
    let json = rider
        .post("/cart")
        .json(&json!({ "a": "metro", "add_fares": { "single": 2 }, "update_fares": { "day": "1" } }))
        .send();
    let (query, form, json) = tokio::join!(query, form, json);
    assert_eq!(quantities(&query.ok().body), [("single", 2), ("day", 1)]);
    let form = form.ok();
    assert_eq!(form.text, json.ok().text);
    // Nobody has to be logged in, and a publishable key will do.
    let nobody = world
        .phone()
        .post("/cart")
        .form(&[
            ("a", "metro"),
            ("add_fares[single]", "2"),
            ("update_fares[day]", "1"),
        ])
        .send()
        .await;
    assert_eq!(nobody.ok().body, form.body);
}

async fn a_cart_says_what_to_know_before_buying(store: Store) {
    let world = World::of_fares(store).await;
    let rider = world.rider("ann").await;
    let plain = rider
        .cart(&[("a", "metro"), ("add_fares[single]", "1")])
        .await
        .ok()
        .body;
    for absent in ["purchase_alert_text", "alert_labels"] {
        assert!(plain.get(absent).is_none());
    }
    let warned = rider
        .cart(&[("a", "metro"), ("add_fares[outer_single]", "1")])
        .await
        .ok()
        .body;
    assert_eq!(
        warned["purchase_alert_text"],
        "Not valid downtown.\nNo transfers."
    );
    assert_eq!(warned["alert_labels"], json!(["One ride"]));
    let alert = json!({
        "header": "Detour",
        "description": "Line 7 does not stop at the harbor.",
        "effect": "OTHER_EFFECT",
    });
    assert_eq!(warned["service_alerts"], json!([alert]));
    let spanish = rider
        .post("/cart")
        .header("Accept-Language", "es")
        .form(&[("a", "metro"), ("add_fares[single]", "1")])
        .send()
        .await
        .ok();
    assert_eq!(spanish.body["service_alerts"][0]["header"], "Desvío");
    let older = world
        .app()
        .bare(reqwest::Method::POST, "/cart")
        .header("Token-Transit-Api-Key", crate::world::SECRET_KEY)
        .header("Token-Transit-Api-Version", "2019-05-01")
        .form(&[("a", "metro")])
        .send()
        .await
        .ok();
    assert!(older.body.get("service_alerts").is_none());
}

async fn a_cart_is_kept_by_nobody_but_its_client(store: Store) {
    let mut world = World::of_fares(store).await;
    let rider: Rider = world.rider("ann").await;
    let cart = rider
        .cart(&[("a", "metro"), ("add_fares[day]", "2")])
        .await
        .ok()
        .body;
    world.restart().await;
    let again = rider.cart(&[("cart_token", token(&cart))]).await.ok().body;
    assert_eq!(again, cart);
    // It is the app's, whoever of its riders filled it.
    let other = world.rider("bob").await;
    other.buy_cart(token(&cart)).await.ok();
    assert_eq!(world.books().await.kept()[0].amount, 1_298);
}

async fn a_cart_is_repeated_under_its_key(store: Store) {
    let world = World::of_fares(store).await;
    let rider = world.rider("ann").await;
    let key = fresh_key();
    let send = |quantity: &'static str| {
        rider
            .post("/cart")
            .header("Idempotency-Key", &key)
            .form(&[("a", "metro"), ("add_fares[single]", quantity)])
            .send()
    };
    let first = send("2").await.ok();
    world.apply(|text| text.replace("price: 203", "price: 303")).await;
    assert_eq!(send("2").await.ok().text, first.text);
    send("3").await.refused(409, Some("idempotency_key_in_use"));
    let refused = rider
        .post("/cart")
        .header("Idempotency-Key", "no-such-fare")
        .form(&[("a", "metro"), ("add_fares[nothing]", "2")]);
    refused.send().await.refused(404, Some("resource_not_found"));
}

async fn a_stale_cart_is_refreshed_by_its_token(store: Store) {
    let world = World::of_fares(store).await;
    let rider = world.rider("ann").await;
    let cart = rider
        .cart(&[("a", "metro"), ("add_fares[single]", "2")])
        .await
        .ok()
        .body;
    assert_eq!(
        world.apply(|text| text.replace("price: 203", "price: 303")).await,
        1
    );
    rider
        .buy_cart(token(&cart))
        .await
        .refused(400, Some("stale_cart"));
    assert!(world.books().await.kept().is_empty());
    let fresh = rider.cart(&[("cart_token", token(&cart))]).await.ok().body;
    assert_eq!(fresh["total_price"]["amount"], 606);
    assert_ne!(token(&fresh), token(&cart));
    rider.buy_cart(token(&fresh)).await.ok();
    assert_eq!(world.books().await.kept()[0].amount, 606);
}
