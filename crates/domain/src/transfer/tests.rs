//! Rules of pass transfers, by name.

use chrono::{DateTime, Utc};
use proptest::{collection::vec, prelude::*};
use uuid::Uuid;

use super::{
    CodeHash, Eligibility, RefundState, Transfer, TransferCommand, TransferEvent, TransferItem,
    TransferRejection, TransferStatus,
};
use crate::{
    Aggregate, AppId, UserId, evolve,
    testing::{given, play},
    wallet::{
        ItemId, Wallet,
        tests::fixtures::{
            TWO_HOURS, book_item, hour, issued, moving, pass_item, purchase, refund, single, three_rides,
            transfer,
        },
    },
};

fn user(number: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(number))
}

fn office() -> UserId {
    user(1)
}

fn rider() -> UserId {
    user(2)
}

fn code(digit: char) -> CodeHash {
    CodeHash::parse(digit.to_string().repeat(64)).unwrap()
}

fn items() -> Vec<TransferItem> {
    [single(1, TWO_HOURS), three_rides(2)]
        .map(|item| TransferItem::from(&moving(item)))
        .to_vec()
}

fn all() -> Vec<ItemId> {
    vec![pass_item(1), book_item(2)]
}

fn create(items: Vec<TransferItem>, expires_at: Option<DateTime<Utc>>) -> TransferCommand {
    TransferCommand::Create {
        transfer: transfer(1),
        app: AppId::parse("cityhop").unwrap(),
        from: office(),
        items,
        code_hash: code('a'),
        expires_at,
        at: hour(0),
    }
}

fn created() -> TransferEvent {
    TransferEvent::Created {
        transfer: transfer(1),
        app: AppId::parse("cityhop").unwrap(),
        from: office(),
        items: items(),
        code_hash: code('a'),
        expires_at: Some(hour(10)),
        at: hour(0),
    }
}

fn redeem_as(by: UserId, at: i64) -> TransferCommand {
    TransferCommand::Redeem {
        code_hash: code('a'),
        by,
        eligibility: Eligibility::Eligible,
        at: hour(at),
    }
}

fn redeemed() -> TransferEvent {
    TransferEvent::Redeemed {
        by: rider(),
        at: hour(1),
    }
}

fn cancelled() -> TransferEvent {
    TransferEvent::Cancelled { at: hour(1) }
}

fn expired() -> TransferEvent {
    TransferEvent::Expired { at: hour(10) }
}

fn start_refund(number: u128, items: impl Into<Vec<ItemId>>) -> TransferCommand {
    TransferCommand::StartRefund {
        refund: refund(number),
        items: items.into(),
        at: hour(2),
    }
}

fn refund_started(number: u128, items: impl Into<Vec<ItemId>>) -> TransferEvent {
    TransferEvent::RefundStarted {
        refund: refund(number),
        items: items.into(),
        at: hour(2),
    }
}

fn record_refund(number: u128) -> TransferCommand {
    TransferCommand::RecordRefund {
        refund: refund(number),
        at: hour(3),
    }
}

fn items_refunded(number: u128, items: impl Into<Vec<ItemId>>) -> TransferEvent {
    TransferEvent::ItemsRefunded {
        refund: refund(number),
        items: items.into(),
        at: hour(3),
    }
}

fn record_refused(number: u128) -> TransferCommand {
    TransferCommand::RecordRefundRefused {
        refund: refund(number),
        at: hour(3),
    }
}

fn refund_refused(number: u128) -> TransferEvent {
    TransferEvent::RefundRefused {
        refund: refund(number),
        at: hour(3),
    }
}

fn refunded(number: u128, items: impl Into<Vec<ItemId>> + Clone) -> [TransferEvent; 2] {
    [
        refund_started(number, items.clone()),
        items_refunded(number, items),
    ]
}

fn after(events: impl IntoIterator<Item = TransferEvent>) -> Vec<TransferEvent> {
    std::iter::once(created()).chain(events).collect()
}

fn state(events: impl IntoIterator<Item = TransferEvent>) -> Transfer {
    given::<Transfer>(after(events)).state()
}

#[test]
fn a_transfer_is_created_once() {
    given::<Transfer>([])
        .when(create(items(), Some(hour(10))))
        .then([created()]);
    given::<Transfer>([created()])
        .when(create(items(), Some(hour(10))))
        .then_nothing();
    for other in [
        create(items(), None),
        create(vec![], Some(hour(10))),
        create(items().split_off(1), Some(hour(10))),
    ] {
        given::<Transfer>([created()])
            .when(other)
            .then_rejected(TransferRejection::TransferDiffers);
    }
}

