//! Stripe's newest object types, as generated for Rust, can read what the simulator answers. They refuse an object
//! that lacks a member Stripe always gives.

use std::fmt::Display;

use serde_json::Value;
use stripe_client_core::{
    CustomizedStripeRequest, RequestBuilder, StripeClient, StripeClientErr, StripeMethod,
};

use crate::support::{OPERATOR, Sim};

/// A client that answers every request with the same body.
struct Canned(String);

#[derive(Debug)]
struct Unreadable {
    #[expect(dead_code, reason = "shown by Debug when a test fails")]
    message: String,
}

impl StripeClientErr for Unreadable {
    fn deserialize_err(message: impl Display) -> Self {
        Self {
            message: message.to_string(),
        }
    }
}

impl StripeClient for Canned {
    type Err = Unreadable;

    async fn execute(&self, _: CustomizedStripeRequest) -> Result<bytes::Bytes, Unreadable> {
        Ok(bytes::Bytes::from(self.0.clone()))
    }
}

/// Read a body as a type, which is named by the annotation on the result.
macro_rules! reads_as {
    ($kind:ty, $body:expr) => {{
        let body: &Value = $body;
        let request = RequestBuilder::new(StripeMethod::Get, "/").customize::<$kind>();
        let read = request.send(&Canned(body.to_string())).await;
        assert!(read.is_ok(), "{}: {:?}\n{body:#}", stringify!($kind), read.err());
    }};
}

#[tokio::test]
async fn the_money_path_can_be_read() {
    let sim = Sim::connected().await;
    let customer = sim
        .post("/v1/customers", "source=tok_visa&email=a@b.example")
        .send()
        .await;
    reads_as!(stripe_shared::Customer, &customer.body);
    let expanded = sim.get(&format!(
        "/v1/customers/{}?expand[]=sources&expand[]=default_source",
        customer.id()
    ));
    reads_as!(stripe_shared::Customer, &expanded.send().await.body);
    let token = sim
        .post("/v1/tokens", &format!("customer={}", customer.id()))
        .on(OPERATOR)
        .send()
        .await;
    reads_as!(stripe_shared::Token, &token.body);
    let form = format!(
        "amount=900&currency=usd&source={}&application_fee_amount=9",
        token.id()
    );
    let charge = sim.post("/v1/charges", &form).on(OPERATOR).send().await;
    reads_as!(stripe_shared::Charge, &charge.body);
    let intent = sim.paid().await;
    reads_as!(stripe_shared::PaymentIntent, &intent.body);
    let path = format!("/v1/payment_intents/{}", intent.id());
    let deep =
        "?expand[]=latest_charge.balance_transaction&expand[]=latest_charge.refunds&expand[]=payment_method";
    let expanded = sim.get(&format!("{path}{deep}")).on(OPERATOR).send().await;
    reads_as!(stripe_shared::PaymentIntent, &expanded.body);
    let (_, method) = sim.rider("pm_card_amex").await;
    reads_as!(
        stripe_shared::PaymentMethod,
        &sim.get(&format!("/v1/payment_methods/{method}"))
            .send()
            .await
            .body
    );
    let refund = format!(
        "payment_intent={}&amount=5&refund_application_fee=true",
        intent.id()
    );
    reads_as!(
        stripe_shared::Refund,
        &sim.post("/v1/refunds", &refund).on(OPERATOR).send().await.body
    );
    let fee = sim.get("/v1/application_fees").send().await;
    reads_as!(stripe_shared::ApplicationFee, &fee.body["data"][0]);
    for row in sim.get("/v1/balance_transactions").on(OPERATOR).send().await.body["data"]
        .as_array()
        .unwrap()
    {
        reads_as!(stripe_shared::BalanceTransaction, row);
    }
    for event in sim.get("/v1/events?limit=100").on(OPERATOR).send().await.body["data"]
        .as_array()
        .unwrap()
    {
        reads_as!(stripe_shared::Event, event);
    }
}

#[tokio::test]
async fn challenges_and_declines_can_be_read() {
    let sim = Sim::start().await;
    let form = "amount=500&currency=usd&confirm=true&payment_method=pm_card_";
    let refused = sim
        .post("/v1/payment_intents", &format!("{form}chargeDeclined"))
        .send()
        .await;
    reads_as!(stripe_shared::Error, &refused.body);
    reads_as!(
        stripe_shared::PaymentIntent,
        &refused.body["error"]["payment_intent"]
    );
    let failed = sim
        .get(&format!("/v1/charges/{}", refused.text("/error/charge")))
        .send()
        .await;
    reads_as!(stripe_shared::Charge, &failed.body);
    for rest in [
        "authenticationRequired",
        "authenticationRequired&return_url=https://a.example",
    ] {
        let waiting = sim
            .post("/v1/payment_intents", &format!("{form}{rest}"))
            .send()
            .await;
        reads_as!(stripe_shared::PaymentIntent, &waiting.body);
    }
    let setup = sim
        .post(
            "/v1/setup_intents",
            "payment_method=pm_card_authenticationRequired&confirm=true",
        )
        .send()
        .await;
    reads_as!(stripe_shared::SetupIntent, &setup.body);
    sim.post("/v1/charges", "amount=500&currency=usd&source=tok_createDispute")
        .send()
        .await
        .id();
    let disputes = sim.get("/v1/disputes?expand[]=data.charge").send().await;
    reads_as!(stripe_shared::Dispute, &disputes.body["data"][0]);
    let source = sim.post("/v1/sources", "type=card&token=tok_visa").send().await;
    reads_as!(stripe_shared::Source, &source.body);
}

#[tokio::test]
async fn accounts_and_payouts_can_be_read() {
    let sim = Sim::connected().await;
    let account = sim
        .post(
            "/v1/accounts",
            "type=express&capabilities[transfers][requested]=true",
        )
        .send()
        .await;
    reads_as!(stripe_shared::Account, &account.body);
    reads_as!(
        stripe_shared::Account,
        &sim.get(&format!("/v1/accounts/{OPERATOR}")).send().await.body
    );
    sim.post("/v1/charges", "amount=1000&currency=usd&source=tok_bypassPending")
        .send()
        .await
        .id();
    let payout = sim.post("/v1/payouts", "amount=100&currency=usd").send().await;
    reads_as!(stripe_shared::Payout, &payout.body);
    let customer = sim.customer("tok_visa").await;
    reads_as!(
        stripe_shared::DeletedCustomer,
        &sim.delete(&format!("/v1/customers/{customer}")).send().await.body
    );
    reads_as!(
        stripe_shared::DeletedAccount,
        &sim.delete(&format!("/v1/accounts/{}", account.id()))
            .send()
            .await
            .body
    );
}
