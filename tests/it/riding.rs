//! Activating, showing and looking up passes.

use std::collections::BTreeSet;

use chrono::{SecondsFormat, TimeDelta, Utc};

use crate::world::{BOOK, SINGLE, Store, Wallet, World, eventually, fields, on_both_stores};

on_both_stores!(
    an_activated_pass_has_a_ticket_on_its_device_only,
    a_ticket_comes_in_the_format_that_was_asked_for,
    activating_again_on_the_same_device_gives_the_ticket_again,
    one_pass_can_be_looked_at_alone,
    what_is_no_longer_usable_is_left_out_unless_wanted,
    the_id_of_a_book_is_no_pass,
);

fn first_pass(wallet: &Wallet) -> String {
    wallet.passes()[0]["pass_id"].as_str().unwrap().to_owned()
}

async fn an_activated_pass_has_a_ticket_on_its_device_only(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    rider.buy(SINGLE, "pm_card_visa").await.ok();
    rider.buy(SINGLE, "pm_card_visa").await.ok();
    let before = rider.wallet().await;
    let pass = first_pass(&before);
    assert!(before.passes().iter().all(|it| it.get("display_html").is_none()));
    let activated = rider.activate(&pass).await.ok();
    assert_eq!(
        fields(&activated.body),
        ["activated_pass_id", "pass_books", "passes"]
    );
    assert_eq!(activated.body["activated_pass_id"], pass.as_str());
    let after = rider.wallet().await;
    assert_eq!(after.state, activated.state());
    for shown in after.passes() {
        let is_it = shown["pass_id"] == pass.as_str();
        assert_eq!(shown["status"], if is_it { "active" } else { "unactivated" });
        assert_eq!(shown.get("display_html").is_some(), is_it);
        assert_eq!(shown.get("ticket_expiration_timestamp").is_some(), is_it);
    }
    let tablet = world.rider_on("ann", "ann-tablet").await;
    let elsewhere = tablet.wallet().await;
    assert_eq!(elsewhere.status_of(&pass), "active_on_another_device");
    assert!(
        elsewhere
            .passes()
            .iter()
            .all(|it| it.get("display_html").is_none())
    );
    let refused = tablet.activate(&pass).await;
    refused.refused(428, Some("pass_active_on_another_device"));
}

async fn a_ticket_comes_in_the_format_that_was_asked_for(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    rider.buy(SINGLE, "pm_card_visa").await.ok();
    let pass = first_pass(&rider.wallet().await);
    rider.activate(&pass).await.ok();
    let html = async |format: &str| {
        let listed = rider
            .get(&format!("/pass?ticket_format={format}"))
            .send()
            .await
            .ok();
        listed.body["passes"][0]["display_html"]
            .as_str()
            .map(str::to_owned)
    };
    assert_eq!(html("none").await, None);
    let raw = html("html_raw").await.unwrap();
    assert!(
        raw.starts_with("<!doctype html>") && raw.contains("Regular Single Ride"),
        "{raw}"
    );
    let encoded = html("html_base64").await.unwrap();
    assert!(
        encoded.starts_with("PCFkb2N0eXBl") && !encoded.ends_with('='),
        "{encoded}"
    );
    let refused = rider.get("/pass?ticket_format=pdf").send().await;
    refused.refused_for(400, None, "ticket_format");
}

async fn activating_again_on_the_same_device_gives_the_ticket_again(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    rider.buy(SINGLE, "pm_card_visa").await.ok();
    let pass = first_pass(&rider.wallet().await);
    let first = rider.activate(&pass).await.ok();
    let second = rider.activate(&pass).await.ok();
    for stamp in ["start_timestamp", "end_timestamp"] {
        assert_eq!(first.body["passes"][0][stamp], second.body["passes"][0][stamp]);
    }
    assert!(second.body["passes"][0]["display_html"].is_string());
}

