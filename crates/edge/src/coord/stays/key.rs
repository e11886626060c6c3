//! A request that may be repeated: its key, tied to the user and the place.

use axum::{extract::FromRequestParts, http::request::Parts};
use engine::Claim;
use sha2::{Digest, Sha256};

use crate::{
    caller::hex,
    coord::{error::CoordError, rider::CoordRider},
    server::Edge,
};

/// `Idempotency-Key`
const HEADER: &str = "idempotency-key";

/// Longest key, as in the ticketing API.
const LENGTH: usize = 128;

/// The key of a request, and what it says: its path.
pub(super) struct Key {
    key: Option<String>,
    path: String,
}

impl FromRequestParts<Edge> for Key {
    type Rejection = CoordError;

    async fn from_request_parts(parts: &mut Parts, _: &Edge) -> Result<Self, CoordError> {
        let malformed = || {
            let message = "The Idempotency-Key has to be 1 to 128 bytes of UTF-8.";
            CoordError::bad_request("invalid_idempotency_key", message).about("Idempotency-Key")
        };
        let read = |value: &http::HeaderValue| {
            let text = std::str::from_utf8(value.as_bytes())
                .map(str::trim)
                .unwrap_or_default();
            match (1..=LENGTH).contains(&text.len()) {
                true => Ok(text.to_owned()),
                false => Err(malformed()),
            }
        };
        Ok(Self {
            key: parts.headers.get(HEADER).map(read).transpose()?,
            path: parts.uri.path().to_owned(),
        })
    }
}

impl Key {
    /// The claim of the request, if it carries a key.
    pub(super) fn claim(&self, rider: &CoordRider) -> Option<Claim> {
        let said = format!("{}\n{}", rider.user, self.path);
        self.key.clone().map(|key| Claim {
            scope: format!("coord:{}:{}", rider.environment.name(), rider.app.id()),
            key,
            fingerprint: hex(&Sha256::digest(said.as_bytes())),
        })
    }
}
