//! What goes back, by the rules under which it was sold.

use super::fixtures::*;
use crate::{
    Currency, Money,
    operator::{RefundRules, RuleBroken},
    purchase::LineItem,
    testing::given,
    wallet::{
        GivenBack, ItemId, NotGivenBack, Wallet, WalletCommand, WalletEvent, WalletRejection, price_of,
    },
};

const STRICT: RefundRules = RefundRules {
    unused_for_minutes: None,
    returns_engine_fee: true,
    gives_back_used: false,
    within_minutes: None,
    gives_back_parts_of_books: false,
};
const IN_PARTS: RefundRules = RefundRules {
    gives_back_parts_of_books: true,
    ..STRICT
};
const USED_TOO: RefundRules = RefundRules {
    gives_back_used: true,
    ..STRICT
};

fn held() -> WalletEvent {
    issued([single(1, TWO_HOURS), three_rides(2)])
}

fn after(events: impl IntoIterator<Item = WalletEvent>) -> Wallet {
    given::<Wallet>(std::iter::once(held()).chain(events)).state()
}

fn rides_refunded(number: u128, rides: &[u32]) -> WalletEvent {
    WalletEvent::RidesRefunded {
        refund: refund(number),
        rides: rides.iter().map(|ordinal| ride(2, *ordinal)).collect(),
        at: hour(1),
    }
}

fn rides(ordinals: &[u32]) -> GivenBack {
    GivenBack::Rides(ordinals.iter().map(|ordinal| ride(2, *ordinal)).collect())
}

#[test]
fn what_was_never_used_goes_back_whole() {
    let wallet = after([]);
    for item in [pass_item(1), book_item(2)] {
        assert_eq!(
            wallet.gives_back(&item, Some(&STRICT)),
            Ok(GivenBack::Item(item.clone()))
        );
    }
}

#[test]
fn a_used_pass_goes_back_only_where_the_rules_or_somebody_on_purpose_say_so() {
    let wallet = after([activated(pass(1), None, hour(0))]);
    let item = pass_item(1);
    let refused = Err(NotGivenBack::Rule(RuleBroken::Used));
    assert_eq!(wallet.gives_back(&item, Some(&STRICT)), refused);
    for rules in [Some(&USED_TOO), None] {
        assert_eq!(wallet.gives_back(&item, rules), Ok(GivenBack::Item(item.clone())));
    }
}

#[test]
fn of_a_book_in_use_the_rides_that_are_left_go_back_where_the_rules_give_parts() {
    let wallet = after([activated(ride(2, 1), None, hour(0))]);
    let item = book_item(2);
    assert_eq!(
        wallet.gives_back(&item, Some(&STRICT)),
        Err(NotGivenBack::Rule(RuleBroken::PartOfABook))
    );
    assert_eq!(wallet.gives_back(&item, Some(&IN_PARTS)), Ok(rides(&[2, 3])));
    for rules in [Some(&USED_TOO), None] {
        assert_eq!(wallet.gives_back(&item, rules), Ok(GivenBack::Item(item.clone())));
    }
    assert_eq!(
        wallet.gives_back(&ride_item(2, 3), Some(&IN_PARTS)),
        Ok(rides(&[3]))
    );
    assert_eq!(
        wallet.gives_back(&ride_item(2, 1), Some(&IN_PARTS)),
        Err(NotGivenBack::Rule(RuleBroken::Used))
    );
}

#[test]
fn a_ride_that_is_gone_is_not_given_back_again_with_its_book() {
    for gone in [rides_refunded(1, &[1]), capped([ride(2, 1)])] {
        let wallet = after([gone]);
        let item = book_item(2);
        assert_eq!(
            wallet.gives_back(&item, Some(&USED_TOO)),
            Err(NotGivenBack::Rule(RuleBroken::PartOfABook))
        );
        assert_eq!(wallet.gives_back(&item, Some(&IN_PARTS)), Ok(rides(&[2, 3])));
        assert_eq!(wallet.gives_back(&item, None), Ok(rides(&[2, 3])));
    }
    given::<Wallet>([held(), rides_refunded(1, &[1])])
        .when(WalletCommand::Refund {
            refund: refund(2),
            items: vec![book_item(2)],
            at: hour(2),
        })
        .then_rejected(WalletRejection::PartOfABook);
}

#[test]
fn what_is_worth_nothing_any_more_is_refused_whatever_the_rules_say() {
    let moved = [reserved(1, [pass_item(1)]), moved_out(1, [pass_item(1)])];
    for (before, refusal) in [
        (vec![refunded(2, [pass_item(1)])], WalletRejection::Refunded),
        (vec![capped([pass(1)])], WalletRejection::Capped),
        (moved.into(), WalletRejection::Transferred),
    ] {
        assert_eq!(
            after(before).gives_back(&pass_item(1), None),
            Err(NotGivenBack::Item(refusal))
        );
    }
}

#[test]
fn rides_are_refunded_once() {
    let command = |number, ordinals: &[u32]| WalletCommand::RefundRides {
        refund: refund(number),
        rides: ordinals.iter().map(|ordinal| ride(2, *ordinal)).collect(),
        at: hour(1),
    };
    given::<Wallet>([held()])
        .when(command(1, &[1, 2, 1]))
        .then([rides_refunded(1, &[1, 2])]);
    let history = [held(), rides_refunded(1, &[1, 2])];
    given::<Wallet>(history.clone())
        .when(command(1, &[2, 1]))
        .then_nothing();
    given::<Wallet>(history.clone())
        .when(command(1, &[1]))
        .then_rejected(WalletRejection::ItemDiffers);
    given::<Wallet>(history.clone())
        .when(command(2, &[1]))
        .then_rejected(WalletRejection::Refunded);
    given::<Wallet>(history.clone())
        .when(command(2, &[3]))
        .then([rides_refunded(2, &[3])]);
    given::<Wallet>(history)
        .when(activate(ride(2, 2), None, hour(2)))
        .then_rejected(WalletRejection::Refunded);
    given::<Wallet>([held()])
        .when(WalletCommand::RefundRides {
            refund: refund(1),
            rides: vec![pass(1)],
            at: hour(1),
        })
        .then_rejected(WalletRejection::NotAsSold);
}

proptest::proptest! {
    #[test]
    fn the_shares_of_a_books_rides_make_exactly_its_price(price in 0_i64..100_000, count in 1_u32..40) {
        let mut sold = three_rides(1).terms;
        sold.fare.product = crate::catalog::Product::PassBook { passes: count };
        let lines = [LineItem {
            terms: sold,
            quantity: 2,
            unit_price: Money::new(price, Currency::USD),
        }];
        let id = purchase();
        let shares: Vec<i64> = (1..=count)
            .map(|ordinal| price_of(&id, &lines, &ride_item(2, ordinal)).unwrap().amount)
            .collect();
        proptest::prop_assert_eq!(shares.iter().sum::<i64>(), price);
        proptest::prop_assert_eq!(price_of(&id, &lines, &book_item(1)).unwrap().amount, price);
        let (least, most) = (shares.iter().min().unwrap(), shares.iter().max().unwrap());
        proptest::prop_assert!(most - least <= 1);
        proptest::prop_assert_eq!(price_of(&id, &lines, &ride_item(2, count + 1)), None);
        let again: ItemId = book_item(2).reissued().unwrap();
        proptest::prop_assert_eq!(price_of(&id, &lines, &again).unwrap().amount, price);
    }
}
