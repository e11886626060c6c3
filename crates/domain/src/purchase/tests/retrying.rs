//! A card that is refused for now, and tried again under new keys.

use chrono::TimeDelta;

use super::fixtures::*;
use crate::{
    purchase::{
        Decline, Next, Purchase, PurchaseCommand, PurchaseEvent, PurchaseRejection as No, RETRY_WINDOW,
        Route, Stage, Step, UnknownReason, VoidReason,
    },
    testing::given,
};

fn refused_for_now(generation: u32) -> PurchaseEvent {
    PurchaseEvent::DeclinedForNow {
        generation,
        decline: passing_decline(),
        at: at(3),
    }
}

fn renewed(step: Step, generation: u32) -> PurchaseEvent {
    PurchaseEvent::StepRenewed {
        call: call(step, generation),
        at: at(2),
    }
}

/// Another go, as far as the charge.
fn tried_again(history: Vec<PurchaseEvent>, generation: u32) -> Vec<PurchaseEvent> {
    let events = [
        renewed(Step::Charge, generation),
        renewed(Step::DeriveCredential, generation),
        PurchaseEvent::CredentialDerived {
            generation,
            credential: clone_named("again"),
        },
    ];
    then(history, events)
}

#[test]
fn a_card_that_is_gone_or_whose_owner_forbids_it_is_never_tried_again() {
    let says = |code: &str, reason: Option<&str>| {
        let decline = Decline {
            code: code.to_owned(),
            decline_code: reason.map(str::to_owned),
            payment_intent: None,
        };
        decline.forbids_retry()
    };
    for reason in ["stolen_card", "lost_card", "fraudulent", "do_not_try_again"] {
        assert!(says("card_declined", Some(reason)), "{reason}");
    }
    assert!(says("expired_card", None));
    for reason in [
        "insufficient_funds",
        "generic_decline",
        "do_not_honor",
        "try_again_later",
    ] {
        assert!(!says("card_declined", Some(reason)), "{reason}");
    }
    assert!(!says("card_declined", None));
}

#[test]
fn only_what_stripe_advises_to_try_again_passes() {
    let says = |code: &str, reason: Option<&str>| {
        let decline = Decline {
            code: code.to_owned(),
            decline_code: reason.map(str::to_owned),
            payment_intent: None,
        };
        decline.is_passing()
    };
    assert!(says("processing_error", None));
    for reason in ["processing_error", "try_again_later", "issuer_not_available"] {
        assert!(says("card_declined", Some(reason)), "{reason}");
    }
    for reason in [
        "generic_decline",
        "insufficient_funds",
        "stolen_card",
        "fraudulent",
        "do_not_honor",
    ] {
        assert!(!says("card_declined", Some(reason)), "{reason}");
    }
    assert!(!says("expired_card", None));
}

#[test]
fn a_card_refused_for_now_ends_nothing_and_calls_for_nothing() {
    given::<Purchase>(ready())
        .when(record_passing_decline(1))
        .then([refused_for_now(1)]);
    let history = then(ready(), [refused_for_now(1)]);
    let state = given::<Purchase>(history.clone()).state();
    assert_eq!(state.stage(), &Stage::CredentialReady);
    assert_eq!(state.declined_for_now(), Some(&passing_decline()));
    let until = state.started_at() + RETRY_WINDOW;
    assert_eq!(state.next(), Next::AwaitRetry { until });
    assert_eq!(RETRY_WINDOW, TimeDelta::minutes(2));
    given::<Purchase>(history)
        .when(record_passing_decline(1))
        .then_nothing();
}

#[test]
fn another_go_takes_new_keys_for_the_credential_and_the_charge() {
    let history = then(ready(), [refused_for_now(1)]);
    given::<Purchase>(history.clone())
        .when(renew(Step::DeriveCredential, 1))
        .then([renewed(Step::Charge, 2), renewed(Step::DeriveCredential, 2)]);
    let again = tried_again(history, 2);
    let state = given::<Purchase>(again.clone()).state();
    assert_eq!(state.declined_for_now(), None);
    assert!(state.was_retried());
    assert_eq!(
        state.next(),
        Next::Call {
            call: call(Step::Charge, 2),
            planned_at: at(2)
        }
    );
    // Two who heard the same refusal make one new go of it, and news of the first go is old.
    given::<Purchase>(again.clone())
        .when(renew(Step::DeriveCredential, 1))
        .then_nothing();
    given::<Purchase>(again)
        .when(record_passing_decline(1))
        .then_nothing();
}

#[test]
fn a_card_is_asked_five_times_at_most() {
    let mut history = ready();
    for generation in 1..5 {
        given::<Purchase>(history.clone())
            .when(record_passing_decline(generation))
            .then([refused_for_now(generation)]);
        history = tried_again(then(history, [refused_for_now(generation)]), generation + 1);
    }
    assert!(!passing_decline().may_be_retried(5));
    given::<Purchase>(history.clone())
        .when(record_passing_decline(5))
        .then_rejected(No::OutOfTurn);
    let decline = passing_decline();
    given::<Purchase>(history)
        .when(PurchaseCommand::RecordDecline {
            decline: decline.clone(),
            at: at(3),
        })
        .then([PurchaseEvent::Declined { decline, at: at(3) }]);
}

#[test]
fn what_does_not_pass_is_not_left_open() {
    given::<Purchase>(ready())
        .when(PurchaseCommand::RecordPassingDecline {
            generation: 1,
            decline: decline(),
            at: at(3),
        })
        .then_rejected(No::OutOfTurn);
    given::<Purchase>([started(Route::PaymentMethod)])
        .when(record_passing_decline(1))
        .then_rejected(No::OutOfTurn);
    given::<Purchase>([started_free()])
        .when(record_passing_decline(1))
        .then_rejected(No::OutOfTurn);
}

#[test]
fn while_it_waits_it_can_be_given_up_and_a_charge_is_still_taken_in() {
    let history = then(ready(), [refused_for_now(1)]);
    given::<Purchase>(history.clone())
        .when(void(VoidReason::NeverCharged))
        .then([voided()]);
    given::<Purchase>(history.clone())
        .when(record_charge("ch_1"))
        .then([charged()]);
    given::<Purchase>(then(history, [charged()]))
        .when(complete())
        .then([completed()]);
}

#[test]
fn that_a_call_is_unknown_is_old_news_once_it_was_refused() {
    let unknown = PurchaseCommand::RecordUnknown {
        step: Step::Charge,
        reason: UnknownReason::ReplyLost,
    };
    given::<Purchase>(then(ready(), [refused_for_now(1)]))
        .when(unknown)
        .then_nothing();
    let unknown_before = PurchaseEvent::OutcomeUnknown {
        step: Step::Charge,
        generation: 1,
        reason: UnknownReason::ReplyLost,
    };
    // The refusal is Stripe's word on the very key of the call that was unknown.
    given::<Purchase>(then(ready(), [unknown_before, refused_for_now(1)]))
        .when(renew(Step::DeriveCredential, 1))
        .then([renewed(Step::Charge, 2), renewed(Step::DeriveCredential, 2)]);
}
