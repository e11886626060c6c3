//! A key set as it was fetched, down to the keys that can be used.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

/// Most keys that are kept of a set: also the most signatures that are tried for a token that names no key.
const MAX_KEYS: usize = 32;

/// Bytes of an RSA modulus: RFC 7518, section 3.3, asks for 2048 bits; beyond 4096 checking gets slow.
const RSA_MODULUS: std::ops::RangeInclusive<usize> = 256..=512;

/// One usable key.
#[derive(Debug, Clone)]
struct PublicKey {
    id: Option<String>,
    algorithm: Algorithm,
    key: DecodingKey,
}

/// The usable keys of a set.
#[derive(Debug, Clone, Default)]
pub(super) struct Keys(Vec<PublicKey>);

impl Keys {
    /// Reads a JWKS document (RFC 7517). Keys that are of another kind, for another use or too weak are left out, as
    /// the RFC asks; `None` if it is no key set at all.
    pub(super) fn parse(document: &[u8]) -> Option<Self> {
        let document: Value = serde_json::from_slice(document).ok()?;
        let keys = document.get("keys")?.as_array()?;
        Some(Self(keys.iter().filter_map(usable).take(MAX_KEYS).collect()))
    }

    /// The keys that may have signed: the one that is named, or all of the algorithm if none is.
    pub(super) fn candidates<'a>(
        &'a self,
        algorithm: Algorithm,
        id: Option<&'a str>,
    ) -> impl Iterator<Item = &'a DecodingKey> {
        self.0
            .iter()
            .filter(move |key| key.algorithm == algorithm)
            .filter(move |key| id.is_none() || key.id.as_deref() == id)
            .map(|key| &key.key)
    }
}

fn usable(value: &Value) -> Option<PublicKey> {
    let jwk = Jwk::deserialize(value).ok()?;
    let common = &jwk.common;
    let for_signatures = matches!(common.public_key_use, None | Some(PublicKeyUse::Signature));
    let for_verifying = common
        .key_operations
        .as_ref()
        .is_none_or(|operations| operations.contains(&KeyOperations::Verify));
    let algorithm = match &jwk.algorithm {
        AlgorithmParameters::RSA(rsa) if is_strong(&rsa.n) => Algorithm::RS256,
        AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => Algorithm::ES256,
        _ => return None,
    };
    let declared = match common.key_algorithm {
        None => true,
        Some(KeyAlgorithm::RS256) => algorithm == Algorithm::RS256,
        Some(KeyAlgorithm::ES256) => algorithm == Algorithm::ES256,
        Some(_) => false,
    };
    if !(for_signatures && for_verifying && declared) {
        return None;
    }
    let key = DecodingKey::from_jwk(&jwk).ok()?;
    Some(PublicKey {
        id: common.key_id.clone(),
        algorithm,
        key,
    })
}

fn is_strong(modulus: &str) -> bool {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(modulus) else {
        return false;
    };
    let significant = bytes.iter().skip_while(|byte| **byte == 0).count();
    RSA_MODULUS.contains(&significant)
}
