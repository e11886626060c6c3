use crate::support::{OPERATOR, Sim};

async fn token(sim: &Sim, source: &str) -> String {
    let customer = sim.customer(source).await;
    sim.post("/v1/tokens", &format!("customer={customer}"))
        .on(OPERATOR)
        .send()
        .await
        .id()
}

#[tokio::test]
async fn a_customers_card_is_charged_on_the_operators_account_by_token() {
    let sim = Sim::connected().await;
    let token = token(&sim, "tok_visa").await;
    let form = format!(
        "amount=2000&currency=usd&source={token}&application_fee_amount=100&expand[]=balance_transaction"
    );
    let charge = sim.post("/v1/charges", &form).on(OPERATOR).send().await;
    assert_eq!(
        (charge.text("/status"), charge.body["paid"].as_bool()),
        ("succeeded", Some(true))
    );
    // 2.9 % and 30 for Stripe, 100 for the platform.
    assert_eq!(
        (
            charge.int("/balance_transaction/fee"),
            charge.int("/balance_transaction/net")
        ),
        (188, 1812)
    );
    let fee = sim
        .get(&format!(
            "/v1/application_fees/{}",
            charge.text("/application_fee")
        ))
        .send()
        .await;
    assert_eq!((fee.int("/amount"), fee.text("/account")), (100, OPERATOR));
    let again = sim.post("/v1/charges", &form).on(OPERATOR).send().await;
    assert_eq!(again.code(), "token_already_used");
}

#[tokio::test]
async fn a_token_belongs_to_the_account_it_was_made_in() {
    let sim = Sim::connected().await;
    let token = token(&sim, "tok_visa").await;
    let refused = sim
        .post("/v1/charges", &format!("amount=500&currency=usd&source={token}"))
        .send()
        .await;
    assert_eq!(
        (refused.status, refused.message()),
        (400, &*format!("No such token: '{token}'"))
    );
}

#[tokio::test]
async fn a_platform_customer_cannot_be_charged_on_a_connected_account() {
    let sim = Sim::connected().await;
    let customer = sim.customer("tok_visa").await;
    let form = format!("amount=500&currency=usd&customer={customer}");
    let refused = sim.post("/v1/charges", &form).on(OPERATOR).send().await;
    assert_eq!((refused.status, refused.code()), (400, "resource_missing"));
}

#[tokio::test]
async fn a_customers_default_card_is_charged() {
    let sim = Sim::start().await;
    let customer = sim.customer("tok_visa").await;
    let charge = sim
        .post(
            "/v1/charges",
            &format!("amount=500&currency=usd&customer={customer}"),
        )
        .send()
        .await;
    assert_eq!(charge.text("/source/customer"), customer);
    assert_eq!(charge.text("/payment_method_details/card/last4"), "4242");
    let nobody = sim.post("/v1/customers", "").send().await.id();
    let refused = sim
        .post(
            "/v1/charges",
            &format!("amount=500&currency=usd&customer={nobody}"),
        )
        .send()
        .await;
    assert_eq!(
        refused.message(),
        "Cannot charge a customer that has no active card"
    );
}

#[tokio::test]
async fn a_source_is_consumed_by_a_charge() {
    let sim = Sim::start().await;
    let source = sim
        .post("/v1/sources", "type=card&token=tok_visa")
        .send()
        .await
        .id();
    let form = format!("amount=500&currency=usd&source={source}");
    assert_eq!(
        sim.post("/v1/charges", &form).send().await.text("/source/status"),
        "consumed"
    );
    assert_eq!(sim.post("/v1/charges", &form).send().await.status, 400);
}

#[tokio::test]
async fn an_authorization_is_captured_once_and_in_part() {
    let sim = Sim::start().await;
    let charge = sim
        .post(
            "/v1/charges",
            "amount=900&currency=usd&source=tok_visa&capture=false",
        )
        .send()
        .await;
    assert_eq!(
        (charge.body["captured"].as_bool(), charge.int("/amount_captured")),
        (Some(false), 0)
    );
    assert!(charge.body["balance_transaction"].is_null());
    let path = format!("/v1/charges/{}/capture", charge.id());
    let captured = sim.post(&path, "amount=700").send().await;
    assert_eq!(
        (captured.int("/amount_captured"), captured.int("/amount_refunded")),
        (700, 200)
    );
    assert_eq!(sim.post(&path, "").send().await.code(), "charge_already_captured");
}

#[tokio::test]
async fn a_charge_is_found_by_its_metadata() {
    let sim = Sim::start().await;
    let form = "amount=900&currency=usd&source=tok_visa&metadata[purchase]=";
    let wanted = sim.post("/v1/charges", &format!("{form}p1")).send().await.id();
    sim.post("/v1/charges", &format!("{form}p2")).send().await.id();
    let found = sim
        .get("/v1/charges/search?query=metadata%5B'purchase'%5D:'p1'")
        .send()
        .await;
    assert_eq!(found.ids(), [wanted]);
}