#[test]
fn a_transfer_has_items_and_time() {
    let twice = [items(), items()].concat();
    given::<Transfer>([])
        .when(create(twice, Some(hour(0))))
        .then_rejected(TransferRejection::ItemRepeated);
    given::<Transfer>([])
        .when(create(vec![], Some(hour(0))))
        .then_rejected(TransferRejection::NoItems);
    given::<Transfer>([])
        .when(create(items(), Some(hour(0))))
        .then_rejected(TransferRejection::ExpiryNotInFuture);
}

#[test]
fn nothing_is_known_of_a_transfer_that_was_never_created() {
    for command in [
        redeem_as(rider(), 1),
        TransferCommand::Cancel { at: hour(1) },
        TransferCommand::Expire { at: hour(11) },
        start_refund(1, all()),
        record_refund(1),
        record_refused(1),
    ] {
        given::<Transfer>([])
            .when(command)
            .then_rejected(TransferRejection::NotKnown);
    }
}

#[test]
fn whoever_has_the_code_takes_what_is_in_it() {
    given::<Transfer>([created()])
        .when(redeem_as(rider(), 1))
        .then([redeemed()]);
    let taken = state([redeemed()]);
    assert_eq!(
        taken.redemption().map(|it| (&it.by, it.at)),
        Some((&rider(), hour(1)))
    );
    assert_eq!(taken.status(), TransferStatus::Transferred);
}

#[test]
fn another_code_opens_nothing() {
    for history in [after([]), after([cancelled()]), after([redeemed()])] {
        given::<Transfer>(history)
            .when(TransferCommand::Redeem {
                code_hash: code('b'),
                by: rider(),
                eligibility: Eligibility::Eligible,
                at: hour(1),
            })
            .then_rejected(TransferRejection::NotKnown);
    }
}

/// The sender itself tries, not being eligible, while a refund is open: each history takes one reason away.
#[test]
fn a_redemption_is_refused_for_the_first_reason_there_is() {
    let ineligible = |by, eligibility, at| TransferCommand::Redeem {
        code_hash: code('a'),
        by,
        eligibility,
        at: hour(at),
    };
    let under_way = || refund_started(1, [pass_item(1)]);
    for (history, at) in [
        (after([cancelled()]), 1),
        (after([under_way(), expired()]), 1),
        (after([under_way()]), 10),
        (after(refunded(1, all())), 4),
    ] {
        given::<Transfer>(history)
            .when(ineligible(office(), Eligibility::Ineligible, at))
            .then_rejected(TransferRejection::Invalid);
    }
    for (by, at, refusal) in [
        (rider(), 11, TransferRejection::AlreadyUsed),
        (office(), 11, TransferRejection::UsedByAnotherAccount),
        (user(3), 1, TransferRejection::UsedByAnotherAccount),
    ] {
        given::<Transfer>(after([redeemed(), under_way()]))
            .when(ineligible(by, Eligibility::Ineligible, at))
            .then_rejected(refusal);
    }
    for (by, eligibility, refusal) in [
        (
            office(),
            Eligibility::Ineligible,
            TransferRejection::IntoSourceAccount,
        ),
        (rider(), Eligibility::Ineligible, TransferRejection::Ineligible),
        (
            rider(),
            Eligibility::LimitsExceeded,
            TransferRejection::LimitsExceeded,
        ),
        (rider(), Eligibility::Eligible, TransferRejection::RefundUnderWay),
    ] {
        given::<Transfer>(after([under_way()]))
            .when(ineligible(by, eligibility, 3))
            .then_rejected(refusal);
    }
}

#[test]
fn who_is_not_logged_in_is_told_less() {
    let refusal = |events: &[TransferEvent], account: Option<UserId>, at| {
        state(events.to_vec()).refusal_for(account.as_ref(), hour(at))
    };
    assert_eq!(refusal(&[], None, 1), None);
    assert_eq!(
        refusal(&[], Some(office()), 1),
        Some(TransferRejection::IntoSourceAccount)
    );
    assert_eq!(refusal(&[], None, 10), Some(TransferRejection::Invalid));
    assert_eq!(
        refusal(&[redeemed()], None, 10),
        Some(TransferRejection::UsedByAnotherAccount)
    );
    assert_eq!(
        refusal(&[redeemed()], Some(rider()), 10),
        Some(TransferRejection::AlreadyUsed)
    );
}

#[test]
fn a_transfer_expires_by_the_clock_and_not_by_its_record() {
    let waiting = state([]);
    assert!(!waiting.is_expired(hour(9)) && waiting.is_expired(hour(10)) && waiting.is_expiry_due(hour(10)));
    given::<Transfer>([created()])
        .when(redeem_as(rider(), 9))
        .then([TransferEvent::Redeemed {
            by: rider(),
            at: hour(9),
        }]);
    given::<Transfer>([created()])
        .when(redeem_as(rider(), 10))
        .then_rejected(TransferRejection::Invalid);
    let recorded = state([expired()]);
    assert!(recorded.is_expired(hour(10)) && !recorded.is_expiry_due(hour(10)));
    for events in [vec![redeemed()], vec![cancelled()]] {
        assert!(!state(events).is_expired(hour(11)));
    }
    assert!(!state(refunded(1, all())).is_expiry_due(hour(11)));
}

