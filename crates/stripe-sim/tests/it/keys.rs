use stripe_sim::Config;

use crate::support::{KEY, Sim};

#[tokio::test]
async fn a_request_without_a_key_is_refused_with_401() {
    let sim = Sim::start().await;
    let answer = sim
        .http
        .get(sim.server.url() + "/v1/balance")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 401);
    assert!(
        answer
            .text()
            .await
            .unwrap()
            .contains("You did not provide an API key.")
    );
}

#[tokio::test]
async fn a_live_key_is_refused_and_shown_starred_out() {
    let sim = Sim::start().await;
    let answer = sim.get_as("sk_live_0123456789", "/v1/balance").send().await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.message(), "Invalid API Key provided: sk_live_******6789");
}

#[tokio::test]
async fn in_strict_mode_only_the_listed_platforms_exist() {
    let config = Config {
        strict_keys: Some(vec![KEY.to_owned()]),
        ..Config::default()
    };
    let sim = Sim::with(config).await;
    assert_eq!(sim.get("/v1/balance").send().await.status, 200);
    assert_eq!(
        sim.get_as("sk_test_stranger", "/v1/balance").send().await.status,
        401
    );
    // The publishable key of a listed platform is as good as its secret one.
    assert_eq!(
        sim.post_as("pk_test_platform", "/v1/tokens", "card[number]=1")
            .send()
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn a_key_may_also_come_as_basic_authentication() {
    let sim = Sim::start().await;
    let request = sim
        .http
        .get(sim.server.url() + "/v1/account")
        .basic_auth(KEY, Some(""));
    assert_eq!(request.send().await.unwrap().status().as_u16(), 200);
}

#[tokio::test]
async fn a_publishable_key_makes_tokens_and_payment_methods_and_nothing_else() {
    let sim = Sim::start().await;
    let card = "card[number]=4242424242424242&card[exp_month]=12&card[exp_year]=2040&card[cvc]=123";
    let token = sim
        .post_as("pk_test_platform", "/v1/tokens", card)
        .send()
        .await
        .id();
    let form = format!("type=card&{card}");
    assert!(
        sim.post_as("pk_test_platform", "/v1/payment_methods", &form)
            .send()
            .await
            .id()
            .starts_with("pm_")
    );
    let refused = sim.post_as("pk_test_platform", "/v1/customers", "").send().await;
    assert_eq!((refused.status, refused.code()), (403, "secret_key_required"));
    // The token belongs to the same account as the secret key.
    let customer = sim.post("/v1/customers", &format!("source={token}")).send().await;
    assert!(customer.text("/default_source").starts_with("card_"));
}

#[tokio::test]
async fn a_publishable_key_confirms_only_with_the_client_secret() {
    let sim = Sim::start().await;
    let intent = sim
        .post("/v1/payment_intents", "amount=500&currency=usd")
        .send()
        .await;
    let (id, secret) = (intent.id(), intent.text("/client_secret").to_owned());
    let confirm = format!("/v1/payment_intents/{id}/confirm");
    let refused = sim
        .post_as("pk_test_platform", &confirm, "payment_method=pm_card_visa")
        .send()
        .await;
    assert_eq!(refused.status, 403);
    let wrong = "payment_method=pm_card_visa&client_secret=pi_secret_wrong";
    assert_eq!(
        sim.post_as("pk_test_platform", &confirm, wrong)
            .send()
            .await
            .status,
        404
    );
    let right = format!("payment_method=pm_card_visa&client_secret={secret}");
    let confirmed = sim.post_as("pk_test_platform", &confirm, &right).send().await;
    assert_eq!(confirmed.text("/status"), "succeeded");
    assert!(confirmed.body.get("metadata").is_none());
}

#[tokio::test]
async fn an_ephemeral_key_sees_its_own_customer_for_an_hour() {
    let sim = Sim::start().await;
    let (customer, other) = (sim.customer("tok_visa").await, sim.customer("tok_visa").await);
    let key = sim
        .post("/v1/ephemeral_keys", &format!("customer={customer}"))
        .version("2023-08-16")
        .send()
        .await;
    let secret = key.text("/secret").to_owned();
    assert_eq!(
        sim.get_as(&secret, &format!("/v1/customers/{customer}"))
            .send()
            .await
            .id(),
        customer
    );
    assert_eq!(
        sim.get_as(&secret, &format!("/v1/customers/{other}"))
            .send()
            .await
            .status,
        403
    );
    assert_eq!(sim.get_as(&secret, "/v1/charges").send().await.status, 403);
    sim.control().advance_time(3_601).unwrap();
    sim.post("/v1/customers", "").send().await;
    let expired = sim
        .get_as(&secret, &format!("/v1/customers/{customer}"))
        .send()
        .await;
    assert_eq!((expired.status, expired.code()), (401, "api_key_expired"));
}

#[tokio::test]
async fn an_unknown_path_is_refused_as_stripe_refuses_it() {
    let sim = Sim::start().await;
    let answer = sim.get("/v1/nonsense").send().await;
    assert_eq!(answer.status, 404);
    assert!(
        answer
            .message()
            .starts_with("Unrecognized request URL (GET: /v1/nonsense).")
    );
}

#[tokio::test]
async fn every_reply_names_its_request_and_its_version() {
    let sim = Sim::start().await;
    let one = sim.get("/v1/balance").send().await;
    let other = sim.get("/v1/balance").send().await;
    assert!(one.header("request-id").starts_with("req_"));
    assert_ne!(one.header("request-id"), other.header("request-id"));
    assert_eq!(one.header("stripe-version"), "2023-08-16");
}

#[tokio::test]
async fn json_bodies_are_refused() {
    let sim = Sim::start().await;
    let request = sim.http.post(sim.server.url() + "/v1/customers").bearer_auth(KEY);
    let answer = request
        .header("content-type", "application/json")
        .body("{}")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 400);
}

#[tokio::test]
async fn an_ephemeral_key_is_made_for_a_version_that_is_named() {
    let sim = Sim::start().await;
    let customer = sim.customer("tok_visa").await;
    let make = async |version: Option<&str>| {
        let mut request = sim
            .http
            .post(sim.server.url() + "/v1/ephemeral_keys")
            .bearer_auth(KEY)
            .form(&[("customer", &customer)]);
        if let Some(version) = version {
            request = request.header("stripe-version", version);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.json::<serde_json::Value>().await.unwrap())
    };
    let (answered, given) = make(Some("2019-12-03")).await;
    assert_eq!((answered, given["object"].as_str()), (200, Some("ephemeral_key")));
    let mut members: Vec<&str> = given.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    let published = [
        "associated_objects",
        "created",
        "expires",
        "id",
        "livemode",
        "object",
        "secret",
    ];
    assert_eq!(members, published);
    assert_eq!(
        given["associated_objects"],
        serde_json::json!([{ "id": customer, "type": "customer" }])
    );
    for version in [None, Some("2019-13-03"), Some("nonsense")] {
        let (status, refused) = make(version).await;
        assert_eq!(status, 400, "{version:?}");
        assert_eq!(refused["error"]["type"], "invalid_request_error");
    }
}
