//! Passes on their way to somebody else.

use super::fixtures::*;
use crate::{
    testing::given,
    wallet::{
        Held, IssuedItem, ItemId, MovedItem, PassStatus, Wallet, WalletCommand, WalletEvent, WalletRejection,
    },
};

fn reserve(number: u128, items: impl Into<Vec<ItemId>>) -> WalletCommand {
    WalletCommand::Reserve {
        transfer: transfer(number),
        items: items.into(),
        at: hour(1),
    }
}

fn release(number: u128) -> WalletCommand {
    WalletCommand::Release {
        transfer: transfer(number),
        at: hour(1),
    }
}

fn move_out(number: u128) -> WalletCommand {
    WalletCommand::MoveOut {
        transfer: transfer(number),
        at: hour(1),
    }
}

fn move_in(number: u128, items: impl Into<Vec<MovedItem>>) -> WalletCommand {
    WalletCommand::MoveIn {
        transfer: transfer(number),
        items: items.into(),
        at: hour(1),
    }
}

fn held() -> WalletEvent {
    issued([single(1, TWO_HOURS), three_rides(2)])
}

fn promised() -> [WalletEvent; 2] {
    [held(), reserved(1, [pass_item(1), book_item(2)])]
}

fn gone() -> impl Iterator<Item = WalletEvent> {
    promised()
        .into_iter()
        .chain([moved_out(1, [pass_item(1), book_item(2)])])
}

#[test]
fn what_is_promised_cannot_be_used_meanwhile() {
    given::<Wallet>([held()])
        .when(reserve(1, [pass_item(1), book_item(2), pass_item(1)]))
        .then([reserved(1, [pass_item(1), book_item(2)])]);
    let wallet = given::<Wallet>(promised()).state();
    assert!(
        wallet
            .passes()
            .all(|pass| pass.status(None, hour(1)) == PassStatus::AwaitingTransfer)
    );
    assert_eq!(wallet.unactivated_remaining_count(&book(2), hour(1)), 0);
    for id in [pass(1), ride(2, 1)] {
        given::<Wallet>(promised())
            .when(activate(id, None, hour(1)))
            .then_rejected(WalletRejection::TransferInProgress);
    }
}

#[test]
fn a_transfer_promises_one_list_of_items_once() {
    given::<Wallet>(promised())
        .when(reserve(1, [book_item(2), pass_item(1)]))
        .then_nothing();
    given::<Wallet>(gone())
        .when(reserve(1, [book_item(2), pass_item(1)]))
        .then_nothing();
    let taken_back = || promised().into_iter().chain([released(1)]);
    given::<Wallet>(taken_back())
        .when(reserve(1, [pass_item(1), book_item(2)]))
        .then([reserved(1, [pass_item(1), book_item(2)])]);
    for history in [promised().to_vec(), gone().collect(), taken_back().collect()] {
        given::<Wallet>(history)
            .when(reserve(1, [pass_item(1)]))
            .then_rejected(WalletRejection::ItemDiffers);
    }
}

#[test]
fn a_promise_is_refused_for_the_first_reason_there_is() {
    let one = || vec![pass_item(1)];
    let used = |id| vec![activated(id, None, hour(0))];
    let moved = vec![reserved(2, one()), moved_out(2, one())];
    for (before, items, refusal) in [
        (vec![], vec![pass_item(9)], WalletRejection::NoSuchPass),
        (moved, one(), WalletRejection::Transferred),
        (
            vec![reserved(2, one())],
            one(),
            WalletRejection::TransferInProgress,
        ),
        (vec![refunded(2, one())], one(), WalletRejection::Refunded),
        (vec![invalidated(one())], one(), WalletRejection::Invalidated),
        (
            vec![invalidated([ride_item(2, 3)])],
            vec![book_item(2)],
            WalletRejection::Invalidated,
        ),
        (vec![capped([pass(1)])], one(), WalletRejection::Capped),
        (used(pass(1)), one(), WalletRejection::Used),
        (used(ride(2, 1)), vec![book_item(2)], WalletRejection::Used),
        (used(ride(2, 1)), vec![ride_item(2, 1)], WalletRejection::Used),
        (vec![], vec![ride_item(2, 1)], WalletRejection::PartOfABook),
        (vec![], vec![], WalletRejection::NoItems),
    ] {
        given::<Wallet>(std::iter::once(held()).chain(before))
            .when(reserve(1, items))
            .then_rejected(refusal);
    }
    given::<Wallet>([issued([single_until(1, 1)]), activated(pass(1), None, hour(-2))])
        .when(reserve(1, one()))
        .then_rejected(WalletRejection::Expired);
}

