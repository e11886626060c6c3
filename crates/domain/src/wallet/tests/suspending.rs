//! What becomes of items whose payment is disputed.

use super::fixtures::*;
use crate::{
    DisputeId,
    testing::given,
    wallet::{ItemId, PassStatus, Standing, Wallet, WalletCommand, WalletEvent, WalletRejection},
};

fn dispute(number: u32) -> DisputeId {
    DisputeId::parse(format!("dp_{number}")).unwrap()
}

fn suspend(items: impl Into<Vec<ItemId>>) -> WalletCommand {
    WalletCommand::Suspend {
        dispute: dispute(1),
        items: items.into(),
        at: hour(1),
    }
}

fn reinstate(number: u32) -> WalletCommand {
    WalletCommand::Reinstate {
        dispute: dispute(number),
        at: hour(2),
    }
}

fn suspended(items: impl Into<Vec<ItemId>>) -> WalletEvent {
    WalletEvent::ItemsSuspended {
        dispute: dispute(1),
        items: items.into(),
        at: hour(1),
    }
}

fn reinstated(items: impl Into<Vec<ItemId>>) -> WalletEvent {
    WalletEvent::ItemsReinstated {
        dispute: dispute(1),
        items: items.into(),
        at: hour(2),
    }
}

fn held() -> WalletEvent {
    issued([single(1, TWO_HOURS), three_rides(2)])
}

fn activate(pass: crate::PassId) -> WalletCommand {
    WalletCommand::Activate {
        pass,
        device: None,
        seen: None,
        caps: vec![],
        at: hour(1),
    }
}

#[test]
fn what_is_suspended_cannot_be_used_until_it_is_given_back() {
    let both = [pass_item(1), book_item(2)];
    given::<Wallet>([held()])
        .when(suspend(both.clone()))
        .then([suspended(both.clone())]);
    let history = [held(), suspended(both.clone())];
    let wallet = given::<Wallet>(history.clone()).state();
    assert!(
        wallet
            .passes()
            .all(|pass| pass.status(None, hour(1)) == PassStatus::Invalid)
    );
    assert_eq!(wallet.unactivated_remaining_count(&book(2), hour(1)), 0);
    for pass in [ride(2, 1), ride(2, 3)] {
        given::<Wallet>(history.clone())
            .when(activate(pass))
            .then_rejected(WalletRejection::Suspended);
    }
    given::<Wallet>(history.clone())
        .when(suspend(both.clone()))
        .then_nothing();
    given::<Wallet>(history.clone()).when(reinstate(2)).then_nothing();
    given::<Wallet>(history.clone())
        .when(reinstate(1))
        .then([reinstated(both.clone())]);
    let back = history.into_iter().chain([reinstated(both)]);
    let wallet = given::<Wallet>(back).state();
    assert!(wallet.passes().all(|pass| *pass.standing() == Standing::Good));
    assert_eq!(wallet.unactivated_remaining_count(&book(2), hour(1)), 3);
}

#[test]
fn what_is_void_stays_void_when_the_rest_is_suspended_and_given_back() {
    let void = WalletEvent::ItemsInvalidated {
        items: vec![ItemId::Pass(ride(2, 1))],
        reason: "forged".to_owned(),
        at: hour(0),
    };
    let history = [held(), void, refunded(1, [pass_item(1)])];
    given::<Wallet>(history.clone())
        .when(suspend([pass_item(1), book_item(2)]))
        .then([suspended([book_item(2)])]);
    let back = history
        .into_iter()
        .chain([suspended([book_item(2)]), reinstated([book_item(2)])]);
    let wallet = given::<Wallet>(back).state();
    let statuses: Vec<PassStatus> = wallet.passes().map(|pass| pass.status(None, hour(1))).collect();
    assert_eq!(
        statuses,
        [
            PassStatus::Refunded,
            PassStatus::Invalid,
            PassStatus::Unactivated,
            PassStatus::Unactivated
        ]
    );
}

#[test]
fn a_promise_is_kept_only_with_what_is_not_suspended_and_stands_again_afterwards() {
    let transfer = transfer(1);
    let promised = WalletEvent::ItemsReserved {
        transfer: transfer.clone(),
        items: vec![pass_item(1), book_item(2)],
        at: hour(0),
    };
    let history = [held(), promised, suspended([pass_item(1)])];
    let move_out = WalletCommand::MoveOut {
        transfer: transfer.clone(),
        at: hour(1),
    };
    let moved = WalletEvent::ItemsMovedOut {
        transfer: transfer.clone(),
        items: vec![book_item(2)],
        at: hour(1),
    };
    given::<Wallet>(history.clone())
        .when(move_out)
        .then([moved.clone()]);
    let waiting = history.clone().into_iter().chain([reinstated([pass_item(1)])]);
    let wallet = given::<Wallet>(waiting).state();
    assert_eq!(
        wallet.standing(&pass_item(1)),
        Some(&Standing::Reserved { transfer })
    );
    // What the transfer left behind is its holder's again.
    let left = history.into_iter().chain([moved, reinstated([pass_item(1)])]);
    let wallet = given::<Wallet>(left).state();
    assert_eq!(wallet.standing(&pass_item(1)), Some(&Standing::Good));
}

#[test]
fn what_is_suspended_goes_neither_back_nor_on_and_can_be_declared_void() {
    let history = [held(), suspended([pass_item(1)])];
    let refund = WalletCommand::Refund {
        refund: refund(1),
        items: vec![pass_item(1)],
        at: hour(1),
    };
    let reissue = WalletCommand::Reissue {
        replaces: pass_item(1),
        anew: false,
        reason: "broken".to_owned(),
        at: hour(1),
    };
    let send = WalletCommand::Reserve {
        transfer: transfer(1),
        items: vec![pass_item(1)],
        at: hour(1),
    };
    for command in [refund, reissue, send] {
        given::<Wallet>(history.clone())
            .when(command)
            .then_rejected(WalletRejection::Suspended);
    }
    let items = vec![pass_item(1)];
    let invalidate = WalletCommand::Invalidate {
        items: items.clone(),
        reason: "lost".to_owned(),
        at: hour(2),
    };
    let void = WalletEvent::ItemsInvalidated {
        items,
        reason: "lost".to_owned(),
        at: hour(2),
    };
    given::<Wallet>(history.clone())
        .when(invalidate)
        .then([void.clone()]);
    let after = history.into_iter().chain([void]);
    given::<Wallet>(after).when(reinstate(1)).then_nothing();
}
