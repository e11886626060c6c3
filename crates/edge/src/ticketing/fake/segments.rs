//! What stands in the path.

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use serde::de::DeserializeOwned;

use crate::ticketing::TicketingError;

/// The variable parts of the path. What cannot be decoded is refused in the published shape.
pub(super) struct Segments<T>(pub(super) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Segments<T> {
    type Rejection = TicketingError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, TicketingError> {
        let path = Path::from_request_parts(parts, state).await;
        path.map(|Path(segments)| Self(segments))
            .map_err(|_| TicketingError::bad_request("The path is not percent-encoded UTF-8."))
    }
}
