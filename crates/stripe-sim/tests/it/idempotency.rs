use std::time::Duration;

use stripe_sim::core::Method;
use stripe_sim::{Config, Fault, FaultRule};

use crate::support::{OPERATOR, Sim};

#[tokio::test]
async fn the_same_key_and_parameters_give_the_same_reply() {
    let sim = Sim::start().await;
    let form = "amount=500&currency=usd&source=tok_visa";
    let first = sim.post("/v1/charges", form).key("k1").send().await;
    // Order does not matter, values do.
    let again = sim
        .post("/v1/charges", "source=tok_visa&currency=usd&amount=500")
        .key("k1")
        .send()
        .await;
    assert_eq!(first.body, again.body);
    assert_eq!(
        (
            first.header("idempotent-replayed"),
            again.header("idempotent-replayed")
        ),
        ("", "true")
    );
    assert_eq!(again.header("original-request"), first.header("request-id"));
    assert_eq!(again.header("idempotency-key"), "k1");
    assert_eq!(sim.get("/v1/charges").send().await.ids().len(), 1);
    assert_eq!(sim.control().executions("k1"), 1);
}

#[tokio::test]
async fn other_parameters_or_another_endpoint_under_the_same_key_are_refused() {
    let sim = Sim::start().await;
    sim.post("/v1/charges", "amount=500&currency=usd&source=tok_visa")
        .key("k1")
        .send()
        .await;
    let other = sim
        .post("/v1/charges", "amount=501&currency=usd&source=tok_visa")
        .key("k1")
        .send()
        .await;
    assert_eq!(
        (other.status, other.text("/error/type")),
        (400, "idempotency_error")
    );
    assert!(
        other
            .message()
            .starts_with("Keys for idempotent requests can only be used with the same parameters")
    );
    let elsewhere = sim.post("/v1/customers", "").key("k1").send().await;
    assert!(elsewhere.message().contains("('/v1/customers' vs '/v1/charges')"));
}

#[tokio::test]
async fn a_refusal_after_execution_began_is_stored_and_one_of_the_parameters_is_not() {
    let sim = Sim::start().await;
    let declined = sim
        .post("/v1/charges", "amount=500&currency=usd&source=tok_chargeDeclined")
        .key("k1")
        .send()
        .await;
    let again = sim
        .post("/v1/charges", "amount=500&currency=usd&source=tok_chargeDeclined")
        .key("k1")
        .send()
        .await;
    assert_eq!((again.status, &again.body), (402, &declined.body));
    assert_eq!(again.header("idempotent-replayed"), "true");
    let missing = sim
        .post("/v1/charges", "amount=500&currency=usd&customer=cus_x")
        .key("k2")
        .send()
        .await;
    assert_eq!(missing.status, 400);
    let again = sim
        .post("/v1/charges", "amount=500&currency=usd&customer=cus_x")
        .key("k2")
        .send()
        .await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(
        sim.post("/v1/charges", "colour=red")
            .key("k3")
            .send()
            .await
            .code(),
        "parameter_unknown"
    );
    // Nothing was executed, so the key is still free.
    let fixed = sim
        .post("/v1/charges", "amount=500&currency=usd&source=tok_visa")
        .key("k3")
        .send()
        .await;
    assert_eq!(fixed.status, 200);
}

#[tokio::test]
async fn a_key_counts_for_one_account_only() {
    let sim = Sim::connected().await;
    let own = sim.post("/v1/customers", "").key("k1").send().await.id();
    let theirs = sim
        .post("/v1/customers", "")
        .key("k1")
        .on(OPERATOR)
        .send()
        .await
        .id();
    let stranger = sim
        .post_as("sk_test_other", "/v1/customers", "")
        .key("k1")
        .send()
        .await
        .id();
    assert!(own != theirs && theirs != stranger && own != stranger);
}

#[tokio::test]
async fn a_key_is_forgotten_after_a_day() {
    let sim = Sim::start().await;
    let first = sim.post("/v1/customers", "").key("k1").send().await.id();
    sim.control().advance_time(86_400 - 60).unwrap();
    assert_eq!(sim.post("/v1/customers", "").key("k1").send().await.id(), first);
    sim.control().advance_time(120).unwrap();
    assert_ne!(sim.post("/v1/customers", "").key("k1").send().await.id(), first);
}

#[tokio::test]
async fn a_key_in_use_by_a_request_in_progress_gets_409_and_then_the_result() {
    let sim = Sim::with(Config {
        latency: Duration::from_millis(300),
        ..Config::default()
    })
    .await;
    let form = "amount=500&currency=usd&source=tok_visa";
    let ask = || sim.post("/v1/charges", form).key("k1").send();
    let (one, other) = tokio::join!(ask(), ask());
    let (done, refused) = if one.status == 200 {
        (one, other)
    } else {
        (other, one)
    };
    assert_eq!((done.status, refused.status), (200, 409));
    assert_eq!(refused.code(), "idempotency_key_in_use");
    assert!(refused.message().contains("using this Idempotent Key"));
    assert_eq!(ask().await.id(), done.id());
    assert_eq!(sim.control().executions("k1"), 1);
}

#[tokio::test]
async fn rate_limits_and_bad_keys_come_before_the_key_layer() {
    let sim = Sim::start().await;
    sim.control()
        .add_fault(FaultRule::next(Fault::RateLimit, Method::Post, "/v1/charges", 1));
    let form = "amount=500&currency=usd&source=tok_visa";
    let limited = sim.post("/v1/charges", form).key("k1").send().await;
    assert_eq!(
        (limited.status, limited.code(), limited.header("retry-after")),
        (429, "rate_limit", "1")
    );
    assert_eq!(
        sim.post_as("sk_live_x", "/v1/charges", form)
            .key("k1")
            .send()
            .await
            .status,
        401
    );
    let charged = sim.post("/v1/charges", form).key("k1").send().await;
    assert_eq!((charged.status, charged.header("idempotent-replayed")), (200, ""));
}

#[tokio::test]
async fn an_internal_error_is_stored_whether_or_not_the_charge_was_made() {
    let sim = Sim::start().await;
    let form = "amount=500&currency=usd&source=tok_visa";
    for (fault, key, charges) in [(Fault::ErrorBefore, "k1", 0), (Fault::ErrorAfter, "k2", 1)] {
        sim.control()
            .add_fault(FaultRule::next(fault, Method::Post, "/v1/charges", 1));
        for _ in 0..2 {
            let broken = sim.post("/v1/charges", form).key(key).send().await;
            assert_eq!((broken.status, broken.text("/error/type")), (500, "api_error"));
        }
        assert_eq!(sim.get("/v1/charges").send().await.ids().len(), charges, "{key}");
    }
}

#[tokio::test]
async fn keys_are_ignored_on_reads() {
    let sim = Sim::start().await;
    assert_eq!(sim.get("/v1/customers").key("k1").send().await.ids().len(), 0);
    sim.customer("tok_visa").await;
    assert_eq!(sim.get("/v1/customers").key("k1").send().await.ids().len(), 1);
}
