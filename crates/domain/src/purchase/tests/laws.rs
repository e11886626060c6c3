//! What holds whatever is asked, in whatever order, however often.

use proptest::{collection::vec, prelude::*, sample::select};

use super::{arrivals::any_token_news, fixtures::*};
use crate::{
    Aggregate, ChargeId, evolve,
    purchase::{
        ChargeFacts, Delivery, Next, Order, PaymentTerms, Purchase, PurchaseCommand, PurchaseEvent,
        RefundState, Refutation, Route, Stage, Step, UnknownReason, VoidReason,
    },
    replay,
    testing::play,
};

/// Each command in a form that may succeed somewhere; the first begins a purchase.
pub(super) fn one_of_each() -> Vec<PurchaseCommand> {
    vec![
        start(order(), Some(terms(Route::PaymentMethod))),
        PurchaseCommand::RecordCredential {
            generation: 1,
            credential: clone_named("first"),
        },
        PurchaseCommand::RecordUnknown {
            step: Step::Charge,
            reason: UnknownReason::ReplyLost,
        },
        renew(Step::Charge, 1),
        PurchaseCommand::RecordActionRequired {
            payment_intent: intent("pi_1"),
            at: at(2),
        },
        PurchaseCommand::RecordHandOver {
            charge_before: at(60),
        },
        PurchaseCommand::RecordDelivery {
            by: Delivery::Webhook,
            at: at(3),
        },
        PurchaseCommand::RecordNotDelivered { at: at(3) },
        PurchaseCommand::ReportCharge {
            charge: ChargeId::parse("ch_1").unwrap(),
            at: at(4),
        },
        PurchaseCommand::RefuteReport {
            charge: ChargeId::parse("ch_1").unwrap(),
            why: Refutation::NotFound,
            at: at(4),
        },
        record_charge("ch_1"),
        record_passing_decline(1),
        record_decline(),
        void(VoidReason::NeverCharged),
        complete(),
        start_refund("rfd_1", usd(1_000)),
        PurchaseCommand::RecordRefundUnknown {
            refund: refund_id("rfd_1"),
            reason: UnknownReason::ReplyLost,
        },
        record_refund("rfd_1", "re_1"),
        record_refund_refused("rfd_1"),
        PurchaseCommand::RecordDispute {
            dispute: dispute_id("dp_1"),
            amount: usd(1_000),
            inquiry: false,
            reason: None,
            at: at(7),
        },
        PurchaseCommand::RecordDisputeClosed {
            dispute: dispute_id("dp_1"),
            amount: usd(1_000),
            inquiry: false,
            reason: None,
            won: true,
            at: at(8),
        },
        PurchaseCommand::RequestReview {
            reason: "odd".to_owned(),
            at: at(9),
        },
    ]
}

fn any_step() -> impl Strategy<Value = Step> {
    select(vec![Step::DeriveCredential, Step::Charge, Step::Cancel])
}

fn any_reason() -> impl Strategy<Value = UnknownReason> {
    select(vec![UnknownReason::ReplyLost, UnknownReason::InProgress])
}

fn any_way() -> impl Strategy<Value = (Order, Option<PaymentTerms>)> {
    select(vec![
        (order(), Some(terms(Route::PaymentMethod))),
        (order(), Some(terms(Route::Token))),
        (order(), Some(terms(Route::TokenHandedOver))),
        (free_order(), None),
    ])
}

fn any_refund() -> impl Strategy<Value = String> {
    (1..4).prop_map(|n| format!("rfd_{n}"))
}

