//! Pass transfers from their making to their end.

use chrono::{SecondsFormat, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{
    Answer, BOOK, Rider, SINGLE, Store, World, eventually, fields, fresh_key, on_both_stores,
};

on_both_stores!(
    what_was_sent_waits_and_is_its_receivers_then,
    what_was_cancelled_is_its_senders_again,
    a_transfer_is_refunded_in_parts_before_and_after_it_was_taken,
    what_nobody_redeems_in_time_is_refunded_by_whichever_server_is_next,
    a_received_pass_can_be_sent_on_and_is_nobodys_twice,
    an_operator_that_lets_no_app_give_back_gives_back_itself,
    transfers_are_their_senders_own,
);

fn link(transfer: &Value) -> &str {
    transfer["redemption"]["url"].as_str().unwrap()
}

fn id(transfer: &Value) -> &str {
    transfer["id"].as_str().unwrap()
}

async fn shown(rider: &Rider, transfer: &Value) -> Value {
    rider
        .get(&format!("/pass_transfer/{}", id(transfer)))
        .send()
        .await
        .ok()
        .body
}

async fn refund(rider: &Rider, transfer: &Value, items: Option<&str>, key: &str) -> Answer {
    let path = format!("/pass_transfer/{}/refund", id(transfer));
    let form: Vec<_> = items.map(|items| ("items", items)).into_iter().collect();
    rider
        .post(&path)
        .header("Idempotency-Key", key)
        .form(&form)
        .send()
        .await
}

async fn cancel(rider: &Rider, transfer: &Value) -> Answer {
    let path = format!("/pass_transfer/{}/cancel", id(transfer));
    rider.post(&path).keyed().send().await
}

async fn what_was_sent_waits_and_is_its_receivers_then(store: Store) {
    let world = World::start(store).await;
    let (office, ann) = (world.rider("office").await, world.rider("ann").await);
    let (pass, book) = (office.buy_item(SINGLE).await, office.buy_item(BOOK).await);
    let later = (Utc::now() + TimeDelta::days(1)).to_rfc3339_opts(SecondsFormat::Secs, true);
    let sent = office.send(&[&pass, &book], Some(&later)).await.ok().body;
    assert_eq!(
        fields(&sent),
        ["creation_timestamp", "id", "items", "redemption", "status"]
    );
    assert_eq!(sent["status"], "awaiting_transfer");
    assert_eq!(fields(&sent["redemption"]), ["expiration_timestamp", "url"]);
    let [first, second] = sent["items"].as_array().unwrap().as_slice() else {
        panic!("{sent}");
    };
    assert_eq!(fields(first), ["fare", "pass_id", "purchase_timestamp", "type"]);
    assert_eq!(
        (&first["type"], &first["pass_id"]),
        (&json!("pass"), &json!(pass))
    );
    assert_eq!(
        fields(second),
        ["fare", "pass_book_id", "purchase_timestamp", "type"]
    );
    assert_eq!(
        (
            &second["type"],
            &second["pass_book_id"],
            &second["fare"]["fare_id"]
        ),
        (&json!("pass_book"), &json!(book), &json!(BOOK))
    );
    assert_eq!(shown(&office, &sent).await, sent);
    let listed = office.get("/pass_transfer").send().await.ok().body;
    assert_eq!(listed, json!({ "pass_transfers": [sent] }));

    let wallet = office.wallet().await;
    assert_eq!(
        wallet.passes().len(),
        0,
        "what waits for somebody is not displayed"
    );
    office
        .activate(&pass)
        .await
        .refused(428, Some("pass_transfer_in_progress"));
    let again = office.send(&[&pass], None).await;
    again.refused(428, Some("pass_transfer_in_progress"));

    ann.redeem(link(&sent)).await.ok();

    let taken = shown(&office, &sent).await;
    assert_eq!(
        fields(&taken),
        [
            "creation_timestamp",
            "id",
            "items",
            "status",
            "transfer_timestamp"
        ],
        "the link of what was taken is not shown any more"
    );
    assert_eq!(taken["status"], "transferred");
    office
        .activate(&pass)
        .await
        .refused(400, Some("pass_transferred"));
    cancel(&office, &sent)
        .await
        .refused(400, Some("pass_transferred"));
    let usable = office.get("/pass?ticket_format=none").send().await.ok();
    assert_eq!(usable.body["passes"].as_array().unwrap().len(), 0);
    let held = ann.wallet().await;
    assert_eq!(held.status_of(&pass), "unactivated");
    let received = held
        .passes()
        .iter()
        .find(|it| it["pass_id"] == pass.as_str())
        .unwrap();
    assert!(received.get("purchase_receipt").is_none(), "{received}");
    ann.activate(&pass).await.ok();
    world.audit().await;
}

async fn what_was_cancelled_is_its_senders_again(store: Store) {
    let world = World::start(store).await;
    let (office, ann) = (world.rider("office").await, world.rider("ann").await);
    let pass = office.buy_item(SINGLE).await;
    let sent = office.send(&[&pass], None).await.ok().body;
    let cancelled = cancel(&office, &sent).await.ok().body;
    assert_eq!(cancelled["status"], "cancelled");
    assert!(cancelled["refund_timestamp"].is_string() && cancelled.get("redemption").is_none());
    assert!(cancelled["items"][0].get("refund_timestamp").is_none());
    assert_eq!(cancel(&office, &sent).await.ok().body, cancelled);
    ann.redeem(link(&sent))
        .await
        .refused(400, Some("redemption_invalid"));
    refund(&office, &sent, None, &fresh_key())
        .await
        .refused_for(400, None, "id");
    assert_eq!(office.wallet().await.status_of(&pass), "unactivated");
    office.activate(&pass).await.ok();
    let used = office.send(&[&pass], None).await;
    used.refused_for(400, None, "items");
    assert_eq!(world.books().await.refunds(), 0);
    world.audit().await;
}

async fn a_transfer_is_refunded_in_parts_before_and_after_it_was_taken(store: Store) {
    let world = World::start(store).await;
    let (office, ann) = (world.rider("office").await, world.rider("ann").await);
    let (one, two, book) = (
        office.buy_item(SINGLE).await,
        office.buy_item(SINGLE).await,
        office.buy_item(BOOK).await,
    );
    let sent = office.send(&[&one, &two, &book], None).await.ok().body;
    let key = fresh_key();
    let part = refund(&office, &sent, Some(&one), &key).await.ok().body;
    assert_eq!(part["status"], "partially_refunded");
    assert!(part["items"][0]["refund_timestamp"].is_string());
    assert!(part["items"][1].get("refund_timestamp").is_none());
    assert_eq!(world.books().await.refunds(), 1);
    refund(&office, &sent, Some(&one), &fresh_key())
        .await
        .refused(400, Some("pass_refunded"));
    let elsewhere = office.buy_item(SINGLE).await;
    refund(&office, &sent, Some(&elsewhere), &fresh_key())
        .await
        .refused_for(404, Some("resource_not_found"), "items");

    ann.redeem(link(&sent)).await.ok();
    assert_eq!(
        ann.wallet().await.passes().len(),
        4,
        "what was refunded stays behind"
    );
    let taken = shown(&office, &sent).await;
    assert_eq!(taken["status"], "partially_refunded");
    assert!(taken["transfer_timestamp"].is_string());

    let whole = refund(&office, &sent, None, &fresh_key()).await.ok().body;
    assert_eq!(whole["status"], "refunded");
    assert_eq!(refund(&office, &sent, Some(&one), &key).await.ok().body, part);
    refund(&office, &sent, None, &fresh_key())
        .await
        .refused(400, Some("pass_refunded"));
    assert_eq!(ann.wallet().await.status_of(&two), "refunded");
    ann.activate(&two).await.refused(400, Some("pass_refunded"));
    let books = world.books().await;
    assert_eq!(books.refunds(), 3);
    assert_eq!(books.kept().len(), 1, "only what was not sent is still paid for");
    world.audit().await;
}

async fn what_nobody_redeems_in_time_is_refunded_by_whichever_server_is_next(store: Store) {
    let mut world = World::start(store).await;
    let office = world.rider("office").await;
    let pass = office.buy_item(SINGLE).await;
    let end = Utc::now() + TimeDelta::seconds(1);
    let soon = end.to_rfc3339_opts(SecondsFormat::Millis, true);
    let sent = office.send(&[&pass], Some(&soon)).await.ok().body;
    world.kill();
    eventually("the end", async || Utc::now() > end).await;
    world.restart().await;
    eventually("the refund", async || {
        shown(&office, &sent).await["status"] == "refunded"
    })
    .await;
    assert_eq!(office.wallet().await.status_of(&pass), "refunded");
    assert_eq!(world.books().await.refunds(), 1);
    cancel(&office, &sent).await.refused_for(400, None, "id");
    world.audit().await;
}

async fn a_received_pass_can_be_sent_on_and_is_nobodys_twice(store: Store) {
    let world = World::start(store).await;
    let (office, ann, ben) = (
        world.rider("office").await,
        world.rider("ann").await,
        world.rider("ben").await,
    );
    let pass = office.buy_item(SINGLE).await;
    let first = office.send(&[&pass], None).await.ok().body;
    ann.redeem(link(&first)).await.ok();
    let second = ann.send(&[&pass], None).await.ok().body;
    let busy = refund(&office, &first, None, &fresh_key()).await;
    assert_eq!(
        busy.status, 200,
        "whoever paid may give it back while it waits: {}",
        busy.text
    );
    assert_eq!(shown(&ann, &second).await["status"], "refunded");
    ben.redeem(link(&second))
        .await
        .refused(400, Some("redemption_invalid"));

    let pass = office.buy_item(SINGLE).await;
    let first = office.send(&[&pass], None).await.ok().body;
    ann.redeem(link(&first)).await.ok();
    let second = ann.send(&[&pass], None).await.ok().body;
    // Back to where it came from: it is not what the office sent, but what ann did.
    office.redeem(link(&second)).await.ok();
    office.activate(&pass).await.ok();
    ann.activate(&pass).await.refused(400, Some("pass_transferred"));
    world.audit().await;
}

async fn an_operator_that_lets_no_app_give_back_gives_back_itself(store: Store) {
    let world = World::start(store).await;
    let office = world.rider("office").await;
    let mut order = crate::world::Order::of("single_75", "pm_card_visa", &office.state().await);
    "linia_wislana".clone_into(&mut order.agency);
    let bought = office.place(&order).await.ok().body;
    let pass = bought["passes"][0]["pass_id"].as_str().unwrap();
    let sent = office.send(&[pass], None).await.ok().body;
    let key = fresh_key();
    for _ in 0..2 {
        refund(&office, &sent, None, &key).await.refused(403, None);
    }
    assert_eq!(shown(&office, &sent).await["status"], "awaiting_transfer");
    assert_eq!(world.books().await.refunds(), 0);
}

async fn transfers_are_their_senders_own(store: Store) {
    let world = World::start(store).await;
    let (office, ann) = (world.rider("office").await, world.rider("ann").await);
    let pass = office.buy_item(SINGLE).await;
    let sent = office.send(&[&pass], None).await.ok().body;
    let path = format!("/pass_transfer/{}", id(&sent));
    ann.get(&path)
        .send()
        .await
        .refused_for(404, Some("resource_not_found"), "id");
    cancel(&ann, &sent)
        .await
        .refused_for(404, Some("resource_not_found"), "id");
    refund(&ann, &sent, None, &fresh_key())
        .await
        .refused_for(404, Some("resource_not_found"), "id");
    let listed = ann.get("/pass_transfer").send().await.ok().body;
    assert_eq!(listed, json!({ "pass_transfers": [] }));
    ann.send(&[&pass], None)
        .await
        .refused(404, Some("resource_not_found"));
    for (method, path) in [
        (Method::GET, "/pass_transfer"),
        (Method::POST, "/pass_transfer"),
        (Method::GET, path.as_str()),
    ] {
        let nobody = world.app().call(method, path).send().await;
        nobody.refused(401, Some("login_required"));
    }
    let gone_by = (Utc::now() - TimeDelta::seconds(1)).to_rfc3339_opts(SecondsFormat::Secs, true);
    let late = office.buy_item(SINGLE).await;
    office
        .send(&[&late], Some(&gone_by))
        .await
        .refused_for(400, None, "expiration_timestamp");
    let key = fresh_key();
    let form = [("items", late.as_str())];
    let make = || {
        office
            .post("/pass_transfer")
            .header("Idempotency-Key", &key)
            .form(&form)
            .send()
    };
    assert_eq!(make().await.ok().body, make().await.ok().body);
}
