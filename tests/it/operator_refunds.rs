//! Operators giving back: whole and in part, once, and whatever happens meanwhile.

use reqwest::Method;
use serde_json::{Value, json};
use stripe_sim::Fault;

use crate::world::{
    ADMIN_KEY, Answer, BOOK, Rider, SINGLE, Store, World, eventually, fresh_key, on_both_stores,
};

on_both_stores!(
    a_pass_goes_back_whole_and_once_under_a_key,
    a_book_in_use_gives_back_the_rides_that_are_left_and_no_cent_is_lost,
    a_purchase_gives_back_in_part_and_then_everything_that_is_left,
    what_the_rules_refuse_is_given_back_only_on_purpose,
    a_transferred_pass_goes_back_to_whoever_paid_for_it,
    refunds_at_once_give_back_once,
    another_operators_sales_are_not_there,
    what_is_asked_for_wrongly_is_refused_clearly,
);

const REFUND: &str = "/v1/refunds";

fn purchase_of(item: &str) -> String {
    let bare = item.trim_start_matches("pass_").trim_start_matches("book_");
    format!(
        "pur_{}",
        bare.rsplit_once('_').map_or(bare, |(purchase, _)| purchase)
    )
}

/// Asks for a refund under a key of its own.
async fn refund(world: &World, body: Value) -> Answer {
    under(world, body, &fresh_key()).await
}

async fn under(world: &World, mut body: Value, key: &str) -> Answer {
    let members = body.as_object_mut().unwrap();
    members.entry("reason").or_insert(json!("the bus did not come"));
    world.administer(Method::POST, "refunds", &body, Some(key)).await
}

async fn shown(world: &World, path: &str) -> Answer {
    world.administer(Method::GET, path, &json!({}), None).await
}

/// RFC 9457
#[track_caller]
fn problem(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/problem+json");
}

/// The rides of a rider's only book.
async fn rides(rider: &Rider) -> Vec<String> {
    let wallet = rider.wallet().await;
    let of_books = wallet
        .passes()
        .iter()
        .filter(|pass| pass.get("pass_book_id").is_some());
    of_books
        .filter_map(|ride| ride["pass_id"].as_str().map(str::to_owned))
        .collect()
}

async fn a_pass_goes_back_whole_and_once_under_a_key(store: Store) {
    let world = World::start(store).await;
    let ann = world.rider("ann").await;
    let pass = ann.buy_item(SINGLE).await;
    let key = fresh_key();
    let body = json!({ "pass": pass });
    let given = under(&world, body.clone(), &key).await.ok();
    let told = &given.body;
    assert_eq!(
        (&told["amount"], &told["status"]),
        (&json!(125), &json!("succeeded")),
        "{told}"
    );
    // 2.5 % of 1.25 and 3 cents, all of it.
    assert_eq!(told["engine_fee_returned"], fee_of(125), "{told}");
    assert_eq!((&told["items"], &told["refundable"]), (&json!([pass]), &json!(0)));
    assert!(told["stripe_refund_id"].as_str().unwrap().starts_with("re_"));
    assert_eq!(under(&world, body.clone(), &key).await.text, given.text);
    problem(&under(&world, json!({ "pass": "pass_x_1" }), &key).await, 409);
    problem(&refund(&world, body).await, 409);
    assert_eq!(ann.wallet().await.status_of(&pass), "refunded");

    let id = told["refund_id"].as_str().unwrap();
    let one = shown(&world, &format!("refunds/{id}")).await.ok().body;
    assert_eq!(
        (&one["status"], &one["started_by"]),
        (&json!("succeeded"), &json!("admin"))
    );
    let listed = shown(&world, "refunds").await.ok().body;
    assert_eq!(listed["data"], json!([one]), "{listed}");
    assert_eq!(world.books().await.refunds(), 1);
    world.audit().await;
}

/// What the engine takes of a sale through CityHop: 2.5 % and 3 cents.
const fn fee_of(amount: i64) -> i64 {
    (amount * 250 + 5_000) / 10_000 + 3
}

