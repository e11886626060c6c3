//! An operator that charges by itself: whatever comes in whatever order.

use proptest::{collection::vec, prelude::*, sample::select};

use super::fixtures::*;
use crate::{
    ChargeId,
    purchase::{
        Delivery, Next, Purchase, PurchaseCommand, PurchaseEvent, Refutation, Report, Route, VoidReason,
    },
    testing::play,
};

pub(super) fn any_token_news() -> impl Strategy<Value = PurchaseCommand> {
    let when = || (0_i64..3).prop_map(at);
    let charges = || select(vec!["ch_1", "ch_2"]).prop_map(|name| ChargeId::parse(name).unwrap());
    prop_oneof![
        2 => when().prop_map(|charge_before| PurchaseCommand::RecordHandOver { charge_before }),
        2 => (select(vec![Delivery::Webhook, Delivery::Pull]), when())
            .prop_map(|(by, at)| PurchaseCommand::RecordDelivery { by, at }),
        1 => when().prop_map(|at| PurchaseCommand::RecordNotDelivered { at }),
        2 => (charges(), when()).prop_map(|(charge, at)| PurchaseCommand::ReportCharge { charge, at }),
        1 => (charges(), when()).prop_map(|(charge, at)| PurchaseCommand::RefuteReport {
            charge,
            why: Refutation::NotFound,
            at,
        }),
    ]
}

/// What an operator, Stripe and the clock may say once a token is on offer, in any order.
fn any_arrival() -> impl Strategy<Value = PurchaseCommand> {
    prop_oneof![
        4 => any_token_news(),
        1 => select(vec!["ch_1", "ch_2"]).prop_map(record_charge),
        1 => Just(record_decline()),
        1 => Just(void(VoidReason::HandOverExpired)),
        1 => Just(complete()),
    ]
}

proptest! {
    /// Whatever comes first: the report, Stripe's word, the deadline or the answer to the call.
    #[test]
    fn a_token_is_given_out_once_and_no_report_is_lost_whatever_arrives_first(arrivals in vec(any_arrival(), 0..24)) {
        let begin = [
            start(order(), Some(terms(Route::TokenHandedOver))),
            PurchaseCommand::RecordCredential { generation: 1, credential: token("first") },
            PurchaseCommand::RecordHandOver { charge_before: at(2) },
        ];
        let (events, state) = play::<Purchase>(begin.into_iter().chain(arrivals));
        let state = state.unwrap();
        let mut is_out = false;
        for event in &events {
            match event {
                PurchaseEvent::TokenDelivered { .. } => {
                    prop_assert!(!is_out, "the token was given out twice");
                    is_out = true;
                }
                PurchaseEvent::TokenNotDelivered { .. } => is_out = false,
                PurchaseEvent::ChargeReported { charge, .. } => {
                    prop_assert!(state.reports().contains_key(charge), "a report was lost");
                }
                _ => {}
            }
        }
        prop_assert_eq!(is_out, state.delivered().is_some());
        let charges = events.iter().filter(|event| matches!(event, PurchaseEvent::Charged { .. })).count();
        prop_assert!(charges <= 1, "paid twice");
        let is_issued = events.iter().any(|event| matches!(event, PurchaseEvent::Completed { .. }));
        prop_assert!(!is_issued || charges == 1, "issued for nothing");
        let is_open = state.reports().values().any(|report| *report == Report::Open);
        let settles = matches!(state.next(), Next::Issue | Next::RefundAll | Next::Refund { .. });
        prop_assert_eq!(is_open && !settles, matches!(state.next(), Next::Verify { .. }), "what was reported is looked into");
    }
}