async fn one_pass_can_be_looked_at_alone(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    rider.buy(SINGLE, "pm_card_visa").await.ok();
    let pass = first_pass(&rider.wallet().await);
    let alone = rider
        .get(&format!("/pass/{pass}?include_fare_price=false"))
        .send()
        .await
        .ok();
    let expected = [
        "agency_id",
        "details",
        "end_timestamp",
        "fare",
        "logo_url",
        "pass_id",
        "purchase_receipt",
        "purchase_timestamp",
        "start_timestamp",
        "status",
    ];
    assert_eq!(
        fields(&alone.body),
        expected,
        "as the document's example, and the receipt of its table"
    );
    let by_agency = rider
        .get(&format!("/agency/bigbluebus/pass/{pass}"))
        .send()
        .await
        .ok();
    assert_eq!(by_agency.body["pass_id"], pass.as_str());
    let wrong = rider
        .get(&format!("/agency/linia_wislana/pass/{pass}"))
        .send()
        .await;
    wrong.refused(404, Some("resource_not_found"));
    let stranger = world.rider("bob").await;
    let path = format!("/pass/{pass}");
    stranger
        .get(&path)
        .send()
        .await
        .refused(404, Some("resource_not_found"));
    stranger
        .activate(&pass)
        .await
        .refused(404, Some("resource_not_found"));
    rider.activate(&pass).await.ok();
    let active = rider.get(&path).send().await.ok();
    assert!(
        active.body["display_html"].is_string(),
        "base64 is the default here"
    );
}

async fn what_is_no_longer_usable_is_left_out_unless_wanted(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    for _ in 0..2 {
        rider.buy(SINGLE, "pm_card_visa").await.ok();
    }
    let kept = rider.wallet().await;
    let given_back = first_pass(&kept);
    // Sent to nobody who takes it: the money comes back when the link expires.
    let soon = (Utc::now() + TimeDelta::seconds(1)).to_rfc3339_opts(SecondsFormat::Millis, true);
    let form = [("items", given_back.as_str()), ("expiration_timestamp", &soon)];
    rider.post("/pass_transfer").keyed().form(&form).send().await.ok();
    eventually("the refund", async || {
        let listed = rider.wallet().await;
        let mut passes = listed.passes().iter();
        passes.any(|it| it["pass_id"] == given_back.as_str() && it["status"] == "refunded")
    })
    .await;
    let all = rider.wallet().await;
    assert_eq!(all.status_of(&given_back), "refunded");
    assert_eq!(all.passes().len(), 2);
    // The document's own example spells it in another way than its table.
    for spelling in ["", "&omit_unusable_passes=true", "&omit_unusabled_passes=true"] {
        let path = format!("/pass?ticket_format=none{spelling}");
        let usable = rider.get(&path).send().await.ok();
        let ids: BTreeSet<&str> = usable.body["passes"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|it| it["pass_id"].as_str())
            .collect();
        assert_eq!(ids.len(), 1, "{spelling}");
        assert!(!ids.contains(given_back.as_str()));
    }
    let misspelt = rider
        .get("/pass?ticket_format=none&omit_unusabled_passes=false")
        .send()
        .await
        .ok();
    assert_eq!(misspelt.body["passes"].as_array().unwrap().len(), 2);
    rider
        .activate(&given_back)
        .await
        .refused(400, Some("pass_refunded"));
    assert_eq!(world.books().await.refunds(), 1);
    world.audit().await;
}

async fn the_id_of_a_book_is_no_pass(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let bought = rider.buy(BOOK, "pm_card_visa").await.ok();
    let book = bought.body["pass_books"][0]["pass_book_id"].as_str().unwrap();
    rider
        .activate(book)
        .await
        .refused_for(400, Some("invalid_id"), "pass_id");
    let looked_at = rider.get(&format!("/pass/{book}")).send().await;
    looked_at.refused(400, Some("invalid_id"));
}
