//! The app by its `access_key`, and its rider by JWT: the same keys and the same riders as in the ticketing API.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use domain::{
    UserId,
    app::{App, KeyDigest},
};
use engine::{Actor, Context, Engine, Rider};
use serde::Deserialize;

use super::error::CoordError;
use crate::{
    api_key::{ApiKey, Environment},
    caller::hex,
    jwt::{self, JwksUrl},
    rate::Who,
    request_id::RequestId,
    rider::bearer,
    server::Edge,
};

/// A rider who proved who they are, to an app that did.
pub(super) struct CoordRider {
    pub(super) engine: Arc<Engine>,
    pub(super) app: Arc<App>,
    pub(super) user: UserId,
    pub(super) context: Context,
}

#[derive(Deserialize)]
struct AccessKey {
    access_key: Option<String>,
}

impl FromRequestParts<Edge> for CoordRider {
    type Rejection = CoordError;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, CoordError> {
        let Query(given) =
            Query::<AccessKey>::try_from_uri(&parts.uri).map_err(|_| CoordError::access_key())?;
        let key = given.access_key.ok_or(CoordError::access_key())?;
        let key = ApiKey::parse(&key).map_err(|_| CoordError::access_key())?;
        let engine = Arc::clone(edge.engine(key.environment()).ok_or(CoordError::access_key())?);
        let digest = KeyDigest::parse(hex(key.sha256())).map_err(|_| CoordError::access_key())?;
        let app = engine
            .directory()
            .key_holder(&digest, engine.host().now())
            .ok_or(CoordError::access_key())?
            .app;
        let spent = edge
            .buckets()
            .is_some_and(|buckets| buckets.take(Who::Key(*key.sha256())).is_err());
        if spent {
            return Err(CoordError::rate_limited());
        }
        let token = bearer(&parts.headers).ok_or(CoordError::jwt())?;
        let url = match app.jwks_url() {
            Some(url) => JwksUrl::parse(url.as_str()).map_err(|_| CoordError::jwt())?,
            None if key.environment() == Environment::Test => edge.testing_jwks_url().clone(),
            None => return Err(CoordError::jwt()),
        };
        let claims = jwt::verify(edge.jwks(), &url, token, engine.host().now()).await;
        let claims = claims.map_err(|_| CoordError::jwt())?;
        let request = parts
            .extensions
            .get::<RequestId>()
            .map_or_else(String::new, |id| id.0.clone());
        let known = Actor::User(engine.user_id(app.id(), &claims.subject));
        let context = Context::of_request(known, Some(app.id().clone()), request);
        let rider = Rider {
            subject: claims.subject.clone(),
            email: Some(claims.email.clone()),
            phone: claims.phone.clone(),
        };
        let user = engine.identify(&context, app.id(), &rider).await?;
        Ok(Self {
            engine,
            app,
            user,
            context,
        })
    }
}