#[test]
fn what_was_sold_as_not_transferable_stays_with_its_buyer() {
    let own = |mut item: IssuedItem| {
        item.terms.fare.transferable = false;
        item
    };
    let held = || {
        [issued([
            own(single(1, TWO_HOURS)),
            own(three_rides(2)),
            single(3, TWO_HOURS),
        ])]
    };
    for item in [pass_item(1), book_item(2)] {
        given::<Wallet>(held())
            .when(reserve(1, [pass_item(3), item]))
            .then_rejected(WalletRejection::NotTransferable);
    }
    given::<Wallet>(held())
        .when(reserve(1, [pass_item(3)]))
        .then([reserved(1, [pass_item(3)])]);
}

#[test]
fn a_promise_taken_back_leaves_everything_as_it_was() {
    given::<Wallet>(promised()).when(release(1)).then([released(1)]);
    let history = || promised().into_iter().chain([released(1)]);
    given::<Wallet>(history()).when(release(1)).then_nothing();
    let wallet = given::<Wallet>(history()).state();
    assert!(
        wallet
            .passes()
            .all(|pass| pass.status(None, hour(1)) == PassStatus::Unactivated)
    );
    assert_eq!(wallet.unactivated_remaining_count(&book(2), hour(1)), 3);
    given::<Wallet>([held()])
        .when(release(1))
        .then_rejected(WalletRejection::NothingReserved);
    given::<Wallet>(gone())
        .when(release(1))
        .then_rejected(WalletRejection::Transferred);
}

#[test]
fn what_is_promised_leaves_once_and_is_never_used_here_again() {
    given::<Wallet>(promised())
        .when(move_out(1))
        .then([moved_out(1, [pass_item(1), book_item(2)])]);
    given::<Wallet>(gone()).when(move_out(1)).then_nothing();
    for id in [pass(1), ride(2, 1)] {
        given::<Wallet>(gone())
            .when(activate(id, None, hour(1)))
            .then_rejected(WalletRejection::Transferred);
    }
    let wallet = given::<Wallet>(gone()).state();
    let left = wallet.book(&book(2)).unwrap();
    assert_eq!(
        (left.transfer(), left.transferred_at()),
        (Some(&transfer(1)), Some(hour(1)))
    );
    assert_eq!(wallet.pass(&pass(1)).unwrap().transferred_at(), Some(hour(1)));
}

#[test]
fn only_what_is_still_promised_leaves() {
    given::<Wallet>([held()])
        .when(move_out(1))
        .then_rejected(WalletRejection::NothingReserved);
    given::<Wallet>(promised().into_iter().chain([released(1)]))
        .when(move_out(1))
        .then_rejected(WalletRejection::NothingReserved);
    given::<Wallet>(promised().into_iter().chain([refunded(1, [pass_item(1)])]))
        .when(move_out(1))
        .then([moved_out(1, [book_item(2)])]);
    given::<Wallet>(
        promised()
            .into_iter()
            .chain([refunded(1, [pass_item(1), book_item(2)])]),
    )
    .when(move_out(1))
    .then_rejected(WalletRejection::Refunded);
    given::<Wallet>(
        promised()
            .into_iter()
            .chain([invalidated([pass_item(1), book_item(2)])]),
    )
    .when(move_out(1))
    .then_rejected(WalletRejection::Invalidated);
}

#[test]
fn taking_a_promise_back_does_not_revive_what_was_refunded_meanwhile() {
    let history = promised()
        .into_iter()
        .chain([refunded(1, [pass_item(1)]), released(1)]);
    given::<Wallet>(history)
        .when(activate(pass(1), None, hour(1)))
        .then_rejected(WalletRejection::Refunded);
}

