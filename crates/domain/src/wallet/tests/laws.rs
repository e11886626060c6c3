//! What holds whatever is asked, in whatever order.

use proptest::{collection::vec, prelude::*};

use super::fixtures::*;
use crate::{
    Aggregate, DeviceId, PassId, evolve, replay,
    testing::play,
    wallet::{IssueCause, ItemId, PassStatus, Wallet, WalletCommand, WalletEvent, WalletRejection},
};

const PASSES: std::ops::Range<u32> = 1..5;

fn any_item() -> impl Strategy<Value = ItemId> {
    prop_oneof![
        PASSES.prop_map(pass_item),
        (5_u32..7).prop_map(book_item),
        (5_u32..7, 1_u32..4).prop_map(|(of, ordinal)| ride_item(of, ordinal)),
    ]
}

fn any_pass() -> impl Strategy<Value = PassId> {
    prop_oneof![
        PASSES.prop_map(pass),
        (5_u32..7, 1_u32..4).prop_map(|(of, ordinal)| ride(of, ordinal))
    ]
}

fn any_device() -> impl Strategy<Value = Option<DeviceId>> {
    prop_oneof![Just(None), Just(device("phone")), Just(device("tablet"))]
}

fn issued_as(item: &ItemId) -> crate::wallet::IssuedItem {
    match item {
        ItemId::PassBook(id) => {
            let ordinal = if *id == book(5) { 5 } else { 6 };
            three_rides(ordinal)
        }
        ItemId::Pass(id) => {
            let ordinal = PASSES.clone().find(|ordinal| pass(*ordinal) == *id).unwrap_or(1);
            single(ordinal, if ordinal % 2 == 0 { THREE_DAYS } else { TWO_HOURS })
        }
    }
}

fn any_command() -> impl Strategy<Value = WalletCommand> {
    let items = || vec(any_item(), 0..3);
    let number = || 1_u128..4;
    // Hours enough for several service days, so that passes go stale and expire; clocks need not agree.
    let at = || (0_i64..96).prop_map(hour);
    prop_oneof![
        2 => (items(), 0_u32..4, at()).prop_map(|(items, which, at)| WalletCommand::Issue {
            cause: if which == 0 { bought() } else { IssueCause::FareCap { cap_group: "day".to_owned() } },
            items: items.iter().map(issued_as).collect(),
            at,
        }),
        6 => (any_pass(), any_device(), proptest::option::of(0_u64..8), at())
            .prop_map(|(pass, device, seen, at)| WalletCommand::Activate { pass, device, seen, caps: vec![], at }),
        1 => (any_pass(), at(), at()).prop_map(|(pass, shown_at, at)| WalletCommand::Show {
            pass,
            shown_at,
            latitude_microdegrees: None,
            longitude_microdegrees: None,
            at,
        }),
        1 => (number(), items(), at())
            .prop_map(|(id, items, at)| WalletCommand::Refund { refund: refund(id), items, at }),
        1 => (number(), vec(any_pass(), 0..3), at())
            .prop_map(|(id, rides, at)| WalletCommand::RefundRides { refund: refund(id), rides, at }),
        3 => (any_item(), any::<bool>(), at()).prop_map(|(replaces, anew, at)| WalletCommand::Reissue {
            replaces,
            anew,
            reason: "broken".to_owned(),
            at,
        }),
        1 => (items(), at()).prop_map(|(items, at)| WalletCommand::Invalidate {
            items,
            reason: "forged".to_owned(),
            at,
        }),
        1 => (vec(any_pass(), 0..3), any_item(), at()).prop_map(|(passes, new, at)| WalletCommand::Cap {
            passes,
            cap_group: "day".to_owned(),
            replacement: Box::new(issued_as(&new)),
            at,
        }),
        3 => (number(), items(), at())
            .prop_map(|(id, items, at)| WalletCommand::Reserve { transfer: transfer(id), items, at }),
        1 => (number(), at()).prop_map(|(id, at)| WalletCommand::Release { transfer: transfer(id), at }),
        2 => (number(), at()).prop_map(|(id, at)| WalletCommand::MoveOut { transfer: transfer(id), at }),
        2 => (number(), items(), at()).prop_map(|(id, items, at)| WalletCommand::MoveIn {
            transfer: transfer(id),
            items: items.iter().map(|item| moving(issued_as(item))).collect(),
            at,
        }),
    ]
}

