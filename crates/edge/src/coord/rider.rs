//! The rider by JWT: the same keys and the same riders as in the ticketing API.

use std::sync::Arc;

use axum::{extract::FromRequestParts, http::request::Parts};
use domain::{UserId, app::App};
use engine::{Actor, Context, Engine, Rider};

use super::{caller::CoordApp, error::CoordError};
use crate::{
    api_key::Environment,
    jwt::{self, JwksUrl},
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

impl FromRequestParts<Edge> for CoordRider {
    type Rejection = CoordError;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, CoordError> {
        let CoordApp {
            environment,
            engine,
            app,
            request,
        } = CoordApp::from_request_parts(parts, edge).await?;
        let token = bearer(&parts.headers).ok_or(CoordError::jwt())?;
        let url = match app.jwks_url() {
            Some(url) => JwksUrl::parse(url.as_str()).map_err(|_| CoordError::jwt())?,
            None if environment == Environment::Test => edge.testing_jwks_url().clone(),
            None => return Err(CoordError::jwt()),
        };
        let claims = jwt::verify(edge.jwks(), &url, token, engine.host().now()).await;
        let claims = claims.map_err(|_| CoordError::jwt())?;
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
