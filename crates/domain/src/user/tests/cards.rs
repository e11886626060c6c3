//! Keeping a card on the platform's customer.

use super::fixtures::*;
use crate::{
    testing::given,
    user::{CardRefusal, NewCredential, User, UserCommand, UserEvent, UserRejection as No},
};

/// Kept: `pm_1`, on customer `cus_1`.
fn kept() -> Vec<UserEvent> {
    then([
        save_started("save_1", "pm_1", None),
        customer_created("cus_1"),
        saved("save_1", "pm_1"),
    ])
}

#[test]
fn the_first_card_creates_the_customer_under_keys_written_down_before() {
    given::<User>([registered()])
        .when(start_save("save_1", "acct_app", new_card("pm_1")))
        .then([save_started("save_1", "pm_1", None)]);
    let state = given::<User>(then([save_started("save_1", "pm_1", None)])).state();
    let (save, attempt) = state.pending_card_save().unwrap();
    assert_eq!(save, &save_id("save_1"));
    assert_eq!(
        attempt.customer_key.as_ref().unwrap().as_str(),
        "save_1-customer-1"
    );
    assert_eq!(attempt.key.as_str(), "save_1-save-1");
}

#[test]
fn a_further_card_goes_to_the_customer_there_is() {
    given::<User>(kept())
        .when(start_save("save_2", "acct_app", new_card("pm_2")))
        .then([save_started("save_2", "pm_2", Some("cus_1"))]);
}

#[test]
fn starting_the_same_save_again_changes_nothing_and_another_card_is_refused() {
    let again = start_save("save_1", "acct_app", new_card("pm_1"));
    given::<User>(then([save_started("save_1", "pm_1", None)]))
        .when(again.clone())
        .then_nothing();
    given::<User>(kept()).when(again).then_nothing();
    for (on, card) in [("acct_app", "pm_2"), ("acct_other", "pm_1")] {
        given::<User>(kept())
            .when(start_save("save_1", on, new_card(card)))
            .then_rejected(No::CardSaveDiffers);
    }
}

#[test]
fn while_the_customer_is_being_created_no_second_one_is() {
    let history = then([save_started("save_1", "pm_1", None)]);
    given::<User>(history.clone())
        .when(start_save("save_2", "acct_app", new_card("pm_2")))
        .then_rejected(No::CardSaveInProgress);
    let created = history.into_iter().chain([customer_created("cus_1")]);
    given::<User>(created)
        .when(start_save("save_2", "acct_app", new_card("pm_2")))
        .then([save_started("save_2", "pm_2", Some("cus_1"))]);
    let refused = then([save_started("save_1", "pm_1", None), refused("save_1")]);
    given::<User>(refused)
        .when(start_save("save_2", "acct_app", new_card("pm_2")))
        .then([save_started("save_2", "pm_2", None)]);
}

#[test]
fn an_attempt_on_one_platform_does_not_keep_out_another_platform() {
    let history = then([save_started("save_1", "pm_1", None)]);
    let command = start_save("save_2", "acct_other", new_card("pm_2"));
    let mut expected = save_started("save_2", "pm_2", None);
    if let UserEvent::CardSaveStarted { platform: on, .. } = &mut expected {
        *on = platform("acct_other");
    }
    given::<User>(history).when(command).then([expected]);
}

#[test]
fn a_user_is_one_customer_of_a_platform_for_good() {
    given::<User>([registered()])
        .when(record_customer("acct_app", "cus_1"))
        .then([customer_created("cus_1")]);
    let history = then([customer_created("cus_1")]);
    given::<User>(history.clone())
        .when(record_customer("acct_app", "cus_1"))
        .then_nothing();
    given::<User>(history.clone())
        .when(record_customer("acct_app", "cus_2"))
        .then_rejected(No::CustomerDiffers);
    let state = given::<User>(history).state();
    assert_eq!(state.customer_on(&platform("acct_app")), Some(&customer("cus_1")));
    assert_eq!(state.customer_on(&platform("acct_other")), None);
}

