//! `Token-Transit-Passes-State`: which state of the account the client has last seen.
//!
//! The state is the version of the rider's wallet, so that the 412 it guards is the log's own optimistic concurrency.
//! It is signed together with the rider and the environment: a client can only send back what it was given, and only
//! as the same rider. That it can be replayed is what it is for.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::UserId;
use subtle::ConstantTimeEq;

use crate::api_key::Environment;

/// The header's name, in requests and responses.
pub const PASSES_STATE_HEADER: &str = "token-transit-passes-state";

/// First byte of the value, so that another form can follow.
const FORMAT: u8 = 1;

/// Bytes of the signature that are kept: 128 bits, as nobody can try more than a few.
const TAG: usize = 16;

/// Format, wallet version, signature.
const LENGTH: usize = 1 + 8 + TAG;

/// Whatever holds the key: in the server, the vault.
pub trait Signer {
    /// A keyed hash of the message, the same on every server.
    fn sign(&self, message: &[u8]) -> [u8; 32];
}

impl<F: Fn(&[u8]) -> [u8; 32]> Signer for F {
    fn sign(&self, message: &[u8]) -> [u8; 32] {
        self(message)
    }
}

/// The value was not given to this rider by us, or not whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the Token-Transit-Passes-State header is not one that was given for this account")]
pub struct InvalidPassesState;

/// The header's value for the rider's wallet at `version`.
pub fn encode(signer: &impl Signer, environment: Environment, user: &UserId, version: u64) -> String {
    let mut bytes = [0; LENGTH];
    let (format, rest) = bytes.split_at_mut(1);
    let (number, tag) = rest.split_at_mut(8);
    format.fill(FORMAT);
    number.copy_from_slice(&version.to_be_bytes());
    tag.copy_from_slice(&sign(signer, environment, user, version));
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The version that a value stands for, if it was made for this rider in this environment.
pub fn decode(
    signer: &impl Signer,
    environment: Environment,
    user: &UserId,
    value: &str,
) -> Result<u64, InvalidPassesState> {
    let bytes = URL_SAFE_NO_PAD
        .decode(value.trim())
        .map_err(|_| InvalidPassesState)?;
    let (&[FORMAT], rest) = bytes.split_first_chunk::<1>().ok_or(InvalidPassesState)? else {
        return Err(InvalidPassesState);
    };
    let (number, tag) = rest.split_first_chunk::<8>().ok_or(InvalidPassesState)?;
    let version = u64::from_be_bytes(*number);
    let genuine: bool = sign(signer, environment, user, version).ct_eq(tag).into();
    if genuine {
        Ok(version)
    } else {
        Err(InvalidPassesState)
    }
}

fn sign(signer: &impl Signer, environment: Environment, user: &UserId, version: u64) -> [u8; TAG] {
    // The name of an environment holds no colon, and the version has a fixed length at the end.
    let mut message = format!("{FORMAT}:{}:{user}:", environment.name()).into_bytes();
    message.extend_from_slice(&version.to_be_bytes());
    let [tag @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = signer.sign(&message);
    tag
}

#[cfg(test)]
mod tests {
    use hmac::{Hmac, KeyInit, Mac};
    use proptest::prelude::*;
    use sha2::Sha256;
    use uuid::Uuid;

    use super::*;

    fn key(byte: u8) -> impl Signer {
        move |message: &[u8]| {
            let mut mac = Hmac::<Sha256>::new_from_slice(&[byte; 32]).unwrap();
            mac.update(message);
            mac.finalize().into_bytes().into()
        }
    }

    fn rider(number: u128) -> UserId {
        UserId::from_uuid(Uuid::from_u128(number))
    }

    #[test]
    fn a_state_comes_back_as_the_version_it_was_given_for() {
        for version in [0, 1, 77, u64::MAX] {
            let value = encode(&key(1), Environment::Test, &rider(1), version);
            assert_eq!(decode(&key(1), Environment::Test, &rider(1), &value), Ok(version));
            assert!(http::HeaderValue::from_str(&value).is_ok());
        }
    }

    #[test]
    fn a_state_is_worth_nothing_for_another_rider_environment_or_key() {
        let value = encode(&key(1), Environment::Test, &rider(1), 7);
        assert_eq!(
            decode(&key(1), Environment::Test, &rider(2), &value),
            Err(InvalidPassesState)
        );
        assert_eq!(
            decode(&key(1), Environment::Live, &rider(1), &value),
            Err(InvalidPassesState)
        );
        assert_eq!(
            decode(&key(2), Environment::Test, &rider(1), &value),
            Err(InvalidPassesState)
        );
    }

    #[test]
    fn an_altered_state_is_refused() {
        let value = encode(&key(1), Environment::Test, &rider(1), 7);
        let bytes = URL_SAFE_NO_PAD.decode(&value).unwrap();
        for at in 0..bytes.len() {
            let mut altered = bytes.clone();
            altered[at] ^= 1;
            let altered = URL_SAFE_NO_PAD.encode(altered);
            assert_eq!(
                decode(&key(1), Environment::Test, &rider(1), &altered),
                Err(InvalidPassesState)
            );
        }
        for altered in [&value[..value.len() - 2], &format!("{value}AA"), ""] {
            assert_eq!(
                decode(&key(1), Environment::Test, &rider(1), altered),
                Err(InvalidPassesState)
            );
        }
    }

    proptest! {
        #[test]
        fn foreign_text_is_refused_and_never_panics(value in "\\PC{0,80}|[A-Za-z0-9_-]{0,80}") {
            prop_assert_eq!(decode(&key(1), Environment::Test, &rider(1), &value), Err(InvalidPassesState));
        }
    }
}
