use crate::support::{KEY, OPERATOR, Sim};

#[tokio::test]
async fn parts_are_refunded_until_nothing_is_left() {
    let sim = Sim::connected().await;
    let intent = sim.paid().await;
    let charge = intent.text("/latest_charge").to_owned();
    let refund = |form: String| sim.post("/v1/refunds", &form).on(OPERATOR).send();
    assert_eq!(
        refund(format!("charge={charge}&amount=400"))
            .await
            .text("/status"),
        "succeeded"
    );
    let too_much = refund(format!("charge={charge}&amount=601")).await;
    let text = "Refund amount ($6.01) is greater than unrefunded amount on charge ($6.00)";
    assert_eq!((too_much.status, too_much.message()), (400, text));
    assert_eq!(
        refund(format!("payment_intent={}", intent.id()))
            .await
            .int("/amount"),
        600
    );
    let again = refund(format!("charge={charge}")).await;
    assert_eq!((again.status, again.code()), (400, "charge_already_refunded"));
    let shown = sim
        .get(&format!("/v1/charges/{charge}?expand[]=refunds"))
        .on(OPERATOR)
        .send()
        .await;
    assert_eq!(
        (shown.body["refunded"].as_bool(), shown.int("/amount_refunded")),
        (Some(true), 1000)
    );
    assert_eq!(shown.body["refunds"]["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_application_fee_is_given_back_in_proportion_when_asked_for() {
    let sim = Sim::connected().await;
    let charge = sim.paid().await.text("/latest_charge").to_owned();
    let shown = sim
        .get(&format!("/v1/charges/{charge}"))
        .on(OPERATOR)
        .send()
        .await;
    let fee = format!("/v1/application_fees/{}", shown.text("/application_fee"));
    let refund = |form: String| sim.post("/v1/refunds", &form).on(OPERATOR).send();
    refund(format!("charge={charge}&amount=335&refund_application_fee=true"))
        .await
        .id();
    assert_eq!(sim.get(&fee).send().await.int("/amount_refunded"), 33);
    refund(format!("charge={charge}&amount=100")).await.id();
    assert_eq!(sim.get(&fee).send().await.int("/amount_refunded"), 33);
    refund(format!("charge={charge}&refund_application_fee=true"))
        .await
        .id();
    // Each part brings its own share: what was kept with another part is not made up for.
    let fee = sim.get(&fee).send().await;
    assert_eq!(
        (fee.int("/amount_refunded"), fee.body["refunded"].as_bool()),
        (89, Some(false))
    );
}

#[tokio::test]
async fn a_platform_gives_a_fee_back_by_itself() {
    let sim = Sim::connected().await;
    let charge = sim.paid().await.text("/latest_charge").to_owned();
    let shown = sim
        .get(&format!("/v1/charges/{charge}"))
        .on(OPERATOR)
        .send()
        .await;
    let path = format!("/v1/application_fees/{}/refunds", shown.text("/application_fee"));
    assert_eq!(
        sim.post(&path, "amount=40").send().await.text("/object"),
        "fee_refund"
    );
    assert_eq!(sim.post(&path, "amount=61").send().await.status, 400);
    assert_eq!(sim.get(&path).send().await.ids().len(), 1);
    assert_eq!(sim.get("/v1/balance").send().await.int("/pending/0/amount"), 100);
    assert_eq!(
        sim.get("/v1/balance").send().await.int("/available/0/amount"),
        -40
    );
    assert_eq!(
        sim.get("/v1/balance")
            .on(OPERATOR)
            .send()
            .await
            .int("/available/0/amount"),
        40
    );
}

#[tokio::test]
async fn some_refunds_finish_later_and_some_fail() {
    let sim = Sim::start().await;
    let refund = async |token: &str| {
        let charge = sim
            .post("/v1/charges", &format!("amount=500&currency=usd&source={token}"))
            .send()
            .await
            .id();
        let refund = sim.post("/v1/refunds", &format!("charge={charge}")).send().await;
        (charge, refund)
    };
    let (_, later) = refund("tok_pendingRefund").await;
    let (charge, failing) = refund("tok_refundFail").await;
    assert_eq!(
        (later.text("/status"), failing.text("/status")),
        ("pending", "succeeded")
    );
    sim.control().advance_time(120).unwrap();
    assert_eq!(
        sim.get(&format!("/v1/refunds/{}", later.id()))
            .send()
            .await
            .text("/status"),
        "succeeded"
    );
    let failed = sim.get(&format!("/v1/refunds/{}", failing.id())).send().await;
    assert_eq!(failed.text("/status"), "failed");
    assert_eq!(
        sim.get(&format!("/v1/charges/{charge}"))
            .send()
            .await
            .int("/amount_refunded"),
        0
    );
    assert_eq!(
        sim.get("/v1/events?type=refund.failed").send().await.ids().len(),
        1
    );
}

#[tokio::test]
async fn a_failed_charge_and_an_unknown_one_cannot_be_refunded() {
    let sim = Sim::start().await;
    let refused = sim
        .post("/v1/charges", "amount=500&currency=usd&source=tok_chargeDeclined")
        .send()
        .await;
    let form = format!("charge={}", refused.text("/error/charge"));
    assert_eq!(sim.post("/v1/refunds", &form).send().await.status, 400);
    let unknown = sim.post("/v1/refunds", "charge=ch_nothing").send().await;
    assert_eq!(
        (unknown.status, unknown.message()),
        (400, "No such charge: 'ch_nothing'")
    );
    assert_eq!(
        sim.post("/v1/refunds", "").send().await.code(),
        "parameter_missing"
    );
}

#[tokio::test]
async fn a_disputed_charge_cannot_be_refunded_and_a_won_dispute_returns_the_money() {
    let sim = Sim::start().await;
    let account = stripe_sim::Control::platform_of(KEY).unwrap();
    let charge = sim
        .post("/v1/charges", "amount=5000&currency=usd&source=tok_createDispute")
        .send()
        .await
        .id();
    let shown = sim
        .get(&format!("/v1/charges/{charge}?expand[]=dispute"))
        .send()
        .await;
    assert_eq!(shown.text("/dispute/status"), "needs_response");
    let refused = sim.post("/v1/refunds", &format!("charge={charge}")).send().await;
    assert_eq!(refused.code(), "charge_disputed");
    assert_eq!(
        sim.get("/v1/balance").send().await.int("/available/0/amount"),
        -6500
    );
    let dispute = shown.text("/dispute/id").to_owned();
    sim.control().settle_dispute(&account, &dispute, true).unwrap();
    assert_eq!(sim.get("/v1/balance").send().await.int("/available/0/amount"), 0);
    assert_eq!(
        sim.get(&format!("/v1/disputes/{dispute}"))
            .send()
            .await
            .text("/status"),
        "won"
    );
    assert!(sim.control().settle_dispute(&account, &dispute, false).is_err());
}

#[tokio::test]
async fn evidence_decides_a_dispute_as_published() {
    let sim = Sim::start().await;
    for (evidence, status) in [("winning_evidence", "won"), ("losing_evidence", "lost")] {
        let charge = sim
            .post("/v1/charges", "amount=500&currency=usd&source=tok_createDispute")
            .send()
            .await;
        let dispute = sim
            .get(&format!("/v1/charges/{}", charge.id()))
            .send()
            .await
            .text("/dispute")
            .to_owned();
        let form = format!("evidence[uncategorized_text]={evidence}");
        assert_eq!(
            sim.post(&format!("/v1/disputes/{dispute}"), &form)
                .send()
                .await
                .text("/status"),
            status
        );
    }
}