#[test]
fn a_kept_card_is_what_the_user_pays_with_on_that_platform_only() {
    let state = given::<User>(kept()).state();
    assert_eq!(state.credential(), Some(&card("pm_1")));
    assert_eq!(state.credential_on(&platform("acct_app")), Some(&card("pm_1")));
    assert_eq!(state.credential_on(&platform("acct_other")), None);
    assert!(state.has_credential(&platform("acct_app"), &card("pm_1")));
    assert!(!state.has_credential(&platform("acct_app"), &source("card_1")));
    assert!(!state.has_credential(&platform("acct_other"), &card("pm_1")));
    assert_eq!(state.pending_card_save(), None);
    assert_eq!(
        state.card_save(&save_id("save_1")).unwrap().outcome,
        Some(Ok(card("pm_1")))
    );
}

#[test]
fn that_a_card_is_kept_is_heard_once_even_before_its_customer() {
    let pending = then([save_started("save_1", "pm_1", None)]);
    given::<User>(pending)
        .when(record_saved("save_1", "cus_1", "pm_1"))
        .then([customer_created("cus_1"), saved("save_1", "pm_1")]);
    let created = then([save_started("save_1", "pm_1", None), customer_created("cus_1")]);
    given::<User>(created)
        .when(record_saved("save_1", "cus_1", "pm_1"))
        .then([saved("save_1", "pm_1")]);
    given::<User>(kept())
        .when(record_saved("save_1", "cus_1", "pm_1"))
        .then_nothing();
}

/// Each fact breaks the named rule and the later one.
#[test]
fn a_card_that_is_kept_otherwise_than_known_is_refused() {
    given::<User>(kept())
        .when(record_saved("save_1", "cus_2", "pm_2"))
        .then_rejected(No::CardSaveDiffers);
    given::<User>(kept())
        .when(record_saved("save_1", "cus_2", "pm_1"))
        .then_rejected(No::CustomerDiffers);
    let history = then([
        customer_created("cus_1"),
        save_started("save_1", "pm_1", Some("cus_1")),
    ]);
    given::<User>(history)
        .when(record_saved("save_1", "cus_2", "pm_1"))
        .then_rejected(No::CustomerDiffers);
    given::<User>([registered()])
        .when(record_saved("save_1", "cus_1", "pm_1"))
        .then_rejected(No::CardSaveNotStarted);
}

#[test]
fn a_refused_card_is_final_and_leaves_the_one_before_it() {
    let second = save_started("save_2", "pm_2", Some("cus_1"));
    let history: Vec<_> = kept().into_iter().chain([second]).collect();
    given::<User>(history.clone())
        .when(record_refused("save_2"))
        .then([refused("save_2")]);
    let history: Vec<_> = history.into_iter().chain([refused("save_2")]).collect();
    given::<User>(history.clone())
        .when(record_refused("save_2"))
        .then_nothing();
    given::<User>(history.clone())
        .when(record_saved("save_2", "cus_1", "pm_2"))
        .then_rejected(No::CardSaveDiffers);
    given::<User>(kept())
        .when(record_refused("save_1"))
        .then_rejected(No::CardSaveDiffers);
    given::<User>([registered()])
        .when(record_refused("save_1"))
        .then_rejected(No::CardSaveNotStarted);
    let state = given::<User>(history).state();
    assert_eq!(state.credential(), Some(&card("pm_1")));
    let refusal = CardRefusal {
        code: "card_declined".to_owned(),
        decline_code: None,
    };
    assert_eq!(
        state.card_save(&save_id("save_2")).unwrap().outcome,
        Some(Err(refusal))
    );
}

#[test]
fn the_latest_attempt_with_a_credential_is_found_by_it() {
    let later = UserCommand::StartCardSave {
        save: save_id("save_0"),
        platform: platform("acct_app"),
        credential: new_card("pm_1"),
        at: at(3),
    };
    let history = then([save_started("save_1", "pm_1", None), refused("save_1")]);
    let state = replayed(history, later);
    let found = state
        .card_save_of(&platform("acct_app"), &new_card("pm_1"))
        .map(|(save, _)| save);
    assert_eq!(found, Some(&save_id("save_0")));
    assert_eq!(
        state.card_save_of(&platform("acct_other"), &new_card("pm_1")),
        None
    );
    let token = NewCredential::Token(sealed("tok"));
    assert_eq!(state.card_save_of(&platform("acct_app"), &token), None);
}

fn replayed(history: Vec<UserEvent>, command: UserCommand) -> User {
    use crate::Aggregate;
    let state = given::<User>(history).state();
    let events = User::decide(Some(&state), command).unwrap();
    crate::evolve(Some(state), &events).unwrap().unwrap()
}
