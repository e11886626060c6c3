//! A history that no decision could have made stops the stream.

use super::fixtures::*;
use crate::{
    StripeCallKey, replay,
    user::{Contact, User, UserEvent},
};

/// The history is possible, and with the event it is not.
fn impossible(history: impl IntoIterator<Item = UserEvent>, event: UserEvent) {
    let mut history: Vec<_> = history.into_iter().collect();
    replay::<User>(&history).expect("possible so far");
    let told = format!("{event:?}");
    history.push(event);
    let refused = replay::<User>(&history).expect_err(&told);
    assert_eq!(refused.category, "user");
}

/// The event cannot happen twice running.
fn once(history: impl IntoIterator<Item = UserEvent>, event: UserEvent) {
    impossible(history.into_iter().chain([event.clone()]), event);
}

#[test]
fn a_user_is_registered_first_and_once() {
    impossible([], opened("pur_1", 0));
    once([], registered());
}

#[test]
fn nothing_happens_to_an_erased_user() {
    once([registered()], erased());
    impossible(then([erased()]), opened("pur_1", 0));
}

#[test]
fn only_a_change_is_an_event() {
    impossible([registered()], contact_changed(Contact::default()));
    once([registered()], contact_changed(contact(Some("email"), None)));
    once([registered()], UserEvent::TermsAccepted { at: at(1) });
    impossible(
        then([UserEvent::TermsAccepted { at: at(2) }]),
        UserEvent::TermsAccepted { at: at(1) },
    );
    once(
        [registered()],
        UserEvent::VehicleSet {
            license_plate: sealed("plate"),
            at: at(1),
        },
    );
    once([registered()], granted(None));
    impossible([registered()], withdrawn());
    once(then([granted(None)]), withdrawn());
    let linked = UserEvent::OperatorAccountLinked {
        operator: operator("bus"),
        at: at(1),
    };
    let unlinked = UserEvent::OperatorAccountUnlinked {
        operator: operator("bus"),
        at: at(1),
    };
    once([registered()], linked);
    impossible([registered()], unlinked);
}

#[test]
fn a_purchase_is_opened_when_no_other_is_and_closed_by_its_own_name() {
    once([registered()], opened("pur_1", 0));
    impossible(then([opened("pur_1", 0)]), opened("pur_2", 119));
    impossible(then([opened("pur_1", 0), closed("pur_1")]), opened("pur_1", 300));
    impossible([registered()], closed("pur_1"));
    impossible(then([opened("pur_1", 0)]), closed("pur_2"));
    once(then([opened("pur_1", 0)]), closed("pur_1"));
}

#[test]
fn a_card_save_is_started_once_on_the_users_own_customer() {
    once([registered()], save_started("save_1", "pm_1", None));
    impossible([registered()], save_started("save_1", "pm_1", Some("cus_1")));
    impossible(
        then([customer_created("cus_1")]),
        save_started("save_1", "pm_1", None),
    );
    impossible(
        then([save_started("save_1", "pm_1", None)]),
        save_started("save_2", "pm_2", None),
    );
    let mut foreign_key = save_started("save_1", "pm_1", None);
    if let UserEvent::CardSaveStarted { key, .. } = &mut foreign_key {
        *key = StripeCallKey::derive("save_2", "save", 1);
    }
    impossible([registered()], foreign_key);
}

#[test]
fn a_card_save_is_settled_once_on_the_users_own_customer() {
    once([registered()], customer_created("cus_1"));
    impossible(then([customer_created("cus_1")]), customer_created("cus_2"));
    impossible([registered()], saved("save_1", "pm_1"));
    impossible([registered()], refused("save_1"));
    let pending = || then([save_started("save_1", "pm_1", None)]);
    impossible(pending(), saved("save_1", "pm_1"));
    let other = pending().into_iter().chain([customer_created("cus_2")]);
    impossible(other, saved("save_1", "pm_1"));
    once(
        pending().into_iter().chain([customer_created("cus_1")]),
        saved("save_1", "pm_1"),
    );
    once(pending(), refused("save_1"));
}

#[test]
fn a_debt_is_recorded_once_and_settled_once() {
    impossible([registered()], debt("lot", "pur_1", 0));
    once([registered()], debt("lot", "pur_1", 700));
    impossible([registered()], settled("pur_1"));
    once(then([debt("lot", "pur_1", 700)]), settled("pur_1"));
}
