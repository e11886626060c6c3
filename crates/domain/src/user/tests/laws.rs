//! What holds whatever is asked, in whatever order, however often.

use std::collections::BTreeSet;

use proptest::{collection::vec, prelude::*, sample::select};

use super::fixtures::*;
use crate::{
    Aggregate, evolve, replay,
    testing::play,
    user::{User, UserCommand, UserEvent},
};

fn any_platform() -> impl Strategy<Value = &'static str> {
    select(vec!["acct_app", "acct_app", "acct_other"])
}

fn any_save() -> impl Strategy<Value = &'static str> {
    select(vec!["save_1", "save_2", "save_3"])
}

fn any_customer() -> impl Strategy<Value = &'static str> {
    select(vec!["cus_1", "cus_1", "cus_2"])
}

fn any_card() -> impl Strategy<Value = &'static str> {
    select(vec!["pm_1", "pm_2"])
}

fn any_purchase() -> impl Strategy<Value = &'static str> {
    select(vec!["pur_1", "pur_2", "pur_3"])
}

fn any_card_command() -> impl Strategy<Value = UserCommand> {
    prop_oneof![
        4 => (any_save(), any_platform(), any_card())
            .prop_map(|(save, on, card)| start_save(save, on, new_card(card))),
        2 => (any_platform(), any_customer()).prop_map(|(on, of)| record_customer(on, of)),
        4 => (any_save(), any_customer(), any_card()).prop_map(|(save, of, card)| record_saved(save, of, card)),
        1 => any_save().prop_map(record_refused),
        2 => (any_save(), any_platform()).prop_map(|(attempt, on)| request_customer(attempt, on)),
    ]
}

fn any_other_command() -> impl Strategy<Value = UserCommand> {
    let contacts = || select(vec![None, Some("one"), Some("two")]);
    prop_oneof![
        2 => (contacts(), contacts()).prop_map(|(email, phone)| identify(contact(email, phone))),
        2 => (0_i64..4).prop_map(|second| UserCommand::AcceptTerms { at: at(second) }),
        4 => (any_purchase(), 0_i64..400).prop_map(|(name, second)| open(name, second)),
        4 => any_purchase().prop_map(close),
        2 => (select(vec!["bus", "lot"]), any_purchase(), 0_i64..3)
            .prop_map(|(to, by, cents)| record_debt(to, by, cents)),
        2 => any_purchase().prop_map(settle),
        3 => select(one_of_each()[..15].to_vec()),
    ]
}

/// Becoming known, then anything, and erasure once in a while.
fn any_commands() -> impl Strategy<Value = Vec<UserCommand>> {
    let any = prop_oneof![
        20 => any_card_command(),
        20 => any_other_command(),
        1 => Just(UserCommand::Erase { at: at(9) }),
    ];
    vec(any, 0..40).prop_map(|rest| one_of_each().into_iter().take(1).chain(rest).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn what_was_decided_can_always_be_folded_and_read_back(commands in any_commands()) {
        let (history, state) = play::<User>(commands);
        let stored: Vec<String> = history.iter().map(|event| serde_json::to_string(event).unwrap()).collect();
        let read: Vec<UserEvent> = stored.iter().map(|event| serde_json::from_str(event).unwrap()).collect();
        prop_assert_eq!(&read, &history);
        prop_assert_eq!(replay::<User>(&read).unwrap(), state.clone());
        let snapshot = serde_json::to_string(&state).unwrap();
        prop_assert_eq!(serde_json::from_str::<Option<User>>(&snapshot).unwrap(), state);
    }

    #[test]
    fn asking_the_same_again_at_once_records_nothing(commands in any_commands()) {
        let mut state: Option<User> = None;
        for command in commands {
            if let Ok(events) = User::decide(state.as_ref(), command.clone()) {
                state = evolve(state, &events).unwrap();
                let again = User::decide(state.as_ref(), command.clone()).unwrap_or_default();
                prop_assert_eq!(again, vec![], "{:?}", command);
            }
        }
    }

    #[test]
    fn a_user_is_one_customer_of_each_platform(commands in any_commands()) {
        let (history, _) = play::<User>(commands);
        let mut platforms = BTreeSet::new();
        for event in &history {
            if let UserEvent::CustomerCreated { platform, .. } = event {
                prop_assert!(platforms.insert(platform.clone()));
            }
        }
    }

    /// The card a user pays with was kept, and is never named on a platform that does not own it.
    #[test]
    fn a_card_is_used_only_where_it_is_kept(commands in any_commands()) {
        let (history, state) = play::<User>(commands);
        let state = state.unwrap();
        let kept = history.iter().any(|event| matches!(event, UserEvent::CardSaved { .. }));
        prop_assert_eq!(kept, state.credential().is_some());
        for on in ["acct_app", "acct_other"].map(platform) {
            if let Some(credential) = state.credential_on(&on) {
                prop_assert!(state.has_credential(&on, credential));
                prop_assert!(state.customer_on(&on).is_some());
            }
        }
    }

    /// A purchase begins at most once and ends at most once, and never while another keeps it out.
    #[test]
    fn one_purchase_is_open_at_a_time(commands in any_commands()) {
        let (history, _) = play::<User>(commands);
        let mut open: Option<(crate::PurchaseId, chrono::DateTime<chrono::Utc>)> = None;
        for event in &history {
            match event {
                UserEvent::PurchaseOpened { purchase, at } => {
                    let free = open.is_none_or(|(_, since)| *at - since >= crate::user::PURCHASE_HOLD);
                    prop_assert!(free);
                    open = Some((purchase.clone(), *at));
                }
                UserEvent::PurchaseClosed { purchase, .. } => {
                    let ended = open.take().map(|(open, _)| open);
                    prop_assert_eq!(ended.as_ref(), Some(purchase));
                }
                _ => {}
            }
        }
    }
}
