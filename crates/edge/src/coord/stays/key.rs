//! A request that may be repeated: its key, tied to the user and the place.

use axum::{extract::FromRequestParts, http::request::Parts};
use engine::Claim;
use sha2::{Digest, Sha256};

use crate::{
    caller::hex,
    coord::{error::CoordError, rider::CoordRider},
    idempotency_key,
    server::Edge,
};

/// The key of a request, and what it says: its path.
pub(super) struct Key {
    key: Option<String>,
    path: String,
}

impl FromRequestParts<Edge> for Key {
    type Rejection = CoordError;

    async fn from_request_parts(parts: &mut Parts, _: &Edge) -> Result<Self, CoordError> {
        let key = idempotency_key::key_of(&parts.headers).map_err(|malformed| {
            CoordError::bad_request("invalid_idempotency_key", "")
                .saying(malformed.to_string())
                .about("Idempotency-Key")
        })?;
        Ok(Self {
            key: key.map(str::to_owned),
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
