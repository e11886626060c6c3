//! A new item for a broken or invalid one.

use super::fixtures::*;
use crate::{
    testing::given,
    wallet::{
        Held, IssueCause, IssuedItem, ItemId, PassStatus, Standing, Wallet, WalletCommand, WalletEvent,
        WalletRejection,
    },
};

fn reissue(replaces: ItemId, anew: bool) -> WalletCommand {
    WalletCommand::Reissue {
        replaces,
        anew,
        reason: "forged".to_owned(),
        at: hour(1),
    }
}

fn paid(cents: i64, item: IssuedItem) -> IssuedItem {
    IssuedItem {
        paid: Some(crate::Money::new(cents, crate::Currency::USD)),
        ..item
    }
}

fn given_for(replaced: &IssuedItem, cents: i64, held: Held) -> WalletEvent {
    WalletEvent::PassesIssued {
        cause: IssueCause::Reissue {
            replaces: replaced.item.clone(),
        },
        items: vec![paid(
            cents,
            IssuedItem {
                item: replaced.item.reissued().unwrap(),
                ..replaced.clone()
            },
        )],
        held,
        at: hour(1),
    }
}

fn successor() -> crate::PassId {
    pass(1).reissued().unwrap()
}

#[test]
fn what_still_counts_is_void_in_the_decision_that_replaces_it() {
    let sold = single(1, TWO_HOURS);
    let expected = [
        invalidated([pass_item(1)]),
        given_for(&sold, 125, Held::default()),
    ];
    given::<Wallet>([issued([sold.clone()])])
        .when(reissue(pass_item(1), false))
        .then(expected.clone());
    given::<Wallet>([issued([sold.clone()]), invalidated([pass_item(1)])])
        .when(reissue(pass_item(1), true))
        .then([given_for(&sold, 125, Held::default())]);
    let wallet = given::<Wallet>(std::iter::once(issued([sold])).chain(expected)).state();
    let statuses: Vec<_> = wallet.passes().map(|pass| pass.status(None, hour(1))).collect();
    assert_eq!(statuses, [PassStatus::Invalid, PassStatus::Unactivated]);
    assert_eq!(
        wallet.replacement_of(&pass_item(1)),
        Some(ItemId::Pass(successor()))
    );
    assert_eq!(wallet.replaces(&ItemId::Pass(successor())), Some(&pass_item(1)));
}

#[test]
fn an_item_is_replaced_once_and_what_replaced_it_may_be_replaced_again() {
    let sold = single(1, TWO_HOURS);
    let history = [
        issued([sold.clone()]),
        invalidated([pass_item(1)]),
        given_for(&sold, 125, Held::default()),
    ];
    given::<Wallet>(history.clone())
        .when(reissue(pass_item(1), true))
        .then_nothing();
    let again = IssuedItem {
        item: ItemId::Pass(successor()),
        ..sold
    };
    given::<Wallet>(history)
        .when(reissue(ItemId::Pass(successor()), false))
        .then([
            invalidated([ItemId::Pass(successor())]),
            given_for(&again, 125, Held::default()),
        ]);
}

#[test]
fn use_that_has_begun_goes_on_unless_it_is_to_begin_anew() {
    let sold = single(1, TWO_HOURS);
    let used = [issued([sold.clone()]), activated(pass(1), None, hour(0))];
    let goes_on = Held {
        activations: vec![(successor(), hour(0), hour(2))],
    };
    given::<Wallet>(used.clone())
        .when(reissue(pass_item(1), false))
        .then([
            invalidated([pass_item(1)]),
            given_for(&sold, 125, goes_on.clone()),
        ]);
    given::<Wallet>(used.clone())
        .when(reissue(pass_item(1), true))
        .then([
            invalidated([pass_item(1)]),
            given_for(&sold, 125, Held::default()),
        ]);
    let events = [invalidated([pass_item(1)]), given_for(&sold, 125, goes_on)];
    let history: Vec<_> = used.into_iter().chain(events).collect();
    let wallet = given::<Wallet>(history.clone()).state();
    let pass = wallet.pass(&successor()).unwrap();
    assert_eq!(pass.status(None, hour(1)), PassStatus::StaleTicket);
    assert_eq!(pass.status(None, hour(2)), PassStatus::Expired);
    given::<Wallet>(history)
        .when(activate(successor(), device("phone"), hour(1)))
        .then([WalletEvent::PassActivated {
            pass: successor(),
            device: device("phone"),
            at: hour(1),
            ends_at: hour(2),
            ticket_expires_at: hour(2),
        }]);
}