fn any_call_news() -> impl Strategy<Value = PurchaseCommand> {
    let when = || (0_i64..3).prop_map(at);
    let names = || select(vec!["first", "second"]);
    prop_oneof![
        4 => (select(vec![1, 1, 1, 2, 3]), names(), any::<bool>()).prop_map(|(generation, name, cloned)| {
            let credential = if cloned { clone_named(name) } else { token(name) };
            PurchaseCommand::RecordCredential { generation, credential }
        }),
        2 => (any_step(), any_reason()).prop_map(|(step, reason)| PurchaseCommand::RecordUnknown { step, reason }),
        2 => (any_step(), 1_u32..4, when())
            .prop_map(|(step, generation, at)| PurchaseCommand::RenewStep { step, generation, at }),
        2 => (select(vec!["pi_1", "pi_2"]), when())
            .prop_map(|(name, at)| PurchaseCommand::RecordActionRequired { payment_intent: intent(name), at }),
        2 => when().prop_map(|charge_before| PurchaseCommand::RecordHandOver { charge_before }),
        1 => any_token_news(),
    ]
}

fn any_ending() -> impl Strategy<Value = PurchaseCommand> {
    let when = || (0_i64..3).prop_map(at);
    let amounts = || select(vec![usd(1_000), usd(1_000), usd(1_000), usd(999), yen(1_000)]);
    prop_oneof![
        3 => (select(vec!["ch_1", "ch_2"]), amounts(), 0_i64..1_200, when()).prop_map(|(charge, amount, fee, at)| {
            PurchaseCommand::RecordCharge { facts: ChargeFacts { amount, engine_fee: usd(fee), ..facts(charge) }, at }
        }),
        1 => Just(record_decline()),
        2 => (1_u32..4).prop_map(record_passing_decline),
        1 => select(vec![VoidReason::NeverCharged, VoidReason::ActionRequired]).prop_map(void),
        3 => Just(complete()),
    ]
}

fn any_money_back() -> impl Strategy<Value = PurchaseCommand> {
    let stripe = || select(vec!["re_1", "re_2", "re_3"]);
    prop_oneof![
        4 => (any_refund(), select(vec![usd(1_000), usd(333), usd(334), usd(1), yen(1)]))
            .prop_map(|(refund, amount)| start_refund(&refund, amount)),
        3 => (any_refund(), stripe()).prop_map(|(refund, stripe)| record_refund(&refund, stripe)),
        2 => any_refund().prop_map(|refund| record_refund_refused(&refund)),
        1 => (any_refund(), any_reason()).prop_map(|(refund, reason)| PurchaseCommand::RecordRefundUnknown {
            refund: refund_id(&refund),
            reason,
        }),
        1 => (select(vec!["dp_1", "dp_2"]), 1_i64..3).prop_map(|(name, cents)| {
            PurchaseCommand::RecordDispute { dispute: dispute_id(name), amount: usd(cents), inquiry: false, reason: None, at: at(7) }
        }),
        1 => (select(vec!["dp_1", "dp_2"]), 1_i64..3, any::<bool>()).prop_map(|(name, cents, won)| {
            PurchaseCommand::RecordDisputeClosed { dispute: dispute_id(name), amount: usd(cents), inquiry: false, reason: None, won, at: at(8) }
        }),
        1 => select(vec!["odd", "odder"]).prop_map(|reason| PurchaseCommand::RequestReview {
            reason: reason.to_owned(),
            at: at(9),
        }),
    ]
}

/// A beginning, some way along, and then anything, including other beginnings.
fn any_commands() -> impl Strategy<Value = Vec<PurchaseCommand>> {
    let begin = || any_way().prop_map(|(order, payment)| start(order, payment));
    let any = prop_oneof![
        1 => begin(),
        8 => any_call_news(),
        5 => any_ending(),
        8 => any_money_back(),
    ];
    (begin(), vec(any_call_news(), 0..12), vec(any, 0..32))
        .prop_map(|(first, news, rest)| std::iter::once(first).chain(news).chain(rest).collect())
}

