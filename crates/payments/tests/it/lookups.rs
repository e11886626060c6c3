//! Finding out what happened, without doing anything.

use chrono::{DateTime, Utc};
use domain::{PurchaseId, RefundId};
use payments::{Gateway, Outcome, PaymentFacts, PaymentRef, PaymentStatus, Postponed, Reason};
use serde_json::{Value, json};

use crate::{
    server::{Reply, Server},
    world::{charge, customer, intent, method, operator, platform, purchase, source, stripe},
};

fn since() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_600, 0).unwrap()
}

fn page(items: &[Value], has_more: bool) -> Reply {
    Reply::json(
        200,
        &json!({ "object": "list", "data": items, "has_more": has_more }),
    )
}

fn listed_intent(id: &str, status: &str, purchase: &str) -> Value {
    json!({ "object": "payment_intent", "id": id, "status": status, "metadata": { "purchase": purchase } })
}

fn listed_charge(id: &str, status: &str, purchase: &str) -> Value {
    json!({ "object": "charge", "id": id, "status": status, "metadata": { "purchase": purchase } })
}

async fn find(server: &Server) -> Outcome<Option<PaymentFacts>> {
    stripe(&server.url)
        .find_payment(&platform(), &operator(), &purchase(), since())
        .await
}

fn reason<T>(outcome: &Outcome<T>) -> Reason {
    match outcome {
        Outcome::Unknown(Postponed { reason, .. }) => *reason,
        Outcome::Done(_) | Outcome::Refused(_) | Outcome::NotExecuted(_) => panic!("not unknown"),
    }
}

#[tokio::test]
async fn a_payment_is_found_on_a_later_page() {
    let server = Server::start([
        page(
            &[
                listed_intent("pi_3", "succeeded", "pur_9"),
                listed_intent("pi_2", "succeeded", "pur_8"),
            ],
            true,
        ),
        page(&[listed_intent("pi_1", "succeeded", "pur_1")], true),
    ])
    .await;
    let found = find(&server).await;
    assert_eq!(
        found.done().unwrap().as_ref().unwrap().payment_intent,
        Some(intent("pi_1"))
    );
    let asked = server.asked();
    let base = "GET /v1/payment_intents?created[gte]=1700000000&expand[0]=data.latest_charge&limit=100";
    assert_eq!(asked[0].line, base);
    assert_eq!(asked[1].line, format!("{base}&starting_after=pi_2"));
    // What took the money settles it: no further page, and no list of charges.
    assert_eq!(asked.len(), 2);
    assert!(
        asked
            .iter()
            .all(|one| one.header("stripe-account") == Some("acct_operator"))
    );
    assert!(asked.iter().all(|one| one.header("idempotency-key").is_none()));
}

#[tokio::test]
async fn a_charge_of_the_token_route_is_found_among_the_charges() {
    let server = Server::start([
        page(&[], false),
        page(&[listed_charge("ch_1", "succeeded", "pur_1")], false),
    ])
    .await;
    let found = find(&server).await;
    assert_eq!(
        found.done().unwrap().as_ref().unwrap().charge,
        Some(charge("ch_1"))
    );
    assert_eq!(
        server.asked()[1].line,
        "GET /v1/charges?created[gte]=1700000000&limit=100"
    );
}