#[test]
fn an_expiry_is_recorded_once_and_in_its_time() {
    let expire = |at| TransferCommand::Expire { at: hour(at) };
    given::<Transfer>([created()]).when(expire(10)).then([expired()]);
    given::<Transfer>(after([refund_started(1, [pass_item(1)])]))
        .when(expire(10))
        .then([expired()]);
    given::<Transfer>(after([expired()]))
        .when(expire(11))
        .then_nothing();
    given::<Transfer>(after([redeemed()]))
        .when(expire(11))
        .then_rejected(TransferRejection::Redeemed);
    given::<Transfer>(after([cancelled()]))
        .when(expire(11))
        .then_rejected(TransferRejection::Cancelled);
    given::<Transfer>(after(refunded(1, all())))
        .when(expire(11))
        .then_rejected(TransferRejection::Refunded);
    given::<Transfer>([created()])
        .when(expire(9))
        .then_rejected(TransferRejection::NotExpired);
}

#[test]
fn only_what_nobody_took_is_cancelled() {
    let cancel = |at| TransferCommand::Cancel { at: hour(at) };
    given::<Transfer>([created()]).when(cancel(1)).then([cancelled()]);
    given::<Transfer>(after([cancelled()]))
        .when(cancel(11))
        .then_nothing();
    let partly = |events: [TransferEvent; 1]| after(refunded(1, [pass_item(1)]).into_iter().chain(events));
    for (history, at, refusal) in [
        (partly([redeemed()]), 11, TransferRejection::Redeemed),
        (after([expired()]), 1, TransferRejection::Expired),
        (after([refund_started(1, all())]), 10, TransferRejection::Expired),
        (after(refunded(1, all())), 4, TransferRejection::Refunded),
        (
            after([refund_started(1, all())]),
            4,
            TransferRejection::RefundUnderWay,
        ),
    ] {
        given::<Transfer>(history).when(cancel(at)).then_rejected(refusal);
    }
    let taken_back = state([cancelled()]);
    assert_eq!(taken_back.status(), TransferStatus::Cancelled);
    assert_eq!(taken_back.refunded_or_cancelled_at(), Some(hour(1)));
    assert_eq!(taken_back.item_refunded_at(&pass_item(1)), None);
}

#[test]
fn items_are_refunded_in_part_or_as_a_whole_before_the_redemption_or_after() {
    for before in [vec![], vec![redeemed()], vec![expired()]] {
        let untouched = state(before.clone()).status();
        let begun = after(before.clone());
        given::<Transfer>(begun.clone())
            .when(start_refund(1, [pass_item(1)]))
            .then([refund_started(1, [pass_item(1)])]);
        let started: Vec<_> = begun
            .into_iter()
            .chain([refund_started(1, [pass_item(1)])])
            .collect();
        assert_eq!(given::<Transfer>(started.clone()).state().status(), untouched);
        given::<Transfer>(started)
            .when(record_refund(1))
            .then([items_refunded(1, [pass_item(1)])]);
        let partly = before.iter().cloned().chain(refunded(1, [pass_item(1)]));
        assert_eq!(state(partly.clone()).status(), TransferStatus::PartiallyRefunded);
        let wholly = state(partly.chain(refunded(2, [book_item(2)])));
        assert_eq!(wholly.status(), TransferStatus::Refunded);
        assert_eq!(wholly.refunded_or_cancelled_at(), Some(hour(3)));
        assert_eq!(wholly.items_left().count(), 0);
    }
}

#[test]
fn what_is_left_after_a_refund_can_still_be_redeemed() {
    let history = after(refunded(1, [pass_item(1)]));
    let left = given::<Transfer>(history.clone()).state();
    assert_eq!(
        left.items_left().map(|it| it.item.clone()).collect::<Vec<_>>(),
        [book_item(2)]
    );
    given::<Transfer>(history)
        .when(redeem_as(rider(), 4))
        .then([TransferEvent::Redeemed {
            by: rider(),
            at: hour(4),
        }]);
}

