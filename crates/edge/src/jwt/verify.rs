//! From a token to a rider.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, Validation, decode};
use serde_json::{Map, Value};

use super::header::{self, Header};
use super::keys::Keys;
use super::{JwksCache, JwksUrl, JwtError, RiderClaims, claims};

/// How far an app's clock may be off.
pub const LEEWAY: TimeDelta = TimeDelta::seconds(30);

/// Checks a token against the keys at the app's URL. If it names a key that is not among those held, or its signature
/// does not fit, they are fetched anew, at a limited rate, before it is refused.
pub async fn verify(
    cache: &JwksCache,
    url: &JwksUrl,
    token: &str,
    now: DateTime<Utc>,
) -> Result<RiderClaims, JwtError> {
    let header = header::read(token)?;
    let held = cache.keys(url, now).await?;
    let said = match signed(token, &header, &held.keys) {
        Err(refusal @ (JwtError::UnknownKey | JwtError::Signature)) => {
            let newer = cache.newer(url, held.generation, now).await.ok_or(refusal)?;
            signed(token, &header, &newer.keys)?
        }
        decided => decided?,
    };
    claims::check(&said, Some(url), LEEWAY, now)
}

/// What the token says, if one of the keys has signed it.
pub(super) fn signed(token: &str, header: &Header, keys: &Keys) -> Result<Map<String, Value>, JwtError> {
    let validation = signature_only(header.algorithm);
    let mut refusal = JwtError::UnknownKey;
    for key in keys.candidates(header.algorithm, header.key_id.as_deref()) {
        match decode(token, key, &validation) {
            Ok(token) => return Ok(token.claims),
            Err(error) => refusal = sort(&error),
        }
    }
    Err(refusal)
}

/// The claims are checked by our own rules, against the time we are given.
fn signature_only(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims = HashSet::new();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation
}

fn sort(error: &jsonwebtoken::errors::Error) -> JwtError {
    use jsonwebtoken::errors::ErrorKind::{Base64, InvalidToken, Json, Utf8};
    match error.kind() {
        // Not even readable, or signed nonsense.
        Base64(_) | Json(_) | Utf8(_) | InvalidToken => JwtError::Malformed,
        _ => JwtError::Signature,
    }
}
