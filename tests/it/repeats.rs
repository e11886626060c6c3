//! Every request that changes something, sent again: the same answer for ever, and nothing done twice.

use reqwest::Method;
use serde_json::{Value, json};
use vault::Vault;

use crate::world::{Answer, Call, Order, Rider, SINGLE, Store, World, fresh_key, on_both_stores};

on_both_stores!(
    a_login_under_a_key_says_the_same_and_opens_a_session_each_time,
    a_logout_under_a_key_says_the_same_when_the_session_is_over,
    a_key_is_at_most_128_bytes_wherever_it_is_sent,
    a_key_on_a_get_is_ignored,
    parameters_may_come_in_any_order_and_any_form,
    a_transfer_is_sent_taken_back_and_redeemed_once_under_its_keys,
    two_redemptions_at_once_under_one_key_are_one,
    an_answer_at_rest_shows_nothing_of_the_rider,
    an_answer_kept_before_there_was_sealing_is_still_given,
    an_erased_rider_is_nobody_and_their_answers_are_gone,
);

/// Two answers that a client cannot tell apart, but for the session that each may open.
#[track_caller]
fn same(one: &Answer, other: &Answer) {
    let told = |answer: &Answer| {
        let state = answer.header("token-transit-passes-state").to_owned();
        (answer.status, answer.text.clone(), state)
    };
    assert_eq!(told(one), told(other));
}

/// The same call twice under one key, one after the other.
async fn twice(call: impl Fn() -> Call) -> Answer {
    let key = fresh_key();
    let first = call().header("Idempotency-Key", &key).send().await;
    let again = call().header("Idempotency-Key", &key).send().await;
    same(&first, &again);
    first
}

async fn a_login_under_a_key_says_the_same_and_opens_a_session_each_time(store: Store) {
    let world = World::start(store).await;
    let app = world.app();
    let jwt = app.jwt("ann", "ann-phone").await;
    let key = fresh_key();
    let form = [
        ("include_stripe_customer_id", "true"),
        ("accepted_latest_terms", "true"),
    ];
    let log_in = |app: &crate::world::App| {
        let call = app.post("/user/login").bearer(&jwt);
        call.header("Idempotency-Key", &key).form(&form).send()
    };
    let (one, other) = tokio::join!(log_in(&app), log_in(&app));
    let first = one.ok();
    same(&first, &other);
    assert!(first.body["stripe_customer_id"].is_string());
    let again = log_in(&app).await;
    same(&first, &again);
    let sessions = [
        first.session().unwrap(),
        other.session().unwrap(),
        again.session().unwrap(),
    ];
    assert!(sessions[0] != sessions[1] && sessions[1] != sessions[2] && sessions[0] != sessions[2]);
    for session in &sessions {
        app.get("/pass?ticket_format=none")
            .session(session)
            .send()
            .await
            .ok();
    }
    // What a secret key was told, a publishable one does not hear by repeating it.
    let phone = log_in(&world.phone()).await;
    phone.refused(409, Some("idempotency_key_in_use"));
    assert_eq!(world.tamper("user.terms_accepted", str::to_owned).await, 1);
}

async fn a_logout_under_a_key_says_the_same_when_the_session_is_over(store: Store) {
    let world = World::start(store).await;
    let (ann, bob) = (world.rider("ann").await, world.rider("bob").await);
    let key = fresh_key();
    let log_out = |rider: &Rider| {
        let call = rider.post("/user/logout").header("Idempotency-Key", &key);
        call.send()
    };
    let first = log_out(&ann).await.ok();
    let again = log_out(&ann).await;
    same(&first, &again);
    assert!(again.header("set-cookie").starts_with("user_session_id=; "));
    log_out(&bob).await.refused(409, Some("idempotency_key_in_use"));
    bob.state().await;
    let gone = ann.get("/pass?ticket_format=none").send().await;
    gone.refused(401, Some("login_required"));
}

