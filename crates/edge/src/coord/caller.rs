//! The app by its `access_key`: the same keys as in the ticketing API.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use domain::app::App;
use engine::Engine;
use serde::Deserialize;

use super::error::CoordError;
use crate::{
    api_key::{ApiKey, Environment},
    caller::holder_of,
    rate::Who,
    request_id::RequestId,
    server::Edge,
};

/// An app that calls, with any key that it has.
pub(super) struct CoordApp {
    pub(super) environment: Environment,
    pub(super) engine: Arc<Engine>,
    pub(super) app: Arc<App>,
    /// The request's name.
    pub(super) request: String,
}

#[derive(Deserialize)]
struct AccessKey {
    access_key: Option<String>,
}

impl FromRequestParts<Edge> for CoordApp {
    type Rejection = CoordError;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, CoordError> {
        let Query(given) =
            Query::<AccessKey>::try_from_uri(&parts.uri).map_err(|_| CoordError::access_key())?;
        let key = given.access_key.ok_or_else(CoordError::access_key)?;
        let key = ApiKey::parse(&key).map_err(|_| CoordError::access_key())?;
        let engine = edge
            .engine(key.environment())
            .ok_or_else(CoordError::access_key)?;
        let holder = holder_of(engine, &key).ok_or_else(CoordError::access_key)?;
        let spent = edge
            .buckets()
            .is_some_and(|buckets| buckets.take(Who::Key(*key.sha256())).is_err());
        if spent {
            return Err(CoordError::rate_limited());
        }
        Ok(Self {
            environment: key.environment(),
            engine: Arc::clone(engine),
            app: holder.app,
            request: RequestId::of(parts),
        })
    }
}
