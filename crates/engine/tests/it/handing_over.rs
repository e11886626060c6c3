//! Purchases that an operator charges by itself.

use domain::{ChargeId, PurchaseId, operator::Charging};
use engine::{Actor, BuyProblem, ChargeReport, Context};
use reqwest::Client;
use serde_json::{Value, json};

use crate::{
    buying::{ask, order, stage},
    marketplace::{ACCOUNT, SINGLE, STRIPE_KEY, marketplace, operator},
    world::{StoreKind, World, admin, answer, claim, on_both_stores},
};

on_both_stores!(a_rider_waits_for_what_can_still_be_charged_whatever_a_person_must_look_at);

async fn a_rider_waits_for_what_can_still_be_charged_whatever_a_person_must_look_at(store: StoreKind) {
    let world = World::open(store).await;
    let mut declared = marketplace();
    declared.operators[0].charging = Some(Charging::Operator {
        webhook: None,
        charge_within_seconds: Some(600),
    });
    world.engine.declare(&admin(), &declared).await.unwrap();
    let rider = world.rider("ann").await;
    let place = async || {
        let asked = order(&rider, &[(SINGLE, 1)], "tok_visa");
        ask(&world.engine, asked, Some(&claim("key"))).await
    };
    assert!(matches!(place().await, Err(BuyProblem::Pending)));
    let bought = world.purchases().await;
    let purchase = bought[0].order().purchase.clone();
    let too_little = charge(&world, 249, &purchase).await;
    report(&world, &purchase, &too_little).await;
    assert!(world.purchases().await[0].review().is_some());
    assert!(matches!(place().await, Err(BuyProblem::Pending)));
    let right = charge(&world, 250, &purchase).await;
    report(&world, &purchase, &right).await;
    assert_eq!(stage(&place().await.unwrap()), "Completed");
    world.audit().await;
}

async fn report(world: &World, purchase: &PurchaseId, charge: &str) {
    let context = Context::of_request(Actor::Operator(operator()), None, "req_report");
    let said = ChargeReport::Charged(ChargeId::parse(charge).unwrap());
    let operator = operator();
    let told = world
        .engine
        .report_charge(&context, (&operator, purchase), &said, None, &|_, _| {
            answer(&json!({}))
        });
    told.await.unwrap();
}

/// Charges as the operator would.
async fn charge(world: &World, amount: i64, purchase: &PurchaseId) -> String {
    let form = [
        ("amount", amount.to_string()),
        ("currency", "usd".to_owned()),
        ("source", "tok_visa".to_owned()),
        ("metadata[purchase]", purchase.to_string()),
    ];
    let url = format!("{}/v1/charges", world.stripe.url().trim_end_matches('/'));
    let call = Client::new().post(url).bearer_auth(STRIPE_KEY);
    let call = call.header("Stripe-Account", ACCOUNT).form(&form);
    let made: Value = call.send().await.unwrap().json().await.unwrap();
    made["id"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned()
}
