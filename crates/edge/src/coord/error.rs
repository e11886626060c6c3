//! Errors of Coord's APIs. The publication fixes statuses only; the body is ours: a code for programs, a message for
//! people, the field it is about, and the call that sets it.

use std::borrow::Cow;

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

/// An error, as the client gets it. Nothing of the request is repeated in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CoordError {
    status: StatusCode,
    code: &'static str,
    message: Cow<'static, str>,
    field: Option<&'static str>,
    call: Option<&'static str>,
}

#[derive(Serialize)]
struct Body<'a> {
    code: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    call: Option<&'static str>,
}

impl CoordError {
    pub(super) const fn new(status: StatusCode, code: &'static str, message: &'static str) -> Self {
        Self {
            status,
            code,
            message: Cow::Borrowed(message),
            field: None,
            call: None,
        }
    }

    pub(super) const fn bad_request(code: &'static str, message: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    pub(super) fn about(self, field: &'static str) -> Self {
        Self {
            field: Some(field),
            ..self
        }
    }

    /// The call that sets what is lacking, if there is one.
    pub(super) fn set_by(self, call: Option<&'static str>) -> Self {
        Self { call, ..self }
    }

    pub(super) fn saying(self, message: String) -> Self {
        Self {
            message: Cow::Owned(message),
            ..self
        }
    }

    pub(super) fn access_key() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "invalid_access_key",
            "The access_key is missing or not known.",
        )
        .about("access_key")
    }

    pub(super) const fn server_token() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "invalid_server_token",
            "The Authorization header has to carry the server token: the secret API key (sk_…) of the app that the \
             access_key is of, in the same environment.",
        )
    }

    pub(super) const fn jwt() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "invalid_jwt",
            "The Authorization header carries no valid JWT.",
        )
    }

    pub(super) const fn test_user() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "test_user",
            "This call is not for test users: a test user has no card, and cannot transact where one is required.",
        )
    }

    pub(super) const fn not_a_test_user() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "not_a_test_user",
            "This call is for test users only, whose JWT is made by POST /v1/users/testing/create_jwt.",
        )
    }

    pub(super) const fn no_sandbox() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "no_sandbox",
            "Test users live in the test environment, where this app is not registered.",
        )
    }

    pub(super) fn unknown_system() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "unknown_system",
            "This app does business with no such system.",
        )
        .about("system_id")
    }

    /// `Retry-After` is added to it on its way out.
    pub(super) const fn rate_limited() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "rate_limited",
            "Too many requests. Please try again later.",
        )
    }

    pub(super) const fn unavailable() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "try_again",
            "The request was not finished. Please try it again.",
        )
    }

    pub(super) const fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal_error",
            "The request could not be served.",
        )
    }
}

impl IntoResponse for CoordError {
    fn into_response(self) -> Response {
        let body = Body {
            code: self.code,
            message: &self.message,
            field: self.field,
            call: self.call,
        };
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        match self.status {
            StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            StatusCode::UNAUTHORIZED => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            _ => {}
        }
        response
    }
}
