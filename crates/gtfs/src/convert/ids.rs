//! Names for what is imported that stay the same from feed to feed.

use std::fmt::Write;

use crate::feed::FareProduct;

/// The id of a fare: those of product, rider category and medium, joined by points. Passes and purchases name it, so it
/// follows from these three alone and from nothing else that the feed says.
pub(super) fn fare_id(product: &FareProduct) -> String {
    let mut id = escaped(&product.id);
    let parts = [product.rider.as_deref(), product.medium.as_deref()];
    let last = parts.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
    for part in parts.iter().take(last) {
        id.push('.');
        id.push_str(&escaped(part.unwrap_or_default()));
    }
    id
}

/// The id of an option's value.
pub(super) fn value_id(option: &str, id: &str) -> String {
    format!("{option}_{}", escaped(id))
}

/// An id of the feed in letters that ours may have; every other byte as `_x` and two digits.
fn escaped(id: &str) -> String {
    let mut text = String::with_capacity(id.len());
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.') {
            text.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(text, "_x{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use domain::Currency;

    use super::*;

    fn id(product: &str, rider: Option<&str>, medium: Option<&str>) -> String {
        fare_id(&FareProduct {
            row: 2,
            id: product.to_owned(),
            name: None,
            rider: rider.map(str::to_owned),
            medium: medium.map(str::to_owned),
            currency: Currency::USD,
            amount: 125,
        })
    }

    #[test]
    fn a_fare_is_named_by_product_rider_and_medium_and_by_nothing_else() {
        assert_eq!(id("single", None, None), "single");
        assert_eq!(id("single", Some("adult"), None), "single.adult");
        assert_eq!(id("single", Some("adult"), Some("4")), "single.adult.4");
        assert_eq!(id("single", None, Some("4")), "single..4");
        assert_eq!(id("2 1/2 h", None, None), "2_x201_x2F2_x20h");
    }
}
