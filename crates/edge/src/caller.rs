//! Which app calls, and with what kind of key.

use std::sync::Arc;

use axum::{extract::FromRequestParts, http::request::Parts};
use domain::app::{App, KeyDigest};
use engine::{Actor, Context, Engine, KeyHolder};
use http::HeaderMap;

use crate::{
    api_key::{ApiKey, Environment, InvalidApiKey, KeyKind},
    language,
    request_id::RequestId,
    server::Edge,
    ticketing::{TicketingError, ticket::TicketSigner},
    version::{ApiVersion, VERSION_HEADER},
};

/// `Token-Transit-Api-Key`
pub(crate) const KEY_HEADER: &str = "token-transit-api-key";

/// A caller of the ticketing API whose key and version are good. Without one no handler can be called.
#[derive(Clone)]
pub(crate) struct Caller {
    /// Which environment the key opens.
    pub environment: Environment,
    /// That environment's engine.
    pub engine: Arc<Engine>,
    /// Who signs that environment's tickets.
    pub tickets: Arc<TicketSigner>,
    /// The app the key was issued to.
    pub app: Arc<App>,
    /// What the key may do.
    pub kind: KeyKind,
    /// The edition of the API the client was written for.
    pub version: ApiVersion,
    /// The rider's languages as [`domain::text`] looks them up, most wanted first.
    pub languages: Vec<String>,
    /// The request's name.
    pub request: String,
    /// Under which address this server is reached from outside.
    pub public_url: Arc<str>,
}

impl Caller {
    /// The circumstances in which the app itself asks.
    #[must_use]
    pub(crate) fn context(&self, actor: Actor) -> Context {
        Context::of_request(actor, Some(self.app.id().clone()), self.request.clone())
    }
}

impl FromRequestParts<Edge> for Caller {
    type Rejection = TicketingError;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, TicketingError> {
        let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let version = ApiVersion::of_header(header(VERSION_HEADER))?;
        let key = header(KEY_HEADER).ok_or_else(no_key)?;
        let key = ApiKey::parse(key.trim()).map_err(TicketingError::from)?;
        let engine = edge.engine(key.environment()).ok_or_else(no_key)?;
        let tickets = edge.tickets(key.environment()).ok_or_else(no_key)?;
        let holder = holder_of(engine, &key).ok_or_else(no_key)?;
        let languages = language::wanted(&parts.headers);
        let request = RequestId::of(parts);
        Ok(Self {
            environment: key.environment(),
            engine: Arc::clone(engine),
            tickets: Arc::clone(tickets),
            app: holder.app,
            kind: key.kind(),
            version,
            languages,
            request,
            public_url: edge.public_url(),
        })
    }
}

/// The API key of a request and, if it was issued, whose it is.
pub(crate) fn key_of(edge: &Edge, headers: &HeaderMap) -> Option<(ApiKey, Option<KeyHolder>)> {
    let key = headers.get(KEY_HEADER)?.to_str().ok()?;
    let key = ApiKey::parse(key.trim()).ok()?;
    let engine = edge.engine(key.environment());
    let holder = engine.and_then(|engine| holder_of(engine, &key));
    Some((key, holder))
}

fn no_key() -> TicketingError {
    InvalidApiKey.into()
}

/// Whose key this is in the environment of an engine, if it was issued there and is good now.
pub(crate) fn holder_of(engine: &Engine, key: &ApiKey) -> Option<KeyHolder> {
    let digest = KeyDigest::parse(hex(key.sha256())).ok()?;
    engine.directory().key_holder(&digest, engine.host().now())
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}
