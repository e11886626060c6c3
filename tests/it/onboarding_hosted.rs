//! Hosted onboarding: Stripe's form, one account however often it is asked for, and the way back.

use reqwest::{Client, Method, redirect::Policy};
use serde_json::{Value, json};
use stripe_sim::{Fault, WebhookFaults};

use crate::world::{Answer, Desk, Setting, Store, World, eventually, fresh_key, on_both_stores};

on_both_stores!(
    an_operator_is_onboarded_through_stripes_form_and_sells_then,
    whatever_happens_to_the_call_there_is_one_account,
    a_server_killed_while_it_makes_an_account_finishes_it_when_it_is_back,
    what_stripe_refuses_is_told_and_may_be_asked_anew,
    the_way_back_is_only_for_whom_we_sent_there,
    an_account_belongs_to_the_platform_that_made_it,
);

const ACCOUNTS: &str = "/v1/accounts";

#[track_caller]
fn problem(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/problem+json");
}

/// An operator that is linked to CityHop and sells one fare, without an account.
async fn tram(world: &World) -> Desk {
    let desk = Desk::of(world);
    let operator = json!({
        "id": "tram", "kind": "transit", "name": "Tram", "timezone": "America/Los_Angeles", "country": "US",
    });
    desk.post("/operators", &operator).await.ok();
    let terms = json!({ "fee": { "basis_points": 100 }, "agreed_by_app": "partnerships", "agreed_by_operator": "sales" });
    desk.put("/operators/tram/links/cityhop", &terms).await.ok();
    let catalog = json!({
        "apps": [], "operators": [{
            "id": "tram", "kind": "transit", "name": "Tram", "timezone": "America/Los_Angeles", "country": "US",
            "catalog": { "currency": "USD", "fares": [{
                "id": "single", "name": "Single", "description": "One ride.", "price": 200, "valid_for": { "minutes": 60 },
            }] },
        }],
    });
    desk.post("/marketplace", &catalog).await.ok();
    desk
}

async fn begin(desk: &Desk) -> Answer {
    desk.post("/operators/tram/onboarding", &json!({})).await
}

/// Every account that was made for an operator.
async fn made(world: &World, operator: &str) -> Vec<Value> {
    let url = format!("{}/v1/accounts?limit=100", world.server.stripe());
    let listed = Client::new()
        .get(url)
        .bearer_auth("sk_test_cityhop")
        .send()
        .await
        .unwrap();
    let listed: Value = listed.json().await.unwrap();
    let all = listed["data"].as_array().unwrap().iter();
    all.filter(|it| it["metadata"]["operator"] == operator)
        .cloned()
        .collect()
}

/// Where Stripe's form leads back to.
fn way_back(world: &World, account: &str, which: &str) -> String {
    let books = world.stripe().books();
    let address = &books["accounts"][account]["onboarding_link"][which];
    address.as_str().expect("an address of ours").to_owned()
}

/// Goes there, and no further: the status, where it leads, and what the page says.
async fn follow(address: &str) -> (u16, String, String) {
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    let answer = client.get(address).send().await.unwrap();
    let location = answer.headers().get("location");
    let location = location.map_or_else(String::new, |it| it.to_str().unwrap().to_owned());
    (answer.status().as_u16(), location, answer.text().await.unwrap())
}

