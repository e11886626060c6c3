//! What counts towards a cap, and what does not.

use super::*;
use crate::{
    OperatorId,
    testing::given,
    wallet::{Wallet, issued_items},
};

/// Whether a ride for 2.00 that is activated at the fifth hour reaches a cap of 4.00 a day.
#[track_caller]
fn reaches_after(history: impl IntoIterator<Item = WalletEvent>) -> bool {
    let history = history.into_iter().chain([WalletEvent::PassesIssued {
        cause: IssueCause::Purchase {
            purchase: crate::PurchaseId::from_uuid(uuid::Uuid::from_u128(99)),
            stripe_source: None,
        },
        items: vec![ride_for(9, 200)],
        held: crate::wallet::Held::default(),
        at: hour(4),
    }]);
    let wallet = given::<Wallet>(history).state();
    let decided =
        <Wallet as crate::Aggregate>::decide(Some(&wallet), under(&[day_cap(400)], pass(9), None, hour(5)));
    match decided.unwrap().as_slice() {
        [WalletEvent::PassActivated { pass: id, .. }] if *id == pass(9) => false,
        [
            WalletEvent::PassesCapped { .. },
            WalletEvent::PassesIssued { .. },
            _,
        ] => true,
        other => panic!("neither: {other:?}"),
    }
}

fn used_for(amount: i64) -> Vec<WalletEvent> {
    vec![issued([ride_for(1, amount)]), activated(pass(1), None, hour(0))]
}

#[test]
fn what_was_paid_for_used_passes_of_the_group_counts() {
    assert!(reaches_after(used_for(200)));
    assert!(!reaches_after(used_for(199)));
    assert!(
        !reaches_after([issued([ride_for(1, 200)])]),
        "what was only bought does not"
    );
}

#[test]
fn what_was_paid_counts_and_not_what_the_fare_costs() {
    let mut discounted = ride_for(1, 100);
    discounted.terms.fare.price = usd(200);
    let history = [issued([discounted]), activated(pass(1), None, hour(0))];
    assert!(!reaches_after(history));
    let mut unrecorded = ride_for(1, 0);
    unrecorded.paid = None;
    unrecorded.terms.fare.price = usd(200);
    let history = [issued([unrecorded]), activated(pass(1), None, hour(0))];
    assert!(
        reaches_after(history),
        "before it was recorded, the fare's price was what was paid"
    );
}

#[test]
fn each_ride_of_a_book_counts_its_share() {
    let history = |amount| {
        [
            issued([book_for(1, amount)]),
            activated(ride(1, 1), None, hour(0)),
            activated(ride(1, 2), None, hour(2)),
        ]
    };
    // 3.01 is 1.00, 1.00 and 1.01.
    assert!(reaches_after(history(301)));
    assert!(!reaches_after(history(298)));
}

#[test]
fn what_was_given_back_or_declared_invalid_does_not_count() {
    for end in [refunded(1, [pass_item(1)]), invalidated([pass_item(1)])] {
        assert!(!reaches_after(used_for(200).into_iter().chain([end])));
    }
}

#[test]
fn other_groups_operators_and_currencies_do_not_count() {
    let spoil: [fn(&mut IssuedItem); 4] = [
        |it| it.terms.fare.cap_group = None,
        |it| it.terms.fare.cap_group = Some("express".to_owned()),
        |it| it.terms.operator = OperatorId::parse("other").unwrap(),
        |it| it.paid = Some(Money::new(200, "PLN".parse().unwrap())),
    ];
    for spoil in spoil {
        let mut other = ride_for(1, 200);
        spoil(&mut other);
        assert!(!reaches_after([
            issued([other]),
            activated(pass(1), None, hour(0))
        ]));
    }
}

#[test]
fn who_was_given_a_pass_has_paid_nothing_for_it() {
    let arrived = [
        moved_in(1, [moving(ride_for(1, 200))]),
        activated(pass(1), None, hour(1)),
    ];
    assert!(!reaches_after(arrived.clone()));
    let wallet = given::<Wallet>(arrived).state();
    assert_eq!(wallet.pass(&pass(1)).unwrap().bought_by(), None);
    assert_eq!(wallet.pass(&pass(1)).unwrap().paid(), usd(0));
}

#[test]
fn who_has_a_pass_back_that_they_bought_has_paid_for_it_still() {
    let back = [
        issued([ride_for(1, 200), book_for(2, 300)]),
        reserved(1, [pass_item(1), book_item(2)]),
        moved_out(1, [pass_item(1), book_item(2)]),
        moved_in(2, [moving(ride_for(1, 0)), moving(book_for(2, 0))]),
        activated(pass(1), None, hour(1)),
    ];
    assert!(reaches_after(back.clone()));
    let wallet = given::<Wallet>(back).state();
    assert_eq!(wallet.pass(&pass(1)).unwrap().bought_by(), Some(&purchase()));
    assert_eq!(wallet.book(&book(2)).unwrap().bought_by(), Some(&purchase()));
    assert_eq!(wallet.pass(&ride(2, 3)).unwrap().paid(), usd(100));
}

#[test]
fn a_purchase_says_what_was_paid_for_each_of_its_items() {
    let lines = [(125, 2), (100, 1)].map(|(amount, quantity)| crate::purchase::LineItem {
        terms: terms(Product::SinglePass, TWO_HOURS),
        quantity,
        unit_price: usd(amount),
    });
    let paid: Vec<_> = issued_items(&purchase(), &lines)
        .into_iter()
        .map(|item| item.paid.unwrap())
        .collect();
    assert_eq!(paid, [usd(125), usd(125), usd(100)]);
}
