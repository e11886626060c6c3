//! What a stay that was used and not paid leaves behind.

use super::fixtures::*;
use crate::{
    Money,
    testing::given,
    user::{User, UserRejection as No},
};

fn owed(history: Vec<crate::user::UserEvent>, to: &str) -> Vec<Money> {
    given::<User>(history).state().debts_to(&operator(to)).collect()
}

#[test]
fn what_is_owed_is_owed_to_one_operator_until_it_is_settled() {
    given::<User>([registered()])
        .when(record_debt("lot", "pur_1", 700))
        .then([debt("lot", "pur_1", 700)]);
    let history = then([debt("lot", "pur_1", 700), debt("bus", "pur_2", 100)]);
    assert_eq!(owed(history.clone(), "lot"), [usd(700)]);
    given::<User>(history.clone())
        .when(settle("pur_1"))
        .then([settled("pur_1")]);
    let history: Vec<_> = history.into_iter().chain([settled("pur_1")]).collect();
    assert_eq!(owed(history.clone(), "lot"), []);
    assert_eq!(owed(history, "bus"), [usd(100)]);
}

#[test]
fn what_is_owed_is_known_by_the_purchase_that_failed_first() {
    let history = then([
        debt("lot", "pur_1", 700),
        debt("bus", "pur_2", 100),
        settled("pur_2"),
    ]);
    let given = given::<User>(history);
    let user = given.state();
    let known: Vec<_> = user.debts().cloned().collect();
    assert_eq!(known.len(), 1);
    assert_eq!(user.debt(&known[0]), Some(usd(700)));
    assert!(known[0].as_str().ends_with('1'), "{known:?}");
}

#[test]
fn a_settled_debt_never_comes_back() {
    let history = then([debt("lot", "pur_1", 700), settled("pur_1")]);
    given::<User>(history.clone())
        .when(record_debt("lot", "pur_1", 700))
        .then_nothing();
    given::<User>(history).when(settle("pur_1")).then_nothing();
}

/// Each debt breaks the named rule and the later one.
#[test]
fn a_debt_of_nothing_and_another_debt_of_the_same_purchase_are_refused() {
    let history = then([debt("lot", "pur_1", 700)]);
    for nothing in [0, -1] {
        given::<User>(history.clone())
            .when(record_debt("bus", "pur_1", nothing))
            .then_rejected(No::NoSuchDebt);
    }
    given::<User>(history.clone())
        .when(record_debt("lot", "pur_1", 700))
        .then_nothing();
    given::<User>(history.clone())
        .when(record_debt("lot", "pur_1", 701))
        .then_rejected(No::DebtDiffers);
    given::<User>(history)
        .when(record_debt("bus", "pur_1", 700))
        .then_rejected(No::DebtDiffers);
}

#[test]
fn what_was_never_owed_cannot_be_settled() {
    given::<User>([registered()])
        .when(settle("pur_1"))
        .then_rejected(No::NoSuchDebt);
}
