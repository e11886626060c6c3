use crate::support::Sim;

/// Names on Stripe's testing page, old and new, with the decline they stand for.
const TOKENS: [(&str, &str, &str); 17] = [
    ("tok_chargeDeclined", "card_declined", "generic_decline"),
    ("tok_visa_chargeDeclined", "card_declined", "generic_decline"),
    (
        "tok_chargeDeclinedInsufficientFunds",
        "card_declined",
        "insufficient_funds",
    ),
    (
        "tok_visa_chargeDeclinedInsufficientFunds",
        "card_declined",
        "insufficient_funds",
    ),
    (
        "tok_visa_debit_chargeDeclinedInsufficientFunds",
        "card_declined",
        "insufficient_funds",
    ),
    ("tok_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
    (
        "tok_visa_chargeDeclinedStolenCard",
        "card_declined",
        "stolen_card",
    ),
    ("tok_chargeDeclinedFraudulent", "card_declined", "fraudulent"),
    ("tok_radarBlock", "card_declined", "fraudulent"),
    ("tok_chargeDeclinedExpiredCard", "expired_card", ""),
    ("tok_visa_chargeDeclinedExpiredCard", "expired_card", ""),
    ("tok_chargeDeclinedIncorrectCvc", "incorrect_cvc", ""),
    ("tok_chargeDeclinedProcessingError", "processing_error", ""),
    (
        "tok_visa_chargeDeclinedVelocityLimitExceeded",
        "card_declined",
        "card_velocity_exceeded",
    ),
    ("tok_chargeCustomerFail", "card_declined", "generic_decline"),
    (
        "tok_visa_chargeCustomerFailLostCard",
        "card_declined",
        "lost_card",
    ),
    (
        "tok_visa_chargeCustomerFailStolenCard",
        "card_declined",
        "stolen_card",
    ),
];

const NUMBERS: [(&str, &str, &str); 10] = [
    ("4000000000000002", "card_declined", "generic_decline"),
    ("4000000000009995", "card_declined", "insufficient_funds"),
    ("4000000000009987", "card_declined", "lost_card"),
    ("4000000000009979", "card_declined", "stolen_card"),
    ("4000000000000069", "expired_card", ""),
    ("4000000000000127", "incorrect_cvc", ""),
    ("4000000000000119", "processing_error", ""),
    ("4000000000006975", "card_declined", "card_velocity_exceeded"),
    ("4100000000000019", "card_declined", "fraudulent"),
    ("4000000000000341", "card_declined", "generic_decline"),
];

#[tokio::test]
async fn each_test_token_declines_as_published_and_leaves_a_failed_charge() {
    let sim = Sim::start().await;
    for (token, code, decline_code) in TOKENS {
        let form = format!("amount=500&currency=usd&source={token}");
        let refused = sim.post("/v1/charges", &form).send().await;
        assert_eq!(refused.status, 402, "{token}");
        assert_eq!(
            (refused.code(), refused.text("/error/decline_code")),
            (code, decline_code),
            "{token}"
        );
        assert_eq!(refused.text("/error/type"), "card_error");
        let charge = sim
            .get(&format!("/v1/charges/{}", refused.text("/error/charge")))
            .send()
            .await;
        assert_eq!(
            (charge.text("/status"), charge.text("/failure_code")),
            ("failed", code),
            "{token}"
        );
        assert!(charge.body["balance_transaction"].is_null());
    }
}

#[tokio::test]
async fn each_test_number_declines_as_published() {
    let sim = Sim::start().await;
    for (number, code, decline_code) in NUMBERS {
        let form = format!(
            "amount=500&currency=usd&confirm=true&payment_method_data[type]=card&payment_method_data[card][number]={number}\
             &payment_method_data[card][exp_month]=12&payment_method_data[card][exp_year]=2040&payment_method_data[card][cvc]=123"
        );
        let refused = sim.post("/v1/payment_intents", &form).send().await;
        assert_eq!((refused.status, refused.code()), (402, code), "{number}");
        assert_eq!(refused.text("/error/decline_code"), decline_code, "{number}");
    }
}

#[tokio::test]
async fn test_payment_methods_decline_under_old_and_new_names() {
    let sim = Sim::start().await;
    for (name, decline_code) in [
        ("pm_card_visa_chargeDeclined", "generic_decline"),
        ("pm_card_chargeDeclined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        (
            "pm_card_visa_chargeDeclinedInsufficientFunds",
            "insufficient_funds",
        ),
        ("pm_card_chargeDeclinedFraudulent", "fraudulent"),
        ("pm_card_radarBlock", "fraudulent"),
    ] {
        let form = format!("amount=500&currency=usd&confirm=true&payment_method={name}");
        let refused = sim.post("/v1/payment_intents", &form).send().await;
        assert_eq!(refused.text("/error/decline_code"), decline_code, "{name}");
        let intent = refused.text("/error/payment_intent/id").to_owned();
        let intent = sim
            .get(&format!("/v1/payment_intents/{intent}?expand[]=latest_charge"))
            .send()
            .await;
        assert_eq!(intent.text("/status"), "requires_payment_method");
        assert_eq!(intent.text("/last_payment_error/decline_code"), decline_code);
        assert_eq!(intent.text("/latest_charge/status"), "failed");
        assert!(intent.body["payment_method"].is_null());
    }
}

#[tokio::test]
async fn brands_and_countries_have_cards_of_their_own() {
    let sim = Sim::start().await;
    for (name, brand, country) in [
        ("pm_card_visa", "visa", "US"),
        ("pm_card_mastercard_prepaid", "mastercard", "US"),
        ("pm_card_amex", "amex", "US"),
        ("pm_card_jcb", "jcb", "JP"),
        ("pm_card_unionpay", "unionpay", "CN"),
        ("pm_card_de", "visa", "DE"),
        ("pm_card_gb", "visa", "GB"),
    ] {
        let method = sim.get(&format!("/v1/payment_methods/{name}")).send().await;
        assert_eq!(
            (method.text("/card/brand"), method.text("/card/country")),
            (brand, country),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_blocked_charge_shows_its_risk() {
    let sim = Sim::start().await;
    let refused = sim
        .post("/v1/charges", "amount=500&currency=usd&source=tok_radarBlock")
        .send()
        .await;
    let charge = sim
        .get(&format!("/v1/charges/{}", refused.text("/error/charge")))
        .send()
        .await;
    assert_eq!(
        (charge.text("/outcome/type"), charge.text("/outcome/risk_level")),
        ("blocked", "highest")
    );
    let charge = sim
        .post(
            "/v1/charges",
            "amount=500&currency=usd&source=tok_riskLevelElevated",
        )
        .send()
        .await;
    assert_eq!(charge.text("/outcome/risk_level"), "elevated");
}

#[tokio::test]
async fn a_real_card_number_is_refused_in_test_mode() {
    let sim = Sim::start().await;
    let card = "card[number]=4539578763621486&card[exp_month]=12&card[exp_year]=2040";
    let refused = sim.post("/v1/tokens", card).send().await;
    assert_eq!(refused.text("/error/decline_code"), "test_mode_live_card");
}
