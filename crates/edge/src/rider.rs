//! Which rider a call is for: by login session, else by the app's JWT.

use axum::{
    extract::FromRequestParts,
    http::request::Parts,
    response::{IntoResponse, Response},
};
use chrono::TimeDelta;
use domain::{DeviceId, UserId};
use engine::{Actor, Context, Rider};
use http::{HeaderMap, HeaderValue, header};
use vault::NewSession;

use crate::{
    api_key::Environment,
    caller::Caller,
    cookie,
    jwt::{self, JwksUrl, JwtError, RiderClaims},
    server::Edge,
    ticketing::{ErrorCode, TicketingError},
};

/// How long a login session lasts.
const SESSION_LIFETIME: TimeDelta = TimeDelta::days(30);

/// A rider who proved who they are.
#[derive(Clone)]
pub(crate) struct Session {
    /// The caller on whose behalf.
    pub caller: Caller,
    /// The rider.
    pub user: UserId,
    /// The device, as the JWT or the session it opened says.
    pub device: Option<DeviceId>,
    /// The session's cookie, where a JWT opened one.
    pub cookie: Option<HeaderValue>,
}

impl Session {
    /// An answer to the rider, with the cookie of the session that a JWT opened, if all went well: "any successful
    /// request sent with a JWT".
    pub(crate) fn answer(&self, response: impl IntoResponse) -> Response {
        let mut response = response.into_response();
        if let Some(cookie) = self.cookie.as_ref().filter(|_| response.status().is_success()) {
            response.headers_mut().append(header::SET_COOKIE, cookie.clone());
        }
        response
    }

    /// The circumstances in which the rider asks.
    #[must_use]
    pub(crate) fn context(&self) -> Context {
        self.caller.context(Actor::User(self.user.clone()))
    }
}

/// Somebody who asks: an app, for itself or for a rider.
pub(crate) trait Asker {
    /// The app.
    fn caller(&self) -> &Caller;
    /// The rider, where one is known.
    fn user(&self) -> Option<&UserId>;
    /// The circumstances of the request.
    fn context(&self) -> Context;
}

impl Asker for Caller {
    fn caller(&self) -> &Caller {
        self
    }

    fn user(&self) -> Option<&UserId> {
        None
    }

    fn context(&self) -> Context {
        Self::context(self, Actor::App(self.app.id().clone()))
    }
}

impl Asker for Session {
    fn caller(&self) -> &Caller {
        &self.caller
    }

    fn user(&self) -> Option<&UserId> {
        Some(&self.user)
    }

    fn context(&self) -> Context {
        Self::context(self)
    }
}

impl Asker for MaybeSession {
    fn caller(&self) -> &Caller {
        &self.caller
    }

    fn user(&self) -> Option<&UserId> {
        self.session.as_ref().map(|session| &session.user)
    }

    fn context(&self) -> Context {
        match &self.session {
            Some(session) => session.context(),
            None => self.caller.context(Actor::App(self.caller.app.id().clone())),
        }
    }
}

impl FromRequestParts<Edge> for Session {
    type Rejection = TicketingError;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, TicketingError> {
        let caller = Caller::from_request_parts(parts, edge).await?;
        let found = find(edge, &caller, &parts.headers).await?;
        found.session().ok_or_else(login_required)
    }
}

/// A caller, and the rider where the request names one: calls that work for both, and differ. A session that is over
/// is no rider: the client has to hear of it, or it would not fall back to its JWT.
pub(crate) struct MaybeSession {
    /// The app.
    pub caller: Caller,
    /// The rider.
    pub session: Option<Session>,
}

impl MaybeSession {
    /// An answer, with the cookie of the session that a JWT opened.
    pub(crate) fn answer(&self, response: impl IntoResponse) -> Response {
        match &self.session {
            Some(session) => session.answer(response),
            None => response.into_response(),
        }
    }
}

impl FromRequestParts<Edge> for MaybeSession {
    type Rejection = TicketingError;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, TicketingError> {
        let caller = Caller::from_request_parts(parts, edge).await?;
        match find(edge, &caller, &parts.headers).await? {
            Found::Over => Err(login_required()),
            found => Ok(Self {
                session: found.session(),
                caller,
            }),
        }
    }
}

/// A caller for whom it makes no difference which rider there is, but whose JWT opens a session as any does.
pub(crate) struct Anybody(pub(crate) MaybeSession);

impl FromRequestParts<Edge> for Anybody {
    type Rejection = TicketingError;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, TicketingError> {
        let caller = Caller::from_request_parts(parts, edge).await?;
        let session = find(edge, &caller, &parts.headers).await?.session();
        Ok(Self(MaybeSession { caller, session }))
    }
}

