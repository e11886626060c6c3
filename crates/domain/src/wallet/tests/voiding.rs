//! Refunds, and the operator's word.

use super::fixtures::*;
use crate::{
    testing::given,
    wallet::{
        ItemId,
        PassStatus::{self, FareCapped, Invalid, Refunded, Unactivated},
        Standing, Wallet, WalletCommand, WalletEvent, WalletRejection,
    },
};

fn refund_of(number: u128, items: impl Into<Vec<ItemId>>) -> WalletCommand {
    WalletCommand::Refund {
        refund: refund(number),
        items: items.into(),
        at: hour(1),
    }
}

fn invalidate(items: impl Into<Vec<ItemId>>) -> WalletCommand {
    WalletCommand::Invalidate {
        items: items.into(),
        reason: "forged".to_owned(),
        at: hour(1),
    }
}

fn held() -> WalletEvent {
    issued([single(1, TWO_HOURS), three_rides(2)])
}

fn statuses(wallet: &Wallet) -> Vec<PassStatus> {
    wallet.passes().map(|pass| pass.status(None, hour(1))).collect()
}

#[test]
fn a_refund_voids_a_book_with_all_its_rides_used_or_not() {
    let used = [held(), activated(ride(2, 1), None, hour(0))];
    given::<Wallet>(used.clone())
        .when(refund_of(1, [book_item(2), book_item(2)]))
        .then([refunded(1, [book_item(2)])]);
    let wallet = given::<Wallet>(used.into_iter().chain([refunded(1, [book_item(2)])])).state();
    assert_eq!(statuses(&wallet), [Unactivated, Refunded, Refunded, Refunded]);
    assert_eq!(wallet.unactivated_remaining_count(&book(2), hour(1)), 0);
    assert_eq!(
        wallet.book(&book(2)).unwrap().refund(),
        Some((&refund(1), hour(1)))
    );
    assert_eq!(
        wallet.pass(&ride(2, 3)).unwrap().refund(),
        Some((&refund(1), hour(1)))
    );
}

#[test]
fn one_refund_voids_one_list_of_items_once() {
    let history = [held(), refunded(1, [pass_item(1)])];
    given::<Wallet>(history.clone())
        .when(refund_of(1, [pass_item(1)]))
        .then_nothing();
    for others in [vec![], vec![book_item(2)], vec![pass_item(1), book_item(2)]] {
        given::<Wallet>(history.clone())
            .when(refund_of(1, others))
            .then_rejected(WalletRejection::ItemDiffers);
    }
}

#[test]
fn money_that_goes_back_voids_what_is_promised_or_invalid_too() {
    for before in [reserved(1, [book_item(2)]), invalidated([book_item(2)])] {
        given::<Wallet>([held(), before])
            .when(refund_of(1, [book_item(2)]))
            .then([refunded(1, [book_item(2)])]);
    }
}

#[test]
fn a_refund_is_refused_for_the_first_reason_there_is() {
    let moved = vec![reserved(1, [pass_item(1)]), moved_out(1, [pass_item(1)])];
    for (before, items, refusal) in [
        (vec![], vec![pass_item(9)], WalletRejection::NoSuchPass),
        (moved, vec![pass_item(1)], WalletRejection::Transferred),
        (
            vec![refunded(2, [pass_item(1)])],
            vec![pass_item(1)],
            WalletRejection::Refunded,
        ),
        (
            vec![refunded(2, [book_item(2)])],
            vec![ride_item(2, 1)],
            WalletRejection::Refunded,
        ),
        (
            vec![capped([pass(1)])],
            vec![pass_item(1)],
            WalletRejection::Capped,
        ),
        (vec![], vec![ride_item(2, 1)], WalletRejection::PartOfABook),
        (vec![], vec![], WalletRejection::NoItems),
    ] {
        given::<Wallet>(std::iter::once(held()).chain(before))
            .when(refund_of(1, items))
            .then_rejected(refusal);
    }
}

#[test]
fn a_ride_that_a_fare_cap_replaced_stays_so_when_its_book_is_refunded() {
    let wallet = given::<Wallet>([held(), capped([ride(2, 1)]), refunded(1, [book_item(2)])]).state();
    assert_eq!(statuses(&wallet), [Unactivated, FareCapped, Refunded, Refunded]);
}

#[test]
fn the_operator_may_invalidate_a_pass_a_book_or_one_ride() {
    given::<Wallet>([held()])
        .when(invalidate([pass_item(1), ride_item(2, 2)]))
        .then([invalidated([pass_item(1), ride_item(2, 2)])]);
    let wallet = given::<Wallet>([held(), invalidated([ride_item(2, 2)])]).state();
    assert_eq!(
        statuses(&wallet),
        [Unactivated, Unactivated, Invalid, Unactivated]
    );
    assert_eq!(wallet.unactivated_remaining_count(&book(2), hour(1)), 2);
    given::<Wallet>([held(), invalidated([ride_item(2, 2)])])
        .when(invalidate([ride_item(2, 1), book_item(2), ride_item(2, 2)]))
        .then([invalidated([book_item(2)])]);
}

#[test]
fn invalidating_what_is_invalid_changes_nothing() {
    given::<Wallet>([held(), invalidated([book_item(2)])])
        .when(invalidate([book_item(2), ride_item(2, 1)]))
        .then_nothing();
}

#[test]
fn an_invalidation_is_refused_for_the_first_reason_there_is() {
    let moved = vec![reserved(1, [pass_item(1)]), moved_out(1, [pass_item(1)])];
    for (before, items, refusal) in [
        (vec![], vec![pass_item(9)], WalletRejection::NoSuchPass),
        (moved, vec![pass_item(1)], WalletRejection::Transferred),
        (
            vec![reserved(1, [book_item(2)])],
            vec![ride_item(2, 1)],
            WalletRejection::TransferInProgress,
        ),
        (
            vec![refunded(2, [pass_item(1)])],
            vec![pass_item(1)],
            WalletRejection::Refunded,
        ),
        (
            vec![capped([pass(1)])],
            vec![pass_item(1)],
            WalletRejection::Capped,
        ),
        (vec![], vec![], WalletRejection::NoItems),
    ] {
        given::<Wallet>(std::iter::once(held()).chain(before))
            .when(invalidate(items))
            .then_rejected(refusal);
    }
}

#[test]
fn a_promised_item_that_is_invalidated_is_promised_no_more() {
    let wallet = given::<Wallet>([held(), reserved(1, [book_item(2)]), invalidated([book_item(2)])]).state();
    assert_eq!(
        wallet.book(&book(2)).unwrap().standing(),
        &Standing::Invalidated { at: hour(1) }
    );
    assert_eq!(wallet.moved_items(&transfer(1)), []);
}
