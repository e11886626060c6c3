//! What is asked of a purchase, and what is heard about it.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    DisputeId, Money, PaymentIntentId, Sealed, StripeRefundId,
    purchase::{
        ChargeFacts, Decline, Delivery, DerivedCredential, PurchaseCommand, Refutation, Route, Step,
        UnknownReason, VoidReason,
    },
};

use crate::fixtures::{charge, order, payment, payment_method, refund, usd};

const STEPS: [Step; 3] = [Step::DeriveCredential, Step::Charge, Step::Cancel];

fn start(at: DateTime<Utc>) -> Vec<PurchaseCommand> {
    let paid =
        [Route::PaymentMethod, Route::Token, Route::TokenHandedOver].map(|route| PurchaseCommand::Start {
            order: Box::new(order(1, 100, 3)),
            payment: Some(Box::new(payment(1, route))),
            at,
        });
    let free = PurchaseCommand::Start {
        order: Box::new(order(1, 0, 3)),
        payment: None,
        at,
    };
    paid.into_iter().chain([free]).collect()
}

fn credentials() -> Vec<PurchaseCommand> {
    let derived = [
        DerivedCredential::PaymentMethod(payment_method("pm_clone")),
        DerivedCredential::Token(Sealed::from_ciphertext("sealed".to_owned())),
    ];
    let each = |credential: DerivedCredential| {
        [1, 2].map(move |generation| PurchaseCommand::RecordCredential {
            generation,
            credential: credential.clone(),
        })
    };
    derived.into_iter().flat_map(each).collect()
}

fn money_facts(at: DateTime<Utc>) -> Vec<PurchaseCommand> {
    let facts = |id: &str, amount: Money| ChargeFacts {
        payment_intent: None,
        charge: charge(id),
        amount,
        engine_fee: usd(30),
    };
    let decline = Decline {
        code: "card_declined".to_owned(),
        decline_code: None,
        payment_intent: None,
    };
    let mut commands: Vec<_> = [("ch_1", 300), ("ch_2", 300), ("ch_1", 299)]
        .map(|(id, amount)| PurchaseCommand::RecordCharge {
            facts: facts(id, usd(amount)),
            at,
        })
        .into();
    let passing = Decline {
        decline_code: Some("try_again_later".to_owned()),
        ..decline.clone()
    };
    commands.push(PurchaseCommand::RecordPassingDecline {
        generation: 1,
        decline: passing,
        at,
    });
    commands.push(PurchaseCommand::RecordDecline { decline, at });
    commands.push(PurchaseCommand::Complete { at });
    commands.push(PurchaseCommand::Complete { at });
    commands.extend(
        [VoidReason::RefusedByStripe, VoidReason::NeverCharged]
            .map(|reason| PurchaseCommand::Void { reason, at }),
    );
    commands
}

fn refunds(at: DateTime<Utc>) -> Vec<PurchaseCommand> {
    let reason = || "the rider asked".to_owned();
    let mut commands = Vec::new();
    for number in [1, 2, 3] {
        let refund = || refund(number);
        let refunds = [(100, false), (100, true), (200, false), (300, false)];
        commands.extend(refunds.map(|(amount, keep_fee)| PurchaseCommand::StartRefund {
            refund: refund(),
            amount: usd(amount),
            keep_fee,
            items: vec![],
            rules_overridden: false,
            reason: reason(),
            at,
        }));
        commands.extend([1, 2].map(|generation| PurchaseCommand::RetryRefund {
            refund: refund(),
            generation,
            at,
        }));
        commands.extend(["re_1", "re_2"].map(|id| PurchaseCommand::RecordRefund {
            refund: refund(),
            stripe_refund: StripeRefundId::parse(id).unwrap(),
            at,
        }));
        commands.push(PurchaseCommand::RecordRefundUnknown {
            refund: refund(),
            reason: UnknownReason::ReplyLost,
        });
        commands.push(PurchaseCommand::RecordRefundUndone {
            refund: refund(),
            stripe_refund: StripeRefundId::parse("re_1").unwrap(),
            code: "expired_or_canceled_card".to_owned(),
            at,
        });
        commands.push(PurchaseCommand::RecordRefundRefused {
            refund: refund(),
            code: "charge_disputed".to_owned(),
            at,
        });
    }
    commands.extend([("re_2", 100), ("re_3", 200)].map(|(id, amount)| {
        PurchaseCommand::RecordRefundAtStripe {
            stripe_refund: StripeRefundId::parse(id).unwrap(),
            amount: usd(amount),
            items: vec![],
            at,
        }
    }));
    commands
}

fn offer(at: DateTime<Utc>) -> [PurchaseCommand; 3] {
    let charge_before = at + TimeDelta::minutes(10);
    let by = Delivery::Webhook;
    [
        PurchaseCommand::RecordHandOver { charge_before },
        PurchaseCommand::RecordDelivery { by, at },
        PurchaseCommand::RecordNotDelivered { at },
    ]
}

pub(super) fn purchase(at: DateTime<Utc>) -> Vec<PurchaseCommand> {
    let payment_intent = PaymentIntentId::parse("pi_1").unwrap();
    let dispute = DisputeId::parse("dp_1").unwrap();
    let mut commands = [start(at), credentials(), money_facts(at), refunds(at)].concat();
    for step in STEPS {
        commands.push(PurchaseCommand::RecordUnknown {
            step,
            reason: UnknownReason::ReplyLost,
        });
        commands.extend([1, 2].map(|generation| PurchaseCommand::RenewStep { step, generation, at }));
    }
    commands.extend([
        PurchaseCommand::RecordActionRequired { payment_intent, at },
        PurchaseCommand::RecordHandOver {
            charge_before: at + TimeDelta::minutes(10),
        },
        PurchaseCommand::RecordHandOver {
            charge_before: at + TimeDelta::minutes(10),
        },
        PurchaseCommand::RecordDelivery {
            by: Delivery::Webhook,
            at,
        },
        PurchaseCommand::RecordDelivery {
            by: Delivery::Webhook,
            at,
        },
        PurchaseCommand::RecordNotDelivered { at },
        PurchaseCommand::RecordNotDelivered { at },
        PurchaseCommand::ReportCharge {
            charge: charge("ch_1"),
            at,
        },
        PurchaseCommand::ReportCharge {
            charge: charge("ch_2"),
            at,
        },
        PurchaseCommand::RefuteReport {
            charge: charge("ch_1"),
            why: Refutation::NotFound,
            at,
        },
        PurchaseCommand::RecordDispute {
            dispute: dispute.clone(),
            amount: usd(300),
            inquiry: true,
            reason: None,
            at,
        },
        PurchaseCommand::RecordDispute {
            dispute: dispute.clone(),
            amount: usd(300),
            inquiry: false,
            reason: None,
            at,
        },
        PurchaseCommand::RequestReview {
            reason: "nobody knows".to_owned(),
            at,
        },
    ]);
    // What never left follows upon two others within a short time, and would hardly ever come up.
    commands.extend((0..6).flat_map(|_| offer(at)));
    commands.extend([true, false].map(|won| PurchaseCommand::RecordDisputeClosed {
        dispute: dispute.clone(),
        amount: usd(300),
        inquiry: false,
        reason: None,
        won,
        at,
    }));
    commands
}