/// The news that tells that what is next was done, the way it should go.
fn success(state: &Purchase) -> Option<PurchaseCommand> {
    Some(match state.next() {
        Next::Call { call, .. } => match call.step {
            Step::DeriveCredential => {
                let route = state.payment().expect("only what is paid for has calls").route;
                let credential = credential_for(route, "first");
                PurchaseCommand::RecordCredential {
                    generation: call.generation,
                    credential,
                }
            }
            Step::Charge => record_charge("ch_1"),
            Step::Cancel => void(VoidReason::ActionRequired),
        },
        Next::AwaitRetry { .. } => {
            let (call, _) = &state.calls[&Step::DeriveCredential];
            renew(Step::DeriveCredential, call.generation)
        }
        Next::HandOver => PurchaseCommand::RecordHandOver {
            charge_before: at(60),
        },
        Next::AwaitOperator { .. } => record_charge("ch_1"),
        Next::Verify { charge } if state.charge().is_none() => record_charge(charge.as_str()),
        Next::Verify { charge } => PurchaseCommand::RefuteReport {
            charge,
            why: Refutation::SecondCharge,
            at: at(5),
        },
        Next::Issue => complete(),
        Next::RefundAll => start_refund("rfd_whole", state.charge().expect("something was charged").amount),
        Next::Refund { refund } => record_refund(refund.as_str(), &format!("re_of_{refund}")),
        Next::Nothing => return None,
    })
}

fn count(history: &[PurchaseEvent], of: fn(&PurchaseEvent) -> bool) -> usize {
    history.iter().filter(|event| of(event)).count()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn what_was_decided_can_always_be_folded_and_read_back(commands in any_commands()) {
        let (history, state) = play::<Purchase>(commands);
        let stored: Vec<String> = history.iter().map(|event| serde_json::to_string(event).unwrap()).collect();
        let read: Vec<PurchaseEvent> = stored.iter().map(|event| serde_json::from_str(event).unwrap()).collect();
        prop_assert_eq!(&read, &history);
        prop_assert_eq!(replay::<Purchase>(&read).unwrap(), state.clone());
        let snapshot = serde_json::to_string(&state).unwrap();
        prop_assert_eq!(serde_json::from_str::<Option<Purchase>>(&snapshot).unwrap(), state);
    }

    #[test]
    fn money_is_taken_once_and_never_more_goes_back_than_was_taken(commands in any_commands()) {
        let (history, state) = play::<Purchase>(commands);
        let state = state.unwrap();
        let charges = count(&history, |event| matches!(event, PurchaseEvent::Charged { .. }));
        prop_assert!(charges <= 1);
        let live = state.refunds().values().filter(|it| !matches!(it.state, RefundState::Refused { .. }));
        let back: i64 = live.map(|refund| refund.amount.amount).sum();
        prop_assert!(back <= state.charge().map_or(0, |charge| charge.amount.amount));
    }

    #[test]
    fn what_was_declined_or_voided_or_not_paid_is_never_issued(commands in any_commands()) {
        let (history, _) = play::<Purchase>(commands);
        let ended = |event: &PurchaseEvent| {
            matches!(event, PurchaseEvent::Declined { .. } | PurchaseEvent::Voided { .. })
        };
        let issued = count(&history, |event| matches!(event, PurchaseEvent::Completed { .. }));
        prop_assert!(issued <= 1);
        if issued == 1 {
            prop_assert_eq!(count(&history, ended), 0);
            let free = matches!(&history[0], PurchaseEvent::Started { payment: None, .. });
            let charges = count(&history, |event| matches!(event, PurchaseEvent::Charged { .. }));
            prop_assert!(free || charges == 1);
        }
    }

    /// Invariant M2, as far as one stream can tell. Nobody else asks for a person here, so that only the rule does.
    #[test]
    fn what_is_charged_is_issued_or_goes_back_or_is_for_a_person(commands in any_commands()) {
        let asks = |command: &PurchaseCommand| matches!(command, PurchaseCommand::RequestReview { .. });
        let (_, state) = play::<Purchase>(commands.into_iter().filter(|command| !asks(command)));
        let state = state.unwrap();
        if *state.stage() == Stage::Charged && state.next() == Next::Nothing {
            let all_back = state.refundable().unwrap().amount == 0;
            prop_assert!(all_back || state.review().is_some());
        }
    }

    #[test]
    fn asking_the_same_again_at_once_records_nothing(commands in any_commands()) {
        let mut state: Option<Purchase> = None;
        for command in commands {
            if let Ok(events) = Purchase::decide(state.as_ref(), command.clone()) {
                state = evolve(state, &events).unwrap();
                let again = Purchase::decide(state.as_ref(), command.clone()).unwrap_or_default();
                prop_assert_eq!(again, vec![], "{:?}", command);
            }
        }
    }

    /// Wherever a purchase is, doing what is next brings it to rest, and every step of that is accepted.
    #[test]
    fn doing_what_is_next_always_comes_to_rest(commands in any_commands()) {
        let (_, state) = play::<Purchase>(commands);
        let mut state = state.unwrap();
        for _ in 0..16 {
            let Some(command) = success(&state) else { break };
            let events = Purchase::decide(Some(&state), command.clone());
            prop_assert!(events.as_ref().is_ok_and(|events| !events.is_empty()), "{:?}: {:?}", command, events);
            state = evolve(Some(state), &events.unwrap()).unwrap().unwrap();
        }
        prop_assert_eq!(state.next(), Next::Nothing);
    }

    /// A key that was planned once is never planned again, and no charge is planned while another is unknown.
    #[test]
    fn no_key_is_used_twice_and_none_while_a_charge_is_unknown(commands in any_commands()) {
        let (history, _) = play::<Purchase>(commands);
        let mut keys = std::collections::BTreeSet::new();
        let mut charge_unknown = false;
        for event in &history {
            match event {
                PurchaseEvent::Started { payment, .. } => {
                    for call in payment.iter().flat_map(|terms| &terms.calls) {
                        prop_assert!(keys.insert(call.key.as_str().to_owned()));
                    }
                }
                PurchaseEvent::StepRenewed { call, .. } => {
                    prop_assert!(!charge_unknown || call.step == Step::Cancel);
                    prop_assert!(keys.insert(call.key.as_str().to_owned()));
                }
                PurchaseEvent::ActionRequired { cancel, .. } => {
                    prop_assert!(keys.insert(cancel.key.as_str().to_owned()));
                    charge_unknown = false;
                }
                // Of that very charge Stripe has said that it took nothing.
                PurchaseEvent::DeclinedForNow { .. } => charge_unknown = false,
                PurchaseEvent::OutcomeUnknown { step: Step::Charge, .. } => charge_unknown = true,
                _ => {}
            }
        }
    }
}

