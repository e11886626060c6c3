//! The token goes to the operator, who charges by itself.

use super::fixtures::*;
use crate::{
    ChargeId,
    purchase::{
        Next, Purchase, PurchaseCommand, PurchaseEvent, PurchaseRejection as No, Route, Step, UnknownReason,
        VoidReason,
    },
    testing::given,
};

fn ready_to_hand_over() -> Vec<PurchaseEvent> {
    vec![started(Route::TokenHandedOver), derived(Route::TokenHandedOver)]
}

fn handed_over() -> PurchaseEvent {
    PurchaseEvent::CredentialHandedOver {
        charge_before: at(60),
    }
}

fn hand_over(minute: i64) -> PurchaseCommand {
    PurchaseCommand::RecordHandOver {
        charge_before: at(minute),
    }
}

fn report(charge: &str) -> PurchaseCommand {
    PurchaseCommand::ReportCharge {
        charge: ChargeId::parse(charge).unwrap(),
        at: at(4),
    }
}

fn reported(charge: &str) -> PurchaseEvent {
    PurchaseEvent::ChargeReported {
        charge: ChargeId::parse(charge).unwrap(),
        at: at(4),
    }
}

#[test]
fn the_token_is_made_handed_over_waited_for_and_then_issued_upon() {
    let next = |history: Vec<PurchaseEvent>| given::<Purchase>(history).state().next();
    let derive = Next::Call {
        call: call(Step::DeriveCredential, 1),
        planned_at: at(0),
    };
    assert_eq!(next(vec![started(Route::TokenHandedOver)]), derive);
    assert_eq!(next(ready_to_hand_over()), Next::HandOver);
    let waiting = then(ready_to_hand_over(), [handed_over()]);
    assert_eq!(
        next(waiting.clone()),
        Next::AwaitOperator {
            charge_before: at(60)
        }
    );
    let charged = then(waiting, [charged()]);
    assert_eq!(next(charged.clone()), Next::Issue);
    assert_eq!(next(then(charged, [completed()])), Next::Nothing);
}

#[test]
fn a_token_is_handed_over_once_and_its_first_deadline_stands() {
    given::<Purchase>(ready_to_hand_over())
        .when(hand_over(60))
        .then([handed_over()]);
    let waiting = then(ready_to_hand_over(), [handed_over()]);
    given::<Purchase>(waiting.clone())
        .when(hand_over(60))
        .then_nothing();
    given::<Purchase>(waiting.clone())
        .when(hand_over(90))
        .then_nothing();
    given::<Purchase>(then(waiting, [charged()]))
        .when(hand_over(60))
        .then_nothing();
}

#[test]
fn only_the_token_of_that_route_is_handed_over() {
    given::<Purchase>([started(Route::TokenHandedOver)])
        .when(hand_over(60))
        .then_rejected(No::OutOfTurn);
    given::<Purchase>([started(Route::Token), derived(Route::Token)])
        .when(hand_over(60))
        .then_rejected(No::OutOfTurn);
    given::<Purchase>(sold())
        .when(hand_over(60))
        .then_rejected(No::OutOfTurn);
}

#[test]
fn once_the_operator_holds_a_token_there_is_no_second_one() {
    let waiting = then(ready_to_hand_over(), [handed_over()]);
    let again = PurchaseCommand::RecordCredential {
        generation: 1,
        credential: token("second"),
    };
    given::<Purchase>(waiting.clone()).when(again).then_nothing();
    given::<Purchase>(waiting)
        .when(renew(Step::DeriveCredential, 1))
        .then_rejected(No::OutOfTurn);
}

#[test]
fn what_the_operator_reports_counts_for_nothing_until_stripe_confirms_it() {
    let waiting = then(ready_to_hand_over(), [handed_over()]);
    given::<Purchase>(waiting.clone())
        .when(report("ch_1"))
        .then([reported("ch_1")]);
    let history = then(waiting, [reported("ch_1")]);
    let state = given::<Purchase>(history.clone()).state();
    assert_eq!(state.reported_charge().map(ChargeId::as_str), Some("ch_1"));
    assert_eq!(
        state.next(),
        Next::AwaitOperator {
            charge_before: at(60)
        }
    );
    given::<Purchase>(history.clone())
        .when(report("ch_1"))
        .then_nothing();
    given::<Purchase>(history.clone())
        .when(complete())
        .then_rejected(No::OutOfTurn);
    given::<Purchase>(history)
        .when(report("ch_2"))
        .then([reported("ch_2")]);
}

#[test]
fn a_report_is_kept_whenever_it_comes_but_only_from_whom_was_handed_a_token() {
    let voided = then(ready_to_hand_over(), [handed_over(), voided()]);
    given::<Purchase>(voided)
        .when(report("ch_1"))
        .then([reported("ch_1")]);
    given::<Purchase>(ready_to_hand_over())
        .when(report("ch_1"))
        .then([reported("ch_1")]);
    given::<Purchase>(ready())
        .when(report("ch_1"))
        .then_rejected(No::OutOfTurn);
    given::<Purchase>([started_free()])
        .when(report("ch_1"))
        .then_rejected(No::OutOfTurn);
}

#[test]
fn a_token_not_charged_in_time_ends_the_purchase_and_a_charge_after_that_goes_back() {
    let waiting = then(ready_to_hand_over(), [handed_over()]);
    let expired = PurchaseEvent::Voided {
        reason: VoidReason::HandOverExpired,
        at: at(3),
    };
    given::<Purchase>(waiting.clone())
        .when(void(VoidReason::HandOverExpired))
        .then([expired.clone()]);
    let late = then(waiting, [expired, charged()]);
    assert_eq!(given::<Purchase>(late).state().next(), Next::RefundAll);
}

#[test]
fn we_make_no_charge_on_this_route_and_so_none_is_unknown() {
    let unknown = PurchaseCommand::RecordUnknown {
        step: Step::Charge,
        reason: UnknownReason::ReplyLost,
    };
    given::<Purchase>(ready_to_hand_over())
        .when(unknown)
        .then_rejected(No::OutOfTurn);
}
