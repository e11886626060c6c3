//! From the credential to the end, in any order of news.

use super::fixtures::*;
use crate::{
    ChargeId,
    purchase::{
        ChargeFacts, Next, Purchase, PurchaseCommand, PurchaseEvent, PurchaseRejection as No, Route, Stage,
        Step, UnknownReason, VoidReason,
    },
    testing::given,
};

fn record_credential(generation: u32, name: &str) -> PurchaseCommand {
    PurchaseCommand::RecordCredential {
        generation,
        credential: clone_named(name),
    }
}

fn record_unknown(step: Step, reason: UnknownReason) -> PurchaseCommand {
    PurchaseCommand::RecordUnknown { step, reason }
}

fn action_required(name: &str) -> PurchaseCommand {
    PurchaseCommand::RecordActionRequired {
        payment_intent: intent(name),
        at: at(2),
    }
}

fn unknown_event(step: Step) -> PurchaseEvent {
    PurchaseEvent::OutcomeUnknown {
        step,
        generation: 1,
        reason: UnknownReason::ReplyLost,
    }
}

#[test]
fn a_credential_leads_to_the_charge() {
    given::<Purchase>([started(Route::PaymentMethod)])
        .when(record_credential(1, "first"))
        .then([derived(Route::PaymentMethod)]);
    let state = given::<Purchase>(ready()).state();
    assert_eq!(
        state.next(),
        Next::Call {
            call: call(Step::Charge, 1),
            planned_at: at(0)
        }
    );
    assert_eq!(state.derived(), Some(&clone_named("first")));
}

#[test]
fn the_first_credential_stands_because_its_charge_may_be_under_way() {
    given::<Purchase>(ready())
        .when(record_credential(1, "first"))
        .then_nothing();
    given::<Purchase>(ready())
        .when(record_credential(1, "second"))
        .then_nothing();
    given::<Purchase>(then(ready(), [waiting()]))
        .when(record_credential(1, "second"))
        .then_nothing();
    given::<Purchase>(sold())
        .when(record_credential(1, "second"))
        .then_nothing();
}

#[test]
fn a_credential_of_the_wrong_kind_or_of_no_call_is_refused() {
    let credential = token("first");
    given::<Purchase>([started(Route::PaymentMethod)])
        .when(PurchaseCommand::RecordCredential {
            generation: 2,
            credential,
        })
        .then_rejected(No::PaymentTermsMismatch);
    given::<Purchase>([started(Route::PaymentMethod)])
        .when(record_credential(2, "first"))
        .then_rejected(No::OutOfTurn);
    given::<Purchase>([started_free()])
        .when(record_credential(1, "first"))
        .then_rejected(No::OutOfTurn);
}

#[test]
fn an_unknown_outcome_is_never_final_and_asks_for_the_same_call_again() {
    for (history, step) in [
        (vec![started(Route::PaymentMethod)], Step::DeriveCredential),
        (ready(), Step::Charge),
        (then(ready(), [waiting()]), Step::Cancel),
    ] {
        let before = given::<Purchase>(history.clone()).state().next();
        given::<Purchase>(history.clone())
            .when(record_unknown(step, UnknownReason::ReplyLost))
            .then([unknown_event(step)]);
        let history = then(history, [unknown_event(step)]);
        let state = given::<Purchase>(history.clone()).state();
        assert_eq!(state.next(), before);
        assert_eq!(state.unknown_call(), Some((step, UnknownReason::ReplyLost)));
        given::<Purchase>(history)
            .when(record_unknown(step, UnknownReason::ReplyLost))
            .then_nothing();
    }
}

#[test]
fn whatever_is_learned_after_an_unknown_outcome_ends_it() {
    for event in [charged(), declined(), voided(), waiting()] {
        let history = then(ready(), [unknown_event(Step::Charge), event]);
        assert_eq!(given::<Purchase>(history).state().unknown_call(), None);
    }
}

#[test]
fn an_unknown_outcome_of_a_call_that_led_on_is_overtaken() {
    let of = |step| record_unknown(step, UnknownReason::ServerError);
    given::<Purchase>(ready())
        .when(of(Step::DeriveCredential))
        .then_nothing();
    given::<Purchase>(then(ready(), [waiting()]))
        .when(of(Step::Charge))
        .then_nothing();
    for end in [charged(), declined(), voided()] {
        given::<Purchase>(then(ready(), [end]))
            .when(of(Step::Charge))
            .then_nothing();
    }
}

