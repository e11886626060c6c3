//! Operators that charge by themselves: a token given out once, and nothing paid before Stripe says so.

mod offer;
mod proofs;
mod webhook;

use offer::{Offer, charge, charging_by_itself, quiet, trial_balance};
use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{Desk, SINGLE, Store, eventually, fresh_key, on_both_stores};

on_both_stores!(
    a_token_is_claimed_once_and_what_is_charged_with_it_is_issued,
    a_charge_that_stripe_tells_of_first_needs_no_report,
    what_is_not_charged_in_time_is_void_and_a_late_charge_goes_back,
    a_charge_that_nobody_reported_is_found_at_the_deadline,
    a_server_killed_between_delivery_and_report_loses_neither,
    what_the_operator_could_not_charge_is_declined,
    only_the_operators_own_key_is_given_its_tokens,
    what_is_asked_for_wrongly_is_refused_clearly,
);

/// 2.5 % of 1.25 and 3 cents, which the operator's own charge leaves out.
const FEE: i64 = 6;

/// RFC 9457
#[track_caller]
fn problem(answer: &crate::world::Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/problem+json");
}

async fn a_token_is_claimed_once_and_what_is_charged_with_it_is_issued(store: Store) {
    let world = charging_by_itself(store, 600).await;
    quiet(&world);
    let offer = Offer::to(&world, "ann").await;
    let listed = offer.listed(&world).await;
    assert_eq!(
        (&listed["amount"], &listed["currency"], &listed["engine_fee"]),
        (&json!(125), &json!("USD"), &json!(FEE)),
        "{listed}"
    );
    assert_eq!(listed["account_id"], "acct_bigbluebus");
    assert_eq!(listed["metadata"], json!({ "purchase": offer.purchase }));
    assert!(listed.get("token").is_none() && listed["status"] == "open");

    problem(&offer.tell(&world, "claim", &json!({}), None).await, 400);
    let key = fresh_key();
    let claimed = offer.tell(&world, "claim", &json!({}), Some(&key)).await.ok();
    let again = offer.tell(&world, "claim", &json!({}), Some(&key)).await.ok();
    assert_eq!(claimed.text, again.text);
    problem(&offer.claim(&world).await, 409);
    let token = claimed.body["token"].as_str().unwrap().to_owned();
    let shown = offer.shown(&world).await;
    assert!(
        shown.get("token").is_none() && shown["delivered_by"] == "pull",
        "{shown}"
    );

    let charged = charge(&world, &token, 125, &offer.purchase).await;
    let reported = offer.report(&world, &charged).await.ok();
    assert_eq!(reported.body["status"], "completed", "{}", reported.text);
    assert_eq!(reported.body["engine_fee_owed"], FEE);
    let again = offer.report(&world, &charged).await.ok();
    assert_eq!(
        again.text, reported.text,
        "a report that is repeated changes nothing"
    );
    problem(&offer.claim(&world).await, 409);
    let answer = offer.answer().await.ok();
    assert_eq!(answer.body["passes"].as_array().unwrap().len(), 1);
    world.books().await.agree_with(&[answer.body]);
    let balance = trial_balance(&world).await;
    for account in ["fees_payable:bigbluebus", "fees_receivable:bigbluebus"] {
        assert!(balance.contains(account), "{balance}");
    }
    world.audit().await;
}

async fn a_charge_that_stripe_tells_of_first_needs_no_report(store: Store) {
    let world = charging_by_itself(store, 600).await;
    let offer = Offer::to(&world, "ann").await;
    let token = offer.token(&world).await;
    let charged = charge(&world, &token, 125, &offer.purchase).await;
    let (request, answer) = offer.ended().await;
    answer.ok();
    let reported = request.report(&world, &charged).await.ok();
    assert_eq!(
        (&reported.body["status"], &reported.body["charge"]),
        (&json!("completed"), &json!(charged))
    );
    assert_eq!(world.books().await.kept().len(), 1);
    world.audit().await;
}

async fn what_is_not_charged_in_time_is_void_and_a_late_charge_goes_back(store: Store) {
    let world = charging_by_itself(store, 10).await;
    quiet(&world);
    let offer = Offer::to(&world, "ann").await;
    let token = offer.token(&world).await;
    let (request, answer) = offer.ended().await;
    answer.refused(400, Some("order_expired"));
    assert_eq!(request.shown(&world).await["status"], "voided");
    let charged = charge(&world, &token, 125, &request.purchase).await;
    request.report(&world, &charged).await.ok();
    let given_back = async || world.books().await.refunds() == 1;
    eventually("the refund", given_back).await;
    assert!(world.books().await.kept().is_empty());
    let shown = request.shown(&world).await;
    assert_eq!(
        shown["reports"],
        json!([{ "charge": charged, "status": "confirmed" }])
    );
    assert_eq!(shown["engine_fee_owed"], 0, "nothing was sold");
    assert!(request.rider.wallet().await.passes().is_empty());
    world.audit().await;
}

