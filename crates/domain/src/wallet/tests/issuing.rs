//! How passes come into being.

use super::fixtures::*;
use crate::{
    FareId, PassBookId, PassId,
    catalog::Product,
    purchase::LineItem,
    testing::given,
    wallet::{
        IssueCause, IssuedItem, ItemId, MAX_BOOK_PASSES, PassStatus, Wallet, WalletCommand, WalletRejection,
        issued_items,
    },
};

#[test]
fn a_purchase_puts_its_passes_in() {
    given::<Wallet>([])
        .when(issue([single(1, TWO_HOURS), three_rides(2)]))
        .then([issued([single(1, TWO_HOURS), three_rides(2)])]);
}

#[test]
fn issuing_the_same_for_the_same_purchase_again_changes_nothing() {
    given::<Wallet>([issued([single(1, TWO_HOURS), three_rides(2)])])
        .when(issue([three_rides(2), single(1, TWO_HOURS)]))
        .then_nothing();
}

#[test]
fn one_purchase_does_not_issue_something_else() {
    let before = [issued([single(1, TWO_HOURS), single(2, TWO_HOURS)])];
    for others in [
        vec![],
        vec![single(1, TWO_HOURS)],
        vec![single(1, TWO_HOURS), single(1, TWO_HOURS)],
        vec![single(1, TWO_HOURS), single(2, THREE_DAYS)],
        vec![single(3, TWO_HOURS)],
    ] {
        given::<Wallet>(before.clone())
            .when(issue(others))
            .then_rejected(WalletRejection::ItemDiffers);
    }
}

#[test]
fn an_id_is_not_given_to_a_second_item() {
    let other_cause = IssueCause::FareCap {
        cap_group: "day".to_owned(),
    };
    given::<Wallet>([issued([single(1, TWO_HOURS)])])
        .when(WalletCommand::Issue {
            cause: other_cause.clone(),
            items: vec![single(1, TWO_HOURS)],
            at: hour(0),
        })
        .then_rejected(WalletRejection::ItemDiffers);
    let as_a_ride = IssuedItem {
        item: ride_item(2, 1),
        terms: terms(Product::SinglePass, TWO_HOURS),
        paid: None,
    };
    given::<Wallet>([issued([three_rides(2)])])
        .when(WalletCommand::Issue {
            cause: other_cause,
            items: vec![as_a_ride],
            at: hour(0),
        })
        .then_rejected(WalletRejection::ItemDiffers);
    given::<Wallet>([])
        .when(issue([single(1, TWO_HOURS), single(1, TWO_HOURS)]))
        .then_rejected(WalletRejection::ItemDiffers);
}

#[test]
fn an_item_is_what_it_was_sold_as() {
    let long = PassBookId::parse(format!("book_{}", "x".repeat(120))).unwrap();
    for (item, product) in [
        (pass_item(1), Product::PassBook { passes: 3 }),
        (book_item(1), Product::SinglePass),
        (book_item(1), Product::PassBook { passes: 0 }),
        (
            book_item(1),
            Product::PassBook {
                passes: MAX_BOOK_PASSES + 1,
            },
        ),
        (ItemId::PassBook(long), Product::PassBook { passes: 1 }),
    ] {
        given::<Wallet>([])
            .when(issue([IssuedItem {
                item,
                terms: terms(product, TWO_HOURS),
                paid: None,
            }]))
            .then_rejected(WalletRejection::NotAsSold);
    }
}

#[test]
fn something_is_issued() {
    given::<Wallet>([])
        .when(issue([]))
        .then_rejected(WalletRejection::NoItems);
}

#[test]
fn a_book_gives_its_rides_one_by_one() {
    let used = [issued([three_rides(1)]), activated(ride(1, 2), None, hour(0))];
    let wallet = given::<Wallet>(used).state();
    let rides: Vec<_> = wallet.passes().map(|pass| pass.status(None, hour(1))).collect();
    assert_eq!(
        rides,
        [
            PassStatus::Unactivated,
            PassStatus::Active,
            PassStatus::Unactivated
        ]
    );
    assert!(wallet.passes().all(|pass| pass.book() == Some(&book(1))));
    assert_eq!(wallet.unactivated_remaining_count(&book(1), hour(1)), 2);
    assert_eq!(wallet.unactivated_remaining_count(&book(9), hour(1)), 0);
}

#[test]
fn passes_and_books_come_in_the_order_in_which_they_were_issued() {
    let later = IssueCause::FareCap {
        cap_group: "day".to_owned(),
    };
    let wallet = given::<Wallet>([
        issued([single(7, TWO_HOURS), three_rides(3)]),
        crate::wallet::WalletEvent::PassesIssued {
            cause: later,
            items: vec![single(1, TWO_HOURS)],
            held: crate::wallet::Held::default(),
            at: hour(1),
        },
    ])
    .state();
    let passes: Vec<_> = wallet.passes().map(|pass| pass.id().clone()).collect();
    assert_eq!(passes, [pass(7), ride(3, 1), ride(3, 2), ride(3, 3), pass(1)]);
    assert_eq!(
        wallet.books().map(|it| it.id().clone()).collect::<Vec<_>>(),
        [book(3)]
    );
    assert_eq!(
        wallet.items_of(&purchase()).cloned().collect::<Vec<_>>(),
        [pass_item(7), book_item(3)]
    );
    assert_eq!(wallet.revision(), 2);
}

