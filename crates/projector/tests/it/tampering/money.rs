//! Money.

use domain::{
    Money,
    purchase::{ChargeFacts, PurchaseEvent},
};
use projector::audit::Rule;

use super::tampered::Tampered;
use crate::{
    auditing::audit,
    fixtures::{
        charged, completed, declined, facts, issued, minute, refund_refused, refund_started, refunded,
        started, voided,
    },
};

#[tokio::test]
async fn a_second_charge_is_noticed_and_so_is_one_that_serves_two_purchases() {
    let tampered = Tampered::new().await;
    let report = tampered.purchase(1, [charged("again")]).await;
    report
        .breaks(&[Rule::Possible, Rule::OneCharge, Rule::Balanced])
        .await;

    let tampered = Tampered::new().await;
    let shared = tampered.purchase(9, [started(9), charged("1")]).await;
    let report = shared.breaks(&[Rule::OneCharge]).await;
    assert_eq!(report.violations.len(), 2, "the charge and the PaymentIntent");

    let tampered = Tampered::new().await;
    let other = ChargeFacts {
        payment_intent: facts("1").payment_intent,
        ..facts("9")
    };
    let other = PurchaseEvent::Charged {
        facts: other,
        at: minute(1),
    };
    tampered
        .purchase(9, [started(9), other])
        .await
        .breaks(&[Rule::OneCharge])
        .await;
}

#[tokio::test]
async fn what_is_completed_and_issued_stands_in_one_commit() {
    let tampered = Tampered::new().await;
    tampered
        .purchase(9, [started(9), charged("9")])
        .await
        .purchase(9, [completed()])
        .await;
    tampered.breaks(&[Rule::ChargedIsIssued]).await;
    tampered.wallet(1, [issued(9)]).await;
    let report = tampered.breaks(&[Rule::ChargedIsIssued]).await;
    assert_eq!(report.violations.len(), 2, "neither commit is whole: {report}");
}

#[tokio::test]
async fn what_was_charged_and_led_to_nothing_is_noticed() {
    let history = [
        started(9),
        charged("9"),
        refund_started(1, 1_250, 100),
        refund_refused(1),
    ];
    Tampered::new()
        .await
        .purchase(9, history)
        .await
        .breaks(&[Rule::ChargedIsIssued])
        .await;
    let in_part = [
        started(9),
        charged("9"),
        refund_started(1, 1_000, 80),
        refunded(1),
    ];
    Tampered::new()
        .await
        .purchase(9, in_part)
        .await
        .breaks(&[Rule::Possible, Rule::ChargedIsIssued])
        .await;
}

#[tokio::test]
async fn passes_that_nobody_paid_for_are_noticed() {
    let tampered = Tampered::new().await;
    tampered
        .purchase(9, [started(9)])
        .await
        .both(9, completed(), issued(9))
        .await;
    tampered
        .breaks(&[Rule::Possible, Rule::ChargedIsIssued, Rule::Balanced])
        .await;
    let tampered = Tampered::new().await;
    tampered
        .wallet(1, [issued(9)])
        .await
        .breaks(&[Rule::ChargedIsIssued])
        .await;
}

#[tokio::test]
async fn a_decline_that_issues_is_noticed() {
    for end in [declined(), voided()] {
        let tampered = Tampered::new().await;
        tampered
            .purchase(9, [started(9), end])
            .await
            .wallet(1, [issued(9)])
            .await;
        tampered
            .breaks(&[Rule::ChargedIsIssued, Rule::DeclinedIssuesNothing])
            .await;
    }
    let tampered = Tampered::new().await;
    tampered
        .purchase(1, [declined()])
        .await
        .breaks(&[Rule::Possible, Rule::DeclinedIssuesNothing])
        .await;
}

#[tokio::test]
async fn what_cannot_be_booked_is_noticed() {
    let yen = Money::new(100, "JPY".parse().unwrap());
    let charge = PurchaseEvent::Charged {
        facts: ChargeFacts {
            engine_fee: yen,
            ..facts("9")
        },
        at: minute(1),
    };
    Tampered::new()
        .await
        .purchase(9, [started(9), charge])
        .await
        .breaks(&[Rule::Possible, Rule::Balanced])
        .await;
}

#[tokio::test]
async fn refunds_beyond_the_charge_are_noticed() {
    let tampered = Tampered::new().await;
    tampered
        .purchase(1, [refund_started(1, 1_000, 80), refunded(1)])
        .await;
    let report = tampered.purchase(1, [refund_started(2, 1_000, 20)]).await;
    report.breaks(&[Rule::Possible, Rule::RefundsWithinCharge]).await;

    // A refund that Stripe refused and sent after all, when the money had been promised anew.
    let tampered = Tampered::new().await;
    tampered
        .purchase(1, [refund_started(1, 1_250, 100), refund_refused(1)])
        .await;
    tampered
        .purchase(1, [refund_started(2, 1_250, 100), refunded(2), refunded(1)])
        .await;
    let report = audit(&tampered.server).await;
    assert!(report.broken.contains_key(&Rule::RefundsWithinCharge), "{report}");
}