/// What a request says of its rider.
enum Found {
    /// A session that is good, or a JWT that has just opened one.
    Rider(Box<Session>),
    /// A cookie that is worth nothing: expired, logged out, another app's or nobody's. And no JWT.
    Over,
    /// Nothing.
    Nobody,
}

impl Found {
    fn session(self) -> Option<Session> {
        match self {
            Self::Rider(session) => Some(*session),
            Self::Over | Self::Nobody => None,
        }
    }
}

/// By cookie, and where that is missing or worth nothing, by JWT.
async fn find(edge: &Edge, caller: &Caller, headers: &HeaderMap) -> Result<Found, TicketingError> {
    if let Some(session) = by_cookie(caller, headers).await? {
        return Ok(Found::Rider(Box::new(session)));
    }
    if let Some(token) = rider_token(headers) {
        let claims = verify(edge, caller, token).await?;
        return Ok(Found::Rider(Box::new(open(caller.clone(), claims).await?)));
    }
    Ok(match cookie::session_token(headers) {
        Some(_) => Found::Over,
        None => Found::Nobody,
    })
}

fn login_required() -> TicketingError {
    TicketingError::new(ErrorCode::LoginRequired)
}

/// The session that a request's cookie names, if it is good.
pub(crate) async fn by_cookie(
    caller: &Caller,
    headers: &HeaderMap,
) -> Result<Option<Session>, TicketingError> {
    let Some(token) = cookie::session_token(headers) else {
        return Ok(None);
    };
    let found = caller
        .engine
        .vault()
        .find_session(token, caller.engine.host().now())
        .await;
    let found = found.map_err(TicketingError::from)?;
    Ok(found
        .filter(|session| session.app == *caller.app.id())
        .map(|session| Session {
            caller: caller.clone(),
            user: session.user,
            device: session.device,
            cookie: None,
        }))
}

/// The JWT of a request. The document calls the header `Authorization` in its text and `Authentication` in its table.
pub(crate) fn rider_token(headers: &HeaderMap) -> Option<&str> {
    bearer(headers).or_else(|| bearer_of(headers.get("authentication")?))
}

/// The token of `Authorization: Bearer …`
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    bearer_of(headers.get(header::AUTHORIZATION)?)
}

fn bearer_of(value: &HeaderValue) -> Option<&str> {
    let (scheme, token) = value.to_str().ok()?.trim().split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim())
        .filter(|token| !token.is_empty())
}

/// Checks a JWT: one that the engine made for the app's riders, or else against the app's JWKS. An app without one is
/// served by the engine's own testing JWKS, in `test` only.
pub(crate) async fn verify(edge: &Edge, caller: &Caller, token: &str) -> Result<RiderClaims, TicketingError> {
    let now = caller.engine.host().now();
    let of_languages = |error: JwtError| TicketingError::from(error).in_languages(&caller.languages);
    if edge.test_users().is_named_by(token) {
        return Err(of_languages(JwtError::TestUser));
    }
    let own = edge.riders(caller.environment);
    if let Some(checked) = own.and_then(|issuer| issuer.verify(caller.app.id(), token, now)) {
        return checked.map_err(of_languages);
    }
    let url = match caller.app.jwks_url() {
        Some(url) => JwksUrl::parse(url.as_str()).map_err(|_| TicketingError::new(ErrorCode::UrlError))?,
        None if caller.environment == Environment::Test => edge.testing_jwks_url().clone(),
        None => return Err(TicketingError::new(ErrorCode::LoginRequired)),
    };
    let claims = jwt::verify(edge.jwks(), &url, token, now).await;
    claims.map_err(of_languages)
}

/// Knows the rider from now on, and opens a login session: one of its own for every JWT that is sent, also from the
/// same device and with the same `jti`. So no two JWTs ever share a session, and logging out of one leaves the others.
pub(crate) async fn open(caller: Caller, claims: RiderClaims) -> Result<Session, TicketingError> {
    let app = caller.app.id().clone();
    let rider = Rider {
        subject: claims.subject.clone(),
        email: Some(claims.email.clone()),
        phone: claims.phone.clone(),
        is_test: false,
    };
    let known = Actor::User(caller.engine.user_id(&app, &claims.subject));
    let user = caller
        .engine
        .identify(&caller.context(known), &app, &rider)
        .await?;
    let now = caller.engine.host().now();
    let new = NewSession {
        user: user.clone(),
        app,
        device: claims.device.clone(),
        jti: claims.jti,
        created_at: now,
        expires_at: now + SESSION_LIFETIME,
    };
    let token = caller
        .engine
        .vault()
        .create_session(new)
        .await
        .map_err(TicketingError::from)?;
    let cookie = cookie::set_session(token.expose(), SESSION_LIFETIME)
        .map_err(|_| TicketingError::new(ErrorCode::InternalChecksFailed))?;
    Ok(Session {
        caller,
        user,
        device: claims.device,
        cookie: Some(cookie),
    })
}