/// Commands that start from a wallet with something in it.
fn any_commands() -> impl Strategy<Value = Vec<WalletCommand>> {
    let filled = issue([1, 2, 5].map(|ordinal| {
        issued_as(&if ordinal < 5 {
            pass_item(ordinal)
        } else {
            book_item(5)
        })
    }));
    vec(any_command(), 0..32).prop_map(move |rest| std::iter::once(filled.clone()).chain(rest).collect())
}

fn can_ride(wallet: &Wallet, id: &PassId, on: Option<&DeviceId>, hours: i64) -> bool {
    wallet
        .pass(id)
        .is_some_and(|pass| pass.status(on, hour(hours)).is_usable_for_boarding())
}

proptest! {
    // Writing and reading so much JSON takes its time.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_was_decided_can_be_folded_and_survives_its_json(commands in any_commands()) {
        let (history, wallet) = play::<Wallet>(commands);
        let stored = serde_json::to_string(&history).unwrap();
        let read: Vec<WalletEvent> = serde_json::from_str(&stored).unwrap();
        prop_assert_eq!(replay::<Wallet>(&read).unwrap(), wallet.clone());
        let snapshot = serde_json::to_string(&wallet).unwrap();
        prop_assert_eq!(serde_json::from_str::<Option<Wallet>>(&snapshot).unwrap(), wallet);
    }

}