#[test]
fn a_refund_is_refused_for_the_first_reason_there_is() {
    let done = || after(refunded(1, [pass_item(1)]));
    given::<Transfer>(done())
        .when(start_refund(1, [pass_item(1)]))
        .then_nothing();
    given::<Transfer>([created()])
        .when(record_refund(1))
        .then_rejected(TransferRejection::RefundNotStarted);
    given::<Transfer>([created()])
        .when(record_refused(1))
        .then_rejected(TransferRejection::RefundNotStarted);
    for (history, items, refusal) in [
        (done(), all(), TransferRejection::RefundDiffers),
        (
            after([cancelled()]),
            vec![pass_item(9)],
            TransferRejection::Cancelled,
        ),
        (after([]), vec![pass_item(9)], TransferRejection::NoSuchItem),
        (
            after(refunded(2, [pass_item(1)])),
            all(),
            TransferRejection::ItemRefunded,
        ),
        (
            after([refund_started(2, [pass_item(1)])]),
            all(),
            TransferRejection::RefundUnderWay,
        ),
        (
            after([]),
            vec![pass_item(1), pass_item(1)],
            TransferRejection::ItemRepeated,
        ),
        (after([]), vec![], TransferRejection::NoItems),
    ] {
        given::<Transfer>(history)
            .when(start_refund(1, items))
            .then_rejected(refusal);
    }
}

#[test]
fn a_refund_that_could_not_be_made_leaves_its_items_as_they_were() {
    let started = || after([refund_started(1, all())]);
    given::<Transfer>(started())
        .when(record_refused(1))
        .then([refund_refused(1)]);
    let refused = || after([refund_started(1, all()), refund_refused(1)]);
    given::<Transfer>(refused())
        .when(record_refused(1))
        .then_nothing();
    given::<Transfer>(refused())
        .when(redeem_as(rider(), 4))
        .then([TransferEvent::Redeemed {
            by: rider(),
            at: hour(4),
        }]);
    given::<Transfer>(refused())
        .when(start_refund(2, [pass_item(1)]))
        .then([refund_started(2, [pass_item(1)])]);
    assert!(
        given::<Transfer>(refused())
            .state()
            .refunds()
            .all(|(_, it)| it.state == RefundState::Refused)
    );
}

#[test]
fn money_that_went_back_after_all_counts_unless_it_went_back_another_way() {
    let refused = [refund_started(1, all()), refund_refused(1)];
    given::<Transfer>(after(refused.clone()))
        .when(record_refund(1))
        .then([items_refunded(1, all())]);
    given::<Transfer>(after(refunded(1, all())))
        .when(record_refund(1))
        .then_nothing();
    given::<Transfer>(after(refunded(1, all())))
        .when(record_refused(1))
        .then_rejected(TransferRejection::ItemRefunded);
    given::<Transfer>(after(
        refused.clone().into_iter().chain(refunded(2, [book_item(2)])),
    ))
    .when(record_refund(1))
    .then_rejected(TransferRejection::ItemRefunded);
    given::<Transfer>(after(
        refused.into_iter().chain([refund_started(2, [pass_item(1)])]),
    ))
    .when(record_refund(1))
    .then_rejected(TransferRejection::RefundUnderWay);
}

#[test]
fn an_item_is_shown_as_its_wallet_holds_it() {
    let wallet = given::<Wallet>([issued([single(1, TWO_HOURS), three_rides(2)])]).state();
    let shown: Vec<_> = all()
        .iter()
        .filter_map(|item| TransferItem::of(&wallet, item))
        .collect();
    assert_eq!(shown, items());
    assert_eq!(shown[0].purchase, Some(purchase()));
    assert_eq!(TransferItem::of(&wallet, &pass_item(9)), None);
}

#[test]
fn a_code_stands_nowhere_but_as_its_hash_and_that_is_not_printed() {
    for not_a_hash in [String::new(), "a".repeat(63), "A".repeat(64), "g".repeat(64)] {
        assert!(CodeHash::parse(not_a_hash).is_err());
    }
    assert!(!format!("{:?}", created()).contains(code('a').as_str()));
}

#[test]
fn statuses_are_named_as_the_ticketing_api_names_them() {
    for (status, name) in [
        (TransferStatus::AwaitingTransfer, "awaiting_transfer"),
        (TransferStatus::Transferred, "transferred"),
        (TransferStatus::Refunded, "refunded"),
        (TransferStatus::PartiallyRefunded, "partially_refunded"),
        (TransferStatus::Cancelled, "cancelled"),
    ] {
        assert_eq!(status.as_str(), name);
        assert_eq!(serde_json::to_value(status).unwrap(), name);
    }
    assert_eq!(state([]).status(), TransferStatus::AwaitingTransfer);
    assert_eq!(state([expired()]).status(), TransferStatus::AwaitingTransfer);
}

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
            match command {
                TransferCommand::Redeem { .. } => prop_assert_eq!(again, Err(TransferRejection::AlreadyUsed)),
                _ => prop_assert_eq!(again, Ok(vec![])),
            }
        }
    }
}
