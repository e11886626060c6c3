//! From the lines of an order to the items it gives.

use super::event::{IssuedItem, ItemId};
use crate::{PassBookId, PassId, PurchaseId, catalog::Product, purchase::LineItem};

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