proptest! {
    /// P1, at every moment: also when clocks disagree, one pass lets only one device ride.
    #[test]
    fn a_pass_is_active_on_at_most_one_device(commands in any_commands(), hours in 0_i64..120) {
        let (_, wallet) = play::<Wallet>(commands);
        for pass in wallet.iter().flat_map(Wallet::passes) {
            let devices = [None, device("phone"), device("tablet")];
            let active = devices.iter().filter(|on| pass.status(on.as_ref(), hour(hours)) == PassStatus::Active);
            prop_assert!(active.count() <= 1);
        }
    }

    /// P1, over the whole history: tickets of one pass never overlap on two devices.
    #[test]
    fn a_ticket_is_not_given_to_a_second_device_before_the_first_expires(commands in any_commands()) {
        let (history, _) = play::<Wallet>(commands);
        let mut tickets = std::collections::BTreeMap::new();
        for event in &history {
            if let WalletEvent::PassActivated { pass, at, ticket_expires_at, .. } = event {
                let before = tickets.insert(pass, *ticket_expires_at);
                prop_assert!(before.is_none_or(|expired_at| expired_at <= *at));
            }
        }
    }

    /// P2: nothing brings a refunded, void or promised pass to life, and one that left only comes alive by coming back.
    #[test]
    fn what_is_refunded_or_gone_is_never_activated(commands in any_commands()) {
        let (history, _) = play::<Wallet>(commands);
        let mut state: Option<Wallet> = None;
        for event in &history {
            if let (Some(wallet), WalletEvent::PassActivated { pass, at, device, .. }) = (&state, event) {
                prop_assert!(wallet.pass(pass).unwrap().status(device.as_ref(), *at).can_be_activated());
            }
            state = evolve(state, [event]).unwrap();
        }
    }

    #[test]
    fn a_refund_is_for_ever(commands in any_commands(), later in any_commands()) {
        let (_, wallet) = play::<Wallet>(commands);
        let refunded: Vec<_> = wallet.iter().flat_map(Wallet::passes).filter(|it| it.refund().is_some()).collect();
        let mut state = wallet.clone();
        for command in later {
            if let Ok(events) = Wallet::decide(state.as_ref(), command) {
                state = evolve(state, &events).unwrap();
            }
        }
        for pass in refunded {
            let now = state.as_ref().unwrap().pass(pass.id()).unwrap();
            prop_assert_eq!(now.refund(), pass.refund());
            prop_assert!((0..120).all(|hours| !can_ride(state.as_ref().unwrap(), pass.id(), None, hours)));
        }
    }

    /// Also for a client that names the revision it acts on, which its own first attempt has changed.
    #[test]
    fn asking_again_at_once_is_harmless(commands in any_commands()) {
        let mut state: Option<Wallet> = None;
        for command in commands {
            let Ok(events) = Wallet::decide(state.as_ref(), command.clone()) else { continue };
            state = evolve(state, &events).unwrap();
            prop_assert_eq!(Wallet::decide(state.as_ref(), command), Ok(vec![]));
        }
    }

    /// Of an item and everything that was ever given in its place, at most one counts, whatever it was paid with.
    #[test]
    fn nothing_that_was_replaced_counts_beside_what_replaced_it(commands in any_commands(), hours in 0_i64..120) {
        let (_, wallet) = play::<Wallet>(commands);
        let mut live = std::collections::BTreeMap::new();
        for pass in wallet.iter().flat_map(Wallet::passes) {
            let counts = [None, device("phone"), device("tablet")]
                .iter()
                .any(|on| pass.status(on.as_ref(), hour(hours)).can_be_activated());
            if counts {
                let before = live.insert(ItemId::Pass(pass.id().clone()).original(), pass.id().clone());
                prop_assert_eq!(before, None);
            }
        }
    }

    /// No item, ride or replacement of it gives its price back a second time.
    #[test]
    fn what_was_paid_for_an_item_goes_back_once(commands in any_commands()) {
        let (history, _) = play::<Wallet>(commands);
        let mut given = std::collections::BTreeSet::new();
        let mut state: Option<Wallet> = None;
        for event in &history {
            let rides = match (&state, event) {
                (Some(wallet), WalletEvent::ItemsRefunded { items, .. }) => {
                    let whole = items.iter().flat_map(|item| wallet.pass_ids(item).to_vec());
                    // A ride that a cap replaced stays with what the cap gave, though its book went back.
                    whole.filter(|id| wallet.pass(id).is_some_and(|it| it.refund().is_none())).collect()
                }
                (_, WalletEvent::RidesRefunded { rides, .. }) => rides.clone(),
                _ => vec![],
            };
            for ride in rides {
                prop_assert!(given.insert(ItemId::Pass(ride).original()));
            }
            // What came back by a transfer was refunded in no wallet, or it would not have left.
            state = evolve(state, [event]).unwrap();
        }
    }

    #[test]
    fn only_showings_leave_the_revision_as_it_is(commands in any_commands()) {
        let (history, wallet) = play::<Wallet>(commands);
        let counted = history.iter().filter(|event| !matches!(event, WalletEvent::PassShown { .. })).count();
        prop_assert_eq!(wallet.map_or(0, |wallet| wallet.revision()), u64::try_from(counted).unwrap());
    }

    #[test]
    fn the_status_says_whether_an_activation_succeeds(
        commands in any_commands(),
        id in any_pass(),
        on in any_device(),
        hours in 0_i64..120,
    ) {
        let (_, wallet) = play::<Wallet>(commands);
        // As a client asks that has seen all there is: to any other, what is so already is no refusal.
        let asked = WalletCommand::Activate {
            pass: id.clone(),
            device: on.clone(),
            seen: Some(wallet.as_ref().map_or(0, Wallet::revision)),
            caps: vec![],
            at: hour(hours),
        };
        let decided = Wallet::decide(wallet.as_ref(), asked);
        match wallet.as_ref().and_then(|wallet| wallet.pass(&id)) {
            Some(pass) => {
                prop_assert_eq!(decided.is_ok(), pass.status(on.as_ref(), hour(hours)).can_be_activated());
            }
            None => prop_assert!(matches!(decided, Err(WalletRejection::NoSuchPass))),
        }
    }
}