/// Our reply, the webhook and the poll tell the same story; whoever comes first, it ends the same way.
#[test]
fn the_same_facts_in_any_order_end_the_same_way() {
    let facts = [
        PurchaseCommand::RecordUnknown {
            step: Step::Charge,
            reason: UnknownReason::ReplyLost,
        },
        record_charge("ch_1"),
        record_charge("ch_1"),
        complete(),
        PurchaseCommand::RecordDisputeClosed {
            dispute: dispute_id("dp_1"),
            amount: usd(1_000),
            inquiry: false,
            reason: None,
            won: false,
            at: at(8),
        },
        PurchaseCommand::RecordDispute {
            dispute: dispute_id("dp_1"),
            amount: usd(1_000),
            inquiry: false,
            reason: None,
            at: at(8),
        },
    ];
    let ready = replay::<Purchase>(&ready()).unwrap();
    for turn in 0..facts.len() {
        let mut order = facts.clone();
        order.rotate_left(turn);
        // What is refused for coming too early is delivered again, as Stripe does.
        let told = order.iter().chain(&order).cloned();
        let end = told.fold(ready.clone(), |state, command| {
            let events = Purchase::decide(state.as_ref(), command).unwrap_or_default();
            evolve(state, &events).unwrap()
        });
        let end = end.unwrap();
        assert_eq!(end.stage(), &Stage::Completed { at: at(4) });
        assert_eq!(end.charge().map(|charge| charge.charge.as_str()), Some("ch_1"));
        assert_eq!(end.disputes()[&dispute_id("dp_1")].won, Some(false));
    }
}
