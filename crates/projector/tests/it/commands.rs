//! Any commands to a purchase, in any order, as sources of random histories.

use domain::{
    PaymentMethodId, Purchase,
    purchase::{
        ChargeFacts, DerivedCredential, PurchaseCommand, PurchaseEvent, Route, Step, UnknownReason,
        VoidReason,
    },
    testing::play,
};
use proptest::{collection::vec, prelude::*};

use crate::fixtures::{TOTAL, dollars, facts, free_order, minute, order, payment, refund, sealed};

/// A possible history of the purchase `number`, and the state it leads to.
pub(crate) fn history(
    number: u128,
    start: Option<Route>,
    commands: Vec<PurchaseCommand>,
) -> (Vec<PurchaseEvent>, Purchase) {
    let start = match start {
        Some(route) => PurchaseCommand::Start {
            order: Box::new(order(number)),
            payment: Some(Box::new(payment(number, route))),
            at: minute(0),
        },
        None => PurchaseCommand::Start {
            order: Box::new(free_order(number)),
            payment: None,
            at: minute(0),
        },
    };
    let (events, state) = play::<Purchase>(std::iter::once(start).chain(commands));
    (events, state.unwrap())
}

pub(crate) fn any_start() -> impl Strategy<Value = Option<Route>> {
    prop_oneof![
        4 => Just(Some(Route::PaymentMethod)),
        2 => Just(Some(Route::Token)),
        2 => Just(Some(Route::TokenHandedOver)),
        1 => Just(None),
    ]
}

pub(crate) fn any_commands() -> impl Strategy<Value = Vec<PurchaseCommand>> {
    vec(any_command(), 0..24)
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::DeriveCredential),
        Just(Step::Charge),
        Just(Step::Cancel)
    ]
}

fn any_command() -> impl Strategy<Value = PurchaseCommand> {
    prop_oneof![
        4 => before_the_charge(),
        4 => the_end(),
        4 => after_the_charge(),
    ]
}

fn before_the_charge() -> impl Strategy<Value = PurchaseCommand> {
    let intent = || facts("1").payment_intent.unwrap();
    prop_oneof![
        3 => (1_u32..3, any::<bool>()).prop_map(|(generation, is_token)| PurchaseCommand::RecordCredential {
            generation,
            credential: if is_token {
                DerivedCredential::Token(sealed())
            } else {
                DerivedCredential::PaymentMethod(PaymentMethodId::parse("pm_clone").unwrap())
            },
        }),
        1 => any_step().prop_map(|step| PurchaseCommand::RecordUnknown {
            step,
            reason: UnknownReason::ReplyLost
        }),
        1 => (any_step(), 1_u32..3).prop_map(|(step, generation)| PurchaseCommand::RenewStep {
            step,
            generation,
            at: minute(1),
        }),
        1 => Just(PurchaseCommand::RecordActionRequired {
            payment_intent: intent(),
            at: minute(1)
        }),
        1 => Just(PurchaseCommand::RecordHandOver {
            charge_before: minute(60)
        }),
        1 => Just(PurchaseCommand::ReportCharge {
            charge: facts("1").charge,
            at: minute(1)
        }),
    ]
}

fn the_end() -> impl Strategy<Value = PurchaseCommand> {
    let decline = || domain::purchase::Decline {
        code: "card_declined".to_owned(),
        decline_code: None,
        payment_intent: None,
    };
    prop_oneof![
        3 => ("[12]", 0..=TOTAL).prop_map(|(name, fee)| PurchaseCommand::RecordCharge {
            facts: ChargeFacts { engine_fee: dollars(fee), ..facts(&name) },
            at: minute(1),
        }),
        2 => Just(PurchaseCommand::Complete { at: minute(2) }),
        1 => Just(PurchaseCommand::RecordDecline { decline: decline(), at: minute(2) }),
        1 => Just(PurchaseCommand::Void { reason: VoidReason::NeverCharged, at: minute(2) }),
        1 => Just(PurchaseCommand::RequestReview { reason: "odd".to_owned(), at: minute(2) }),
    ]
}

fn after_the_charge() -> impl Strategy<Value = PurchaseCommand> {
    let which = || (1_u128..4).prop_map(refund);
    let dispute = |name: String| domain::DisputeId::parse(name).unwrap();
    prop_oneof![
        3 => (which(), prop_oneof![1..=TOTAL, Just(TOTAL)]).prop_map(|(refund, cents)| PurchaseCommand::StartRefund {
            refund,
            amount: dollars(cents),
            keep_fee: false,
            items: vec![],
            rules_overridden: false,
            reason: "the rider asked".to_owned(),
            at: minute(3),
        }),
        2 => which().prop_map(|refund| PurchaseCommand::RecordRefund {
            stripe_refund: domain::StripeRefundId::parse(format!("re_{refund}")).unwrap(),
            refund,
            at: minute(4),
        }),
        2 => which().prop_map(|refund| PurchaseCommand::RecordRefundRefused {
            refund,
            code: "charge_disputed".to_owned(),
            at: minute(4),
        }),
        1 => which().prop_map(|refund| PurchaseCommand::RecordRefundUndone {
            stripe_refund: domain::StripeRefundId::parse(format!("re_{refund}")).unwrap(),
            refund,
            code: "expired_or_canceled_card".to_owned(),
            at: minute(5),
        }),
        1 => (1..=TOTAL).prop_map(|cents| PurchaseCommand::RecordRefundAtStripe {
            stripe_refund: domain::StripeRefundId::parse(format!("re_there_{cents}")).unwrap(),
            amount: dollars(cents),
            items: vec![],
            at: minute(5),
        }),
        1 => which().prop_map(|refund| PurchaseCommand::RecordRefundUnknown { refund, reason: UnknownReason::InProgress }),
        1 => ("dp_[12]", 1..=TOTAL).prop_map(move |(name, cents)| PurchaseCommand::RecordDispute {
            dispute: dispute(name),
            amount: dollars(cents),
            inquiry: cents % 2 == 0,
            reason: None,
            at: minute(5),
        }),
        1 => ("dp_[12]", 1..=TOTAL, any::<bool>()).prop_map(move |(name, cents, won)| {
            PurchaseCommand::RecordDisputeClosed {
                dispute: dispute(name),
                amount: dollars(cents),
                inquiry: cents % 2 == 0,
                reason: None,
                won,
                at: minute(6),
            }
        }),
    ]
}
