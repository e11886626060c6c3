//! Performing planned steps: each under its own key, each as often as it takes.

use domain::{RefundId, StripeAccountId};
use payments::{
    ChargingMode, Gateway, Metadata, NewRefund, Outcome, PaymentRef, PlannedStep, Route, SavedCredential,
    Step, StepResult, Work, execute, key_for, plan, route_for,
};
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
            key: key_for("pur_7", Step::Charge, 3),
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
            key: key_for("pur_7", Step::Charge, 1),
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

#[tokio::test]
async fn a_planned_purchase_uses_one_key_for_each_of_its_steps() {
    let saved = SavedCredential::PaymentMethod(method("pm_1"));
    let route = route_for(&saved, ChargingMode::Engine).unwrap();
    assert_eq!(route, Route::PaymentMethod);
    let paid = json!({ "object": "payment_intent", "id": "pi_1", "status": "succeeded" });
    let server = Server::start([
        Reply::json(200, &json!({ "id": "pm_clone" })),
        Reply::json(200, &paid),
    ])
    .await;
    let stripe = stripe(&server.url);
    for call in plan(route, &purchase(), 1) {
        let work = match call.step {
            Step::DeriveCredential => Work::ClonePaymentMethod {
                customer: customer(),
                payment_method: method("pm_1"),
            },
            Step::Charge => Work::ConfirmPayment(payment(method("pm_clone"), 25)),
            other => panic!("{other:?} does not pay a purchase"),
        };
        let step = PlannedStep { key: call.key, work };
        assert!(run(&stripe, &operator(), &step).await.done().is_some());
    }
    let asked = server.asked();
    let keys: Vec<_> = asked.iter().map(|one| one.header("idempotency-key")).collect();
    assert_eq!(keys, [Some("pur_1-derive-1"), Some("pur_1-charge-1")]);
}
