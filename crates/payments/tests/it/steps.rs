//! Performing planned steps: each under its own key, each as often as it takes.

use domain::{RefundId, StripeAccountId, StripeCallKey};
use payments::{Gateway, Metadata, NewRefund, Outcome, PaymentRef, PlannedStep, StepResult, Work, execute};
use serde_json::{Value, json};

use crate::{
    server::{Reply, Server},
    world::{
        charge, customer, intent, method, operator, payment, platform, purchase, source, stripe, token,
        token_charge, usd,
    },
};

fn refund() -> NewRefund {
    let name = RefundId::parse("rfd_1").unwrap();
    NewRefund {
        payment: PaymentRef::Charge(charge("ch_1")),
        amount: usd(100),
        refund_application_fee: true,
        metadata: Metadata::of_refund(&name, &purchase()),
    }
}

fn every_work() -> Vec<(Work, &'static str, Value)> {
    let paid = json!({ "object": "payment_intent", "id": "pi_1", "status": "succeeded" });
    let (customer, source) = (customer(), Some(source("card_1")));
    let clone = Work::ClonePaymentMethod {
        customer: customer.clone(),
        payment_method: method("pm_1"),
    };
    vec![
        (clone, "POST /v1/payment_methods", json!({ "id": "pm_clone" })),
        (
            Work::CreateToken { customer, source },
            "POST /v1/tokens",
            json!({ "id": "tok_1" }),
        ),
        (
            Work::ConfirmPayment(payment(method("pm_clone"), 25)),
            "POST /v1/payment_intents",
            paid.clone(),
        ),
        (
            Work::Charge(token_charge(token("tok_1"), 25)),
            "POST /v1/charges",
            json!({ "object": "charge", "id": "ch_1", "status": "succeeded" }),
        ),
        (
            Work::CancelPayment(intent("pi_1")),
            "POST /v1/payment_intents/pi_1/cancel",
            paid,
        ),
        (
            Work::Refund(refund()),
            "POST /v1/refunds",
            json!({ "id": "re_1", "status": "pending" }),
        ),
    ]
}

fn is_result_of(work: &Work, result: &StepResult) -> bool {
    match work {
        Work::ClonePaymentMethod { .. } => matches!(result, StepResult::PaymentMethod(_)),
        Work::CreateToken { .. } => matches!(result, StepResult::Token(_)),
        Work::ConfirmPayment(_) | Work::Charge(_) | Work::CancelPayment(_) => {
            matches!(result, StepResult::Payment(_))
        }
        Work::Refund(_) => matches!(result, StepResult::Refund(_)),
    }
}

async fn run(gateway: &dyn Gateway, account: &StripeAccountId, step: &PlannedStep) -> Outcome<StepResult> {
    execute(gateway, &platform(), account, step).await
}

#[tokio::test]
async fn every_step_goes_out_under_the_key_it_was_given() {
    for (work, line, body) in every_work() {
        let server = Server::start([Reply::json(200, &body)]).await;
        let step = PlannedStep {
            key: StripeCallKey::derive("pur_7", "charge", 3),
            work,
        };
        let outcome = run(&stripe(&server.url), &operator(), &step).await;
        let asked = server.only();
        assert_eq!(
            (asked.line.as_str(), asked.header("idempotency-key")),
            (line, Some("pur_7-charge-3"))
        );
        assert_eq!(asked.header("stripe-account"), Some("acct_operator"));
        assert!(is_result_of(&step.work, outcome.done().unwrap()), "{outcome:?}");
    }
}

#[tokio::test]
async fn every_step_can_be_run_twice_and_sends_the_same_twice() {
    for (work, line, body) in every_work() {
        let server = Server::start([Reply::Reset, Reply::json(200, &body)]).await;
        let step = PlannedStep {
            key: StripeCallKey::derive("pur_7", "charge", 1),
            work,
        };
        let stripe = stripe(&server.url);
        assert!(
            matches!(run(&stripe, &operator(), &step).await, Outcome::Unknown(_)),
            "{line}"
        );
        assert!(run(&stripe, &operator(), &step).await.done().is_some(), "{line}");
        let asked = server.asked();
        assert_eq!(asked.len(), 2, "{line}");
        assert_eq!(asked[0], asked[1]);
    }
}