#[test]
fn a_book_keeps_the_rides_that_are_over_and_is_not_replaced_where_rides_are_gone() {
    let sold = three_rides(2);
    let used = [issued([sold.clone()]), activated(ride(2, 1), None, hour(-2))];
    let kept = Held {
        activations: vec![(
            crate::PassId::of_book(&book(2).reissued().unwrap(), 1),
            hour(-2),
            hour(0),
        )],
    };
    given::<Wallet>(used.clone())
        .when(reissue(book_item(2), true))
        .then([invalidated([book_item(2)]), given_for(&sold, 125, kept)]);
    given::<Wallet>([issued([sold.clone()])])
        .when(reissue(ride_item(2, 1), true))
        .then_rejected(WalletRejection::PartOfABook);
    for (gone, refusal) in [
        (
            WalletEvent::RidesRefunded {
                refund: refund(1),
                rides: vec![ride(2, 1)],
                at: hour(1),
            },
            WalletRejection::Refunded,
        ),
        (capped([ride(2, 1)]), WalletRejection::Capped),
    ] {
        given::<Wallet>([issued([sold.clone()]), gone])
            .when(reissue(book_item(2), true))
            .then_rejected(refusal);
    }
}

#[test]
fn a_reissue_is_refused_for_the_first_reason_there_is() {
    let held = issued([single(1, TWO_HOURS)]);
    let moved = vec![reserved(1, [pass_item(1)]), moved_out(1, [pass_item(1)])];
    for (before, refusal) in [
        (moved, WalletRejection::Transferred),
        (
            vec![reserved(1, [pass_item(1)])],
            WalletRejection::TransferInProgress,
        ),
        (vec![refunded(1, [pass_item(1)])], WalletRejection::Refunded),
        (vec![capped([pass(1)])], WalletRejection::Capped),
        (vec![activated(pass(1), None, hour(-2))], WalletRejection::Expired),
    ] {
        given::<Wallet>(std::iter::once(held.clone()).chain(before))
            .when(reissue(pass_item(1), false))
            .then_rejected(refusal);
    }
    given::<Wallet>([held.clone()])
        .when(reissue(pass_item(9), false))
        .then_rejected(WalletRejection::NoSuchPass);
    given::<Wallet>([held])
        .when(WalletCommand::Issue {
            cause: IssueCause::Reissue {
                replaces: pass_item(1),
            },
            items: vec![single(3, TWO_HOURS)],
            at: hour(1),
        })
        .then_rejected(WalletRejection::NotReplaceable);
}

#[test]
fn what_was_replaced_gives_nothing_back_and_what_replaced_it_does() {
    let sold = single(1, TWO_HOURS);
    let history = [
        issued([sold.clone()]),
        invalidated([pass_item(1)]),
        given_for(&sold, 125, Held::default()),
    ];
    let refund_of = |item| WalletCommand::Refund {
        refund: refund(1),
        items: vec![item],
        at: hour(1),
    };
    given::<Wallet>(history.clone())
        .when(refund_of(pass_item(1)))
        .then_rejected(WalletRejection::Replaced);
    let wallet = given::<Wallet>(history.clone()).state();
    assert_eq!(
        wallet.standing(&pass_item(1)),
        Some(&Standing::Invalidated { at: hour(1) })
    );
    given::<Wallet>(history)
        .when(refund_of(ItemId::Pass(successor())))
        .then([refunded(1, [ItemId::Pass(successor())])]);
}
