//! What goes wrong before a handler runs, as the client is told.

use super::{ErrorCode, TicketingError};
use crate::api_key::InvalidApiKey;
use crate::jwt::JwtError;
use crate::params::{BodyError, ParamError};
use crate::passes_state::InvalidPassesState;
use crate::version::VersionError;

impl From<ParamError> for TicketingError {
    fn from(error: ParamError) -> Self {
        Self::bad_request(error.to_string()).param(error.param)
    }
}

impl From<BodyError> for TicketingError {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooSlow => Self::too_slow(),
            other => Self::bad_request(other.to_string()),
        }
    }
}

impl From<VersionError> for TicketingError {
    fn from(error: VersionError) -> Self {
        Self::bad_request(error.to_string()).param("Token-Transit-Api-Version")
    }
}

impl From<InvalidApiKey> for TicketingError {
    fn from(_: InvalidApiKey) -> Self {
        Self::api_key()
    }
}

impl From<InvalidPassesState> for TicketingError {
    fn from(_: InvalidPassesState) -> Self {
        Self::new(ErrorCode::PassesStateHeaderInvalidOrMissing)
    }
}

impl From<JwtError> for TicketingError {
    fn from(error: JwtError) -> Self {
        match error {
            JwtError::Email => Self::new(ErrorCode::InvalidEmailAddress).param("email"),
            // Not the client's fault: the same request may succeed once the app's server answers again.
            JwtError::KeysUnavailable => Self::new(ErrorCode::UrlError).message(error.to_string()).after(5),
            other => Self::new(ErrorCode::LoginRequired).message(other.to_string()),
        }
    }
}
