//! Everything that can go wrong between us and Stripe, and what it proves.

use std::time::Duration;

use payments::{
    Gateway, Outcome, PaymentFacts, PaymentStatus, Postponed, Reason, Refusal, RefusalKind, RetryAdvice,
    Stripe,
};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::{
    server::{Reply, Server},
    world::{
        charge, intent, key, method, operator, payment, platform, stripe, stripe_within, token, token_charge,
        usd,
    },
};

async fn pay(stripe: &Stripe) -> Outcome<PaymentFacts> {
    let payment = payment(method("pm_clone"), 25);
    stripe
        .create_payment_intent(&platform(), &operator(), &key("charge"), &payment)
        .await
}

/// Pays once against a server that answers so, and checks that it was asked only once.
async fn pay_against(reply: Reply) -> Outcome<PaymentFacts> {
    let server = Server::start([reply]).await;
    let outcome = pay(&stripe(&server.url)).await;
    let asked = server.only();
    assert_eq!(asked.line, "POST /v1/payment_intents");
    assert_eq!(asked.header("idempotency-key"), Some("pur_1-charge-1"));
    outcome
}

fn unknown(outcome: Outcome<PaymentFacts>) -> Postponed {
    match outcome {
        Outcome::Unknown(postponed) => postponed,
        other => panic!("not unknown: {other:?}"),
    }
}

fn not_executed(outcome: Outcome<PaymentFacts>) -> Postponed {
    match outcome {
        Outcome::NotExecuted(postponed) => postponed,
        other => panic!("not known to be unexecuted: {other:?}"),
    }
}

