use crate::support::Sim;

#[tokio::test]
async fn a_setup_intent_saves_a_card_on_the_customer() {
    let sim = Sim::start().await;
    let customer = sim.post("/v1/customers", "").send().await.id();
    let setup = sim
        .post("/v1/setup_intents", &format!("customer={customer}"))
        .send()
        .await;
    assert_eq!(setup.text("/status"), "requires_payment_method");
    let path = format!("/v1/setup_intents/{}", setup.id());
    let form = format!(
        "payment_method=pm_card_visa&client_secret={}",
        setup.text("/client_secret")
    );
    let done = sim
        .post_as("pk_test_platform", &format!("{path}/confirm"), &form)
        .send()
        .await;
    assert_eq!(done.text("/status"), "succeeded");
    let saved = sim
        .get(&format!("/v1/customers/{customer}/payment_methods"))
        .send()
        .await;
    assert_eq!(saved.ids(), [done.text("/payment_method")]);
    assert_eq!(
        sim.post(&format!("{path}/cancel"), "").send().await.code(),
        "setup_intent_unexpected_state"
    );
}

#[tokio::test]
async fn a_card_that_declines_cannot_be_set_up() {
    let sim = Sim::start().await;
    let form = "payment_method=pm_card_visa_chargeDeclined&confirm=true";
    let refused = sim.post("/v1/setup_intents", form).send().await;
    assert_eq!((refused.status, refused.code()), (402, "card_declined"));
    assert_eq!(
        refused.text("/error/setup_intent/status"),
        "requires_payment_method"
    );
    assert_eq!(
        refused.text("/error/setup_intent/last_setup_error/code"),
        "card_declined"
    );
}
