use crate::support::Sim;

#[tokio::test]
async fn a_token_is_good_for_one_use() {
    let sim = Sim::start().await;
    let card = "card[number]=4242424242424242&card[exp_month]=12&card[exp_year]=2040";
    let token = sim.post("/v1/tokens", card).send().await.id();
    assert_eq!(
        sim.post("/v1/customers", &format!("source={token}"))
            .send()
            .await
            .status,
        200
    );
    let again = sim.post("/v1/customers", &format!("source={token}")).send().await;
    assert_eq!(
        again.message(),
        format!("You cannot use a Stripe token more than once: {token}.")
    );
    assert_eq!((again.status, again.code()), (400, "token_already_used"));
    assert_eq!(
        sim.get(&format!("/v1/tokens/{token}")).send().await.body["used"],
        true
    );
    // Stripe's own test tokens are names of cards, not tokens, and never used up.
    sim.customer("tok_visa").await;
    sim.customer("tok_visa").await;
}

#[tokio::test]
async fn a_declined_card_leaves_no_customer_behind() {
    let sim = Sim::start().await;
    let refused = sim
        .post("/v1/customers", "source=tok_chargeDeclined")
        .send()
        .await;
    assert_eq!((refused.status, refused.code()), (402, "card_declined"));
    assert_eq!(refused.text("/error/decline_code"), "generic_decline");
    assert_eq!(sim.get("/v1/customers").send().await.ids(), Vec::<String>::new());
}

#[tokio::test]
async fn an_update_with_a_source_replaces_the_default_card() {
    let sim = Sim::start().await;
    let customer = sim.customer("tok_visa").await;
    let path = format!("/v1/customers/{customer}");
    let before = sim.get(&path).send().await.text("/default_source").to_owned();
    let after = sim
        .post(&path, "source=tok_mastercard&expand[]=default_source")
        .send()
        .await;
    assert_eq!(after.text("/default_source/brand"), "MasterCard");
    assert_eq!(
        sim.get(&format!("{path}/sources/{before}")).send().await.status,
        404
    );
}

#[tokio::test]
async fn sources_are_added_listed_and_removed() {
    let sim = Sim::start().await;
    let customer = sim.customer("tok_visa").await;
    let path = format!("/v1/customers/{customer}/sources");
    let second = sim.post(&path, "source=tok_amex").send().await.id();
    assert_eq!(sim.get(&path).send().await.ids().len(), 2);
    assert_eq!(sim.get(&path).send().await.ids()[0], second);
    let gone = sim.delete(&format!("{path}/{second}")).send().await;
    assert_eq!(gone.body["deleted"], true);
    assert_eq!(sim.get(&path).send().await.ids().len(), 1);
}

#[tokio::test]
async fn a_raw_test_card_can_be_saved_and_nonsense_cannot() {
    let sim = Sim::start().await;
    let form = "source[object]=card&source[number]=4242424242424242&source[exp_month]=1&source[exp_year]=40";
    assert_eq!(sim.post("/v1/customers", form).send().await.status, 200);
    for (card, code) in [
        (
            "card[number]=4242424242424241&card[exp_month]=1&card[exp_year]=2040",
            "incorrect_number",
        ),
        (
            "card[number]=4242424242424242&card[exp_month]=13&card[exp_year]=2040",
            "invalid_expiry_month",
        ),
        (
            "card[number]=4242424242424242&card[exp_month]=1&card[exp_year]=1995",
            "invalid_expiry_year",
        ),
        (
            "card[number]=4242424242424242&card[exp_month]=1&card[exp_year]=2040&card[cvc]=99",
            "invalid_cvc",
        ),
    ] {
        let refused = sim.post("/v1/tokens", card).send().await;
        assert_eq!((refused.status, refused.code()), (402, code));
    }
}

#[tokio::test]
async fn a_test_payment_method_is_attached_as_a_fresh_one() {
    let sim = Sim::start().await;
    let (customer, method) = sim.rider("pm_card_visa").await;
    assert_ne!(method, "pm_card_visa");
    let list = sim
        .get(&format!("/v1/payment_methods?customer={customer}&type=card"))
        .send()
        .await;
    assert_eq!(list.ids(), [&*method]);
    let path = format!("/v1/customers/{customer}");
    let default = format!("invoice_settings[default_payment_method]={method}");
    let updated = sim.post(&path, &default).send().await;
    assert_eq!(updated.text("/invoice_settings/default_payment_method"), method);
    sim.post(&format!("/v1/payment_methods/{method}/detach"), "")
        .send()
        .await
        .id();
    let again = sim.post(
        &format!("/v1/payment_methods/{method}/attach"),
        &format!("customer={customer}"),
    );
    assert!(again.send().await.message().contains("may not be used again"));
}

#[tokio::test]
async fn cards_that_only_fail_when_charged_can_be_attached_and_others_cannot() {
    let sim = Sim::start().await;
    sim.rider("pm_card_chargeCustomerFail").await;
    let customer = sim.post("/v1/customers", "").send().await.id();
    for name in [
        "pm_card_chargeDeclined",
        "pm_card_visa_chargeDeclinedInsufficientFunds",
    ] {
        let attach = sim.post(
            &format!("/v1/payment_methods/{name}/attach"),
            &format!("customer={customer}"),
        );
        assert_eq!(attach.send().await.status, 402);
    }
}

#[tokio::test]
async fn metadata_is_merged_key_by_key() {
    let sim = Sim::start().await;
    let customer = sim
        .post("/v1/customers", "metadata[a]=1&metadata[b]=2")
        .send()
        .await
        .id();
    let path = format!("/v1/customers/{customer}");
    let updated = sim.post(&path, "metadata[a]=&metadata[c]=3").send().await;
    assert_eq!(updated.body["metadata"], serde_json::json!({"b": "2", "c": "3"}));
}

#[tokio::test]
async fn a_deleted_customer_is_shown_as_deleted_and_cannot_be_used() {
    let sim = Sim::start().await;
    let customer = sim.customer("tok_visa").await;
    let path = format!("/v1/customers/{customer}");
    assert_eq!(sim.delete(&path).send().await.body["deleted"], true);
    assert_eq!(sim.get(&path).send().await.body["deleted"], true);
    let charge = sim
        .post(
            "/v1/charges",
            &format!("amount=500&currency=usd&customer={customer}"),
        )
        .send()
        .await;
    assert_eq!(charge.message(), format!("No such customer: '{customer}'"));
}

#[tokio::test]
async fn unknown_and_missing_parameters_are_refused_in_stripes_words() {
    let sim = Sim::start().await;
    let unknown = sim.post("/v1/customers", "colour=red").send().await;
    assert_eq!(unknown.message(), "Received unknown parameter: colour");
    assert_eq!((unknown.status, unknown.text("/error/param")), (400, "colour"));
    let missing = sim.post("/v1/payment_intents", "currency=usd").send().await;
    assert_eq!(missing.message(), "Missing required param: amount.");
    let unknown = sim.get("/v1/customers/cus_nobody").send().await;
    assert_eq!(
        (unknown.status, unknown.message()),
        (404, "No such customer: 'cus_nobody'")
    );
    assert!(unknown.text("/error/doc_url").ends_with("resource-missing"));
}
