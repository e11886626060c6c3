//! Riders: whoever has the cookie, or a JWT that looks like one.

use axum::{
    extract::FromRequestParts,
    http::request::Parts,
    response::{IntoResponse, Response},
};
use chrono::TimeDelta;
use http::{HeaderMap, HeaderValue, header};

use super::{caller::FakeCaller, jwt};
use crate::{
    cookie,
    rider::bearer,
    ticketing::{ErrorCode, TicketingError},
};

/// The session of everybody: nothing is remembered, so there is nothing to tell apart.
const SESSION: &str = "fake_session_1234567890abcXYZ";

/// As long as a session of the other environments.
const LIFETIME: TimeDelta = TimeDelta::days(30);

/// A rider.
pub(super) struct FakeRider {
    /// On whose behalf.
    pub(super) caller: FakeCaller,
    /// The session's cookie, where a JWT opened one.
    cookie: Option<HeaderValue>,
}

/// A caller, and the rider where the request names one.
pub(super) struct MaybeFakeRider {
    rider: Option<FakeRider>,
}

impl FakeRider {
    /// A successful answer, with the cookie of the session that a JWT opened.
    pub(super) fn answer(&self, response: impl IntoResponse) -> Response {
        let mut response = response.into_response();
        if let Some(cookie) = &self.cookie {
            response.headers_mut().append(header::SET_COOKIE, cookie.clone());
        }
        response
    }
}

impl MaybeFakeRider {
    /// A successful answer, with the cookie of the session that a JWT opened.
    pub(super) fn answer(&self, response: impl IntoResponse) -> Response {
        match &self.rider {
            Some(rider) => rider.answer(response),
            None => response.into_response(),
        }
    }

    /// Whether somebody is logged in.
    pub(super) const fn is_logged_in(&self) -> bool {
        self.rider.is_some()
    }
}

/// The cookie counts before the JWT. A session that was never given counts as none.
fn find(caller: FakeCaller, headers: &HeaderMap) -> Result<Option<FakeRider>, TicketingError> {
    if cookie::session_token(headers) == Some(SESSION) {
        return Ok(Some(FakeRider { caller, cookie: None }));
    }
    let Some(token) = bearer(headers) else {
        return Ok(None);
    };
    jwt::check_form(token)?;
    let cookie = cookie::set_session(SESSION, LIFETIME)
        .map_err(|_| TicketingError::new(ErrorCode::InternalChecksFailed))?;
    Ok(Some(FakeRider {
        caller,
        cookie: Some(cookie),
    }))
}

impl<S: Send + Sync> FromRequestParts<S> for MaybeFakeRider {
    type Rejection = TicketingError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, TicketingError> {
        let caller = FakeCaller::from_request_parts(parts, state).await?;
        let rider = find(caller, &parts.headers)?;
        Ok(Self { rider })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for FakeRider {
    type Rejection = TicketingError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, TicketingError> {
        let caller = FakeCaller::from_request_parts(parts, state).await?;
        let rider = find(caller, &parts.headers)?;
        rider.ok_or_else(|| TicketingError::new(ErrorCode::LoginRequired))
    }
}
