//! Becoming a customer of the platform without a card.

use super::fixtures::*;
use crate::{
    StripeCallKey,
    testing::given,
    user::{User, UserEvent},
};

fn requested(attempt: &str) -> UserEvent {
    UserEvent::CustomerRequested {
        platform: platform("acct_app"),
        key: StripeCallKey::derive(attempt, "customer", 1),
        at: at(1),
    }
}

#[test]
fn a_customer_is_asked_for_under_a_key_written_down_before_and_once() {
    given::<User>([registered()])
        .when(request_customer("save_1", "acct_app"))
        .then([requested("save_1")]);
    let history = then([requested("save_1")]);
    given::<User>(history.clone())
        .when(request_customer("save_2", "acct_app"))
        .then_nothing();
    let history = then([requested("save_1"), customer_created("cus_1")]);
    given::<User>(history.clone())
        .when(request_customer("save_3", "acct_app"))
        .then_nothing();
    let user = given::<User>(history).state();
    assert_eq!(user.customer_key_on(&platform("acct_app")), None);
}

#[test]
fn a_card_saved_meanwhile_makes_the_very_customer_that_is_asked_for() {
    let history = then([requested("save_1")]);
    let started = UserEvent::CardSaveStarted {
        save: save_id("save_2"),
        platform: platform("acct_app"),
        customer: None,
        credential: new_card("pm_1"),
        customer_key: Some(StripeCallKey::derive("save_1", "customer", 1)),
        key: StripeCallKey::derive("save_2", "save", 1),
        at: at(1),
    };
    given::<User>(history)
        .when(start_save("save_2", "acct_app", new_card("pm_1")))
        .then([started]);
}

#[test]
fn a_customer_that_a_card_is_creating_is_not_asked_for_again() {
    let history = then([save_started("save_1", "pm_1", None)]);
    given::<User>(history.clone())
        .when(request_customer("save_2", "acct_app"))
        .then_nothing();
    let user = given::<User>(history).state();
    let key = user.customer_key_on(&platform("acct_app"));
    assert_eq!(key, Some(&StripeCallKey::derive("save_1", "customer", 1)));
}
