use crate::support::{KEY, OPERATOR, Sim};

const DAY: i64 = 86_400;

#[tokio::test]
async fn money_is_pending_for_two_days_and_then_paid_out() {
    let sim = Sim::connected().await;
    sim.paid().await;
    let balance = sim.get("/v1/balance").on(OPERATOR).send().await;
    assert_eq!(
        (
            balance.int("/pending/0/amount"),
            balance.int("/available/0/amount")
        ),
        (841, 0)
    );
    sim.control().advance_time(2 * DAY + 60).unwrap();
    let payouts = sim.get("/v1/payouts").on(OPERATOR).send().await;
    assert_eq!(
        (payouts.int("/data/0/amount"), payouts.text("/data/0/status")),
        (841, "pending")
    );
    assert_eq!(
        sim.get("/v1/balance")
            .on(OPERATOR)
            .send()
            .await
            .int("/available/0/amount"),
        0
    );
    let rows = format!("/v1/balance_transactions?payout={}", payouts.ids()[0]);
    assert_eq!(sim.get(&rows).on(OPERATOR).send().await.ids().len(), 2);
    sim.control().advance_time(2 * DAY + 60).unwrap();
    let payouts = sim.get("/v1/payouts?status=paid").on(OPERATOR).send().await;
    assert_eq!(payouts.ids().len(), 1);
    assert_eq!(
        sim.get("/v1/events?type=payout.paid")
            .on(OPERATOR)
            .send()
            .await
            .ids()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_payout_by_hand_cannot_exceed_what_is_available() {
    let sim = Sim::start().await;
    sim.post("/v1/charges", "amount=1000&currency=usd&source=tok_bypassPending")
        .send()
        .await
        .id();
    assert_eq!(
        sim.get("/v1/balance").send().await.int("/available/0/amount"),
        941
    );
    let refused = sim.post("/v1/payouts", "amount=942&currency=usd").send().await;
    assert_eq!((refused.status, refused.code()), (400, "balance_insufficient"));
    let payout = sim
        .post("/v1/payouts", "amount=900&currency=usd")
        .send()
        .await
        .id();
    assert_eq!(sim.get("/v1/balance").send().await.int("/available/0/amount"), 41);
    let canceled = sim.post(&format!("/v1/payouts/{payout}/cancel"), "").send().await;
    assert_eq!(canceled.text("/status"), "canceled");
    assert_eq!(
        sim.get("/v1/balance").send().await.int("/available/0/amount"),
        941
    );
}

#[tokio::test]
async fn a_payout_can_be_made_by_command() {
    let sim = Sim::start().await;
    let account = stripe_sim::Control::platform_of(KEY).unwrap();
    sim.post("/v1/charges", "amount=1000&currency=usd&source=tok_bypassPending")
        .send()
        .await
        .id();
    let payouts = sim.control().pay_out(&account).unwrap();
    assert_eq!(sim.get("/v1/payouts").send().await.ids(), payouts);
    assert_eq!(sim.control().pay_out(&account).unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn each_currency_has_a_balance_of_its_own() {
    let sim = Sim::start().await;
    sim.post("/v1/charges", "amount=1000&currency=usd&source=tok_visa")
        .send()
        .await
        .id();
    sim.post("/v1/charges", "amount=2000&currency=eur&source=tok_visa")
        .send()
        .await
        .id();
    let balance = sim.get("/v1/balance").send().await;
    let pending: Vec<(&str, i64)> = balance.body["pending"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["currency"].as_str().unwrap(), row["amount"].as_i64().unwrap()))
        .collect();
    assert_eq!(pending, [("eur", 1912), ("usd", 941)]);
}
