//! `Idempotency-Key`, the same in every API.

use http::HeaderMap;

const HEADER: &str = "idempotency-key";

/// Longest key, in bytes (ticketing API, "Idempotency").
const LONGEST: usize = 128;

/// The key of a request is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The Idempotency-Key has to be 1 to 128 bytes of UTF-8.")]
pub(crate) struct Malformed;

/// The key of a request, if it carries one.
pub(crate) fn key_of(headers: &HeaderMap) -> Result<Option<&str>, Malformed> {
    let Some(value) = headers.get(HEADER) else {
        return Ok(None);
    };
    let key = std::str::from_utf8(value.as_bytes()).map_err(|_| Malformed)?;
    match key.trim() {
        key if (1..=LONGEST).contains(&key.len()) => Ok(Some(key)),
        _ => Err(Malformed),
    }
}
