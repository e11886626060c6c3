use serde_json::Value;

use crate::support::{OPERATOR, Sim};

fn sum(rows: &Value, field: &str) -> i64 {
    rows.as_array()
        .unwrap()
        .iter()
        .map(|row| row[field].as_i64().unwrap())
        .sum()
}

#[tokio::test]
async fn what_riders_paid_is_what_operator_platform_and_stripe_hold() {
    let sim = Sim::connected().await;
    let mut charges = Vec::new();
    for _ in 0..5 {
        charges.push(sim.paid().await.text("/latest_charge").to_owned());
    }
    for (charge, form) in [
        (&charges[0], "&amount=333&refund_application_fee=true"),
        (&charges[1], ""),
        (&charges[2], "&refund_application_fee=true"),
        (&charges[3], "&amount=1"),
    ] {
        sim.post("/v1/refunds", &format!("charge={charge}{form}"))
            .on(OPERATOR)
            .send()
            .await
            .id();
    }
    let books = sim.control().books();
    let operator = &books["accounts"][OPERATOR];
    let platform = &books["accounts"][stripe_sim::Control::platform_of(crate::support::KEY).unwrap()];
    let paid = sum(&operator["charges"], "amount") - sum(&operator["refunds"], "amount");
    let held = sum(&operator["balance_transactions"], "net") + sum(&platform["balance_transactions"], "net");
    // Stripe keeps its processing fee of each payment: 5 times 59.
    assert_eq!(paid, held + 5 * 59);
    let earned =
        sum(&platform["application_fees"], "amount") - sum(&platform["application_fees"], "amount_refunded");
    assert_eq!(earned, sum(&platform["balance_transactions"], "net"));
    for charge in operator["charges"].as_array().unwrap() {
        assert!(charge["amount_refunded"].as_i64() <= charge["amount"].as_i64());
    }
}
