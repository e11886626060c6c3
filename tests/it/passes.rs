//! What a pass and a pass book say of themselves.

use chrono::{SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::world::{BOOK, Rider, SINGLE, Store, World, eventually, fields, in_hours, on_both_stores};

on_both_stores!(
    each_published_status_is_reached,
    a_pass_tells_what_to_know_of_it,
    rides_of_a_book_name_it_and_are_counted,
    a_book_that_was_sent_says_so_and_has_nothing_left,
);

async fn bought(rider: &Rider, fare: &str) -> String {
    let before: Vec<Value> = rider.wallet().await.passes().to_vec();
    rider.buy(fare, "pm_card_visa").await.ok();
    let after = rider.wallet().await;
    let new = after.passes().iter().find(|pass| {
        let is_it = |it: &Value| it["pass_id"] == pass["pass_id"];
        !before.iter().any(is_it)
    });
    new.unwrap()["pass_id"].as_str().unwrap().to_owned()
}

fn pass_of(wallet: &crate::world::Wallet, id: &str) -> Value {
    let found = wallet.passes().iter().find(|pass| pass["pass_id"] == id);
    found.expect("the pass is listed").clone()
}

fn activated(pass: &str, at: i64, ends_at: i64, ticket_expires_at: i64) -> Value {
    json!({
        "type": "pass_activated",
        "pass": pass,
        "device": "ann-phone",
        "at": in_hours(at),
        "ends_at": in_hours(ends_at),
        "ticket_expires_at": in_hours(ticket_expires_at),
    })
}

async fn each_published_status_is_reached(store: Store) {
    let mut world = World::capped(store).await;
    let rider = world.rider("ann").await;
    let unactivated = bought(&rider, SINGLE).await;
    let active = bought(&rider, "three_days").await;
    rider.activate(&active).await.ok();
    let [stale, expired, invalid] = [
        bought(&rider, "three_days").await,
        bought(&rider, "three_days").await,
        bought(&rider, "three_days").await,
    ];
    let refunded = bought(&rider, SINGLE).await;
    let soon = (Utc::now() + TimeDelta::seconds(1)).to_rfc3339_opts(SecondsFormat::Millis, true);
    let form = [("items", refunded.as_str()), ("expiration_timestamp", &soon)];
    rider.post("/pass_transfer").keyed().form(&form).send().await.ok();
    eventually("the refund", async || {
        let wallet = rider.wallet().await;
        wallet.passes().iter().any(|it| it["status"] == "refunded")
    })
    .await;
    let capped = bought(&rider, SINGLE).await;
    for pass in [
        bought(&rider, SINGLE).await,
        bought(&rider, SINGLE).await,
        capped.clone(),
    ] {
        rider.activate(&pass).await.ok();
    }

    // A day goes by for two passes, and an inspector takes one away.
    world.kill();
    world
        .record_in_wallet(vec![
            activated(&stale, -30, 30, -6),
            activated(&expired, -90, -6, -66),
            json!({
                "type": "items_invalidated",
                "items": [{ "type": "pass", "id": invalid }],
                "reason": "forged",
                "at": in_hours(0),
            }),
        ])
        .await;
    world.restart().await;

    let wallet = rider.wallet().await;
    for (pass, status) in [
        (&unactivated, "unactivated"),
        (&active, "active"),
        (&stale, "stale_ticket"),
        (&expired, "expired"),
        (&refunded, "refunded"),
        (&invalid, "invalid"),
        (&capped, "fare_capped"),
    ] {
        assert_eq!(wallet.status_of(pass), status);
        let shown = pass_of(&wallet, pass);
        assert_eq!(shown.get("display_html").is_some(), status == "active");
        assert_eq!(
            shown.get("ticket_expiration_timestamp").is_some(),
            status == "active"
        );
        assert_eq!(shown.get("refund_timestamp").is_some(), status == "refunded");
    }
    let tablet = world.rider_on("ann", "ann-tablet").await;
    assert_eq!(
        tablet.wallet().await.status_of(&active),
        "active_on_another_device"
    );
    for (pass, code) in [
        (&expired, "pass_expired"),
        (&refunded, "pass_refunded"),
        (&invalid, "pass_invalid"),
        (&capped, "pass_invalid"),
    ] {
        rider.activate(pass).await.refused(400, Some(code));
    }
    // On a new day the pass is whoever's device activates it first.
    let again = tablet.activate(&stale).await.ok();
    let renewed = again.body["passes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["pass_id"] == stale.as_str());
    assert_eq!(renewed.unwrap()["status"], "active");
    assert_eq!(
        renewed.unwrap()["start_timestamp"],
        pass_of(&wallet, &stale)["start_timestamp"],
        "the first activation stands"
    );
    rider
        .activate(&stale)
        .await
        .refused(428, Some("pass_active_on_another_device"));
    world.audit().await;
}

async fn a_pass_tells_what_to_know_of_it(store: Store) {
    let world = World::capped(store).await;
    let rider = world.rider("ann").await;
    let pass = bought(&rider, "three_days").await;
    let fresh = pass_of(&rider.wallet().await, &pass);
    assert_eq!(
        fresh["details"],
        json!({
            "agency_name": "Big <Blue> Bus",
            "alert_label": "Not transferable",
            "alert_text": "Bring an identity card.",
            "description": "Three days of riding.",
            "name": "Three Days",
        })
    );
    assert_eq!(fresh["agency_id"], "bigbluebus");
    assert_eq!(fresh["logo_url"], "https://bus.example/logo.png");
    assert_eq!(
        fresh["fare"]["price"],
        json!({ "amount": 1000, "currency": "USD" })
    );
    let moment = |value: &Value| chrono::DateTime::parse_from_rfc3339(value.as_str().unwrap()).unwrap();
    // Not activated yet: from now on, as if it were.
    assert!(moment(&fresh["start_timestamp"]) > moment(&fresh["purchase_timestamp"]));
    let would_last = moment(&fresh["end_timestamp"]) - moment(&fresh["start_timestamp"]);
    assert!((48..=72).contains(&would_last.num_hours()), "{would_last}");
    let alone = rider
        .get(&format!(
            "/pass/{pass}?include_fare_price=false&include_fare_options=true"
        ))
        .send()
        .await
        .ok();
    assert!(alone.body["fare"].get("price").is_none());
    assert_eq!(alone.body["fare"]["options"], json!([]));
}

async fn rides_of_a_book_name_it_and_are_counted(store: Store) {
    let world = World::capped(store).await;
    let rider = world.rider("ann").await;
    let answer = rider.buy(BOOK, "pm_card_visa").await.ok();
    let book = &answer.body["pass_books"][0];
    assert_eq!(
        fields(book),
        [
            "fare",
            "logo_url",
            "pass_book_id",
            "payment_processor",
            "purchase_receipt",
            "purchase_timestamp",
            "stripe_source",
            "unactivated_remaining_count",
        ]
    );
    assert_eq!(
        (&book["payment_processor"], &book["unactivated_remaining_count"]),
        (&json!("Stripe"), &json!(3))
    );
    let id = book["pass_book_id"].as_str().unwrap();
    let wallet = rider.wallet().await;
    assert_eq!(wallet.passes().len(), 3);
    for ride in wallet.passes() {
        assert_eq!(ride["pass_book_id"], id);
        assert_eq!(ride["details"]["name"], "Regular 3 Ride (1 Ride)");
        for absent in ["fare", "purchase_receipt", "purchase_timestamp"] {
            assert!(ride.get(absent).is_none(), "{absent}");
        }
    }
    let first = wallet.passes()[0]["pass_id"].as_str().unwrap();
    let spanish = rider
        .get(&format!("/pass/{first}"))
        .header("Accept-Language", "es")
        .send()
        .await
        .ok();
    assert_eq!(spanish.body["details"]["name"], "3 viajes regulares (1 viaje)");
    let used = rider.activate(first).await.ok();
    assert_eq!(used.body["pass_books"][0]["unactivated_remaining_count"], 2);
    assert!(
        used.body["pass_books"][0].get("stripe_source").is_none(),
        "that is told once, where it was bought"
    );
}

async fn a_book_that_was_sent_says_so_and_has_nothing_left(store: Store) {
    let world = World::capped(store).await;
    let office = world.rider("office").await;
    let bought = office.buy(BOOK, "pm_card_visa").await.ok();
    let book = bought.body["pass_books"][0]["pass_book_id"].as_str().unwrap();
    let form = [("items", book)];
    let sent = office
        .post("/pass_transfer")
        .keyed()
        .form(&form)
        .send()
        .await
        .ok();
    let listed = office.wallet().await;
    let waiting = &listed.body["pass_books"][0];
    assert_eq!(waiting["pass_transfer_id"], sent.body["id"]);
    assert_eq!(waiting["unactivated_remaining_count"], 0);
    assert!(waiting.get("transfer_timestamp").is_none());
    assert_eq!(listed.passes().len(), 0);
    let usable = office.get("/pass?ticket_format=none").send().await.ok();
    assert_eq!(usable.body["pass_books"], Value::Null);

    let rider = world.rider("ann").await;
    let link = sent.body["redemption"]["url"].as_str().unwrap();
    rider
        .post("/redeem")
        .keyed()
        .form(&[("link", link)])
        .send()
        .await
        .ok();
    let gone = office.wallet().await;
    assert!(gone.body["pass_books"][0]["transfer_timestamp"].is_string());
    assert_eq!(gone.body["pass_books"][0]["unactivated_remaining_count"], 0);
    let taken = rider.wallet().await;
    let here = &taken.body["pass_books"][0];
    assert_eq!(here["unactivated_remaining_count"], 3);
    for absent in ["pass_transfer_id", "transfer_timestamp", "purchase_receipt"] {
        assert!(here.get(absent).is_none(), "{absent}: somebody else bought it");
    }
    world.audit().await;
}