async fn a_book_in_use_gives_back_the_rides_that_are_left_and_no_cent_is_lost(store: Store) {
    let world = World::start(store).await;
    world.apply(|text| rules(&text, "parts_of_books: true")).await;
    let ann = world.rider("ann").await;
    let book = ann.buy_item(BOOK).await;
    let rides = rides(&ann).await;
    ann.activate(&rides[0]).await.ok();
    problem(&refund(&world, json!({ "pass": rides[0] })).await, 422);
    let one = refund(&world, json!({ "pass": rides[1] })).await.ok().body;
    let rest = refund(&world, json!({ "pass": book })).await.ok().body;
    assert_eq!(rest["items"], json!([rides[2]]));
    let wallet = ann.wallet().await;
    let statuses: Vec<&str> = rides.iter().map(|ride| wallet.status_of(ride)).collect();
    assert_eq!(statuses, ["active", "refunded", "refunded"]);
    let used = refund(&world, json!({ "pass": rides[0], "override_rules": true }))
        .await
        .ok()
        .body;
    assert_eq!(used["rules_overridden"], true);
    let parts = [&one, &rest, &used].map(|it| it["amount"].as_i64().unwrap());
    assert_eq!(parts.iter().sum::<i64>(), 350, "{parts:?}");
    let fees = [&one, &rest, &used].map(|it| it["engine_fee_returned"].as_i64().unwrap());
    assert_eq!(fees.iter().sum::<i64>(), fee_of(350), "{fees:?}");
    problem(&refund(&world, json!({ "pass": book })).await, 422);
    world.audit().await;
}

/// With other rules for everything that Big Blue Bus sells.
fn rules(text: &str, rules: &str) -> String {
    let before = "refunds: { unused_for_minutes: 1440 }";
    assert!(text.contains(before));
    text.replace(
        before,
        &format!("refunds: {{ unused_for_minutes: 1440, {rules} }}"),
    )
}

async fn a_purchase_gives_back_in_part_and_then_everything_that_is_left(store: Store) {
    let world = World::start(store).await;
    let ann = world.rider("ann").await;
    let pass = ann.buy_item(SINGLE).await;
    let purchase = purchase_of(&pass);
    let part = refund(&world, json!({ "purchase": purchase, "amount": 25 }))
        .await
        .ok()
        .body;
    assert_eq!((&part["amount"], &part["items"]), (&json!(25), &json!([])));
    assert_eq!(part["refundable"], 100);
    assert_eq!(
        ann.wallet().await.status_of(&pass),
        "unactivated",
        "only money went back"
    );
    for amount in [101, 0, -1] {
        problem(
            &refund(&world, json!({ "purchase": purchase, "amount": amount })).await,
            422,
        );
    }
    let rest = refund(&world, json!({ "purchase": purchase })).await.ok().body;
    assert_eq!((&rest["amount"], &rest["items"]), (&json!(100), &json!([pass])));
    assert_eq!(ann.wallet().await.status_of(&pass), "refunded");
    let fees = [&part, &rest].map(|it| it["engine_fee_returned"].as_i64().unwrap());
    assert_eq!(fees.iter().sum::<i64>(), fee_of(125));
    problem(&refund(&world, json!({ "purchase": purchase })).await, 409);
    world.audit().await;
}

async fn what_the_rules_refuse_is_given_back_only_on_purpose(store: Store) {
    let world = World::start(store).await;
    let ann = world.rider("ann").await;
    let pass = ann.buy_item(SINGLE).await;
    ann.activate(&pass).await.ok();
    problem(&refund(&world, json!({ "pass": pass })).await, 422);
    world
        .apply(|text| rules(&text, "used: true, within_minutes: 0"))
        .await;
    let late = refund(&world, json!({ "pass": pass })).await;
    problem(&late, 422);
    assert!(
        late.body["detail"].as_str().unwrap().contains("time"),
        "{}",
        late.text
    );
    world
        .apply(|text| rules(&text, "used: true, within_minutes: 60"))
        .await;
    let within = refund(&world, json!({ "pass": pass })).await.ok().body;
    assert_eq!(within["rules_overridden"], false);
    assert_eq!(ann.wallet().await.status_of(&pass), "refunded");

    let other = ann.buy_item(SINGLE).await;
    world.apply(|text| rules(&text, "within_minutes: 0")).await;
    problem(&refund(&world, json!({ "pass": other })).await, 422);
    let forced = refund(&world, json!({ "pass": other, "override_rules": true }))
        .await
        .ok()
        .body;
    assert_eq!(forced["rules_overridden"], true);
    world.audit().await;
}