#[test]
fn a_call_that_was_not_due_has_no_outcome() {
    let of = |step| record_unknown(step, UnknownReason::InProgress);
    given::<Purchase>([started(Route::PaymentMethod)])
        .when(of(Step::Charge))
        .then_rejected(No::OutOfTurn);
    given::<Purchase>(ready())
        .when(of(Step::Cancel))
        .then_rejected(No::OutOfTurn);
    given::<Purchase>([started_free()])
        .when(of(Step::DeriveCredential))
        .then_rejected(No::OutOfTurn);
}

#[test]
fn a_charge_is_taken_in_at_any_time_and_heard_of_once() {
    let before = [
        vec![started(Route::PaymentMethod)],
        ready(),
        then(ready(), [unknown_event(Step::Charge)]),
        then(ready(), [waiting()]),
        then(ready(), [declined()]),
        then(ready(), [voided()]),
    ];
    for history in before {
        given::<Purchase>(history.clone())
            .when(record_charge("ch_1"))
            .then([charged()]);
        given::<Purchase>(then(history, [charged()]))
            .when(record_charge("ch_1"))
            .then_nothing();
    }
    given::<Purchase>(sold())
        .when(record_charge("ch_1"))
        .then_nothing();
}

#[test]
fn a_charge_in_time_is_issued_and_one_that_came_too_late_goes_back_whole() {
    let state = given::<Purchase>(then(ready(), [charged()])).state();
    assert_eq!(state.next(), Next::Issue);
    assert_eq!(
        (state.charge(), state.charged_at()),
        (Some(&facts("ch_1")), Some(at(3)))
    );
    for end in [declined(), voided()] {
        let late = then(ready(), [end, charged()]);
        assert_eq!(given::<Purchase>(late.clone()).state().next(), Next::RefundAll);
        given::<Purchase>(late).when(complete()).then_rejected(No::Over);
    }
}

#[test]
fn a_second_charge_is_refused_by_name_whatever_its_amount() {
    given::<Purchase>(sold())
        .when(record_charge("ch_2"))
        .then_rejected(No::ChargedAlready);
    let other = ChargeFacts {
        amount: usd(1),
        ..facts("ch_2")
    };
    given::<Purchase>(sold())
        .when(PurchaseCommand::RecordCharge {
            facts: other,
            at: at(9),
        })
        .then_rejected(No::ChargedAlready);
}

#[test]
fn a_charge_for_anything_but_the_order_is_refused() {
    for wrong in [
        ChargeFacts {
            amount: usd(999),
            ..facts("ch_1")
        },
        ChargeFacts {
            amount: yen(1_000),
            ..facts("ch_1")
        },
        ChargeFacts {
            engine_fee: usd(1_001),
            ..facts("ch_1")
        },
        ChargeFacts {
            engine_fee: usd(-1),
            ..facts("ch_1")
        },
        ChargeFacts {
            engine_fee: yen(100),
            ..facts("ch_1")
        },
    ] {
        let command = PurchaseCommand::RecordCharge {
            facts: wrong,
            at: at(3),
        };
        given::<Purchase>(ready())
            .when(command.clone())
            .then_rejected(No::AmountDiffers);
        given::<Purchase>(sold())
            .when(command)
            .then_rejected(No::AmountDiffers);
    }
    given::<Purchase>([started_free()])
        .when(record_charge("ch_1"))
        .then_rejected(No::OutOfTurn);
}

#[test]
fn a_decline_is_final_and_later_failures_add_nothing() {
    given::<Purchase>([started(Route::PaymentMethod)])
        .when(record_decline())
        .then([declined()]);
    given::<Purchase>(then(ready(), [waiting()]))
        .when(record_decline())
        .then([declined()]);
    let history = then(ready(), [declined()]);
    let state = given::<Purchase>(history.clone()).state();
    assert_eq!(
        (state.stage(), state.next()),
        (&Stage::Declined { decline: decline() }, Next::Nothing)
    );
    given::<Purchase>(history.clone())
        .when(record_decline())
        .then_nothing();
    given::<Purchase>(history.clone())
        .when(void(VoidReason::NeverCharged))
        .then_rejected(No::Over);
    given::<Purchase>(history.clone())
        .when(renew(Step::Charge, 1))
        .then_rejected(No::Over);
    given::<Purchase>(history)
        .when(complete())
        .then_rejected(No::Over);
}