async fn a_key_is_at_most_128_bytes_wherever_it_is_sent(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let paths = [
        "/user/login",
        "/user/logout",
        "/user/stripe_ephemeral_key",
        "/purchase",
        "/pass/pass_1/activate",
        "/redeem",
        "/pass_transfer",
        "/pass_transfer/transfer_1/cancel",
        "/pass_transfer/transfer_1/refund",
    ];
    for path in paths {
        for key in ["k".repeat(129), String::new()] {
            let call = rider.post(path).header("Idempotency-Key", &key);
            call.send().await.refused_for(400, None, "Idempotency-Key");
        }
    }
    // A GET changes nothing, and its key is ignored.
    let listed = rider.get("/pass?ticket_format=none");
    listed
        .header("Idempotency-Key", &"k".repeat(129))
        .send()
        .await
        .ok();
}

async fn parameters_may_come_in_any_order_and_any_form(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let order = Order::single(&rider.state().await).with("include_fare_price", "false");
    let first = rider.place(&order).await.ok();
    let again = |path: &str| {
        let call = rider.app.call(Method::POST, path).session(&rider.session);
        call.header("Idempotency-Key", &order.key)
            .header("Token-Transit-Passes-State", &order.state)
    };
    let form = [
        ("ticket_format", "none"),
        ("include_fare_price", "false"),
        ("stripe_token", "pm_card_visa"),
        ("fare_id", SINGLE),
        ("a", "bigbluebus"),
    ];
    same(&first, &again("/purchase").form(&form).send().await);
    let query = form.map(|(name, value)| format!("{name}={value}")).join("&");
    same(&first, &again(&format!("/purchase?{query}")).send().await);
    let typed = json!({
        "fare_id": SINGLE, "include_fare_price": false, "a": "bigbluebus", "ticket_format": "none",
        "stripe_token": "pm_card_visa", "nothing": null,
    });
    same(&first, &again("/purchase").json(&typed).send().await);
    let mixed = again("/purchase?a=bigbluebus&fare_id=overruled").form(&form[..4]);
    same(&first, &mixed.send().await);
    let other = json!({ "include_fare_price": true });
    let differs = again(&format!("/purchase?{query}")).json(&other).send().await;
    differs.refused(409, Some("idempotency_key_in_use"));
    assert_eq!(world.books().await.kept().len(), 1);
}

/// Sends a pass that was just bought, and gives the transfer.
async fn sent(rider: &Rider) -> Value {
    let bought = rider.buy(SINGLE, "pm_card_visa").await.ok();
    let pass = bought.body["passes"].as_array().unwrap();
    let pass = pass.iter().find(|it| it["status"] == "unactivated").unwrap();
    let pass = pass["pass_id"].as_str().unwrap().to_owned();
    let form = [("items", pass.as_str())];
    twice(|| rider.post("/pass_transfer").form(&form)).await.ok().body
}

async fn a_transfer_is_sent_taken_back_and_redeemed_once_under_its_keys(store: Store) {
    let world = World::start(store).await;
    let (ann, bob) = (world.rider("ann").await, world.rider("bob").await);
    let back = sent(&ann).await;
    let given = sent(&ann).await;
    let listed = ann.get("/pass_transfer").send().await.ok();
    assert_eq!(listed.body["pass_transfers"].as_array().unwrap().len(), 2);
    let path =
        |transfer: &Value, verb: &str| format!("/pass_transfer/{}/{verb}", transfer["id"].as_str().unwrap());
    let cancel = path(&back, "cancel");
    let cancelled = twice(|| ann.post(&cancel)).await.ok();
    assert_eq!(cancelled.body["id"], back["id"]);
    // A refusal stands under its key like any other answer.
    let refund = path(&back, "refund");
    assert_ne!(twice(|| ann.post(&refund)).await.status, 200);
    let link = given["redemption"]["url"].as_str().unwrap();
    let form = [("link", link)];
    twice(|| bob.post("/redeem").form(&form)).await.ok();
    let without = bob.post("/redeem").form(&form).send().await;
    without.refused(400, Some("redemption_already_used"));
    assert_eq!(bob.wallet().await.passes().len(), 1);
}

async fn two_redemptions_at_once_under_one_key_are_one(store: Store) {
    let world = World::start(store).await;
    let (ann, bob) = (world.rider("ann").await, world.rider("bob").await);
    for _ in 0..3 {
        let given = sent(&ann).await;
        let link = given["redemption"]["url"].as_str().unwrap().to_owned();
        let key = fresh_key();
        let redeem = || {
            let call = bob.post("/redeem").header("Idempotency-Key", &key);
            call.form(&[("link", &link)]).send()
        };
        let (one, other, third) = tokio::join!(redeem(), redeem(), redeem());
        same(&one.ok(), &other);
        same(&other, &third);
    }
    assert_eq!(bob.wallet().await.passes().len(), 3);
    world.audit().await;
}