fn refused(outcome: Outcome<PaymentFacts>) -> Refusal {
    match outcome {
        Outcome::Refused(refusal) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

/// The address of a port that nobody listens on.
async fn closed_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().to_string()
}

#[tokio::test]
async fn a_refused_connection_has_certainly_not_charged() {
    let outcome = pay(&stripe(&format!("http://{}", closed_port().await))).await;
    assert_eq!(
        not_executed(outcome),
        Postponed::without_answer(Reason::NotConnected)
    );
}

#[tokio::test]
async fn a_host_that_does_not_exist_has_certainly_not_charged() {
    let outcome = pay(&stripe("http://stripe.invalid")).await;
    let reason = not_executed(outcome).reason;
    assert!(
        matches!(reason, Reason::NameLookup | Reason::ConnectTimeout),
        "{reason:?}"
    );
}

#[tokio::test]
async fn a_connection_that_is_never_agreed_on_has_certainly_not_charged() {
    // The kernel takes the connection, and nobody answers the TLS greeting.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", silent.local_addr().unwrap());
    let stripe = stripe_within(&url, Duration::from_millis(100), Duration::from_secs(20));
    assert_eq!(not_executed(pay(&stripe).await).reason, Reason::ConnectTimeout);
}

#[tokio::test]
async fn a_server_without_tls_is_never_shown_the_request() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let shown = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .await
            .unwrap();
        let mut shown = Vec::new();
        // It ends when the client hangs up, politely or not.
        let _ = stream.read_to_end(&mut shown).await;
        shown
    });
    let outcome = pay(&stripe(&url)).await;
    assert_eq!(not_executed(outcome).reason, Reason::NotConnected);
    let shown = String::from_utf8_lossy(&shown.await.unwrap()).into_owned();
    assert!(
        !shown.contains("sk_test") && !shown.contains("payment_intents"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_connection_lost_after_the_request_leaves_the_charge_unknown() {
    for reply in [
        Reply::Reset,
        Reply::ResetAfterHead,
        Reply::Garbage,
        Reply::Truncated(r#"{"id":"pi_1","#.to_owned()),
    ] {
        let outcome = pay_against(reply.clone()).await;
        assert_eq!(unknown(outcome).reason, Reason::ConnectionLost, "{reply:?}");
    }
}

#[tokio::test]
async fn an_answer_after_the_deadline_leaves_the_charge_unknown() {
    let server = Server::start([Reply::Slow(Duration::from_secs(30), "{}".to_owned())]).await;
    let stripe = stripe_within(
        &server.url,
        Duration::from_millis(250),
        Duration::from_millis(500),
    );
    assert_eq!(unknown(pay(&stripe).await).reason, Reason::Deadline);
    server.only();
}

#[tokio::test]
async fn a_proxys_error_page_leaves_the_charge_unknown() {
    let gateway = unknown(pay_against(Reply::text(502, "<html>Bad Gateway</html>")).await);
    assert_eq!((gateway.reason, gateway.status), (Reason::ServerError, Some(502)));
    let empty = unknown(pay_against(Reply::text(500, "")).await);
    assert_eq!((empty.reason, empty.status), (Reason::ServerError, Some(500)));
    let forbidden = unknown(pay_against(Reply::text(403, "<html>blocked</html>")).await);
    assert_eq!(forbidden.reason, Reason::NotJson);
}

#[tokio::test]
async fn a_success_that_is_not_json_leaves_the_charge_unknown() {
    for body in ["", "<html>", "{\"id\":"] {
        let postponed = unknown(pay_against(Reply::text(200, body)).await);
        assert_eq!(
            (postponed.reason, postponed.status),
            (Reason::NotJson, Some(200)),
            "{body:?}"
        );
    }
}

#[tokio::test]
async fn a_success_with_most_fields_missing_is_still_a_success() {
    let outcome = pay_against(Reply::json(200, &json!({ "id": "pi_1", "status": "succeeded" }))).await;
    let Outcome::Done(done) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(done.value.payment_intent, Some(intent("pi_1")));
    assert_eq!(done.value.status, PaymentStatus::Succeeded);
    assert_eq!(
        (done.value.amount, done.request_id.as_deref(), done.replayed),
        (None, Some("req_1"), false)
    );
}

#[tokio::test]
async fn a_success_that_does_not_say_how_it_ended_is_unknown_and_keeps_the_request_id() {
    for body in [
        json!({ "id": "pi_1" }),
        json!({ "status": "succeeded" }),
        json!([]),
        json!(null),
    ] {
        let postponed = unknown(pay_against(Reply::json(200, &body)).await);
        assert_eq!(postponed.reason, Reason::Incomplete, "{body}");
        assert_eq!(postponed.request_id.as_deref(), Some("req_1"));
    }
}

#[tokio::test]
async fn a_decline_is_a_decline_even_when_its_payment_intent_is_incomplete() {
    let body = json!({ "error": {
        "type": "card_error", "code": "card_declined", "decline_code": "insufficient_funds",
        "message": "Your card has insufficient funds.", "charge": "ch_1",
        "payment_intent": { "id": "pi_1", "status": "requires_payment_method" }
    } });
    let refusal = refused(pay_against(Reply::json(402, &body)).await);
    assert_eq!((refusal.kind, refusal.status), (RefusalKind::Card, 402));
    assert_eq!(refusal.code.as_deref(), Some("card_declined"));
    assert_eq!(refusal.decline_code.as_deref(), Some("insufficient_funds"));
    assert_eq!(refusal.request_id.as_deref(), Some("req_1"));
    assert_eq!(
        (refusal.payment_intent, refusal.charge),
        (Some(intent("pi_1")), Some(charge("ch_1")))
    );
}

#[tokio::test]
async fn a_request_still_in_progress_leaves_the_charge_unknown() {
    let body = json!({ "error": { "type": "idempotency_error", "code": "idempotency_key_in_use" } });
    let outcome = pay_against(Reply::json(409, &body).with("stripe-should-retry", "true")).await;
    assert_eq!(
        outcome.advice(Duration::ZERO),
        RetryAdvice::SameKey { after: None }
    );
    assert_eq!(unknown(outcome).reason, Reason::InProgress);
}

#[tokio::test]
async fn too_many_requests_are_not_executed_and_say_when_to_come_back() {
    let body = json!({ "error": { "type": "invalid_request_error", "code": "rate_limit" } });
    let outcome = pay_against(Reply::json(429, &body).with("retry-after", "3")).await;
    let after = Some(Duration::from_secs(3));
    assert_eq!(outcome.advice(Duration::ZERO), RetryAdvice::SameKey { after });
    let postponed = not_executed(outcome);
    assert_eq!(
        (postponed.reason, postponed.retry_after),
        (Reason::RateLimited, after)
    );
}

#[tokio::test]
async fn stripe_telling_us_not_to_retry_is_obeyed() {
    let body = json!({ "error": { "type": "api_error" } });
    let outcome = pay_against(Reply::json(500, &body).with("stripe-should-retry", "false")).await;
    assert_eq!(outcome.advice(Duration::ZERO), RetryAdvice::LookUp);
}

#[tokio::test]
async fn a_redirect_is_never_followed() {
    for status in [301, 302, 307, 308] {
        let outcome = pay_against(Reply::text(status, "").with("location", "/v1/elsewhere")).await;
        assert_eq!(unknown(outcome).reason, Reason::UnexpectedStatus, "{status}");
    }
}

#[tokio::test]
async fn a_replayed_answer_says_so() {
    let success = json!({ "id": "pi_1", "status": "succeeded" });
    let outcome = pay_against(Reply::json(200, &success).with("idempotent-replayed", "true")).await;
    assert!(matches!(outcome, Outcome::Done(done) if done.replayed));
    let declined = json!({ "error": { "type": "card_error", "code": "card_declined" } });
    let outcome = pay_against(Reply::json(402, &declined).with("idempotent-replayed", "true")).await;
    assert!(refused(outcome).replayed);
}

#[tokio::test]
async fn a_broken_pooled_connection_is_not_a_reason_to_send_again() {
    let success = json!({ "id": "pi_1", "status": "succeeded" });
    let server = Server::start([Reply::json(200, &success), Reply::Reset]).await;
    let stripe = stripe(&server.url);
    assert!(pay(&stripe).await.done().is_some());
    assert_eq!(unknown(pay(&stripe).await).reason, Reason::ConnectionLost);
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn the_same_key_always_carries_the_same_bytes() {
    let replies = vec![Reply::text(500, ""); 12];
    let server = Server::start(replies).await;
    for _ in 0..12 {
        // A client of its own, as after a restart.
        unknown(pay(&stripe(&server.url)).await);
    }
    let asked = server.asked();
    assert_eq!(asked.len(), 12);
    assert!(asked.iter().all(|one| one == &asked[0]), "{asked:?}");
}

#[tokio::test]
async fn many_calls_at_once_do_not_disturb_each_other() {
    let replies = (0..40).map(|_| Reply::json(200, &json!({ "id": "pi_1", "status": "succeeded" })));
    let server = Server::start(replies).await;
    let stripe = stripe(&server.url);
    let calls: Vec<_> = (0..40)
        .map(|_| {
            let stripe = stripe.clone();
            tokio::spawn(async move { pay(&stripe).await })
        })
        .collect();
    for call in calls {
        assert!(call.await.unwrap().done().is_some());
    }
    assert_eq!(server.asked().len(), 40);
}

#[tokio::test]
async fn a_fee_in_another_currency_never_leaves_the_house() {
    let server = Server::start([]).await;
    let stripe = stripe(&server.url);
    let mut wrong = payment(method("pm_clone"), 0);
    wrong.application_fee = domain::Money::new(25, "jpy".parse().unwrap());
    let outcome = stripe
        .create_payment_intent(&platform(), &operator(), &key("charge"), &wrong)
        .await;
    assert_eq!(refused(outcome).param.as_deref(), Some("application_fee_amount"));
    let mut wrong = token_charge(token("tok_1"), 0);
    wrong.amount = usd(0);
    let outcome = stripe
        .create_charge(&platform(), &operator(), &key("charge"), &wrong)
        .await;
    assert_eq!(refused(outcome).param.as_deref(), Some("amount"));
    assert_eq!(server.asked(), []);
}
