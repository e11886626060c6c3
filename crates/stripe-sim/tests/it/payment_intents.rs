use crate::support::{OPERATOR, Sim};

#[tokio::test]
async fn a_clone_is_charged_with_a_fee_on_the_operators_account() {
    let sim = Sim::connected().await;
    let intent = sim.paid().await;
    assert_eq!(
        (
            intent.int("/amount_received"),
            intent.int("/application_fee_amount")
        ),
        (1000, 100)
    );
    let path = format!(
        "/v1/charges/{}?expand[]=balance_transaction",
        intent.text("/latest_charge")
    );
    let charge = sim.get(&path).on(OPERATOR).send().await;
    assert_eq!(
        (
            charge.int("/balance_transaction/fee"),
            charge.int("/balance_transaction/net")
        ),
        (159, 841)
    );
    assert_eq!(sim.get(&path).send().await.status, 404);
}

#[tokio::test]
async fn a_platform_payment_method_is_unknown_to_the_operators_account() {
    let sim = Sim::connected().await;
    let (_, method) = sim.rider("pm_card_visa").await;
    let form = format!("amount=500&currency=usd&payment_method={method}&confirm=true");
    let refused = sim.post("/v1/payment_intents", &form).on(OPERATOR).send().await;
    assert_eq!((refused.status, refused.code()), (400, "resource_missing"));
    assert!(refused.message().starts_with(&format!(
        "No such PaymentMethod: '{method}'; OAuth key or Stripe-Account"
    )));
    let clone = sim.clone_of("pm_card_visa").await;
    let refused = sim.get(&format!("/v1/payment_methods/{clone}")).send().await;
    assert_eq!(refused.status, 404);
    assert!(
        refused
            .message()
            .contains("exists on one of your connected accounts")
    );
}

