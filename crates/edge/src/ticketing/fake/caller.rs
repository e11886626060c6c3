//! Who calls: anybody with a well-formed fake key.

use axum::{extract::FromRequestParts, http::request::Parts};

use crate::{
    api_key::{ApiKey, Environment, InvalidApiKey, KeyKind},
    caller::KEY_HEADER,
    ticketing::TicketingError,
    version::{ApiVersion, VERSION_HEADER},
};

/// A caller whose key and version are good. Which key it is makes no difference beyond its kind.
#[derive(Clone, Copy)]
pub(super) struct FakeCaller {
    /// What the key may do.
    pub(super) kind: KeyKind,
}

impl<S: Send + Sync> FromRequestParts<S> for FakeCaller {
    type Rejection = TicketingError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, TicketingError> {
        let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        ApiVersion::of_header(header(VERSION_HEADER))?;
        let key = header(KEY_HEADER).ok_or(InvalidApiKey)?;
        let key = ApiKey::parse(key.trim())?;
        match key.environment() {
            Environment::Fake => Ok(Self { kind: key.kind() }),
            Environment::Test | Environment::Live => Err(InvalidApiKey.into()),
        }
    }
}
