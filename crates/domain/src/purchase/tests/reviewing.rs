//! What a machine cannot decide.

use super::fixtures::*;
use crate::{
    purchase::{Purchase, PurchaseCommand, PurchaseEvent},
    testing::given,
};

fn ask(reason: &str, minute: i64) -> PurchaseCommand {
    PurchaseCommand::RequestReview {
        reason: reason.to_owned(),
        at: at(minute),
    }
}

fn asked(reason: &str) -> PurchaseEvent {
    PurchaseEvent::ReviewRequested {
        reason: reason.to_owned(),
        at: at(9),
    }
}

#[test]
fn a_person_is_asked_once_for_a_reason_at_any_stage() {
    for history in [vec![started_free()], ready(), then(ready(), [voided()]), sold()] {
        given::<Purchase>(history.clone())
            .when(ask("odd", 9))
            .then([asked("odd")]);
        let history = then(history, [asked("odd")]);
        given::<Purchase>(history.clone())
            .when(ask("odd", 10))
            .then_nothing();
        given::<Purchase>(history)
            .when(ask("odder", 9))
            .then([asked("odder")]);
    }
}

#[test]
fn a_review_changes_nothing_about_what_is_next() {
    for history in [vec![started_free()], ready(), then(ready(), [charged()]), sold()] {
        let before = given::<Purchase>(history.clone()).state();
        let after = given::<Purchase>(then(history, [asked("odd")])).state();
        assert_eq!((before.next(), before.review()), (after.next(), None));
        assert_eq!(after.review(), Some("odd"));
    }
}