#[test]
fn news_of_a_failed_attempt_after_the_charge_changes_nothing() {
    given::<Purchase>(then(ready(), [charged()]))
        .when(record_decline())
        .then_nothing();
    given::<Purchase>(sold()).when(record_decline()).then_nothing();
    given::<Purchase>([started_free()])
        .when(record_decline())
        .then_rejected(No::OutOfTurn);
}

#[test]
fn a_payment_that_waits_for_the_rider_is_cancelled_under_a_key_written_down_before() {
    given::<Purchase>(ready())
        .when(action_required("pi_1"))
        .then([waiting()]);
    let history = then(ready(), [waiting()]);
    let next = given::<Purchase>(history.clone()).state().next();
    assert_eq!(
        next,
        Next::Call {
            call: call(Step::Cancel, 1),
            planned_at: at(2)
        }
    );
    given::<Purchase>(history.clone())
        .when(action_required("pi_1"))
        .then_nothing();
    given::<Purchase>(history.clone())
        .when(action_required("pi_2"))
        .then_rejected(No::OutOfTurn);
    let voided = PurchaseEvent::Voided {
        reason: VoidReason::ActionRequired,
        at: at(3),
    };
    given::<Purchase>(history)
        .when(void(VoidReason::ActionRequired))
        .then([voided]);
}

#[test]
fn only_a_payment_intent_that_is_being_confirmed_waits_for_the_rider() {
    given::<Purchase>([started(Route::PaymentMethod)])
        .when(action_required("pi_1"))
        .then_rejected(No::OutOfTurn);
    for route in [Route::Token, Route::TokenHandedOver] {
        let history = [started(route), derived(route)];
        given::<Purchase>(history)
            .when(action_required("pi_1"))
            .then_rejected(No::OutOfTurn);
    }
    for end in [charged(), declined(), voided()] {
        given::<Purchase>(then(ready(), [end]))
            .when(action_required("pi_1"))
            .then_nothing();
    }
}

#[test]
fn what_is_charged_cannot_be_voided_and_what_is_voided_stays_so() {
    given::<Purchase>(then(ready(), [charged()]))
        .when(void(VoidReason::NeverCharged))
        .then_rejected(No::Over);
    given::<Purchase>(sold())
        .when(void(VoidReason::NeverCharged))
        .then_rejected(No::Over);
    let history = then(ready(), [voided()]);
    assert_eq!(given::<Purchase>(history.clone()).state().next(), Next::Nothing);
    given::<Purchase>(history.clone())
        .when(void(VoidReason::RefusedByStripe))
        .then_nothing();
    given::<Purchase>(history.clone())
        .when(record_decline())
        .then_nothing();
    given::<Purchase>(history)
        .when(complete())
        .then_rejected(No::Over);
}

#[test]
fn nothing_is_issued_before_the_money_is_there() {
    for history in [
        vec![started(Route::PaymentMethod)],
        ready(),
        then(ready(), [unknown_event(Step::Charge)]),
        then(ready(), [waiting()]),
    ] {
        given::<Purchase>(history)
            .when(complete())
            .then_rejected(No::OutOfTurn);
    }
    given::<Purchase>(then(ready(), [charged()]))
        .when(complete())
        .then([completed()]);
    given::<Purchase>(sold()).when(complete()).then_nothing();
}

#[test]
fn a_charge_may_be_named_by_its_payment_intent_too() {
    let facts = ChargeFacts {
        payment_intent: Some(intent("pi_1")),
        charge: ChargeId::parse("py_1").unwrap(),
        ..facts("ch_1")
    };
    given::<Purchase>(ready())
        .when(PurchaseCommand::RecordCharge {
            facts: facts.clone(),
            at: at(3),
        })
        .then([PurchaseEvent::Charged { facts, at: at(3) }]);
}
