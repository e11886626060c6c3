//! `Token-Transit-Passes-State`: always the same, as what it stands for never changes.

use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::{
    passes_state::PASSES_STATE_HEADER,
    ticketing::{ErrorCode, TicketingError},
};

/// The state of everybody's passes.
const STATE: &str = "ZmFrZS1wYXNzZXMtc3RhdGU";

/// Checks the state that a client has seen. None is good too: the published examples send none.
pub(super) fn check(headers: &HeaderMap) -> Result<(), TicketingError> {
    match headers.get(PASSES_STATE_HEADER) {
        None => Ok(()),
        Some(value) if value.as_bytes().trim_ascii() == STATE.as_bytes() => Ok(()),
        Some(_) => Err(TicketingError::new(ErrorCode::PassesStateHeaderInvalidOrMissing)),
    }
}

/// The answer, with the state.
pub(super) fn with_state(mut response: Response) -> Response {
    response.headers_mut().insert(
        HeaderName::from_static(PASSES_STATE_HEADER),
        HeaderValue::from_static(STATE),
    );
    response
}
