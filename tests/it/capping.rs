//! Fare capping: whoever has paid enough rides on, and pays no more.

use serde_json::Value;

use crate::world::{BOOK, Order, Rider, SINGLE, Store, World, on_both_stores};

on_both_stores!(
    who_reaches_the_cap_rides_on_a_pass_for_the_rest_of_the_day,
    a_book_counts_what_each_of_its_rides_cost,
    what_only_replaces_others_cannot_be_bought,
    a_repeated_activation_reaches_the_cap_once,
    a_pass_bought_to_ride_at_once_counts_and_is_replaced,
);

async fn buy_singles(rider: &Rider, count: usize) -> Vec<String> {
    for _ in 0..count {
        rider.buy(SINGLE, "pm_card_visa").await.ok();
    }
    let wallet = rider.wallet().await;
    let ids = wallet
        .passes()
        .iter()
        .map(|pass| pass["pass_id"].as_str().unwrap().to_owned());
    ids.collect()
}

fn listed<'a>(body: &'a Value, id: &str) -> &'a Value {
    let passes = body["passes"].as_array().unwrap();
    passes
        .iter()
        .find(|pass| pass["pass_id"] == id)
        .expect("the pass is listed")
}

async fn who_reaches_the_cap_rides_on_a_pass_for_the_rest_of_the_day(store: Store) {
    let world = World::capped(store).await;
    let rider = world.rider("ann").await;
    let passes = buy_singles(&rider, 4).await;
    for pass in &passes[..2] {
        let activated = rider.activate(pass).await.ok();
        assert_eq!(activated.body["activated_pass_id"], pass.as_str());
    }
    // 3.75 is more than 3.00.
    let reached = rider.activate(&passes[2]).await.ok();
    let replacement = reached.body["activated_pass_id"].as_str().unwrap().to_owned();
    assert_ne!(replacement, passes[2]);
    for pass in &passes[..3] {
        let capped = listed(&reached.body, pass);
        assert_eq!(capped["status"], "fare_capped");
        assert!(capped.get("display_html").is_none());
    }
    let given = listed(&reached.body, &replacement);
    assert_eq!(
        (&given["status"], &given["details"]["name"]),
        (&"active".into(), &"Day of Rides".into())
    );
    assert!(given["display_html"].is_string());
    assert!(given.get("purchase_receipt").is_none(), "nobody bought it");
    assert_eq!(given["end_timestamp"], given["ticket_expiration_timestamp"]);
    assert_eq!(reached.state(), rider.wallet().await.state);

    // A further ride uses up nothing, and is still for sale.
    let before = rider.wallet().await.state;
    let again = rider.activate_in(&passes[3], &before).await.ok();
    assert_eq!(again.body["activated_pass_id"], replacement.as_str());
    assert_eq!(listed(&again.body, &passes[3])["status"], "unactivated");
    assert_eq!(again.state(), before);
    rider.buy(SINGLE, "pm_card_visa").await.ok();
    assert_eq!(world.books().await.kept().len(), 5);

    let tablet = world.rider_on("ann", "ann-tablet").await;
    let elsewhere = tablet.activate(&passes[3]).await;
    elsewhere.refused(428, Some("pass_active_on_another_device"));
    rider
        .activate(&passes[0])
        .await
        .refused(400, Some("pass_invalid"));
    let usable = rider.get("/pass?ticket_format=none").send().await.ok();
    let usable: Vec<&Value> = usable.body["passes"].as_array().unwrap().iter().collect();
    assert_eq!(usable.len(), 3);
    assert!(usable.iter().all(|pass| pass["status"] != "fare_capped"));

    let capped = world.recorded("wallet.passes_capped").await;
    assert_eq!(capped.len(), 1);
    assert_eq!(capped[0]["cap"]["spent"]["amount"], 375);
    world.audit().await;
}

