//! Parameters as handlers take them.

use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use serde::Serialize;

use super::body::{self, BodyError};
use super::collect::Collected;
use crate::listener::Patience;

/// The parameters of a request: its query string and, on top, its body, be that a form or JSON. What nobody asks for
/// is ignored. Serialized, it is the same for the same parameters, in whichever way and order they were sent.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Params(pub(super) Collected);

impl Params {
    /// Reads them. Where a name stands in both query and body, the body counts.
    pub fn parse(query: &str, headers: &HeaderMap, body: &[u8]) -> Result<Self, BodyError> {
        let mut collected = Collected::from_pairs(query.as_bytes());
        collected.overlay(body::parse(headers, body)?);
        Ok(Self(collected))
    }
}

/// Shows names only: values may be e-mail addresses, tokens and links.
impl std::fmt::Debug for Params {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.0.keys()).finish()
    }
}

impl<S: Send + Sync> FromRequest<S> for Params {
    type Rejection = crate::ticketing::TicketingError;

    async fn from_request(request: Request, _: &S) -> Result<Self, Self::Rejection> {
        let (parts, body) = request.into_parts();
        let patience = Patience::of(&parts.extensions);
        let body = body::read(body, patience).await?;
        Ok(Self::parse(
            parts.uri.query().unwrap_or_default(),
            &parts.headers,
            &body,
        )?)
    }
}