#[tokio::test]
async fn a_saved_method_needs_its_customer() {
    let sim = Sim::connected().await;
    let (customer, method) = sim.rider("pm_card_visa").await;
    let form = format!("amount=500&currency=usd&payment_method={method}&confirm=true");
    assert_eq!(sim.post("/v1/payment_intents", &form).send().await.status, 400);
    let with = format!("{form}&customer={customer}");
    assert_eq!(
        sim.post("/v1/payment_intents", &with)
            .send()
            .await
            .text("/status"),
        "succeeded"
    );
    let clone = format!("payment_method={method}");
    let refused = sim.post("/v1/payment_methods", &clone).on(OPERATOR).send().await;
    assert_eq!((refused.status, refused.text("/error/param")), (400, "customer"));
    let other = sim.post("/v1/customers", "").send().await.id();
    let clone = format!("payment_method={method}&customer={other}");
    assert_eq!(
        sim.post("/v1/payment_methods", &clone)
            .on(OPERATOR)
            .send()
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn a_method_without_a_customer_can_be_charged_once() {
    let sim = Sim::connected().await;
    let clone = sim.clone_of("pm_card_visa").await;
    let form = format!("amount=500&currency=usd&payment_method={clone}&confirm=true");
    assert_eq!(
        sim.post("/v1/payment_intents", &form)
            .on(OPERATOR)
            .send()
            .await
            .status,
        200
    );
    let again = sim.post("/v1/payment_intents", &form).on(OPERATOR).send().await;
    assert!(again.message().contains("may not be used again"));
}

#[tokio::test]
async fn an_off_session_payment_that_needs_the_customer_is_declined() {
    let sim = Sim::connected().await;
    let clone = sim.clone_of("pm_card_authenticationRequired").await;
    let form = format!("amount=500&currency=usd&payment_method={clone}&confirm=true&off_session=true");
    let refused = sim.post("/v1/payment_intents", &form).on(OPERATOR).send().await;
    assert_eq!((refused.status, refused.code()), (402, "authentication_required"));
    assert_eq!(
        refused.text("/error/payment_intent/status"),
        "requires_payment_method"
    );
    assert_eq!(
        refused.text("/error/payment_intent/last_payment_error/code"),
        "authentication_required"
    );
    assert_eq!(refused.text("/error/payment_method/id"), clone);
}

#[tokio::test]
async fn an_on_session_payment_waits_for_the_customer_who_passes_or_fails() {
    let sim = Sim::start().await;
    let form = "amount=500&currency=usd&payment_method=pm_card_threeDSecure2Required&confirm=true";
    let intent = sim
        .post(
            "/v1/payment_intents",
            &format!("{form}&return_url=https://a.example"),
        )
        .send()
        .await;
    assert_eq!(
        (intent.text("/status"), intent.text("/next_action/type")),
        ("requires_action", "redirect_to_url")
    );
    assert!(intent.body["latest_charge"].is_null());
    let account = stripe_sim::Control::platform_of(crate::support::KEY).unwrap();
    sim.control()
        .complete_authentication(&account, &intent.id(), true)
        .unwrap();
    let path = format!("/v1/payment_intents/{}?expand[]=latest_charge", intent.id());
    let passed = sim.get(&path).send().await;
    assert_eq!(passed.text("/status"), "succeeded");
    let secure = "/latest_charge/payment_method_details/card/three_d_secure/result";
    assert_eq!(passed.text(secure), "authenticated");
    let other = sim.post("/v1/payment_intents", form).send().await;
    assert_eq!(other.text("/next_action/type"), "use_stripe_sdk");
    sim.control()
        .complete_authentication(&account, &other.id(), false)
        .unwrap();
    let failed = sim
        .get(&format!("/v1/payment_intents/{}", other.id()))
        .send()
        .await;
    assert_eq!(failed.text("/status"), "requires_payment_method");
    assert_eq!(
        failed.text("/last_payment_error/code"),
        "payment_intent_authentication_failure"
    );
    assert!(
        sim.control()
            .complete_authentication(&account, &other.id(), true)
            .is_err()
    );
}

#[tokio::test]
async fn error_on_requires_action_turns_the_challenge_into_a_decline() {
    let sim = Sim::start().await;
    let form = "amount=500&currency=usd&payment_method=pm_card_authenticationRequired&confirm=true\
                &error_on_requires_action=true";
    let refused = sim.post("/v1/payment_intents", form).send().await;
    assert_eq!(
        (refused.status, refused.text("/error/decline_code")),
        (402, "authentication_not_handled")
    );
}

#[tokio::test]
async fn a_card_that_was_set_up_needs_no_challenge_off_session() {
    let sim = Sim::start().await;
    let account = stripe_sim::Control::platform_of(crate::support::KEY).unwrap();
    let customer = sim.post("/v1/customers", "").send().await.id();
    let form =
        format!("customer={customer}&payment_method=pm_card_authenticationRequiredOnSetup&confirm=true");
    let setup = sim.post("/v1/setup_intents", &form).send().await;
    assert_eq!(setup.text("/status"), "requires_action");
    sim.control()
        .complete_authentication(&account, &setup.id(), true)
        .unwrap();
    let method = setup.text("/payment_method");
    let form = format!(
        "amount=500&currency=usd&customer={customer}&payment_method={method}&confirm=true&off_session=true"
    );
    assert_eq!(
        sim.post("/v1/payment_intents", &form)
            .send()
            .await
            .text("/status"),
        "succeeded"
    );
}

#[tokio::test]
async fn an_intent_goes_step_by_step() {
    let sim = Sim::start().await;
    let intent = sim
        .post("/v1/payment_intents", "amount=500&currency=usd")
        .send()
        .await;
    assert_eq!(intent.text("/status"), "requires_payment_method");
    let path = format!("/v1/payment_intents/{}", intent.id());
    let missing = sim.post(&format!("{path}/confirm"), "").send().await;
    assert_eq!(
        (missing.status, missing.code()),
        (400, "payment_intent_unexpected_state")
    );
    let updated = sim
        .post(&path, "payment_method=pm_card_visa&amount=600")
        .send()
        .await;
    assert_eq!(updated.text("/status"), "requires_confirmation");
    assert_eq!(
        sim.post(&format!("{path}/confirm"), "")
            .send()
            .await
            .int("/amount_received"),
        600
    );
    let again = sim.post(&format!("{path}/confirm"), "").send().await;
    assert_eq!(again.code(), "payment_intent_unexpected_state");
    assert_eq!(again.text("/error/payment_intent/status"), "succeeded");
    assert_eq!(sim.post(&format!("{path}/cancel"), "").send().await.status, 400);
    assert_eq!(sim.post(&path, "amount=700").send().await.status, 400);
}

#[tokio::test]
async fn a_declined_intent_can_be_tried_again_with_another_card() {
    let sim = Sim::start().await;
    let form = "amount=500&currency=usd&payment_method=pm_card_chargeCustomerFail&confirm=true";
    let refused = sim.post("/v1/payment_intents", form).send().await;
    let path = format!("/v1/payment_intents/{}", refused.text("/error/payment_intent/id"));
    let paid = sim
        .post(&format!("{path}/confirm"), "payment_method=pm_card_visa")
        .send()
        .await;
    assert_eq!(paid.text("/status"), "succeeded");
    assert!(paid.body["last_payment_error"].is_null());
    let charges = sim
        .get(&format!("/v1/charges?payment_intent={}", paid.id()))
        .send()
        .await;
    assert_eq!(charges.ids().len(), 2);
}

#[tokio::test]
async fn a_manual_capture_takes_the_money_later_and_a_cancel_releases_it() {
    let sim = Sim::connected().await;
    let form = |method: &str| {
        format!(
            "amount=900&currency=usd&payment_method={method}&confirm=true&capture_method=manual&application_fee_amount=90"
        )
    };
    let method = sim.clone_of("pm_card_visa").await;
    let held = sim
        .post("/v1/payment_intents", &form(&method))
        .on(OPERATOR)
        .send()
        .await;
    assert_eq!(
        (held.text("/status"), held.int("/amount_capturable")),
        ("requires_capture", 900)
    );
    let path = format!("/v1/payment_intents/{}", held.id());
    let capture = sim.post(
        &format!("{path}/capture"),
        "amount_to_capture=800&application_fee_amount=80",
    );
    let captured = capture.on(OPERATOR).send().await;
    assert_eq!(
        (captured.text("/status"), captured.int("/amount_received")),
        ("succeeded", 800)
    );
    let method = sim.clone_of("pm_card_visa").await;
    let held = sim
        .post("/v1/payment_intents", &form(&method))
        .on(OPERATOR)
        .send()
        .await;
    let path = format!("/v1/payment_intents/{}", held.id());
    let canceled = sim
        .post(&format!("{path}/cancel"), "cancellation_reason=abandoned")
        .on(OPERATOR)
        .send()
        .await;
    assert_eq!(canceled.text("/status"), "canceled");
    let charge = sim
        .get(&format!("/v1/charges/{}", held.text("/latest_charge")))
        .on(OPERATOR)
        .send()
        .await;
    assert_eq!(
        (
            charge.body["captured"].as_bool(),
            charge.body["refunded"].as_bool()
        ),
        (Some(false), Some(true))
    );
    let balance = sim.get("/v1/balance").on(OPERATOR).send().await;
    // Only the captured payment counts: 800, less 53 for Stripe and 80 for the platform.
    assert_eq!(balance.int("/pending/0/amount"), 667);
}

#[tokio::test]
async fn an_authorization_expires_after_seven_days() {
    let sim = Sim::start().await;
    let form = "amount=900&currency=usd&payment_method=pm_card_visa&confirm=true&capture_method=manual";
    let held = sim.post("/v1/payment_intents", form).send().await;
    sim.control().advance_time(8 * 86_400).unwrap();
    let path = format!("/v1/payment_intents/{}", held.id());
    assert_eq!(sim.get(&path).send().await.text("/status"), "canceled");
    assert_eq!(sim.post(&format!("{path}/capture"), "").send().await.status, 400);
}

#[tokio::test]
async fn amounts_and_currencies_are_checked_before_anything_is_made() {
    let sim = Sim::start().await;
    for (form, code) in [
        ("amount=0&currency=usd", "parameter_invalid_integer"),
        ("amount=-5&currency=usd", "parameter_invalid_integer"),
        ("amount=49&currency=usd", "amount_too_small"),
        ("amount=100000000&currency=usd", "amount_too_large"),
        ("amount=ten&currency=usd", "parameter_invalid_integer"),
        ("amount=500&currency=xyz", ""),
        ("amount=500&currency=usd&off_session=true", ""),
        ("amount=500&currency=usd&transfer_data[destination]=acct_1", ""),
    ] {
        let refused = sim.post("/v1/payment_intents", form).send().await;
        assert_eq!((refused.status, refused.code()), (400, code), "{form}");
    }
    assert_eq!(sim.get("/v1/payment_intents").send().await.ids().len(), 0);
}

#[tokio::test]
async fn an_intent_is_found_by_metadata_and_by_customer() {
    let sim = Sim::start().await;
    let (customer, method) = sim.rider("pm_card_visa").await;
    let form =
        format!("amount=500&currency=usd&customer={customer}&payment_method={method}&metadata[purchase]=p-7");
    let intent = sim.post("/v1/payment_intents", &form).send().await.id();
    sim.post("/v1/payment_intents", "amount=500&currency=usd")
        .send()
        .await
        .id();
    let query = "/v1/payment_intents/search?query=metadata%5B%27purchase%27%5D%3A%27p-7%27";
    assert_eq!(sim.get(query).send().await.ids(), [&*intent]);
    let list = sim
        .get(&format!("/v1/payment_intents?customer={customer}"))
        .send()
        .await;
    assert_eq!(list.ids(), [intent]);
    assert_eq!(
        sim.get("/v1/payment_intents/search?query=nonsense")
            .send()
            .await
            .status,
        400
    );
}
