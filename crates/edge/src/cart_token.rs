//! `cart_token`: a cart as the app holds it between two calls.
//!
//! The token is the cart itself: whose fares, which of them, how many, and from which version of the catalog they were
//! priced. Versions never change, so that the prices need not stand in it. It is signed together with the app and the
//! environment: an app can only send back what it was given. Nothing of a cart is kept here, and nothing in it is
//! about a rider.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{AppId, FareId, OperatorId, cart::Cart};
use subtle::ConstantTimeEq;

use crate::{api_key::Environment, passes_state::Signer};

/// First byte of the token, so that another form can follow.
const FORMAT: u8 = 1;

/// Bytes of the signature that are kept: 128 bits, as nobody can try more than a few.
const TAG: usize = 16;

/// What stands in a token: the operator, the catalog's version, and each fare with its quantity.
type Contents = (String, u32, Vec<(String, u32)>);

/// The token was not given to this app by us, or not whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the cart_token is not one that was given to this app")]
pub struct InvalidCartToken;

/// The token of a cart.
pub fn encode(signer: &impl Signer, environment: Environment, app: &AppId, cart: &Cart) -> String {
    let held = cart.quantities().iter();
    let contents: Contents = (
        cart.operator().to_string(),
        cart.catalog_version(),
        held.map(|(fare, quantity)| (fare.to_string(), *quantity))
            .collect(),
    );
    // Strings and numbers in arrays can always be written.
    let contents = serde_json::to_vec(&contents).unwrap_or_default();
    let mut bytes = vec![FORMAT];
    bytes.extend_from_slice(&sign(signer, environment, app, &contents));
    bytes.extend_from_slice(&contents);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The cart that a token is, if it was made for this app in this environment.
pub fn decode(
    signer: &impl Signer,
    environment: Environment,
    app: &AppId,
    token: &str,
) -> Result<Cart, InvalidCartToken> {
    let bytes = URL_SAFE_NO_PAD
        .decode(token.trim())
        .map_err(|_| InvalidCartToken)?;
    let (&[FORMAT], rest) = bytes.split_first_chunk::<1>().ok_or(InvalidCartToken)? else {
        return Err(InvalidCartToken);
    };
    let (tag, contents) = rest.split_first_chunk::<TAG>().ok_or(InvalidCartToken)?;
    let genuine: bool = sign(signer, environment, app, contents).ct_eq(tag).into();
    if !genuine {
        return Err(InvalidCartToken);
    }
    let (operator, version, held): Contents =
        serde_json::from_slice(contents).map_err(|_| InvalidCartToken)?;
    let operator = OperatorId::parse(operator).map_err(|_| InvalidCartToken)?;
    let held: Result<Vec<_>, _> = held
        .into_iter()
        .map(|(fare, quantity)| FareId::parse(fare).map(|fare| (fare, quantity)))
        .collect();
    Ok(Cart::empty(operator, version).holding(held.map_err(|_| InvalidCartToken)?))
}

fn sign(signer: &impl Signer, environment: Environment, app: &AppId, contents: &[u8]) -> [u8; TAG] {
    // Neither the name of an environment nor an app's id holds a colon.
    let mut message = format!("{FORMAT}:{}:{app}:", environment.name()).into_bytes();
    message.extend_from_slice(contents);
    let [tag @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = signer.sign(&message);
    tag
}

#[cfg(test)]
mod tests {
    use hmac::{Hmac, KeyInit, Mac};
    use proptest::{collection::btree_map, prelude::*};
    use sha2::Sha256;

    use super::*;

    fn key(byte: u8) -> impl Signer {
        move |message: &[u8]| {
            let mut mac = Hmac::<Sha256>::new_from_slice(&[byte; 32]).unwrap();
            mac.update(message);
            mac.finalize().into_bytes().into()
        }
    }

    fn app(name: &str) -> AppId {
        AppId::parse(name).unwrap()
    }

    fn cart() -> Cart {
        let bus = OperatorId::parse("bigbluebus").unwrap();
        Cart::empty(bus, 7).holding([(FareId::parse("single").unwrap(), 2)])
    }

    #[test]
    fn a_cart_is_worth_nothing_for_another_app_environment_or_key() {
        let token = encode(&key(1), Environment::Test, &app("cityhop"), &cart());
        let read = |signer, environment, name| decode(&key(signer), environment, &app(name), &token);
        assert_eq!(read(1, Environment::Test, "cityhop"), Ok(cart()));
        assert_eq!(read(1, Environment::Test, "railmate"), Err(InvalidCartToken));
        assert_eq!(read(1, Environment::Live, "cityhop"), Err(InvalidCartToken));
        assert_eq!(read(2, Environment::Test, "cityhop"), Err(InvalidCartToken));
    }

    #[test]
    fn an_altered_cart_is_refused() {
        let token = encode(&key(1), Environment::Test, &app("cityhop"), &cart());
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        for at in 0..bytes.len() {
            let mut altered = bytes.clone();
            altered[at] ^= 1;
            let altered = URL_SAFE_NO_PAD.encode(altered);
            assert_eq!(
                decode(&key(1), Environment::Test, &app("cityhop"), &altered),
                Err(InvalidCartToken)
            );
        }
        for altered in [&token[..token.len() - 2], &format!("{token}AA"), ""] {
            assert_eq!(
                decode(&key(1), Environment::Test, &app("cityhop"), altered),
                Err(InvalidCartToken)
            );
        }
    }

    proptest! {
        #[test]
        fn every_cart_comes_back_as_it_was(
            held in btree_map("[a-z][a-z0-9_.-]{0,30}", 1_u32.., 0..20),
            version: u32,
        ) {
            let quantities = held.into_iter().map(|(fare, quantity)| (FareId::parse(fare).unwrap(), quantity));
            let cart = Cart::empty(OperatorId::parse("bigbluebus").unwrap(), version).holding(quantities);
            let token = encode(&key(1), Environment::Live, &app("cityhop"), &cart);
            prop_assert_eq!(decode(&key(1), Environment::Live, &app("cityhop"), &token), Ok(cart));
        }

        #[test]
        fn foreign_text_is_refused_and_never_panics(token in "\\PC{0,80}|[A-Za-z0-9_-]{0,80}") {
            prop_assert_eq!(
                decode(&key(1), Environment::Test, &app("cityhop"), &token),
                Err(InvalidCartToken)
            );
        }
    }
}
