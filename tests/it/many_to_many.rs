//! Many apps sell for many operators, each link at a fee of its own: one saved card buys everywhere, and a new operator is
//! for sale in every app without any of them doing anything.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::world::{ADMIN_KEY, Answer, Order, Rider, Setting, Store, World, bought_in, on_both_stores};

on_both_stores!(fifty_operators_and_twenty_apps_do_business_with_each_other);

const APPS: usize = 20;
const OPERATORS: usize = 50;

/// How many operators the rider of each app buys from, besides the one who buys from all.
const STOPS: usize = 5;

/// Currencies and time zones of the operators, in turns: of different lengths, so that most pairs occur.
const CURRENCIES: [&str; 7] = ["USD", "EUR", "PLN", "GBP", "JPY", "SEK", "CHF"];
const ZONES: [&str; 5] = [
    "America/Los_Angeles",
    "Europe/Warsaw",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Etc/UTC",
];

fn app_id(app: usize) -> String {
    format!("app-{app}")
}

fn key(app: usize) -> String {
    format!("sk_test_of_app_number_{app:010}")
}

fn operator_id(operator: usize) -> String {
    format!("operator-{operator}")
}

fn account(operator: usize) -> String {
    format!("acct_operator{operator}")
}

fn price(operator: usize) -> i64 {
    300 + 7 * i64::try_from(operator).unwrap()
}

/// Terms that differ from link to link.
fn terms(app: usize, operator: usize) -> Value {
    let mut terms = json!({ "basis_points": 100 + 10 * app + operator, "fixed": (app + operator) % 4 });
    match (app + operator) % 5 {
        0 => terms["minimum"] = json!(25),
        1 => terms["maximum"] = json!(8),
        _ => {}
    }
    terms
}

/// What these terms take of a price: the share rounded half up, and the fixed part, within their bounds.
fn fee(terms: &Value, price: i64) -> i64 {
    let number = |name: &str| terms[name].as_i64();
    let share = (price * number("basis_points").unwrap() + 5_000) / 10_000;
    let fee = share + number("fixed").unwrap();
    fee.max(number("minimum").unwrap_or(0))
        .min(number("maximum").unwrap_or(price))
}

fn app(app: usize) -> Value {
    json!({
        "id": app_id(app),
        "name": format!("App {app}"),
        "keys": [key(app)],
        "stripe": { "account": format!("acct_app{app}"), "publishable_key": format!("pk_test_app{app}") },
    })
}

fn link(app: usize, terms: &Value) -> Value {
    json!({
        "app": app_id(app),
        "fee": terms,
        "agreed_on": "2026-01-05",
        "agreed_by_app": "partnerships",
        "agreed_by_operator": "revenue office",
    })
}

fn operator(operator: usize, links: &[Value]) -> Value {
    let fare = json!({
        "id": "ride",
        "name": "Ride",
        "description": "One ride.",
        "price": price(operator),
        "valid_for": { "minutes": 60 },
    });
    json!({
        "id": operator_id(operator),
        "kind": "transit",
        "name": format!("Operator {operator}"),
        "timezone": ZONES[operator % ZONES.len()],
        "stripe_account": account(operator),
        "links": links,
        "catalog": { "currency": CURRENCIES[operator % CURRENCIES.len()], "fares": [fare] },
    })
}

/// An operator that is linked to every app but the last, which does business with nobody.
fn linked(number: usize) -> Value {
    let links: Vec<Value> = (0..APPS).map(|app| link(app, &terms(app, number))).collect();
    operator(number, &links)
}

fn marketplace() -> Value {
    let apps: Vec<Value> = (0..=APPS).map(app).collect();
    let mut operators: Vec<Value> = (0..OPERATORS).map(linked).collect();
    // One that only the first app knows.
    operators.push(operator(OPERATORS + 1, &[link(0, &terms(0, OPERATORS + 1))]));
    json!({ "apps": apps, "operators": operators })
}

async fn world(store: Store) -> World {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("marketplace.yaml");
    // JSON is YAML.
    std::fs::write(&file, marketplace().to_string()).unwrap();
    World::of(Setting::on(store).marketplace(file)).await
}

async fn rider_of(world: &World, app: usize) -> Rider {
    Rider::log_in(world.app_with(&key(app)), "ann", "phone").await
}

async fn apply(world: &World, operators: Value) -> Answer {
    let file = json!({ "apps": [], "operators": operators });
    let call = world.app().bare(Method::POST, "/admin/v1/test/marketplace");
    call.bearer(ADMIN_KEY).json(&file).send().await.ok()
}

/// A ride at an operator, in a state of the passes.
fn ride(operator: usize, card: &str, state: &str) -> Order {
    let mut order = Order::of("ride", card, state);
    order.agency = operator_id(operator);
    order
}

/// The card that a purchase saved.
fn saved(bought: &Answer) -> String {
    let passes = bought.body["passes"].as_array().unwrap().iter();
    let mut sources = passes.filter_map(|pass| pass["stripe_source"].as_str());
    sources.next().expect("what was paid with is told").to_owned()
}

/// Saves a card with the first purchase and buys everywhere else with it. Gives the card.
async fn buys_from(rider: &Rider, operators: &[usize]) -> String {
    let state = rider.state().await;
    let mut bought = rider
        .place(&ride(operators[0], "pm_card_visa", &state))
        .await
        .ok();
    let card = saved(&bought);
    for operator in &operators[1..] {
        bought = rider.place(&ride(*operator, &card, &bought.state())).await.ok();
        assert_eq!(saved(&bought), card);
    }
    card
}

