//! The header of a token, read before anything is believed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use serde_json::Value;

use super::JwtError;

/// Longest token that is looked at, in bytes.
const MAX_TOKEN: usize = 8 * 1024;

/// What of the header matters. Keys and addresses in it (`jwk`, `jku`, `x5c`, `x5u`) are not even read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) algorithm: Algorithm,
    pub(super) key_id: Option<String>,
}

/// Refuses what cannot be a token of ours: wrong algorithm, unknown requirements, wrong shape.
pub(super) fn read(token: &str) -> Result<Header, JwtError> {
    if token.len() > MAX_TOKEN || token.split('.').count() != 3 {
        return Err(JwtError::Malformed);
    }
    let encoded = token.split('.').next().unwrap_or_default();
    let decoded = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| JwtError::Malformed)?;
    let Ok(Value::Object(header)) = serde_json::from_slice(&decoded) else {
        return Err(JwtError::Malformed);
    };
    if header.contains_key("crit") {
        return Err(JwtError::CriticalHeader);
    }
    let algorithm = match header.get("alg").and_then(Value::as_str) {
        Some("RS256") => Algorithm::RS256,
        Some("ES256") => Algorithm::ES256,
        _ => return Err(JwtError::Algorithm),
    };
    let key_id = match header.get("kid") {
        None => None,
        Some(Value::String(id)) => Some(id.clone()),
        Some(_) => return Err(JwtError::Malformed),
    };
    Ok(Header { algorithm, key_id })
}
