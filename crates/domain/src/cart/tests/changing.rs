//! Filling and emptying a cart.

use super::*;
use crate::catalog::TimeRange;

fn changed(
    held: &[(&str, u32)],
    fare_id: &str,
    change: CartChange,
    content: &CatalogContent,
) -> Result<Cart, CartRejection> {
    let mut cart = cart(held);
    cart.change(id(fare_id), change, content, at(0)).map(|()| cart)
}

#[test]
fn fares_are_added_set_and_removed() {
    let content = catalog(vec![fare("single", 125), fare("day", 500)]);
    let after = |change| changed(&[("single", 2)], "single", change, &content).unwrap();
    assert_eq!(held(&after(CartChange::Add(3))), [("single", 5)]);
    assert_eq!(held(&after(CartChange::Set(1))), [("single", 1)]);
    assert_eq!(held(&after(CartChange::Remove(1))), [("single", 1)]);
    let other = changed(&[("single", 2)], "day", CartChange::Set(4), &content).unwrap();
    assert_eq!(held(&other), [("day", 4), ("single", 2)]);
}

#[test]
fn nothing_of_a_fare_takes_it_out_and_so_does_removing_more_than_there_are() {
    let content = catalog(vec![fare("single", 125), fare("day", 500)]);
    for change in [
        CartChange::Set(0),
        CartChange::Remove(2),
        CartChange::Remove(u32::MAX),
    ] {
        let after = changed(&[("single", 2)], "single", change, &content).unwrap();
        assert_eq!(held(&after), []);
        let untouched = changed(&[("single", 2)], "day", change, &content).unwrap();
        assert_eq!(held(&untouched), [("single", 2)]);
    }
}

#[test]
fn a_fare_that_is_nowhere_cannot_be_named() {
    let content = catalog(vec![fare("single", 125)]);
    for change in [CartChange::Add(1), CartChange::Set(0), CartChange::Remove(1)] {
        let refused = changed(&[("single", 1)], "night", change, &content);
        assert_eq!(refused, Err(CartRejection::NoSuchFare { fare: id("night") }));
    }
}

#[test]
fn a_fare_that_is_sold_no_more_can_only_be_taken_out() {
    let gone = catalog(Vec::new());
    let past = TimeRange {
        start: None,
        end: Some(at(0)),
    };
    let over = catalog(vec![Fare {
        usable: vec![past],
        ..fare("single", 125)
    }]);
    for content in [gone, over] {
        for change in [CartChange::Add(1), CartChange::Set(1)] {
            let refused = changed(&[("single", 1)], "single", change, &content);
            assert_eq!(refused, Err(CartRejection::OutOfDate { fare: id("single") }));
        }
        let held_still = Selection::of_cart(&content, &cart(&[("single", 1)]), at(0));
        assert!(matches!(held_still, Err(CartRejection::OutOfDate { .. })));
        let out = changed(&[("single", 1)], "single", CartChange::Remove(1), &content).unwrap();
        assert!(Selection::of_cart(&content, &out, at(0)).unwrap().is_empty());
    }
}

#[test]
fn a_quantity_never_wraps_around() {
    let content = catalog(vec![fare("single", 125)]);
    let full = changed(&[("single", 2)], "single", CartChange::Add(u32::MAX), &content).unwrap();
    assert_eq!(held(&full), [("single", u32::MAX)]);
    let selection = Selection::of_cart(&content, &full, at(0)).unwrap();
    assert_eq!(
        selection.check_limits(),
        Err(CartRejection::OrderLimit { limit: ORDER_LIMIT })
    );
}
