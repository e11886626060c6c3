//! Stays that were used and could not be paid: who owes what, and how it is paid after all.

use reqwest::Method;
use serde_json::json;
use stripe_sim::{Fault, core::IssuerCode};

use crate::world::{
    Desk, Order, Setting, Store, eventually, failed, fresh_key,
    lots::{
        LOT, OTHER_LOT, begin, charged, keep, next_charge, next_charge_is_declined, only, path_of, pay,
        payment, rider, stay, with_lots,
    },
    on_both_stores,
};

on_both_stores!(
    a_debt_keeps_the_rider_out_there_and_nowhere_else_and_finance_sees_it,
    another_card_pays_what_is_owed_at_once,
    what_is_owed_is_tried_again_by_rule,
    a_card_that_must_not_be_asked_again_waits_for_another,
    a_card_that_wants_the_rider_present_leaves_a_debt,
    a_debt_is_forgiven_once_and_frees_the_rider,
    two_tries_at_once_charge_once,
    a_kill_between_the_end_and_the_charge_charges_once,
    a_charge_whose_reply_was_lost_is_paid_once,
);

const SESSIONS: &str = "/operators/harborpark/parking/sessions";
const DEBTS: &str = "/operators/harborpark/parking/debts";

async fn a_debt_keeps_the_rider_out_there_and_nowhere_else_and_finance_sees_it(store: Store) {
    let world = with_lots(Setting::on(store)).await;
    let (app, desk) = (world.app(), Desk::of(&world));
    let ann = rider(&app, "ann", "tok_visa").await;
    let bob = rider(&app, "bob", "tok_chargeCustomerFail").await;
    next_charge_is_declined(&world, IssuerCode::InsufficientFunds);
    let ended = stay(&app, &ann, LOT).await;
    assert_eq!(ended["billing_info"]["payment"], "owed");
    assert_eq!(stay(&app, &bob, LOT).await["billing_info"]["payment"], "owed");
    failed(&begin(&app, &ann, LOT).await, 402, "debt_unpaid", None);
    let elsewhere = stay(&app, &ann, OTHER_LOT).await;
    assert_eq!(elsewhere["billing_info"]["payment"], "paid");
    let finance = desk.hire(&json!({ "role": "finance" })).await;
    let debts = finance.get(DEBTS).await.ok().body;
    assert_eq!(
        debts["totals"],
        json!([{ "amount": 2400, "currency": "USD", "stays": 2 }])
    );
    let first = &debts["data"][1];
    assert_eq!(
        (&first["state"], &first["payment"], &first["attempts"]),
        (&json!("over"), &json!("owed"), &json!(1))
    );
    assert_eq!(
        (&first["amount"], &first["failure"]),
        (&json!(1200), &json!("card_declined"))
    );
    assert!(!debts.to_string().contains('@'), "{debts}");
    let none = finance.get("/operators/baypark/parking/debts").await.ok().body;
    assert_eq!((&none["totals"], &none["data"]), (&json!([]), &json!([])));
    assert_eq!(
        pay(&app, &ann, &ended).await.ok().body["billing_info"]["payment"],
        "paid"
    );
    let paid = only(&finance, &format!("{SESSIONS}?payment=paid_late")).await;
    assert_eq!(
        (&paid["attempts"], &paid["location_id"]),
        (&json!(2), &json!("airport_lot"))
    );
    let debts = finance.get(DEBTS).await.ok().body;
    assert_eq!(debts["totals"][0]["amount"], 1200);
    begin(&app, &ann, LOT).await.ok();
    for (query, flaw) in [
        ("state=parked", "state"),
        ("payment=no", "payment"),
        ("location=A%20B", "location"),
        ("cursor=eA", "cursor"),
    ] {
        let refused = finance.get(&format!("{SESSIONS}?{query}")).await;
        assert_eq!(refused.status, 400, "{query}");
        assert!(refused.text.contains(flaw), "{}", refused.text);
    }
    let mut seen = 0;
    let mut next = String::new();
    loop {
        let page = finance.get(&format!("{SESSIONS}?limit=1{next}")).await.ok().body;
        seen += page["data"].as_array().unwrap().len();
        match page["next_cursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, 3, "page by page, each once");
    world.audit().await;
}

async fn another_card_pays_what_is_owed_at_once(store: Store) {
    let world = with_lots(Setting::on(store)).await;
    let app = world.app();
    let ann = rider(&app, "ann", "tok_chargeCustomerFail").await;
    let ended = stay(&app, &ann, LOT).await;
    assert_eq!(ended["billing_info"]["payment"], "owed");
    // A card that is refused, too, is kept all the same.
    let another = app.jwt("ann", "ann").await;
    keep(&app, &another, "tok_chargeCustomerFail").await;
    assert_eq!(payment(&app, &ann, &ended).await, "owed");
    keep(&app, &ann, "tok_visa").await;
    assert_eq!(payment(&app, &ann, &ended).await, "paid");
    assert_eq!(charged(&world, "acct_harborpark").await, [1200]);
    begin(&app, &ann, LOT).await.ok();
    world.audit().await;
}

async fn what_is_owed_is_tried_again_by_rule(store: Store) {
    let world = with_lots(Setting::on(store).with("SWITCHYARD_DEBT_RETRIES", "1,1,1")).await;
    let (app, desk) = (world.app(), Desk::of(&world));
    let ann = rider(&app, "ann", "tok_visa").await;
    next_charge_is_declined(&world, IssuerCode::InsufficientFunds);
    let ended = stay(&app, &ann, LOT).await;
    assert_eq!(ended["billing_info"]["payment"], "owed");
    eventually("the debt is paid without anybody asking", async || {
        payment(&app, &ann, &ended).await == "paid"
    })
    .await;
    assert_eq!(charged(&world, "acct_harborpark").await, [1200]);
    assert_eq!(world.actors_of("parking.billed_again").await, ["resolver"]);
    // A card that is never taken is asked four times in all.
    let bob = rider(&app, "bob", "tok_chargeCustomerFail").await;
    let owed = stay(&app, &bob, LOT).await;
    let listed = format!("{SESSIONS}?payment=owed");
    eventually("every attempt was made", async || {
        let page = desk.get(&listed).await.ok().body;
        page["data"][0]["attempts"] == 4
    })
    .await;
    // Whatever would be tried once more would be tried before this one, which came later.
    let eve = rider(&app, "eve", "tok_visa").await;
    next_charge_is_declined(&world, IssuerCode::InsufficientFunds);
    let later = stay(&app, &eve, LOT).await;
    eventually("a later debt is paid", async || {
        payment(&app, &eve, &later).await == "paid"
    })
    .await;
    assert_eq!(only(&desk, &listed).await["attempts"], 4);
    assert_eq!(payment(&app, &bob, &owed).await, "owed");
    world.audit().await;
}

async fn a_card_that_must_not_be_asked_again_waits_for_another(store: Store) {
    let world = with_lots(Setting::on(store).with("SWITCHYARD_DEBT_RETRIES", "1,1,1")).await;
    let (app, desk) = (world.app(), Desk::of(&world));
    let ann = rider(&app, "ann", "tok_visa").await;
    next_charge_is_declined(&world, IssuerCode::StolenCard);
    let stolen = stay(&app, &ann, LOT).await;
    let bob = rider(&app, "bob", "tok_visa").await;
    next_charge_is_declined(&world, IssuerCode::InsufficientFunds);
    let later = stay(&app, &bob, LOT).await;
    eventually("a later debt is paid", async || {
        payment(&app, &bob, &later).await == "paid"
    })
    .await;
    let owed = only(&desk, DEBTS).await;
    assert_eq!((&owed["attempts"], &owed["payment"]), (&json!(1), &json!("owed")));
    keep(&app, &ann, "tok_mastercard").await;
    assert_eq!(payment(&app, &ann, &stolen).await, "paid");
    world.audit().await;
}

async fn a_card_that_wants_the_rider_present_leaves_a_debt(store: Store) {
    let world = with_lots(Setting::on(store)).await;
    let ann = world.rider("ann").await;
    let order = Order::single(&ann.state().await).card("pm_card_authenticationRequired");
    let refused = ann.place(&order).await;
    refused.refused(400, Some("card_declined_generic"));
    let ended = stay(&ann.app, &ann.jwt, LOT).await;
    assert_eq!(ended["billing_info"]["payment"], "owed");
    assert!(world.books().await.kept().is_empty());
    keep(&ann.app, &ann.jwt, "tok_visa").await;
    assert_eq!(payment(&ann.app, &ann.jwt, &ended).await, "paid");
    assert_eq!(charged(&world, "acct_harborpark").await, [1200]);
    world.audit().await;
}

async fn a_debt_is_forgiven_once_and_frees_the_rider(store: Store) {
    let world = with_lots(Setting::on(store)).await;
    let (app, desk) = (world.app(), Desk::of(&world));
    let ann = rider(&app, "ann", "tok_chargeCustomerFail").await;
    let ended = stay(&app, &ann, LOT).await;
    let owed = only(&desk, DEBTS).await;
    let session = owed["session_id"].as_str().unwrap();
    let path = format!("{SESSIONS}/{session}/forgive");
    let role = json!({ "role": "operator_admin", "operator": "harborpark" });
    let operator = desk.hire(&role).await;
    for blank in [json!({ "reason": " " }), json!({})] {
        let refused = operator.post(&path, &blank).await;
        assert!([400, 422].contains(&refused.status), "{}", refused.text);
    }
    let key = fresh_key();
    let forgive = || {
        let call = operator.call(Method::POST, &path);
        let reason = json!({ "reason": "The barrier was stuck." });
        call.header("Idempotency-Key", &key).json(&reason).send()
    };
    let forgiven = forgive().await.ok();
    assert_eq!(forgiven.body["payment"], "forgiven");
    assert_eq!(forgive().await.ok().text, forgiven.text);
    assert_eq!(payment(&app, &ann, &ended).await, "forgiven");
    assert_eq!(desk.get(DEBTS).await.ok().body["totals"], json!([]));
    let again = operator.post(&path, &json!({ "reason": "Once more." })).await;
    assert_eq!(again.status, 409);
    assert!(again.text.contains("Nothing is owed"), "{}", again.text);
    let told = pay(&app, &ann, &ended).await.ok().body;
    assert_eq!(
        told["billing_info"]["payment"], "forgiven",
        "there is nothing to pay"
    );
    let actors = world.actors_of("parking.debt_settled").await;
    assert!(actors[0].starts_with("access:"), "{actors:?}");
    assert_eq!(charged(&world, "acct_harborpark").await, [0; 0]);
    keep(&app, &ann, "tok_visa").await;
    begin(&app, &ann, LOT).await.ok();
    world.audit().await;
}

async fn two_tries_at_once_charge_once(store: Store) {
    let world = with_lots(Setting::on(store)).await;
    let app = world.app();
    let ann = rider(&app, "ann", "tok_visa").await;
    next_charge_is_declined(&world, IssuerCode::InsufficientFunds);
    let ended = stay(&app, &ann, LOT).await;
    let tries = (0..6).map(|_| pay(&app, &ann, &ended));
    for tried in futures::future::join_all(tries).await {
        tried.ok();
    }
    assert_eq!(payment(&app, &ann, &ended).await, "paid");
    assert_eq!(charged(&world, "acct_harborpark").await, [1200]);
    assert_eq!(world.events_like("parking.billed_again").await.len(), 1);
    world.audit().await;
}

async fn a_kill_between_the_end_and_the_charge_charges_once(store: Store) {
    let mut world = with_lots(Setting::on(store)).await;
    let (app, desk) = (world.app(), Desk::of(&world));
    let ann = rider(&app, "ann", "tok_visa").await;
    let begun = begin(&app, &ann, LOT).await.ok().body;
    next_charge(&world, Fault::DelayReply { ms: 10_000 });
    let path = format!("{}/end", path_of(LOT, &begun));
    let ending = tokio::spawn({
        let call = app.coord(Method::PUT, &path).bearer(&ann);
        async move { drop(call.try_send().await) }
    });
    eventually("the charge is at Stripe", async || {
        world.stripe().faults_left().is_empty()
    })
    .await;
    // Nobody knows whether it is paid, so nobody can let it go.
    let due = only(&desk, SESSIONS).await;
    assert_eq!(due["payment"], "due");
    let forgive = format!("{SESSIONS}/{}/forgive", due["session_id"].as_str().unwrap());
    let refused = desk.post(&forgive, &json!({ "reason": "Too early." })).await;
    assert_eq!(refused.status, 409);
    assert!(refused.text.contains("under way"), "{}", refused.text);
    world.kill();
    ending.await.unwrap();
    world.restart().await;
    eventually("the stay is paid", async || {
        payment(&app, &ann, &begun).await == "paid"
    })
    .await;
    assert_eq!(charged(&world, "acct_harborpark").await, [1200]);
    world.audit().await;
}

async fn a_charge_whose_reply_was_lost_is_paid_once(store: Store) {
    let world = with_lots(Setting::on(store)).await;
    let app = world.app();
    let ann = rider(&app, "ann", "tok_visa").await;
    next_charge(&world, Fault::LoseReply);
    let ended = stay(&app, &ann, LOT).await;
    assert_eq!(ended["billing_info"]["payment"], "paid");
    assert_eq!(charged(&world, "acct_harborpark").await, [1200]);
    world.audit().await;
}