/// Each purchase in a wallet, and the number of the operator that the pass is of.
fn rides_in(wallet: &Value) -> Vec<(String, usize)> {
    let purchases = bought_in(wallet);
    let passes = wallet["passes"].as_array().unwrap().iter();
    let operators = passes.map(|pass| {
        let id = pass["agency_id"].as_str().unwrap();
        id.trim_start_matches("operator-").parse().unwrap()
    });
    purchases.into_iter().zip(operators).collect()
}

async fn fifty_operators_and_twenty_apps_do_business_with_each_other(store: Store) {
    let world = world(store).await;
    let everywhere: Vec<usize> = (0..OPERATORS).collect();
    let traveller = rider_of(&world, 0).await;
    let listed = traveller.get("/agency").send().await.ok().body;
    assert_eq!(listed["agencies"].as_array().unwrap().len(), OPERATORS + 1);
    let mut riders = vec![traveller.clone()];
    for app in 1..APPS {
        riders.push(rider_of(&world, app).await);
    }

    // One saved card buys everywhere, while the riders of the other apps buy somewhere.
    let others = riders.iter().cloned().enumerate().skip(1).map(|(app, rider)| {
        tokio::spawn(async move {
            let stops: Vec<usize> = (0..STOPS).map(|stop| (7 * app + 11 * stop) % OPERATORS).collect();
            buys_from(&rider, &stops).await
        })
    });
    let others: Vec<_> = others.collect();
    let card = buys_from(&traveller, &everywhere).await;
    for rider in others {
        rider.await.unwrap();
    }

    a_new_operator_is_for_sale_at_once(&world, &traveller, &card).await;
    who_is_not_linked_does_no_business(&world, &traveller, &card).await;

    let mut sold = BTreeMap::new();
    let mut wallets = Vec::new();
    for (app, rider) in riders.iter().enumerate() {
        let wallet = rider.wallet().await.body;
        let held = rides_in(&wallet).into_iter();
        sold.extend(held.map(|(purchase, operator)| (purchase, (app, operator))));
        wallets.push(wallet);
    }
    assert_eq!(sold.len(), OPERATORS + 1 + (APPS - 1) * STOPS);
    let books = world.books().await;
    for charge in books.kept() {
        let (app, operator) = sold[&charge.purchase];
        let (price, terms) = (price(operator), terms(app, operator));
        assert_eq!(
            (charge.account, charge.amount, charge.fee),
            (account(operator), price, fee(&terms, price)),
            "app {app} at operator {operator}"
        );
    }
    books.agree_with(&wallets);
    a_new_fee_counts_from_then_on(&world, &traveller, &card).await;
    world.audit().await;
}

/// No app calls between the administrator's file and the purchase: the state is that of the last one.
async fn a_new_operator_is_for_sale_at_once(world: &World, traveller: &Rider, card: &str) {
    let state = traveller.state().await;
    apply(world, json!([linked(OPERATORS)])).await;
    let bought = traveller.place(&ride(OPERATORS, card, &state)).await.ok();
    assert_eq!(saved(&bought), card);
    let listed = rider_of(world, APPS - 1)
        .await
        .get("/agency")
        .send()
        .await
        .ok()
        .body;
    let ids: Vec<&Value> = listed["agencies"]
        .as_array()
        .unwrap()
        .iter()
        .map(|agency| &agency["agency_id"])
        .collect();
    assert!(ids.contains(&&json!(operator_id(OPERATORS))), "{ids:?}");
}

async fn who_is_not_linked_does_no_business(world: &World, traveller: &Rider, card: &str) {
    let stranger = rider_of(world, APPS).await;
    let listed = stranger.get("/agency").send().await.ok().body;
    assert_eq!(listed["agencies"], json!([]));
    let elsewhere = rider_of(world, 1).await;
    for (rider, operator) in [
        (&stranger, 0),
        (&elsewhere, OPERATORS + 1),
        (traveller, OPERATORS + 2),
    ] {
        let missing = Some("resource_not_found");
        let shown = rider.get(&format!("/agency/{}", operator_id(operator)));
        shown.send().await.refused(404, missing);
        let state = rider.state().await;
        let bought = rider.place(&ride(operator, card, &state)).await;
        bought.refused_for(404, missing, "a");
    }
}

/// What was sold before keeps the fee that was frozen into it.
async fn a_new_fee_counts_from_then_on(world: &World, traveller: &Rider, card: &str) {
    let raised = json!({ "basis_points": 2_000, "fixed": 5 });
    let mut changed = linked(3);
    changed["links"][0] = link(0, &raised);
    apply(world, json!([changed])).await;
    let bought = traveller.place(&ride(3, card, &traveller.state().await)).await;
    bought.ok();
    let wallet = traveller.wallet().await.body;
    let rides = rides_in(&wallet)
        .into_iter()
        .filter(|(_, operator)| *operator == 3);
    let purchases: Vec<String> = rides.map(|(purchase, _)| purchase).collect();
    let charges = world.books().await.kept().into_iter();
    let mut fees: Vec<i64> = charges
        .filter(|charge| purchases.contains(&charge.purchase))
        .map(|charge| charge.fee)
        .collect();
    fees.sort_unstable();
    assert_eq!(fees, [fee(&terms(0, 3), price(3)), fee(&raised, price(3))]);
}
