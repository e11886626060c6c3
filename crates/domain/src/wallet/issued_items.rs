//! From the lines of an order to the items it gives.

use super::{
    capping::share_of_ride,
    event::{IssuedItem, ItemId},
};
use crate::{Money, PassBookId, PassId, PurchaseId, catalog::Product, purchase::LineItem};

/// What a purchase gives for its lines. Ids are derived from the purchase and the ordinal over all lines, counted
/// from 1, so that deriving them again gives the same.
#[must_use]
pub fn issued_items(purchase: &PurchaseId, lines: &[LineItem]) -> Vec<IssuedItem> {
    let each = lines
        .iter()
        .flat_map(|line| (0..line.quantity).map(move |_| line));
    (1..)
        .zip(each)
        .map(
            |(
                ordinal,
                LineItem {
                    terms, unit_price, ..
                },
            )| IssuedItem {
                item: match terms.fare.product {
                    Product::SinglePass => ItemId::Pass(PassId::bought(purchase, ordinal)),
                    Product::PassBook { .. } => ItemId::PassBook(PassBookId::bought(purchase, ordinal)),
                },
                terms: terms.clone(),
                paid: Some(*unit_price),
            },
        )
        .collect()
}

/// What was paid for an item of an order, or for a ride of one of its books: the shares of all rides make exactly the
/// price of the book. What stands in for an item cost what that did. None where the order gave no such thing.
#[must_use]
pub fn price_of(purchase: &PurchaseId, lines: &[LineItem], item: &ItemId) -> Option<Money> {
    let original = item.original();
    let (whole, ride) = match &original {
        ItemId::Pass(id) => match id.ride_of() {
            Some((book, ordinal)) => (ItemId::PassBook(book), Some(ordinal)),
            None => (original, None),
        },
        ItemId::PassBook(_) => (original, None),
    };
    let issued = issued_items(purchase, lines)
        .into_iter()
        .find(|issued| issued.item == whole)?;
    match (ride, issued.terms.fare.product) {
        (None, _) => issued.paid,
        (Some(ordinal), Product::PassBook { passes }) if (1..=passes).contains(&ordinal) => {
            share_of_ride(issued.paid?, ordinal, passes)
        }
        (Some(_), _) => None,
    }
}