async fn a_book_counts_what_each_of_its_rides_cost(store: Store) {
    let world = World::capped(store).await;
    let rider = world.rider("ann").await;
    rider.buy(BOOK, "pm_card_visa").await.ok();
    let wallet = rider.wallet().await;
    let held: Vec<&str> = wallet
        .passes()
        .iter()
        .filter_map(|pass| pass["pass_id"].as_str())
        .collect();
    // 1.16 and 1.17 are below 3.00, and all three rides are the 3.50 that the book cost.
    for ride in &held[..2] {
        let activated = rider.activate(ride).await.ok();
        assert_eq!(activated.body["activated_pass_id"], *ride);
    }
    let reached = rider.activate(held[2]).await.ok();
    assert_ne!(reached.body["activated_pass_id"], held[2]);
    assert_eq!(reached.body["pass_books"][0]["unactivated_remaining_count"], 0);
    let capped = world.recorded("wallet.passes_capped").await;
    assert_eq!(capped[0]["cap"]["spent"]["amount"], 350);
    world.audit().await;
}

async fn what_only_replaces_others_cannot_be_bought(store: Store) {
    let world = World::capped(store).await;
    let fares = world.app().get("/agency/bigbluebus/fare").send().await.ok();
    let ids: Vec<&str> = fares.body["fares"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|fare| fare["fare_id"].as_str())
        .collect();
    assert_eq!(ids, [SINGLE, BOOK, "three_days"]);
    let alone = world
        .app()
        .get("/agency/bigbluebus/fare/day_of_rides")
        .send()
        .await;
    alone.refused_for(404, Some("resource_not_found"), "fare_id");
    let rider = world.rider("ann").await;
    let state = rider.state().await;
    let bought = rider
        .place(&Order::of("day_of_rides", "pm_card_visa", &state))
        .await;
    bought.refused_for(404, Some("resource_not_found"), "fare_id");
}

async fn a_repeated_activation_reaches_the_cap_once(store: Store) {
    let world = World::capped(store).await;
    let rider = world.rider("ann").await;
    let passes = buy_singles(&rider, 3).await;
    for pass in &passes[..2] {
        rider.activate(pass).await.ok();
    }
    let state = rider.state().await;
    let reach = async || {
        rider
            .post(&format!("/pass/{}/activate", passes[2]))
            .header("Token-Transit-Passes-State", &state)
            .header("Idempotency-Key", "reach")
            .form(&[("ticket_format", "none")])
            .send()
            .await
            .ok()
    };
    let (one, other) = tokio::join!(reach(), reach());
    let later = reach().await;
    assert_eq!((&one.text, &other.text), (&later.text, &later.text));
    // Without its key it is a repetition all the same, for a client that has not seen what came of it.
    let behind = rider.activate_in(&passes[2], &state).await.ok();
    assert_eq!(behind.body["activated_pass_id"], later.body["activated_pass_id"]);
    assert_eq!(world.recorded("wallet.passes_capped").await.len(), 1);
    world.audit().await;
}

async fn a_pass_bought_to_ride_at_once_counts_and_is_replaced(store: Store) {
    let world = World::capped(store).await;
    let rider = world.rider("ann").await;
    for pass in &buy_singles(&rider, 2).await {
        rider.activate(pass).await.ok();
    }
    // The phone's passes are still active, so that it is another device that has none.
    let tablet = world.rider_on("ann", "ann-tablet").await;
    let boarded = tablet
        .post(&format!("/agency/bigbluebus/fare/{SINGLE}/purchase"))
        .keyed()
        .form(&[("stripe_token", "pm_card_visa"), ("ticket_format", "none")])
        .send()
        .await
        .ok();
    assert_eq!(
        (&boarded.body["status"], &boarded.body["details"]["name"]),
        (&"active".into(), &"Day of Rides".into())
    );
    let wallet = tablet.wallet().await;
    let capped = wallet.passes().iter().filter(|it| it["status"] == "fare_capped");
    assert_eq!(capped.count(), 3);
    assert_eq!(world.books().await.kept().len(), 3, "three rides were paid for");
    world.audit().await;
}
