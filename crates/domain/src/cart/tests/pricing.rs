//! What a cart comes to.

use proptest::{collection::vec, prelude::*};

use super::*;
use crate::operator::FeeTerms;

#[test]
fn a_cart_pays_discounted_prices_and_a_direct_purchase_the_usual_ones() {
    let content = catalog(vec![reduced("day", 500, 450), fare("single", 125)]);
    let wishes = [(id("single"), 2), (id("day"), 3)];
    let selection = Selection::of_wishes(&content, &wishes, at(0)).unwrap();
    let direct = selection.price(Prices::Usual).unwrap();
    assert_eq!((direct.usual, direct.due), (usd(1_750), usd(1_750)));
    assert_eq!(direct.discounted(), None);
    let held = cart(&[("single", 2), ("day", 3)]);
    let selection = Selection::of_cart(&content, &held, at(0)).unwrap();
    let priced = selection.price(Prices::Cart).unwrap();
    assert_eq!(
        (priced.usual, priced.discounted()),
        (usd(1_750), Some(usd(1_600)))
    );
    let lines: Vec<_> = priced
        .lines
        .iter()
        .map(|line| {
            (
                line.fare.id.as_str(),
                line.unit_price.amount,
                line.usual.amount,
                line.discounted(),
            )
        })
        .collect();
    // In the order of the catalog, whatever the order of filling.
    assert_eq!(
        lines,
        [("day", 450, 1_500, Some(usd(1_350))), ("single", 125, 250, None)]
    );
}

#[test]
fn a_discount_of_nothing_is_none() {
    let content = catalog(vec![reduced("day", 500, 500)]);
    let selection = Selection::of_cart(&content, &cart(&[("day", 1)]), at(0)).unwrap();
    let priced = selection.price(Prices::Cart).unwrap();
    assert_eq!((priced.discounted(), priced.due), (None, usd(500)));
}

#[test]
fn an_empty_cart_costs_nothing_in_the_catalogs_currency() {
    let content = catalog(vec![fare("single", 125)]);
    let selection = Selection::of_cart(&content, &cart(&[]), at(0)).unwrap();
    assert_eq!(selection.price(Prices::Cart).unwrap().due, usd(0));
}

#[test]
fn what_no_number_can_hold_does_not_add_up() {
    let content = catalog(vec![fare("jet", i64::MAX)]);
    let selection = Selection::of_cart(&content, &cart(&[("jet", 2)]), at(0)).unwrap();
    assert_eq!(selection.price(Prices::Cart), Err(CartRejection::DoesNotAddUp));
}

/// A price, a discounted one that is not above it, and a quantity.
fn any_line() -> impl Strategy<Value = (i64, Option<i64>, u32)> {
    (0_i64..1_000_000, proptest::option::of(0_u32..=100), 1_u32..50).prop_map(|(price, percent, quantity)| {
        let discounted = percent.map(|percent| price * i64::from(percent) / 100);
        (price, discounted, quantity)
    })
}

proptest! {
    /// Whatever is sold at whatever price: the parts make the whole, nobody is paid for buying, no discount makes
    /// anything dearer, and the engine's fee is part of what is paid.
    #[test]
    fn a_cart_adds_up(lines in vec(any_line(), 0..12), basis_points in 0_u32..=10_000, fixed in 0_i64..1_000) {
        let named = |nth: usize| format!("fare_{nth}");
        let fares = lines.iter().enumerate().map(|(nth, (price, discounted, _))| Fare {
            discounted_price: discounted.map(usd),
            ..fare(&named(nth), *price)
        });
        let content = catalog(fares.collect());
        prop_assert!(crate::catalog::inspect(&content).is_empty());
        let quantities = lines.iter().enumerate().map(|(nth, (_, _, quantity))| (id(&named(nth)), *quantity));
        let cart = Cart::empty(bus(), 1).holding(quantities);
        let selection = Selection::of_cart(&content, &cart, at(0)).unwrap();
        for prices in [Prices::Usual, Prices::Cart] {
            let priced = selection.price(prices).unwrap();
            let sum = |of: fn(&PricedLine) -> Money| priced.lines.iter().map(of).map(|money| money.amount).sum::<i64>();
            prop_assert_eq!(sum(|line| line.usual), priced.usual.amount);
            prop_assert_eq!(sum(|line| line.due), priced.due.amount);
            for line in &priced.lines {
                prop_assert_eq!(line.unit_price.times(line.quantity).unwrap(), line.due);
                prop_assert!((0..=line.usual.amount).contains(&line.due.amount));
            }
            prop_assert!((0..=priced.usual.amount).contains(&priced.due.amount));
            prop_assert_eq!(priced.discounted().is_some(), priced.due.amount < priced.usual.amount);
            let fee = FeeTerms { basis_points, fixed, ..FeeTerms::default() }.fee_on(priced.due).unwrap();
            prop_assert!((0..=priced.due.amount).contains(&fee.amount));
        }
        let usual = selection.price(Prices::Usual).unwrap();
        prop_assert_eq!(usual.due, usual.usual);
    }
}