async fn an_answer_at_rest_shows_nothing_of_the_rider(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    sent(&rider).await;
    let refused = rider.place(&Order::single("nonsense")).await;
    refused.refused(412, Some("passes_state_header_invalid_or_missing"));
    let kept = world.kept_answers().await;
    assert_eq!(kept.len(), 3);
    for body in kept {
        assert!(body.starts_with("sealed:1:user_"), "{body}");
        for shown in ["pass_", "http", "card", "redemption", "{", "\""] {
            assert!(!body.contains(shown), "{shown} in {body}");
        }
    }
}

async fn an_answer_kept_before_there_was_sealing_is_still_given(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let order = Order::single(&rider.state().await);
    let first = rider.place(&order).await.ok();
    let body = first.text.replace('\'', "''");
    world
        .meddle(
            &format!(
                "DROP TRIGGER idempotency_answers_never_change; UPDATE idempotency SET answer_body = '{body}'"
            ),
            &format!(
                "ALTER TABLE log.idempotency DISABLE TRIGGER ALL; UPDATE log.idempotency SET answer_body = '{body}'"
            ),
        )
        .await;
    same(&first, &rider.place(&order).await);
}

async fn an_erased_rider_is_nobody_and_their_answers_are_gone(store: Store) {
    let mut world = World::start(store).await;
    let rider = world.rider("ann").await;
    let order = Order::single(&rider.state().await);
    rider.place(&order).await.ok();
    let kept = world.kept_answers().await;
    let user = kept[0].split(':').nth(2).unwrap().to_owned();
    let database = event_log::Database::open(world.database()).await.unwrap();
    let vault = Vault::open(&database, None).await.unwrap();
    let user = serde_json::from_value(json!(user)).unwrap();
    vault.destroy_key(&user).await.unwrap();
    database.close().await;
    // A server holds keys for half a minute.
    world.restart().await;
    let repeated = rider.place(&order).await;
    repeated.refused(401, Some("login_required"));
    let login = rider.app.post("/user/login").bearer(&rider.jwt).send().await;
    login.refused(401, Some("login_required"));
    assert_eq!(
        world.kept_answers().await,
        kept,
        "what is kept stays as it was, and opens for nobody"
    );
}

/// Two servers on one database know nothing of each other but what stands there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_that_are_asked_at_once_under_one_key_do_it_once() {
    let world = World::start(Store::Postgres).await;
    let (_server, elsewhere) = world.another_server().await;
    let here = world.rider("ann").await;
    let there = Rider {
        app: elsewhere,
        ..here.clone()
    };
    for number in 1..=4 {
        let order = Order::single(&here.state().await);
        let (one, other) = tokio::join!(settled(&here, &order), settled(&there, &order));
        same(&one.ok(), &other);
        assert_eq!(world.books().await.kept().len(), number);
    }
    let key = fresh_key();
    let ephemeral = |rider: &Rider| {
        let call = rider
            .post("/user/stripe_ephemeral_key")
            .header("Idempotency-Key", &key);
        call.form(&[("stripe_api_version", "2019-12-03")]).send()
    };
    let (one, other) = tokio::join!(ephemeral(&here), ephemeral(&there));
    same(&one.ok(), &other);
    world.books().await.agree_with(&[here.wallet().await.body]);
    world.audit().await;
}

/// Asks as the document says: again under the same key, for as long as the answer calls for it.
async fn settled(rider: &Rider, order: &Order) -> Answer {
    loop {
        let answer = rider.place(order).await;
        if answer.body["retryable"] != true {
            return answer;
        }
    }
}

async fn a_key_on_a_get_is_ignored(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let key = fresh_key();
    let list = |key: &str| {
        let call = rider.get("/pass?ticket_format=none");
        call.header("Idempotency-Key", key).send()
    };
    let before = list(&key).await.ok();
    rider.buy(SINGLE, "tok_visa").await.ok();
    let after = list(&key).await.ok();
    assert_eq!(before.body["passes"], serde_json::json!([]));
    assert_eq!(after.body["passes"].as_array().map(Vec::len), Some(1));
    list(&"k".repeat(200)).await.ok();
}