async fn a_charge_that_nobody_reported_is_found_at_the_deadline(store: Store) {
    let world = charging_by_itself(store, 10).await;
    quiet(&world);
    let offer = Offer::to(&world, "ann").await;
    let token = offer.token(&world).await;
    charge(&world, &token, 125, &offer.purchase).await;
    let answer = offer.answer().await.ok();
    world.books().await.agree_with(&[answer.body]);
    world.audit().await;
}

async fn a_server_killed_between_delivery_and_report_loses_neither(store: Store) {
    let mut world = charging_by_itself(store, 600).await;
    quiet(&world);
    let offer = Offer::to(&world, "ann").await;
    let key = fresh_key();
    let claimed = offer.tell(&world, "claim", &json!({}), Some(&key)).await.ok();
    let (request, cut_off) = offer.cut_off(&mut world).await;
    assert!(cut_off, "the answer came before the server died");
    world.restart().await;
    let again = request.tell(&world, "claim", &json!({}), Some(&key)).await.ok();
    assert_eq!(again.text, claimed.text, "whoever claimed it has it for good");
    problem(&request.claim(&world).await, 409);
    let token = claimed.body["token"].as_str().unwrap();
    let charged = charge(&world, token, 125, &request.purchase).await;
    world.restart().await;
    let reported = request.report(&world, &charged).await.ok();
    assert_eq!(reported.body["status"], "completed", "{}", reported.text);
    let answer = request.rider.place(&request.order).await.ok();
    world.books().await.agree_with(&[answer.body]);
    world.audit().await;
}

async fn what_the_operator_could_not_charge_is_declined(store: Store) {
    let world = charging_by_itself(store, 600).await;
    quiet(&world);
    let offer = Offer::to(&world, "ann").await;
    let failed = json!({ "failed": "insufficient_funds" });
    problem(&offer.tell(&world, "report", &failed, None).await, 409);
    offer.token(&world).await;
    let told = offer.tell(&world, "report", &failed, None).await.ok();
    assert_eq!(told.body["status"], "declined");
    let again = offer.tell(&world, "report", &failed, None).await.ok();
    assert_eq!(again.text, told.text);
    let (request, answer) = offer.ended().await;
    answer.refused(400, Some("card_declined_insufficient_funds"));
    assert!(request.rider.wallet().await.passes().is_empty());
    world.audit().await;
}

async fn only_the_operators_own_key_is_given_its_tokens(store: Store) {
    let world = charging_by_itself(store, 600).await;
    let offer = Offer::to(&world, "ann").await;
    let desk = Desk::of(&world);
    let path = format!("/operators/bigbluebus/charge-requests/{}/claim", offer.purchase);
    let ask = async |desk: &Desk| {
        desk.call(Method::POST, &path)
            .keyed()
            .json(&json!({}))
            .send()
            .await
    };
    let other = json!({ "role": "operator_admin", "operator": "linia_wislana" });
    problem(&ask(&desk.hire(&other).await).await, 404);
    let finance = desk.hire(&json!({ "role": "finance" })).await;
    problem(&ask(&finance).await, 403);
    let seen = finance.get("/operators/bigbluebus/charge-requests").await.ok();
    assert_eq!(seen.body["data"][0]["purchase_id"], offer.purchase);
    let own = json!({ "role": "operator_admin", "operator": "bigbluebus" });
    let given = ask(&desk.hire(&own).await).await.ok();
    assert!(given.body["token"].as_str().unwrap().starts_with("tok_"));
    // The request of another operator is not among one's own.
    let path = format!("/operators/linia_wislana/charge-requests/{}", offer.purchase);
    problem(&desk.get(&path).await, 404);
}

async fn what_is_asked_for_wrongly_is_refused_clearly(store: Store) {
    let world = charging_by_itself(store, 600).await;
    let rider = world.rider("ben").await;
    rider
        .buy(SINGLE, "pm_card_visa")
        .await
        .refused_for(400, Some("card_ineligible"), "stripe_token");
    let offer = Offer::to(&world, "ann").await;
    for wrong in [
        json!({}),
        json!({ "charge": "" }),
        json!({ "charge": "ch_1", "failed": "card_declined" }),
        json!({ "failed": "The rider has no money." }),
    ] {
        problem(&offer.tell(&world, "report", &wrong, None).await, 422);
    }
    let unreadable: Value = json!({ "charged": "ch_1" });
    problem(&offer.tell(&world, "report", &unreadable, None).await, 400);
    let nothing = world
        .administer(Method::GET, "charge-requests/pur_nothing", &json!({}), None)
        .await;
    problem(&nothing, 404);
    for seconds in [0, 86_401] {
        let body = json!({ "charging": { "by": "operator", "charge_within_seconds": seconds } });
        let refused = Desk::of(&world).patch("/operators/bigbluebus", &body).await;
        problem(&refused, 422);
    }
}
