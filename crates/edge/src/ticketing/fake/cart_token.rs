//! `cart_token`: what is in the cart, in itself.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{catalog, fares, holdings::Holdings};
use crate::{
    params::ParamError,
    ticketing::{ErrorCode, TicketingError},
};

/// The printed token, which stands for the printed cart.
const PUBLISHED: &str = include_str!("published/cart_token.txt");

/// Begins every other token.
const PREFIX: &str = "fake_cart.";

/// Most passes in one order.
const ORDER_LIMIT: u32 = domain::cart::ORDER_LIMIT;

/// Fares and how many of each; none of which there is nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Cart(BTreeMap<&'static str, u32>);

impl Cart {
    fn published() -> Self {
        Self([(catalog::SINGLE_RIDE.id, 2)].into())
    }

    /// Reads a token that was given for a cart.
    pub(super) fn of_token(token: &str) -> Result<Self, TicketingError> {
        if token == PUBLISHED.trim_ascii_end() {
            return Ok(Self::published());
        }
        let malformed = || ParamError::malformed("cart_token", "the cart_token of a cart");
        let encoded = token.strip_prefix(PREFIX).ok_or_else(malformed)?;
        let decoded = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| malformed())?;
        let quantities: BTreeMap<String, u32> = serde_json::from_slice(&decoded).map_err(|_| malformed())?;
        let mut cart = Self::default();
        for (id, quantity) in quantities {
            cart.set(&id, quantity, "cart_token").map_err(|_| malformed())?;
        }
        cart.checked().map_err(|_| malformed().into())
    }

    /// The token of this cart.
    pub(super) fn token(&self) -> String {
        if *self == Self::published() {
            return PUBLISHED.trim_ascii_end().to_owned();
        }
        // A map of texts to numbers can always be written.
        let written = serde_json::to_vec(&self.0).unwrap_or_default();
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(written))
    }

    /// How many there are of a fare.
    pub(super) fn quantity(&self, id: &str) -> u32 {
        self.0.get(id).copied().unwrap_or(0)
    }

    /// Makes it so many of a fare that can be bought.
    pub(super) fn set(&mut self, id: &str, quantity: u32, param: &str) -> Result<(), TicketingError> {
        let fare = fares::sold(id, param)?;
        match quantity {
            0 => self.0.remove(fare.id),
            some => self.0.insert(fare.id, some),
        };
        Ok(())
    }

    /// The cart, if it may be ordered.
    pub(super) fn checked(self) -> Result<Self, TicketingError> {
        let sum = self.0.values().try_fold(0_u32, |sum, it| sum.checked_add(*it));
        match sum {
            Some(sum) if sum <= ORDER_LIMIT => Ok(self),
            _ => Err(TicketingError::new(ErrorCode::SingleOrderPassLimitExceeded)),
        }
    }

    /// What buying it gives. A pass has one name here, however many of it are bought.
    pub(super) fn buy(&self) -> Result<Holdings, TicketingError> {
        let mut passes = Vec::new();
        if self.quantity(catalog::SINGLE_RIDE.id) > 0 {
            passes.push(super::holdings::UNACTIVATED);
        }
        if self.quantity(catalog::THREE_RIDES.id) > 0 {
            passes.extend(Holdings::of_book().passes);
        }
        match passes.is_empty() {
            true => Err(TicketingError::new(ErrorCode::InvalidCart)),
            false => Ok(Holdings { passes }),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cart(items: &[(&'static str, u32)]) -> Cart {
        let mut cart = Cart::default();
        for (id, quantity) in items {
            cart.set(id, *quantity, "x").unwrap();
        }
        cart
    }

    #[test]
    fn a_token_stands_for_its_cart() {
        for items in [
            &[][..],
            &[("regular_single_ride", 1)],
            &[("regular_single_ride", 2)],
            &[("regular_3_ride", 7), ("regular_single_ride", 93)],
        ] {
            let cart = cart(items);
            assert_eq!(Cart::of_token(&cart.token()).unwrap(), cart);
        }
        assert_eq!(
            cart(&[("regular_single_ride", 2)]).token(),
            PUBLISHED.trim_ascii_end()
        );
    }

    #[test]
    fn a_token_that_nobody_was_given_is_refused() {
        let made_up = |json: &str| format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(json));
        for token in [
            String::new(),
            "eyJ.eyJ.x".to_owned(),
            PREFIX.to_owned(),
            made_up("[]"),
            made_up(r#"{"regular_single_ride":-1}"#),
            made_up(r#"{"regular_single_ride":101}"#),
            made_up(r#"{"regular_single_ride":4294967295,"regular_3_ride":1}"#),
            made_up(r#"{"reduced_single_ride":1}"#),
            made_up(r#"{"nothing":1}"#),
        ] {
            let refused = Cart::of_token(&token).unwrap_err();
            assert_eq!(
                (refused.status().as_u16(), refused.code()),
                (400, None),
                "{token}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_cart_that_may_be_ordered_comes_back(single in 0..=50_u32, three in 0..=50_u32) {
            let cart = cart(&[("regular_single_ride", single), ("regular_3_ride", three)]);
            prop_assert_eq!(Cart::of_token(&cart.token()).unwrap(), cart);
        }

        #[test]
        fn foreign_text_is_refused_and_never_panics(token in "\\PC{0,80}|fake_cart\\.[A-Za-z0-9_-]{8,80}") {
            prop_assert!(Cart::of_token(&token).is_err());
        }
    }
}