async fn a_transferred_pass_goes_back_to_whoever_paid_for_it(store: Store) {
    let world = World::start(store).await;
    let (office, ann) = (world.rider("office").await, world.rider("ann").await);
    let pass = office.buy_item(SINGLE).await;
    let sent = office.send(&[&pass], None).await.ok().body;
    let waiting = office.buy_item(SINGLE).await;
    let other = office.send(&[&waiting], None).await.ok().body;
    ann.redeem(sent["redemption"]["url"].as_str().unwrap()).await.ok();
    let held = shown(&world, &format!("passes/{pass}")).await.ok().body;
    let bought = shown(&world, &format!("passes/{waiting}")).await.ok().body;
    assert_ne!(held["user_id"], bought["user_id"]);
    assert_eq!(bought["status"], "awaiting_transfer");

    refund(&world, json!({ "pass": pass })).await.ok();
    refund(&world, json!({ "pass": waiting })).await.ok();
    assert_eq!(ann.wallet().await.status_of(&pass), "refunded");
    for transfer in [&sent, &other] {
        let path = format!("/pass_transfer/{}", transfer["id"].as_str().unwrap());
        let told = office.get(&path).send().await.ok().body;
        assert_eq!(told["status"], "refunded", "{told}");
        assert!(told["items"][0]["refund_timestamp"].is_string(), "{told}");
    }
    assert_eq!(world.books().await.refunds(), 2);
    world.audit().await;
}

async fn refunds_at_once_give_back_once(store: Store) {
    let world = World::start(store).await;
    let ann = world.rider("ann").await;
    let pass = ann.buy_item(SINGLE).await;
    let key = fresh_key();
    let same = (0..3).map(|_| under(&world, json!({ "pass": pass }), &key));
    let others = (0..3).map(|_| refund(&world, json!({ "purchase": purchase_of(&pass) })));
    let (same, others) = futures_join(same, others).await;
    let answered: Vec<&Answer> = same.iter().chain(&others).filter(|it| it.status == 200).collect();
    assert!(!answered.is_empty());
    for one in &answered {
        assert_eq!(
            one.body["refund_id"], answered[0].body["refund_id"],
            "one refund was made"
        );
    }
    for refused in same.iter().chain(&others).filter(|it| it.status != 200) {
        problem(refused, 409);
    }
    assert_eq!(world.books().await.refunds(), 1);
    world.audit().await;
}

async fn futures_join(
    same: impl Iterator<Item = impl Future<Output = Answer>>,
    others: impl Iterator<Item = impl Future<Output = Answer>>,
) -> (Vec<Answer>, Vec<Answer>) {
    tokio::join!(futures::future::join_all(same), futures::future::join_all(others))
}

async fn another_operators_sales_are_not_there(store: Store) {
    let world = World::start(store).await;
    let ann = world.rider("ann").await;
    let pass = ann.buy_item(SINGLE).await;
    let given = refund(&world, json!({ "pass": pass })).await.ok().body;
    let other = |path: &str| format!("/admin/v1/test/operators/linia_wislana/{path}");
    for path in [
        format!("passes/{pass}"),
        format!("refunds/{}", given["refund_id"].as_str().unwrap()),
    ] {
        let answer = world.app().bare(Method::GET, &other(&path)).bearer(ADMIN_KEY);
        problem(&answer.send().await, 404);
    }
    let body = json!({ "pass": pass, "reason": "not ours" });
    let asked = world
        .app()
        .bare(Method::POST, &other("refunds"))
        .bearer(ADMIN_KEY);
    problem(&asked.json(&body).send().await, 404);
    let listed = world.app().bare(Method::GET, &other("refunds")).bearer(ADMIN_KEY);
    assert_eq!(listed.send().await.ok().body["data"], json!([]));
    world.audit().await;
}

async fn what_is_asked_for_wrongly_is_refused_clearly(store: Store) {
    let world = World::start(store).await;
    let ann = world.rider("ann").await;
    let pass = ann.buy_item(SINGLE).await;
    let purchase = purchase_of(&pass);
    for (body, status) in [
        (json!({}), 422),
        (json!({ "pass": pass, "purchase": purchase }), 422),
        (json!({ "pass": pass, "amount": 1 }), 422),
        (json!({ "purchase": purchase, "items": [pass], "amount": 1 }), 422),
        (json!({ "purchase": purchase, "items": [] }), 422),
        (json!({ "purchase": purchase, "items": ["pass_other_1"] }), 422),
        (json!({ "pass": pass, "reason": " " }), 422),
        (json!({ "pass": pass, "reazon": "x" }), 400),
        (json!({ "pass": "pass_nobody_1" }), 404),
        (json!({ "purchase": "pur_nobody" }), 404),
    ] {
        problem(&refund(&world, body).await, status);
    }
    problem(&shown(&world, "refunds/rfd_nobody").await, 404);
    problem(
        &world
            .administer(Method::POST, "refunds/rfd_nobody/retry", &json!({}), None)
            .await,
        404,
    );
    world.next_call_fails(Fault::LoseReply, REFUND);
    let lost = refund(&world, json!({ "purchase": purchase, "items": [pass] }))
        .await
        .ok()
        .body;
    assert_eq!(lost["status"], "succeeded", "asked again under the same key");
    eventually("one refund", async || world.books().await.refunds() == 1).await;
    world.audit().await;
}
