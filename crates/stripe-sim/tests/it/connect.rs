use crate::support::{KEY, OPERATOR, Sim};

#[tokio::test]
async fn only_a_linked_platform_may_act_for_an_account() {
    let sim = Sim::connected().await;
    assert_eq!(sim.get("/v1/balance").on(OPERATOR).send().await.status, 200);
    let stranger = sim
        .get_as("sk_test_stranger", "/v1/balance")
        .on(OPERATOR)
        .send()
        .await;
    assert_eq!((stranger.status, stranger.code()), (403, "account_invalid"));
    assert_eq!(
        stranger.message(),
        "The provided key 'sk_test_****nger' does not have access to account 'acct_operator' (or that account does not \
         exist). Application access may have been revoked."
    );
    assert_eq!(sim.get("/v1/balance").on("acct_nobody").send().await.status, 403);
    sim.control().unlink(KEY, OPERATOR).unwrap();
    assert_eq!(sim.get("/v1/balance").on(OPERATOR).send().await.status, 403);
    sim.control().link(KEY, OPERATOR).unwrap();
    assert_eq!(sim.get("/v1/balance").on(OPERATOR).send().await.status, 200);
}

#[tokio::test]
async fn an_account_may_be_linked_to_several_platforms_that_do_not_see_each_others_customers() {
    let sim = Sim::connected().await;
    sim.control().link("sk_test_second", OPERATOR).unwrap();
    let customer = sim.customer("tok_visa").await;
    let form = format!("customer={customer}");
    assert_eq!(
        sim.post("/v1/tokens", &form).on(OPERATOR).send().await.status,
        200
    );
    let other = sim
        .post_as("sk_test_second", "/v1/tokens", &form)
        .on(OPERATOR)
        .send()
        .await;
    assert_eq!((other.status, other.code()), (400, "resource_missing"));
}

#[tokio::test]
async fn a_fee_needs_a_platform_and_cannot_exceed_the_charge() {
    let sim = Sim::connected().await;
    let own = sim
        .post(
            "/v1/charges",
            "amount=500&currency=usd&source=tok_visa&application_fee_amount=5",
        )
        .send()
        .await;
    assert_eq!(
        (own.status, own.text("/error/param")),
        (400, "application_fee_amount")
    );
    let form = "amount=500&currency=usd&source=tok_visa&application_fee_amount=501";
    assert_eq!(
        sim.post("/v1/charges", form).on(OPERATOR).send().await.status,
        400
    );
    assert_eq!(sim.get("/v1/charges").on(OPERATOR).send().await.ids().len(), 0);
}

#[tokio::test]
async fn oauth_connects_an_account_once_per_code_and_disconnects_it() {
    let sim = Sim::start().await;
    let form = "grant_type=authorization_code&code=ac_acct_standard";
    let connected = sim.post("/oauth/token", form).send().await;
    assert_eq!(connected.text("/stripe_user_id"), "acct_standard");
    // The access token is a key of the connected account itself.
    let own = sim
        .get_as(connected.text("/access_token"), "/v1/account")
        .send()
        .await;
    assert_eq!(own.id(), "acct_standard");
    let again = sim.post("/oauth/token", form).send().await;
    assert_eq!((again.status, again.text("/error")), (400, "invalid_grant"));
    assert_eq!(
        sim.get("/v1/balance").on("acct_standard").send().await.status,
        200
    );
    let form = "client_id=ca_1&stripe_user_id=acct_standard";
    assert_eq!(sim.post("/oauth/deauthorize", form).send().await.status, 200);
    assert_eq!(
        sim.get("/v1/balance").on("acct_standard").send().await.status,
        403
    );
}

#[tokio::test]
async fn a_clone_or_shared_token_needs_a_connected_account() {
    let sim = Sim::connected().await;
    let (customer, method) = sim.rider("pm_card_visa").await;
    let form = format!("customer={customer}&payment_method={method}");
    assert_eq!(sim.post("/v1/payment_methods", &form).send().await.status, 400);
    assert_eq!(
        sim.post("/v1/tokens", &format!("customer={customer}"))
            .send()
            .await
            .status,
        400
    );
    // A rider without a card saved by token has nothing to share unless the card is named.
    let refused = sim
        .post("/v1/tokens", &format!("customer={customer}"))
        .on(OPERATOR)
        .send()
        .await;
    assert_eq!(refused.status, 402);
    let named = format!("customer={customer}&card={method}");
    assert_eq!(
        sim.post("/v1/tokens", &named).on(OPERATOR).send().await.status,
        200
    );
}
