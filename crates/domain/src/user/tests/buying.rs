//! One purchase at a time (ticketing API, `existing_purchase_in_progess`).

use super::fixtures::*;
use crate::{
    testing::given,
    user::{PURCHASE_HOLD, User, UserRejection as No},
};

fn in_progress(name: &str) -> No {
    No::PurchaseInProgress {
        purchase: purchase(name),
    }
}

#[test]
fn while_one_purchase_is_open_no_other_begins() {
    given::<User>([registered()])
        .when(open("pur_1", 0))
        .then([opened("pur_1", 0)]);
    given::<User>(then([opened("pur_1", 0)]))
        .when(open("pur_1", 1))
        .then_nothing();
    given::<User>(then([opened("pur_1", 0)]))
        .when(open("pur_2", 1))
        .then_rejected(in_progress("pur_1"));
}

#[test]
fn an_open_purchase_keeps_others_out_for_two_minutes_at_most() {
    let hold = PURCHASE_HOLD.num_seconds();
    assert_eq!(hold, 120);
    let history = then([opened("pur_1", 0)]);
    given::<User>(history.clone())
        .when(open("pur_2", hold - 1))
        .then_rejected(in_progress("pur_1"));
    given::<User>(history.clone())
        .when(open("pur_2", hold))
        .then([opened("pur_2", hold)]);
    let state = given::<User>(history).state();
    assert_eq!(state.purchase_in_progress(at(hold - 1)), Some(&purchase("pur_1")));
    assert_eq!(state.purchase_in_progress(at(hold)), None);
}

#[test]
fn the_end_of_a_purchase_lets_the_next_begin() {
    let history = then([opened("pur_1", 0)]);
    given::<User>(history)
        .when(close("pur_1"))
        .then([closed("pur_1")]);
    let history = then([opened("pur_1", 0), closed("pur_1")]);
    given::<User>(history.clone()).when(close("pur_1")).then_nothing();
    given::<User>(history)
        .when(open("pur_2", 6))
        .then([opened("pur_2", 6)]);
}

#[test]
fn only_the_open_purchase_can_end() {
    given::<User>([registered()]).when(close("pur_1")).then_nothing();
    let displaced = then([opened("pur_1", 0), opened("pur_2", 200)]);
    given::<User>(displaced.clone())
        .when(close("pur_1"))
        .then_nothing();
    given::<User>(displaced)
        .when(close("pur_2"))
        .then([closed("pur_2")]);
}

#[test]
fn late_news_of_the_beginning_does_not_open_a_closed_purchase_again() {
    given::<User>(then([opened("pur_1", 0), closed("pur_1")]))
        .when(open("pur_1", 6))
        .then_nothing();
}