async fn an_operator_is_onboarded_through_stripes_form_and_sells_then(store: Store) {
    let world = World::start(store).await;
    let desk = tram(&world).await;
    let (transactable, obstacles) = desk.selling("tram", "cityhop").await;
    assert_eq!((transactable, obstacles), (false, vec!["no_account".to_owned()]));
    let key = fresh_key();
    let send = || {
        let call = desk.call(Method::POST, "/operators/tram/onboarding");
        call.header("Idempotency-Key", &key).json(&json!({})).send()
    };
    let first = send().await.ok();
    let account = first.body["account_id"].as_str().unwrap().to_owned();
    assert!(
        first.body["url"]
            .as_str()
            .unwrap()
            .starts_with("https://connect.stripe.com/setup/")
    );
    assert!(first.body["expires_at"].is_string());
    // The same key is the same account, and an address that works; so is another key.
    let again = send().await.ok();
    assert_eq!(again.body["account_id"], account.as_str());
    assert_ne!(again.body["url"], first.body["url"]);
    assert_eq!(begin(&desk).await.ok().body["account_id"], account.as_str());
    let other = desk.call(Method::POST, "/operators/tram/onboarding");
    let other = other
        .header("Idempotency-Key", &key)
        .json(&json!({ "kind": "express" }))
        .send()
        .await;
    problem(&other, 409);
    let shown = desk.get("/operators/tram").await.ok();
    assert_eq!(shown.body["account"]["status"], "onboarding");
    assert_eq!(shown.body["account"]["made_by"], "cityhop");
    assert!(
        !shown.body["account"]["requirements"]["currently_due"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert_eq!(shown.body["account"]["capabilities"]["card_payments"], "pending");

    world.stripe().complete_onboarding(&account).unwrap();
    let sells = async || desk.selling("tram", "cityhop").await.0;
    eventually("the operator sells", sells).await;
    let rider = world.rider("ann").await;
    let state = rider.state().await;
    let mut order = crate::world::Order::of("single", "pm_card_visa", &state);
    "tram".clone_into(&mut order.agency);
    rider.place(&order).await.ok();
    assert_eq!(world.books().await.kept()[0].account, account);

    let history = desk.get("/operators/tram/history?about=payment").await.ok();
    let told: Vec<(&str, &str)> = history.body["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["event"].as_str().unwrap(), it["actor"].as_str().unwrap()))
        .collect();
    let place = |wanted: (&str, &str)| {
        let found = told.iter().position(|it| *it == wanted);
        found.unwrap_or_else(|| panic!("{wanted:?} in {told:?}"))
    };
    assert!(place(("account_requested", "admin")) < place(("onboarding_started", "admin")));
    let connected = place(("account_connected", "stripe"));
    let evidence = &history.body["data"][connected]["evidence"];
    assert_eq!(evidence["type"], "webhook");
    assert!(evidence["event"].as_str().unwrap().starts_with("evt_"));
    world.audit().await;
}

async fn whatever_happens_to_the_call_there_is_one_account(store: Store) {
    let world = World::start(store).await;
    let desk = tram(&world).await;
    let faults = [
        Fault::LoseReply,
        Fault::DropBefore,
        Fault::RateLimit,
        Fault::Conflict,
        Fault::Garbage,
        Fault::Truncate,
        Fault::ErrorAfter,
    ];
    for (number, fault) in faults.into_iter().enumerate() {
        let id = format!("tram_{number}");
        let operator = json!({ "id": id, "kind": "transit", "name": "Tram", "timezone": "UTC" });
        desk.post("/operators", &operator).await.ok();
        world.next_call_fails(fault, ACCOUNTS);
        let order = json!({ "app": "cityhop" });
        let onboarded = desk
            .post(&format!("/operators/{id}/onboarding"), &order)
            .await
            .ok();
        assert!(world.stripe().faults_left().is_empty(), "{fault:?} never struck");
        let made = made(&world, &id).await;
        assert_eq!(made.len(), 1, "{fault:?}");
        assert_eq!(made[0]["id"], onboarded.body["account_id"], "{fault:?}");
    }
    world.audit().await;
}

async fn a_server_killed_while_it_makes_an_account_finishes_it_when_it_is_back(store: Store) {
    for fault in [Fault::Delay { ms: 3_000 }, Fault::DelayReply { ms: 3_000 }] {
        let mut world = World::start(store).await;
        let desk = tram(&world).await;
        world.next_call_fails(fault, ACCOUNTS);
        let call = desk
            .call(Method::POST, "/operators/tram/onboarding")
            .json(&json!({}));
        let sent = tokio::spawn(call.try_send());
        let stripe = world.stripe();
        eventually("the call", async || stripe.faults_left().is_empty()).await;
        world.kill();
        assert!(
            sent.await.unwrap().is_err(),
            "the reply came before the server died"
        );
        world.restart().await;
        // Nobody asks again: whoever starts up finishes what was begun.
        let has_account = async || desk.get("/operators/tram").await.ok().body["account"].is_object();
        eventually("the account", has_account).await;
        let onboarded = begin(&desk).await.ok();
        let made = made(&world, "tram").await;
        assert_eq!(made.len(), 1, "{fault:?}");
        assert_eq!(made[0]["id"], onboarded.body["account_id"]);
        let events = desk.events("tram").await;
        assert_eq!(events.iter().filter(|it| *it == "account_requested").count(), 1);
        world.audit().await;
    }
}

async fn what_stripe_refuses_is_told_and_may_be_asked_anew(store: Store) {
    let world = World::start(store).await;
    let desk = tram(&world).await;
    let nowhere = json!({ "country": "usa" });
    problem(&desk.post("/operators/tram/onboarding", &nowhere).await, 422);
    world.next_call_fails(Fault::ErrorBefore, ACCOUNTS);
    // Stripe keeps its own failure under the key, and its books show that nothing came of it.
    let refused = begin(&desk).await;
    problem(&refused, 422);
    assert!(made(&world, "tram").await.is_empty());
    begin(&desk).await.ok();
    assert_eq!(made(&world, "tram").await.len(), 1);
    let events = desk.events("tram").await;
    assert!(
        events.contains(&"account_request_refused".to_owned()),
        "{events:?}"
    );
    let unlinked = json!({ "id": "ferry", "kind": "transit", "name": "Ferry", "timezone": "UTC" });
    desk.post("/operators", &unlinked).await.ok();
    problem(&desk.post("/operators/ferry/onboarding", &json!({})).await, 422);
    problem(
        &desk
            .post("/operators/ferry/onboarding", &json!({ "app": "nobody" }))
            .await,
        422,
    );
    desk.post("/operators/ferry/onboarding", &json!({ "app": "railmate" }))
        .await
        .ok();
    // An account that was made elsewhere is completed elsewhere.
    problem(
        &desk.post("/operators/bigbluebus/onboarding", &json!({})).await,
        409,
    );
    world.audit().await;
}

async fn the_way_back_is_only_for_whom_we_sent_there(store: Store) {
    let world = World::of(Setting::on(store).with("SWITCHYARD_PUBLIC_URL", "https://pay.example")).await;
    let desk = tram(&world).await;
    let onboarded = begin(&desk).await.ok();
    let account = onboarded.body["account_id"].as_str().unwrap();
    let here = |address: String| {
        let path = address
            .strip_prefix("https://pay.example")
            .expect("under the public address");
        format!("{}{path}", world.server.http())
    };
    let (refresh, back) = (
        way_back(&world, account, "refresh_url"),
        way_back(&world, account, "return_url"),
    );
    let (status, location, _) = follow(&here(refresh)).await;
    assert_eq!(status, 303);
    assert!(
        location.contains(account) && onboarded.body["url"] != location.as_str(),
        "{location}"
    );
    let (status, _, page) = follow(&here(back.clone())).await;
    assert_eq!((status, page.contains("Not finished yet")), (200, true), "{page}");
    // Stripe is asked at that moment, whether or not it has told.
    world.stripe().set_webhook_faults(WebhookFaults {
        drop_per_million: 1_000_000,
        ..WebhookFaults::default()
    });
    world.stripe().complete_onboarding(account).unwrap();
    let (status, _, page) = follow(&here(back.clone())).await;
    assert_eq!(
        (status, page.contains("can take payments")),
        (200, true),
        "{page}"
    );
    assert_eq!(desk.selling("tram", "cityhop").await, (true, vec![]));
    let history = desk.get("/operators/tram/history?about=payment").await.ok();
    let last = history.body["data"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["actor"], &last["evidence"]["type"]),
        (&json!("operator:tram"), &json!("reply"))
    );
    let logged = world.server.log().join("\n");
    let token = back.split_once("token=").unwrap().1;
    assert!(
        !logged.contains(token),
        "whoever has the token acts for the operator"
    );
    let forged = format!("{back}A");
    assert_eq!(follow(&here(forged)).await.0, 404);
    let http = world.server.http().to_owned();
    for bad in [
        "",
        "?token=",
        "?token=a.b",
        "?token=Zm9ybX50cmFtfmFjY3RfMX45OTk5OTk5OTk5.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ] {
        for path in ["refresh", "return"] {
            let (status, location, page) = follow(&format!("{http}/onboarding/test/{path}{bad}")).await;
            assert_eq!(status, 404, "{bad}");
            assert!(location.is_empty() && page.contains("not one of ours"), "{page}");
        }
    }
    let (status, _, _) = follow(&format!("{http}/onboarding/fake/return?token=x")).await;
    assert_eq!(status, 404);
}

async fn an_account_belongs_to_the_platform_that_made_it(store: Store) {
    let world = World::start(store).await;
    let desk = tram(&world).await;
    let terms = json!({ "agreed_by_app": "partnerships", "agreed_by_operator": "sales" });
    desk.put("/operators/tram/links/railmate", &terms).await.ok();
    problem(&begin(&desk).await, 422);
    let onboarded = desk
        .post("/operators/tram/onboarding", &json!({ "app": "cityhop" }))
        .await
        .ok();
    let account = onboarded.body["account_id"].as_str().unwrap();
    world.stripe().complete_onboarding(account).unwrap();
    let sells = async || desk.selling("tram", "cityhop").await.0;
    eventually("the operator sells", sells).await;
    let (transactable, obstacles) = desk.selling("tram", "railmate").await;
    assert_eq!(
        (transactable, obstacles),
        (false, vec!["platform_not_authorized".to_owned()])
    );
    problem(
        &desk
            .post("/operators/tram/onboarding", &json!({ "app": "railmate" }))
            .await,
        409,
    );
    world.audit().await;
}