#[test]
fn items_of_an_order_are_numbered_over_all_its_lines() {
    let line = |product, quantity| {
        let terms = terms(product, TWO_HOURS);
        LineItem {
            quantity,
            unit_price: terms.fare.price,
            terms,
        }
    };
    let lines = [
        line(Product::SinglePass, 2),
        line(Product::PassBook { passes: 3 }, 1),
        line(Product::SinglePass, 1),
    ];
    let items: Vec<_> = issued_items(&purchase(), &lines)
        .into_iter()
        .map(|issued| issued.item)
        .collect();
    assert_eq!(items, [pass_item(1), pass_item(2), book_item(3), pass_item(4)]);
    given::<Wallet>([])
        .when(issue(issued_items(&purchase(), &lines)))
        .then([issued(issued_items(&purchase(), &lines))]);
}

fn cap(passes: impl Into<Vec<PassId>>, replacement: IssuedItem) -> WalletCommand {
    WalletCommand::Cap {
        passes: passes.into(),
        cap_group: "day".to_owned(),
        replacement: Box::new(replacement),
        at: hour(1),
    }
}

fn day_pass() -> crate::wallet::WalletEvent {
    crate::wallet::WalletEvent::PassesIssued {
        cause: IssueCause::FareCap {
            cap_group: "day".to_owned(),
        },
        items: vec![single(8, THREE_DAYS)],
        held: crate::wallet::Held::default(),
        at: hour(1),
    }
}

#[test]
fn a_fare_cap_replaces_passes_in_one_decision() {
    let before = issued([single(1, TWO_HOURS), three_rides(2)]);
    given::<Wallet>([before.clone()])
        .when(cap([pass(1), ride(2, 1), pass(1)], single(8, THREE_DAYS)))
        .then([capped([pass(1), ride(2, 1)]), day_pass()]);
    let after = [before, capped([pass(1), ride(2, 1)]), day_pass()];
    given::<Wallet>(after.clone())
        .when(cap([pass(1), ride(2, 1)], single(8, THREE_DAYS)))
        .then_nothing();
    let wallet = given::<Wallet>(after).state();
    assert_eq!(
        wallet.pass(&pass(1)).unwrap().status(None, hour(1)),
        PassStatus::FareCapped
    );
    assert_eq!(wallet.unactivated_remaining_count(&book(2), hour(1)), 2);
}

#[test]
fn a_fare_cap_replaces_only_what_is_in_good_standing() {
    let item = [issued([single(1, TWO_HOURS), three_rides(2)])];
    let after = |event: Option<crate::wallet::WalletEvent>| item.clone().into_iter().chain(event);
    let replacement = || single(8, THREE_DAYS);
    for (event, passes, refusal) in [
        (None, vec![pass(7)], WalletRejection::NoSuchPass),
        (None, vec![pass(2)], WalletRejection::NotAPass),
        (
            Some(reserved(1, [pass_item(1)])),
            vec![pass(1)],
            WalletRejection::TransferInProgress,
        ),
        (
            Some(refunded(1, [pass_item(1)])),
            vec![pass(1)],
            WalletRejection::Refunded,
        ),
        (
            Some(invalidated([pass_item(1)])),
            vec![pass(1)],
            WalletRejection::Invalidated,
        ),
        (Some(capped([pass(1)])), vec![pass(1)], WalletRejection::Capped),
        (None, vec![], WalletRejection::NoItems),
    ] {
        given::<Wallet>(after(event))
            .when(cap(passes, replacement()))
            .then_rejected(refusal);
    }
    given::<Wallet>(item.clone())
        .when(cap([pass(1)], single(1, TWO_HOURS)))
        .then_rejected(WalletRejection::ItemDiffers);
    let misfit = IssuedItem {
        item: book_item(8),
        terms: terms(Product::SinglePass, TWO_HOURS),
        paid: None,
    };
    given::<Wallet>(item)
        .when(cap([pass(1)], misfit))
        .then_rejected(WalletRejection::NotAsSold);
}

#[test]
fn a_wallet_survives_its_snapshot() {
    let wallet = given::<Wallet>([
        issued([single(1, TWO_HOURS), three_rides(2)]),
        activated(pass(1), device("phone"), hour(0)),
        reserved(1, [book_item(2)]),
    ])
    .state();
    let snapshot = serde_json::to_string(&wallet).unwrap();
    assert_eq!(serde_json::from_str::<Wallet>(&snapshot).unwrap(), wallet);
    assert_eq!(
        wallet.pass(&pass(1)).unwrap().terms().fare.id,
        FareId::parse("regular").unwrap()
    );
}
