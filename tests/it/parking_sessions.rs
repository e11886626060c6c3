//! Coord's Parking Access API at open lots: begun, shown, ended and paid.

use reqwest::Method;
use serde_json::{Value, json};
use stripe_sim::core::AccountState;

use crate::world::{
    Answer, App, CURRENT, Desk, SINGLE, Store, World, card_of, coord_world, failed, fresh_key,
    on_both_stores, test_jwt,
};

on_both_stores!(
    a_stay_is_begun_shown_ended_and_paid_once,
    one_stay_goes_on_at_a_time,
    of_stays_begun_at_once_on_two_servers_one_goes_on,
    what_could_not_be_paid_is_not_begun,
    a_stay_that_was_not_paid_is_owed_and_keeps_the_rider_out_until_it_is,
    ends_at_once_charge_once,
    what_a_key_stands_for_is_not_done_again,
    an_operator_that_cannot_be_paid_takes_no_stay,
    a_test_user_parks_without_money,
    a_bus_pass_and_a_garage_are_paid_with_one_card,
);

const ACCESS: &str = "/v1/access/parking";
const LOT: &str = "harborpark:airport_lot";

/// A lot that costs something from the first minute, without a gate.
async fn world_with_lots(store: Store) -> World {
    let world = World::start(store).await;
    world
        .apply(|file| {
            file + "      - id: airport_lot
        name: Airport Lot
        location: { latitude: 34.0158, longitude: -118.4513 }
        rate: { currency: USD, flat: 1200 }
"
        })
        .await;
    world
}

/// A rider with a card.
async fn rider(app: &App, name: &str, token: &str) -> String {
    let jwt = app.jwt(name, name).await;
    keep(app, &jwt, token).await;
    jwt
}

async fn keep(app: &App, jwt: &str, token: &str) {
    let call = app.coord(Method::POST, &format!("{CURRENT}/stripe_info"));
    let body = json!({ "coord_targeted_token": token });
    call.bearer(jwt).json(&body).send().await.ok();
}

/// What Stripe took and kept on an account.
async fn charged(world: &World, account: &str) -> Vec<i64> {
    let kept = world.books().await.kept().into_iter();
    kept.filter(|charge| charge.account == account)
        .map(|charge| charge.amount)
        .collect()
}

async fn call(app: &App, jwt: &str, method: Method, path: &str) -> Answer {
    app.coord(method, &format!("{ACCESS}/{path}"))
        .bearer(jwt)
        .send()
        .await
}

async fn begin(app: &App, jwt: &str, location: &str) -> Answer {
    call(app, jwt, Method::POST, &format!("{location}/session")).await
}

fn path_of(location: &str, session: &Value) -> String {
    format!("{location}/session/{}", session["id"])
}

async fn a_stay_is_begun_shown_ended_and_paid_once(store: Store) {
    let world = world_with_lots(store).await;
    let app = world.app();
    let jwt = rider(&app, "ann", "tok_visa").await;
    let begun = begin(&app, &jwt, LOT).await.ok().body;
    assert!(begun["id"].is_u64() && begun["start_time"].is_string(), "{begun}");
    assert_eq!(begun["user_id"].as_str().unwrap().len(), 36);
    assert_eq!((begun.get("end_time"), begun.get("billing_info")), (None, None));
    let path = path_of(LOT, &begun);
    assert_eq!(call(&app, &jwt, Method::GET, &path).await.ok().body, begun);
    for list in ["session".to_owned(), format!("{LOT}/session")] {
        assert_eq!(
            call(&app, &jwt, Method::GET, &list).await.ok().body,
            json!([begun])
        );
    }
    let over = format!("{path}/end");
    let end = || call(&app, &jwt, Method::PUT, &over);
    let ended = end().await.ok().body;
    let billing = &ended["billing_info"];
    assert_eq!(billing["cost"], json!({ "amount": 1200, "currency": "USD" }));
    assert_eq!(
        (&billing["payment"], &ended["id"]),
        (&json!("paid"), &begun["id"])
    );
    assert!(ended["end_time"].as_str() > ended["start_time"].as_str());
    assert_eq!(end().await.ok().body, ended, "ending it again tells the same");
    assert_eq!(charged(&world, "acct_harborpark").await, [1200]);
    // Somebody else's session is not there.
    let other = rider(&app, "bob", "tok_visa").await;
    failed(
        &call(&app, &other, Method::GET, &path).await,
        404,
        "unknown_session",
        Some("session_id"),
    );
    world.audit().await;
}

