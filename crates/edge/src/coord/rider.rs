//! The rider by JWT: the same riders as in the ticketing API, and test users beside them.

use std::{ops::Deref, sync::Arc};

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use domain::{UserId, app::App};
use engine::{Actor, Context, Engine, Rider};
use serde::Deserialize;

use super::{caller::CoordApp, error::CoordError};
use crate::{
    api_key::Environment,
    jwt::{self, JwksUrl, JwtError, RiderClaims},
    rider::bearer,
    server::Edge,
    ticketing::ReceiptLinks,
};

/// A user who proved who they are, to an app that did.
pub(super) struct CoordRider {
    /// Where the user lives: a test user in `test`, whichever key the app has.
    pub(super) environment: Environment,
    pub(super) engine: Arc<Engine>,
    pub(super) app: Arc<App>,
    pub(super) user: UserId,
    pub(super) is_test: bool,
    pub(super) context: Context,
    /// Under which address this server is reached from outside.
    public_url: Arc<str>,
}

impl CoordRider {
    /// What makes the addresses of their receipts.
    pub(super) fn receipts(&self) -> ReceiptLinks<'_> {
        ReceiptLinks::new(&self.engine, self.environment, &self.public_url)
    }
}

/// One who is no test user.
pub(super) struct RealRider(CoordRider);

/// A test user.
pub(super) struct TestRider(CoordRider);

/// A user whose browser may bring the JWT as the query parameter `jwt`: no page can set its headers.
pub(super) struct BrowserRider(pub(super) CoordRider);

impl Deref for RealRider {
    type Target = CoordRider;

    fn deref(&self) -> &CoordRider {
        &self.0
    }
}

impl Deref for TestRider {
    type Target = CoordRider;

    fn deref(&self) -> &CoordRider {
        &self.0
    }
}

impl FromRequestParts<Edge> for CoordRider {
    type Rejection = CoordError;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, CoordError> {
        let app = CoordApp::from_request_parts(parts, edge).await?;
        let token = bearer(&parts.headers).ok_or(CoordError::jwt())?;
        known(edge, app, token).await
    }
}

impl FromRequestParts<Edge> for RealRider {
    type Rejection = CoordError;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, CoordError> {
        let rider = CoordRider::from_request_parts(parts, edge).await?;
        match rider.is_test {
            true => Err(CoordError::test_user()),
            false => Ok(Self(rider)),
        }
    }
}

impl FromRequestParts<Edge> for TestRider {
    type Rejection = CoordError;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, CoordError> {
        let rider = CoordRider::from_request_parts(parts, edge).await?;
        match rider.is_test {
            true => Ok(Self(rider)),
            false => Err(CoordError::not_a_test_user()),
        }
    }
}

#[derive(Deserialize)]
struct Brought {
    jwt: Option<String>,
}

impl FromRequestParts<Edge> for BrowserRider {
    type Rejection = CoordError;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, CoordError> {
        let app = CoordApp::from_request_parts(parts, edge).await?;
        let brought = Query::<Brought>::try_from_uri(&parts.uri);
        let brought = brought.ok().and_then(|Query(brought)| brought.jwt);
        let token = bearer(&parts.headers).or(brought.as_deref());
        known(edge, app, token.ok_or(CoordError::jwt())?).await.map(Self)
    }
}

/// Knows the user of a JWT from now on.
async fn known(edge: &Edge, caller: CoordApp, token: &str) -> Result<CoordRider, CoordError> {
    let (caller, claims, is_test) = match edge.test_users().is_named_by(token) {
        true => of_test_user(edge, caller, token)?,
        false => {
            let claims = of_rider(edge, &caller, token).await?;
            (caller, claims, false)
        }
    };
    let app = caller.app.id();
    let id = match is_test {
        true => caller.engine.test_user_id(app, &claims.subject),
        false => caller.engine.user_id(app, &claims.subject),
    };
    let context = Context::of_request(Actor::User(id), Some(app.clone()), caller.request);
    let rider = Rider {
        subject: claims.subject,
        email: Some(claims.email),
        phone: claims.phone,
        is_test,
    };
    let user = caller.engine.identify(&context, app, &rider).await?;
    Ok(CoordRider {
        environment: caller.environment,
        engine: caller.engine,
        app: caller.app,
        user,
        is_test,
        context,
        public_url: edge.public_url(),
    })
}

/// A test user, who lives in the sandbox also for an app that calls with a live key.
fn of_test_user(
    edge: &Edge,
    caller: CoordApp,
    token: &str,
) -> Result<(CoordApp, RiderClaims, bool), CoordError> {
    let caller = in_sandbox(edge, caller)?;
    let now = caller.engine.host().now();
    let checked = edge.test_users().verify(caller.app.id(), token, now);
    let claims = checked.unwrap_or(Err(JwtError::UnknownKey))?;
    Ok((caller, claims, true))
}

/// The app as it is registered in `test`.
pub(super) fn in_sandbox(edge: &Edge, caller: CoordApp) -> Result<CoordApp, CoordError> {
    let engine = edge
        .engine(Environment::Test)
        .ok_or_else(CoordError::no_sandbox)?;
    let app = engine.directory().app(caller.app.id());
    let app = app
        .filter(|app| app.is_active())
        .ok_or_else(CoordError::no_sandbox)?;
    Ok(CoordApp {
        environment: Environment::Test,
        engine: Arc::clone(engine),
        app,
        ..caller
    })
}

/// A rider, by a JWT that the engine made for the app or by one of the app's own.
async fn of_rider(edge: &Edge, caller: &CoordApp, token: &str) -> Result<RiderClaims, CoordError> {
    let now = caller.engine.host().now();
    let own = edge.riders(caller.environment);
    if let Some(checked) = own.and_then(|issuer| issuer.verify(caller.app.id(), token, now)) {
        return Ok(checked?);
    }
    let url = match caller.app.jwks_url() {
        Some(url) => JwksUrl::parse(url.as_str()).map_err(|_| CoordError::jwt())?,
        None if caller.environment == Environment::Test => edge.testing_jwks_url().clone(),
        None => return Err(CoordError::jwt()),
    };
    Ok(jwt::verify(edge.jwks(), &url, token, now).await?)
}
