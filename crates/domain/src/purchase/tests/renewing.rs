//! A corrected request under a new key, and never a second charge.

use super::fixtures::*;
use crate::{
    purchase::{
        Next, Purchase, PurchaseCommand, PurchaseEvent, PurchaseRejection as No, Route, Step, UnknownReason,
    },
    testing::given,
};

fn renewed(step: Step, generation: u32) -> PurchaseEvent {
    PurchaseEvent::StepRenewed {
        call: call(step, generation),
        at: at(2),
    }
}

fn due(history: Vec<PurchaseEvent>) -> Next {
    given::<Purchase>(history).state().next()
}

#[test]
fn a_charge_made_anew_goes_out_under_the_next_key() {
    given::<Purchase>(ready())
        .when(renew(Step::Charge, 1))
        .then([renewed(Step::Charge, 2)]);
    let next = due(then(ready(), [renewed(Step::Charge, 2)]));
    assert_eq!(
        next,
        Next::Call {
            call: call(Step::Charge, 2),
            planned_at: at(2)
        }
    );
    assert_eq!(call(Step::Charge, 2).key.as_str(), "pur_1-charge-2");
}

#[test]
fn a_credential_made_anew_takes_the_charges_key_with_it() {
    let events = [renewed(Step::Charge, 2), renewed(Step::DeriveCredential, 2)];
    given::<Purchase>(ready())
        .when(renew(Step::DeriveCredential, 1))
        .then(events.clone());
    let history = then(ready(), events);
    let next = due(history.clone());
    assert_eq!(
        next,
        Next::Call {
            call: call(Step::DeriveCredential, 2),
            planned_at: at(2)
        }
    );
    assert_eq!(given::<Purchase>(history.clone()).state().derived(), None);

    let second = PurchaseEvent::CredentialDerived {
        generation: 2,
        credential: clone_named("second"),
    };
    given::<Purchase>(history.clone())
        .when(PurchaseCommand::RecordCredential {
            generation: 2,
            credential: clone_named("second"),
        })
        .then([second.clone()]);
    let history = then(history, [second]);
    assert_eq!(
        due(history.clone()),
        Next::Call {
            call: call(Step::Charge, 2),
            planned_at: at(2)
        }
    );
    assert_eq!(
        given::<Purchase>(history).state().derived(),
        Some(&clone_named("second"))
    );
}

#[test]
fn a_credential_of_an_older_generation_comes_too_late() {
    let history = then(
        ready(),
        [renewed(Step::Charge, 2), renewed(Step::DeriveCredential, 2)],
    );
    given::<Purchase>(history)
        .when(PurchaseCommand::RecordCredential {
            generation: 1,
            credential: clone_named("first"),
        })
        .then_nothing();
}

#[test]
fn a_credential_that_was_never_used_is_made_anew_alone() {
    given::<Purchase>([started(Route::PaymentMethod)])
        .when(renew(Step::DeriveCredential, 1))
        .then([renewed(Step::DeriveCredential, 2)]);
    let handed_over = [started(Route::TokenHandedOver), derived(Route::TokenHandedOver)];
    given::<Purchase>(handed_over)
        .when(renew(Step::DeriveCredential, 1))
        .then([renewed(Step::DeriveCredential, 2)]);
}

#[test]
fn a_cancellation_can_be_made_anew() {
    let history = then(ready(), [waiting()]);
    given::<Purchase>(history.clone())
        .when(renew(Step::Cancel, 1))
        .then([renewed(Step::Cancel, 2)]);
    let next = due(then(history, [renewed(Step::Cancel, 2)]));
    assert_eq!(
        next,
        Next::Call {
            call: call(Step::Cancel, 2),
            planned_at: at(2)
        }
    );
}

#[test]
fn two_who_saw_the_same_refusal_make_one_new_generation() {
    let history = then(ready(), [renewed(Step::Charge, 2)]);
    given::<Purchase>(history.clone())
        .when(renew(Step::Charge, 1))
        .then_nothing();
    given::<Purchase>(then(history.clone(), [charged()]))
        .when(renew(Step::Charge, 1))
        .then_nothing();
    given::<Purchase>(history.clone())
        .when(renew(Step::Charge, 3))
        .then_rejected(No::OutOfTurn);
    given::<Purchase>(history)
        .when(renew(Step::Charge, 2))
        .then([renewed(Step::Charge, 3)]);
}

#[test]
fn while_it_is_unknown_what_a_charge_did_nothing_leads_to_another() {
    let unknown = |step| PurchaseEvent::OutcomeUnknown {
        step,
        generation: 1,
        reason: UnknownReason::ReplyLost,
    };
    let history = then(ready(), [unknown(Step::Charge)]);
    given::<Purchase>(history.clone())
        .when(renew(Step::Charge, 1))
        .then_rejected(No::OutOfTurn);
    given::<Purchase>(history)
        .when(renew(Step::DeriveCredential, 1))
        .then_rejected(No::OutOfTurn);
    // A credential moves no money, so a second one does no harm.
    given::<Purchase>([started(Route::PaymentMethod), unknown(Step::DeriveCredential)])
        .when(renew(Step::DeriveCredential, 1))
        .then([renewed(Step::DeriveCredential, 2)]);
}

#[test]
fn only_the_step_at_hand_is_made_anew() {
    let waits = then(ready(), [waiting()]);
    given::<Purchase>(waits.clone())
        .when(renew(Step::Charge, 1))
        .then_rejected(No::OutOfTurn);
    given::<Purchase>(waits)
        .when(renew(Step::DeriveCredential, 1))
        .then_rejected(No::OutOfTurn);
    given::<Purchase>([started(Route::PaymentMethod)])
        .when(renew(Step::Charge, 1))
        .then_rejected(No::OutOfTurn);
    given::<Purchase>(ready())
        .when(renew(Step::Cancel, 1))
        .then_rejected(No::OutOfTurn);
    given::<Purchase>([started_free()])
        .when(renew(Step::DeriveCredential, 1))
        .then_rejected(No::OutOfTurn);
}

#[test]
fn nothing_is_made_anew_once_the_purchase_is_over() {
    for end in [charged(), declined(), voided()] {
        let history = then(ready(), [end]);
        given::<Purchase>(history.clone())
            .when(renew(Step::Charge, 1))
            .then_rejected(No::Over);
        given::<Purchase>(history)
            .when(renew(Step::Cancel, 1))
            .then_rejected(No::Over);
    }
}