async fn one_stay_goes_on_at_a_time(store: Store) {
    let world = world_with_lots(store).await;
    let app = world.app();
    let jwt = rider(&app, "ann", "tok_visa").await;
    let key = fresh_key();
    let again = || {
        let call = app.coord(Method::POST, &format!("{ACCESS}/{LOT}/session"));
        call.bearer(&jwt).header("Idempotency-Key", &key).send()
    };
    let begun = again().await.ok();
    assert_eq!(
        begin(&app, &jwt, LOT).await.ok().body,
        begun.body,
        "the same place is the same stay"
    );
    failed(
        &begin(&app, &jwt, "harborpark:pier_garage").await,
        409,
        "session_active",
        None,
    );
    let path = path_of(LOT, &begun.body);
    call(&app, &jwt, Method::PUT, &format!("{path}/end")).await.ok();
    assert_eq!(
        again().await.ok().text,
        begun.text,
        "a repetition that came late begins nothing"
    );
    let sessions = call(&app, &jwt, Method::GET, "session").await.ok().body;
    assert_eq!(sessions.as_array().unwrap().len(), 1);
    let next = begin(&app, &jwt, "harborpark:pier_garage").await.ok().body;
    assert_ne!(next["id"], begun.body["id"]);
    world.audit().await;
}

async fn of_stays_begun_at_once_on_two_servers_one_goes_on(store: Store) {
    let world = world_with_lots(store).await;
    let app = world.app();
    let jwt = rider(&app, "ann", "tok_visa").await;
    let (_second, other) = world.another().await;
    let wishes = [LOT, "harborpark:pier_garage", LOT, "harborpark:pier_garage"];
    let begins = wishes
        .into_iter()
        .flat_map(|location| [(&app, location), (&other, location)])
        .map(|(app, location)| begin(app, &jwt, location));
    let mut begun = Vec::new();
    for answer in futures::future::join_all(begins).await {
        match answer.status {
            200 => begun.push(answer.body),
            _ => failed(&answer, 409, "session_active", None),
        }
    }
    assert_eq!(
        begun.len(),
        4,
        "every request for the place of the one that goes on is told of it"
    );
    assert!(begun.iter().all(|session| *session == begun[0]), "{begun:?}");
    let sessions = call(&app, &jwt, Method::GET, "session").await.ok().body;
    assert_eq!(sessions, json!([begun[0]]));
    world.audit().await;
}

async fn what_could_not_be_paid_is_not_begun(store: Store) {
    let world = world_with_lots(store).await;
    let app = world.app();
    let jwt = app.jwt("ann", "ann").await;
    let refused = begin(&app, &jwt, LOT).await;
    failed(
        &refused,
        400,
        "missing_user_data",
        Some("stripe_info.stripe_customer_id"),
    );
    keep(&app, &jwt, "tok_visa").await;
    for location in ["harborpark:nowhere", "nobody:lot", "nowhere"] {
        failed(
            &begin(&app, &jwt, location).await,
            404,
            "unknown_location",
            Some("location_id"),
        );
    }
    failed(
        &call(&app, &jwt, Method::GET, &format!("{LOT}/session/0")).await,
        404,
        "unknown_session",
        Some("session_id"),
    );
    failed(
        &call(&app, &jwt, Method::PUT, &format!("{LOT}/session/x/end")).await,
        404,
        "unknown_session",
        Some("session_id"),
    );
    assert_eq!(world.events_like("parking.%").await, []);
}

async fn a_stay_that_was_not_paid_is_owed_and_keeps_the_rider_out_until_it_is(store: Store) {
    let world = world_with_lots(store).await;
    let app = world.app();
    let jwt = rider(&app, "ann", "tok_chargeCustomerFail").await;
    let begun = begin(&app, &jwt, LOT).await.ok().body;
    let path = path_of(LOT, &begun);
    let ended = call(&app, &jwt, Method::PUT, &format!("{path}/end"))
        .await
        .ok()
        .body;
    assert_eq!(ended["billing_info"]["payment"], "owed");
    failed(&begin(&app, &jwt, LOT).await, 402, "debt_unpaid", None);
    let settle = format!("{path}/pay");
    let pay = || call(&app, &jwt, Method::POST, &settle);
    assert_eq!(
        pay().await.ok().body["billing_info"]["payment"],
        "owed",
        "the card has not changed"
    );
    keep(&app, &jwt, "tok_visa").await;
    assert_eq!(pay().await.ok().body["billing_info"]["payment"], "paid");
    assert_eq!(
        pay().await.ok().body["billing_info"]["payment"],
        "paid",
        "it is paid once"
    );
    assert_eq!(charged(&world, "acct_harborpark").await, [1200]);
    begin(&app, &jwt, LOT).await.ok();
    world.audit().await;
}

async fn ends_at_once_charge_once(store: Store) {
    let world = world_with_lots(store).await;
    let app = world.app();
    let jwt = rider(&app, "ann", "tok_visa").await;
    let begun = begin(&app, &jwt, LOT).await.ok().body;
    let path = format!("{}/end", path_of(LOT, &begun));
    let ends = (0..6).map(|_| call(&app, &jwt, Method::PUT, &path));
    for ended in futures::future::join_all(ends).await {
        assert_eq!(ended.ok().body["billing_info"]["cost"]["amount"], 1200);
    }
    assert_eq!(charged(&world, "acct_harborpark").await, [1200]);
    world.audit().await;
}