#[test]
fn what_one_wallet_lets_go_the_other_takes_in_and_can_use() {
    let arriving = given::<Wallet>(gone()).state().moved_items(&transfer(1));
    assert_eq!(
        arriving,
        given::<Wallet>(promised()).state().moved_items(&transfer(1))
    );
    assert_eq!(arriving, [moving(single(1, TWO_HOURS)), moving(three_rides(2))]);
    given::<Wallet>([])
        .when(move_in(1, arriving.clone()))
        .then([moved_in(1, arriving.clone())]);
    given::<Wallet>([moved_in(1, arriving.clone())])
        .when(activate(ride(2, 3), None, hour(2)))
        .then([activated(ride(2, 3), None, hour(2))]);
    let wallet = given::<Wallet>([moved_in(1, arriving)]).state();
    assert_eq!(wallet.pass(&pass(1)).unwrap().issued_at(), hour(0));
    assert_eq!(wallet.unactivated_remaining_count(&book(2), hour(2)), 3);
}

#[test]
fn a_transfer_arrives_once_also_when_its_items_have_left_since() {
    let one = || vec![moving(single(1, TWO_HOURS))];
    let there = || vec![moved_in(1, one())];
    given::<Wallet>(there()).when(move_in(1, one())).then_nothing();
    let passed_on = there()
        .into_iter()
        .chain([reserved(2, [pass_item(1)]), moved_out(2, [pass_item(1)])]);
    given::<Wallet>(passed_on).when(move_in(1, one())).then_nothing();
    for others in [
        vec![],
        vec![moving(single(1, THREE_DAYS))],
        vec![moving(single(2, TWO_HOURS))],
    ] {
        given::<Wallet>(there())
            .when(move_in(1, others))
            .then_rejected(WalletRejection::ItemDiffers);
    }
}

#[test]
fn what_is_here_does_not_arrive_a_second_time() {
    given::<Wallet>([held()])
        .when(move_in(2, [moving(single(1, TWO_HOURS))]))
        .then_rejected(WalletRejection::ItemDiffers);
    given::<Wallet>(gone())
        .when(move_in(2, [moving(single(1, THREE_DAYS))]))
        .then_rejected(WalletRejection::ItemDiffers);
    given::<Wallet>([])
        .when(move_in(2, []))
        .then_rejected(WalletRejection::NoItems);
    let misfit = crate::wallet::IssuedItem {
        item: book_item(1),
        terms: single(1, TWO_HOURS).terms,
        paid: None,
    };
    given::<Wallet>([])
        .when(move_in(2, [moving(misfit)]))
        .then_rejected(WalletRejection::NotAsSold);
}

#[test]
fn what_left_may_come_back_by_another_transfer() {
    let back = moving(three_rides(2));
    given::<Wallet>(gone())
        .when(move_in(2, [back.clone()]))
        .then([moved_in(2, [back.clone()])]);
    let wallet = given::<Wallet>(gone().chain([moved_in(2, [back])])).state();
    assert_eq!(wallet.items(), [pass_item(1), book_item(2)]);
    assert_eq!(wallet.passes().count(), 4);
    assert_eq!(wallet.unactivated_remaining_count(&book(2), hour(2)), 3);
}

#[test]
fn use_that_comes_along_is_stale_until_the_new_holder_activates() {
    let mut moved = moving(single(1, THREE_DAYS));
    let ends_at = midnight() + chrono::TimeDelta::days(2);
    moved.held = Held {
        activations: vec![(pass(1), hour(0), ends_at)],
    };
    let wallet = given::<Wallet>([moved_in(1, [moved.clone()])]).state();
    assert_eq!(
        wallet.pass(&pass(1)).unwrap().status(None, hour(2)),
        PassStatus::StaleTicket
    );
    given::<Wallet>([moved_in(1, [moved.clone()])])
        .when(activate(pass(1), device("phone"), hour(2)))
        .then([WalletEvent::PassActivated {
            pass: pass(1),
            device: device("phone"),
            at: hour(2),
            ends_at,
            ticket_expires_at: midnight(),
        }]);
    moved.held.activations = vec![(pass(2), hour(0), ends_at)];
    given::<Wallet>([])
        .when(move_in(1, [moved]))
        .then_rejected(WalletRejection::ItemDiffers);
}
