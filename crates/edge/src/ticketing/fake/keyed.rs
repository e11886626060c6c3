//! `Idempotency-Key`: checked, and otherwise without effect, as equal requests have equal answers here anyway.

use axum::{extract::FromRequestParts, http::request::Parts};

use crate::ticketing::{TicketingError, once};

/// The key is well-formed, or there is none.
pub(super) struct Keyed;

impl<S: Send + Sync> FromRequestParts<S> for Keyed {
    type Rejection = TicketingError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, TicketingError> {
        once::key_of(&parts.headers)?;
        Ok(Self)
    }
}