async fn what_a_key_stands_for_is_not_done_again(store: Store) {
    let world = world_with_lots(store).await;
    let app = world.app();
    let jwt = rider(&app, "ann", "tok_chargeCustomerFail").await;
    let keyed = |method: Method, path: String, key: String| {
        let call = app.coord(method, &format!("{ACCESS}/{path}"));
        call.bearer(&jwt).header("Idempotency-Key", &key).send()
    };
    let begun = begin(&app, &jwt, LOT).await.ok().body;
    let path = path_of(LOT, &begun);
    let early = call(&app, &jwt, Method::POST, &format!("{path}/pay")).await;
    failed(&early, 409, "nothing_owed", None);
    let key = fresh_key();
    let end = || keyed(Method::PUT, format!("{path}/end"), key.clone());
    let ended = end().await.ok();
    assert_eq!(ended.body["billing_info"]["payment"], "owed");
    keep(&app, &jwt, "tok_visa").await;
    let settle = format!("{path}/pay");
    let pay = || call(&app, &jwt, Method::POST, &settle);
    assert_eq!(pay().await.ok().body["billing_info"]["payment"], "paid");
    assert_eq!(end().await.ok().text, ended.text, "the key has its answer");
    let other = keyed(Method::POST, format!("{path}/pay"), key.clone()).await;
    failed(&other, 409, "idempotency_key_reused", Some("Idempotency-Key"));
    for long in [String::new(), "k".repeat(129)] {
        let refused = keyed(Method::PUT, format!("{path}/end"), long).await;
        failed(&refused, 400, "invalid_idempotency_key", Some("Idempotency-Key"));
    }
    world.audit().await;
}

async fn an_operator_that_cannot_be_paid_takes_no_stay(store: Store) {
    let world = world_with_lots(store).await;
    let app = world.app();
    let jwt = rider(&app, "ann", "tok_visa").await;
    let desk = Desk::of(&world);
    world
        .stripe()
        .set_account_state("acct_harborpark", AccountState::Restricted)
        .unwrap();
    let refreshed = desk
        .call(Method::POST, "/operators/harborpark/refresh")
        .send()
        .await;
    assert_eq!(refreshed.status, 200, "{}", refreshed.text);
    let refused = begin(&app, &jwt, LOT).await;
    failed(&refused, 409, "system_not_transactable", None);
    assert_eq!(world.events_like("parking.%").await, []);
}

async fn a_test_user_parks_without_money(store: Store) {
    let world = coord_world(store).await;
    let app = world.app();
    let jwt = test_jwt(&app, "tess").await;
    failed(
        &begin(&app, &jwt, "harborpark:pier_garage").await,
        400,
        "no_test_transactions",
        Some("stripe_info.stripe_customer_id"),
    );
    let begun = begin(&app, &jwt, "openlot:lot").await.ok().body;
    let path = path_of("openlot:lot", &begun);
    let ended = call(&app, &jwt, Method::PUT, &format!("{path}/end"))
        .await
        .ok()
        .body;
    assert_eq!(ended["billing_info"]["cost"]["amount"], 500);
    assert_eq!(ended["billing_info"]["payment"], "simulated");
    assert_eq!(world.events_like("purchase.%").await, []);
    world.audit().await;
}

async fn a_bus_pass_and_a_garage_are_paid_with_one_card(store: Store) {
    let world = world_with_lots(store).await;
    let ann = world.rider("ann").await;
    let token = world.one_time_token().await;
    let call_of = ann.app.coord(Method::POST, &format!("{CURRENT}/stripe_info"));
    let body = json!({ "coord_targeted_token": token });
    let kept = call_of.bearer(&ann.jwt).json(&body).send().await.ok().body;
    let customer = kept["customer_id"].as_str().unwrap().to_owned();
    let begun = begin(&ann.app, &ann.jwt, LOT).await.ok().body;
    let end = format!("{}/end", path_of(LOT, &begun));
    let ended = call(&ann.app, &ann.jwt, Method::PUT, &end).await.ok().body;
    assert_eq!(ended["billing_info"]["payment"], "paid");
    let card = card_of(&world, &customer).await;
    let bought = ann.buy(SINGLE, &card).await.ok();
    assert_eq!(bought.body["passes"].as_array().unwrap().len(), 1);
    assert_eq!(charged(&world, "acct_harborpark").await, [1200]);
    assert_eq!(charged(&world, "acct_bigbluebus").await.len(), 1);
    let platform = stripe_sim::Control::platform_of("sk_test_cityhop").unwrap();
    assert_eq!(world.books().await.customers(&platform), [customer]);
    world.audit().await;
}