#[tokio::test]
async fn nothing_found_is_said_only_after_everything_was_read() {
    let server = Server::start([
        page(&[listed_intent("pi_1", "succeeded", "pur_9")], false),
        page(&[], false),
    ])
    .await;
    assert_eq!(find(&server).await.done(), Some(&None));
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn of_several_attempts_the_one_that_took_the_money_wins() {
    let server = Server::start([
        page(
            &[
                listed_intent("pi_2", "requires_payment_method", "pur_1"),
                listed_intent("pi_1", "canceled", "pur_1"),
            ],
            false,
        ),
        page(
            &[
                listed_charge("ch_2", "failed", "pur_1"),
                listed_charge("ch_1", "succeeded", "pur_1"),
            ],
            false,
        ),
    ])
    .await;
    let found = find(&server).await;
    let found = found.done().unwrap().as_ref().unwrap();
    assert_eq!(
        (&found.charge, &found.status),
        (&Some(charge("ch_1")), &PaymentStatus::Succeeded)
    );
}

#[tokio::test]
async fn a_declined_attempt_is_found_too() {
    let server = Server::start([
        page(
            &[listed_intent("pi_1", "requires_payment_method", "pur_1")],
            false,
        ),
        page(&[], false),
    ])
    .await;
    let found = find(&server).await;
    let found = found.done().unwrap().as_ref().unwrap();
    assert_eq!(found.status, PaymentStatus::RequiresPaymentMethod);
}

#[tokio::test]
async fn a_list_that_cannot_be_read_to_its_end_proves_nothing() {
    let not_ours = &[listed_intent("pi_2", "succeeded", "pur_9")];
    let cases = [
        vec![Reply::text(200, "<html>")],
        vec![Reply::json(200, &json!({ "object": "list" }))],
        vec![Reply::json(200, &json!({ "data": [] }))],
        vec![page(&[json!({ "id": "pi_1", "status": "succeeded" })], false)],
        vec![page(
            &[json!({ "status": "succeeded", "metadata": { "purchase": "pur_1" } })],
            false,
        )],
        vec![page(&[], true)],
        vec![page(not_ours, true), page(not_ours, true)],
        vec![page(not_ours, true), Reply::Reset],
        vec![page(not_ours, false), Reply::text(502, "")],
    ];
    for replies in cases {
        let described = format!("{replies:?}");
        let server = Server::start(replies).await;
        let outcome = find(&server).await;
        assert!(matches!(outcome, Outcome::Unknown(_)), "{described}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_page_that_breaks_off_is_reported_as_such() {
    let server = Server::start([Reply::Reset]).await;
    assert_eq!(reason(&find(&server).await), Reason::ConnectionLost);
}

#[tokio::test]
async fn a_refund_is_found_by_the_name_we_gave_it() {
    let refund =
        |id: &str, name: &str| json!({ "id": id, "status": "pending", "metadata": { "refund": name } });
    for (payment, query) in [
        (PaymentRef::Charge(charge("ch_1")), "charge=ch_1&limit=100"),
        (
            PaymentRef::PaymentIntent(intent("pi_1")),
            "limit=100&payment_intent=pi_1",
        ),
    ] {
        let server = Server::start([page(&[refund("re_2", "rfd_2"), refund("re_1", "rfd_1")], false)]).await;
        let name = RefundId::parse("rfd_1").unwrap();
        let found = stripe(&server.url)
            .find_refund(&platform(), &operator(), &payment, &name)
            .await;
        assert_eq!(found.done().unwrap().as_ref().unwrap().id.as_str(), "re_1");
        assert_eq!(server.only().line, format!("GET /v1/refunds?{query}"));
    }
    let server = Server::start([page(&[refund("re_2", "rfd_2")], false)]).await;
    let name = RefundId::parse("rfd_1").unwrap();
    let payment = PaymentRef::Charge(charge("ch_1"));
    let found = stripe(&server.url)
        .find_refund(&platform(), &operator(), &payment, &name)
        .await;
    assert_eq!(found.done(), Some(&None));
}

#[tokio::test]
async fn a_card_is_the_customers_only_if_stripe_says_so() {
    let missing = json!({ "error": { "type": "invalid_request_error", "code": "resource_missing" } });
    for (reply, expected) in [
        (
            Reply::json(200, &json!({ "id": "card_1", "customer": "cus_1" })),
            Some(source("card_1")),
        ),
        (
            Reply::json(200, &json!({ "id": "card_1", "customer": "cus_other" })),
            None,
        ),
        (Reply::json(404, &missing), None),
    ] {
        let server = Server::start([reply]).await;
        let found = stripe(&server.url)
            .find_source(&platform(), &customer(), &source("card_1"))
            .await;
        assert_eq!(found.done(), Some(&expected));
        assert_eq!(server.only().line, "GET /v1/customers/cus_1/sources/card_1");
    }
    for (reply, expected) in [
        (
            Reply::json(200, &json!({ "id": "pm_1", "customer": { "id": "cus_1" } })),
            Some(method("pm_1")),
        ),
        (Reply::json(404, &missing), None),
    ] {
        let server = Server::start([reply]).await;
        let found = stripe(&server.url)
            .find_payment_method(&platform(), &customer(), &method("pm_1"))
            .await;
        assert_eq!(found.done(), Some(&expected));
        assert_eq!(server.only().line, "GET /v1/customers/cus_1/payment_methods/pm_1");
    }
}

#[tokio::test]
async fn an_outage_does_not_say_that_a_card_is_not_the_customers() {
    let server = Server::start([Reply::text(404, "<html>no such page</html>")]).await;
    let found = stripe(&server.url)
        .find_source(&platform(), &customer(), &source("card_1"))
        .await;
    assert_eq!(reason(&found), Reason::NotJson);
}

#[tokio::test]
async fn purchases_with_similar_names_are_not_mixed_up() {
    let server = Server::start([
        page(&[listed_intent("pi_1", "succeeded", "pur_1")], false),
        page(&[], false),
    ])
    .await;
    let other = PurchaseId::parse("pur_11").unwrap();
    let found = stripe(&server.url)
        .find_payment(&platform(), &operator(), &other, since())
        .await;
    assert_eq!(found.done(), Some(&None));
}
