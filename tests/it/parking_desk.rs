//! What operators see and decide of the stays at their places.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use serde_json::json;

use crate::world::{
    Desk, Setting, Store, failed, fresh_key,
    lots::{LOT, OTHER_LOT, begin, charged, end, only, payment, rider, stay, with_lots},
    on_both_stores,
};

on_both_stores!(
    an_operator_ends_what_a_rider_forgot,
    an_operator_calls_off_a_stay_that_should_cost_nothing,
    what_is_an_operators_is_no_other_operators,
    a_paid_stay_has_a_receipt,
);

const SESSIONS: &str = "/operators/harborpark/parking/sessions";
const DEBTS: &str = "/operators/harborpark/parking/debts";

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}

async fn an_operator_ends_what_a_rider_forgot(store: Store) {
    let world = with_lots(Setting::on(store)).await;
    let (app, desk) = (world.app(), Desk::of(&world));
    let ann = rider(&app, "ann", "tok_visa").await;
    let begun = begin(&app, &ann, LOT).await.ok().body;
    let going_on = only(&desk, &format!("{SESSIONS}?state=active&location=airport_lot")).await;
    let path = format!("{SESSIONS}/{}/end", going_on["session_id"].as_str().unwrap());
    let started: DateTime<Utc> = begun["start_time"].as_str().unwrap().parse().unwrap();
    for wrong in [started - TimeDelta::minutes(1), started + TimeDelta::days(1)] {
        let refused = desk.post(&path, &json!({ "ended_at": moment(wrong) })).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        assert!(refused.text.contains("ended_at"), "{}", refused.text);
    }
    let unreadable = desk.post(&path, &json!({ "ended_at": "yesterday" })).await;
    assert_eq!(unreadable.status, 400);
    let left = started + TimeDelta::milliseconds(1);
    let key = fresh_key();
    let end = || {
        let call = desk.call(Method::POST, &path).header("Idempotency-Key", &key);
        call.json(&json!({ "ended_at": moment(left) })).send()
    };
    let ended = end().await.ok();
    assert_eq!(
        (&ended.body["state"], &ended.body["payment"]),
        (&json!("over"), &json!("paid"))
    );
    let at: DateTime<Utc> = ended.body["ended_at"].as_str().unwrap().parse().unwrap();
    assert_eq!(at, left);
    assert_eq!(end().await.ok().text, ended.text);
    assert_eq!(payment(&app, &ann, &begun).await, "paid");
    assert_eq!(charged(&world, "acct_harborpark").await, [1200]);
    let (_, event) = world.events_like("parking.ended").await.remove(0);
    assert!(event.contains("\"operator\""), "{event}");
    begin(&app, &ann, OTHER_LOT).await.ok();
    world.audit().await;
}

async fn an_operator_calls_off_a_stay_that_should_cost_nothing(store: Store) {
    let world = with_lots(Setting::on(store)).await;
    let (app, desk) = (world.app(), Desk::of(&world));
    let ann = rider(&app, "ann", "tok_visa").await;
    let begun = begin(&app, &ann, LOT).await.ok().body;
    let going_on = only(&desk, SESSIONS).await;
    let path = format!("{SESSIONS}/{}", going_on["session_id"].as_str().unwrap());
    let reason = json!({ "reason": "The lot was closed." });
    let cancelled = desk.post(&format!("{path}/cancel"), &reason).await.ok().body;
    assert_eq!(
        (&cancelled["state"], &cancelled["given_up"], &cancelled["payment"]),
        (&json!("given_up"), &json!("cancelled"), &json!("none"))
    );
    let again = desk.post(&format!("{path}/cancel"), &reason).await.ok().body;
    assert_eq!(again, cancelled);
    assert_eq!(desk.get(&path).await.ok().body, cancelled);
    failed(&end(&app, &ann, LOT, &begun).await, 409, "session_given_up", None);
    let refused = desk.post(&format!("{path}/end"), &json!({})).await;
    assert_eq!(refused.status, 409);
    let nothing = desk.post(&format!("{path}/forgive"), &reason).await;
    assert_eq!(nothing.status, 409);
    let next = stay(&app, &ann, LOT).await;
    assert_eq!(next["billing_info"]["payment"], "paid");
    let over = only(&desk, &format!("{SESSIONS}?state=over")).await;
    let path = format!("{SESSIONS}/{}/cancel", over["session_id"].as_str().unwrap());
    assert_eq!(desk.post(&path, &reason).await.status, 409);
    assert_eq!(charged(&world, "acct_harborpark").await, [1200]);
    world.audit().await;
}

