//! What holds whatever is asked, in whatever order.

use proptest::{collection::vec, prelude::*};

use super::fixtures::*;
use crate::{
    Aggregate, evolve,
    testing::play,
    transfer::{Eligibility, Transfer, TransferCommand, TransferEvent, TransferRejection, TransferStatus},
    wallet::tests::fixtures::{hour, refund},
};

fn any_command() -> impl Strategy<Value = TransferCommand> {
    let some = || proptest::sample::subsequence(all(), 0..=2);
    let at = || (0_i64..14).prop_map(hour);
    let number = || 1_u128..4;
    prop_oneof![
        1 => Just(create(items(), Some(hour(10)))),
        3 => (1_u128..4, at()).prop_map(|(by, at)| TransferCommand::Redeem {
            code_hash: code('a'),
            by: user(by),
            eligibility: Eligibility::Eligible,
            at,
        }),
        1 => at().prop_map(|at| TransferCommand::Cancel { at }),
        1 => at().prop_map(|at| TransferCommand::Expire { at }),
        4 => (number(), some(), at())
            .prop_map(|(id, items, at)| TransferCommand::StartRefund { refund: refund(id), items, at }),
        3 => (number(), at()).prop_map(|(id, at)| TransferCommand::RecordRefund { refund: refund(id), at }),
        1 => (number(), at()).prop_map(|(id, at)| TransferCommand::RecordRefundRefused { refund: refund(id), at }),
    ]
}

proptest! {
    #[test]
    fn a_transfer_is_taken_or_given_back_and_never_both(commands in vec(any_command(), 0..32)) {
        let first = create(items(), Some(hour(10)));
        let (history, transfer) = play::<Transfer>(std::iter::once(first).chain(commands));
        let taken = history.iter().filter(|event| matches!(event, TransferEvent::Redeemed { .. })).count();
        let cancelled = history.iter().filter(|event| matches!(event, TransferEvent::Cancelled { .. })).count();
        prop_assert!(taken + cancelled <= 1);
        let transfer = transfer.unwrap();
        prop_assert_eq!(transfer.status() == TransferStatus::Cancelled, cancelled == 1);
        for item in all() {
            let paid_back = history.iter().filter(|event| match event {
                TransferEvent::ItemsRefunded { items, .. } => items.contains(&item),
                _ => false,
            });
            prop_assert!(paid_back.count() <= 1);
        }
        let json = serde_json::to_string(&transfer).unwrap();
        prop_assert_eq!(serde_json::from_str::<Transfer>(&json).unwrap(), transfer);
    }

    #[test]
    fn asking_again_at_once_is_harmless(commands in vec(any_command(), 0..32)) {
        let mut state: Option<Transfer> = None;
        for command in commands {
            let Ok(events) = Transfer::decide(state.as_ref(), command.clone()) else { continue };
            state = evolve(state, &events).unwrap();
            let again = Transfer::decide(state.as_ref(), command.clone());
            let redeemed = matches!(command, TransferCommand::Redeem { .. });
            prop_assert_eq!(again, if redeemed { Err(TransferRejection::AlreadyUsed) } else { Ok(vec![]) });
        }
    }
}