async fn what_is_an_operators_is_no_other_operators(store: Store) {
    let world = with_lots(Setting::on(store)).await;
    let (app, desk) = (world.app(), Desk::of(&world));
    let ann = rider(&app, "ann", "tok_chargeCustomerFail").await;
    stay(&app, &ann, LOT).await;
    let owed = only(&desk, DEBTS).await;
    let session = owed["session_id"].as_str().unwrap();
    let other = desk
        .hire(&json!({ "role": "operator_admin", "operator": "baypark" }))
        .await;
    let finance = desk.hire(&json!({ "role": "finance" })).await;
    let reason = json!({ "reason": "They asked." });
    let theirs = format!("/operators/baypark/parking/sessions/{session}");
    for path in [SESSIONS, DEBTS, &format!("{SESSIONS}/{session}"), &theirs] {
        assert_eq!(other.get(path).await.status, 404, "{path}");
    }
    for act in ["forgive", "end", "cancel"] {
        let body = if act == "end" { json!({}) } else { reason.clone() };
        let of_harborpark = format!("{SESSIONS}/{session}/{act}");
        assert_eq!(other.post(&of_harborpark, &body).await.status, 404, "{act}");
        assert_eq!(
            other.post(&format!("{theirs}/{act}"), &body).await.status,
            404,
            "{act}"
        );
        assert_eq!(finance.post(&of_harborpark, &body).await.status, 403, "{act}");
        let nameless = format!("{SESSIONS}/psn_none/{act}");
        assert_eq!(desk.post(&nameless, &body).await.status, 404, "{act}");
    }
    assert_eq!(only(&desk, DEBTS).await["payment"], "owed");
    world.audit().await;
}

async fn a_paid_stay_has_a_receipt(store: Store) {
    let world = with_lots(Setting::on(store)).await;
    let app = world.app();
    let ann = rider(&app, "ann", "tok_visa").await;
    let ended = stay(&app, &ann, LOT).await;
    let receipt = &ended["billing_info"]["receipt"];
    let path = receipt["link"]
        .as_str()
        .unwrap()
        .strip_prefix(world.server.http())
        .unwrap();
    let page = app.bare(Method::GET, path).send().await.ok().text;
    for said in [
        "Harbor Park",
        "Parking: Airport Lot &lt;East&gt;",
        "(America/Los_Angeles)",
        "12.00 USD",
        "Until",
        "Paid with: Stripe",
        receipt["number"].as_str().unwrap(),
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("<East>"), "{page}");
    let spanish = app.bare(Method::GET, path).header("Accept-Language", "es");
    let spanish = spanish.send().await.ok().text;
    assert!(spanish.contains("Estacionamiento: Airport Lot"), "{spanish}");
    let desk = Desk::of(&world);
    let sales = desk.get("/operators/harborpark/sales").await.ok().body;
    assert_eq!(
        (&sales["data"][0]["amount"], &sales["data"][0]["fares"]),
        (&json!(1200), &json!([]))
    );
    let local = Utc::now().with_timezone(&chrono_tz::America::Los_Angeles);
    let days = [local - TimeDelta::minutes(10), local].map(|day| day.format("%Y-%m-%d").to_string());
    let day = sales["data"][0]["day"].as_str().unwrap();
    assert!(
        days.iter().any(|it| it == day),
        "the operator's day, not that of Greenwich: {day}"
    );
    // All of it goes back, although there is no pass to go void.
    let refund = json!({
        "purchase": sales["data"][0]["purchase_id"],
        "reason": "The lot was flooded.",
    });
    let given = desk
        .post("/operators/harborpark/refunds", &refund)
        .await
        .ok()
        .body;
    assert_eq!(given["amount"], 1200);
    assert_eq!(world.books().await.refunds(), 1);
    world.audit().await;
}
