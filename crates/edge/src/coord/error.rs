//! Errors of Coord's APIs. The publication fixes statuses only; the body is ours: a code for programs, a message for
//! people, and the field it is about.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use engine::{CardProblem, Failure};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

/// An error, as the client gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CoordError {
    status: StatusCode,
    code: &'static str,
    message: &'static str,
    field: Option<&'static str>,
}

#[derive(Serialize)]
struct Body {
    code: &'static str,
    message: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'static str>,
}

impl CoordError {
    pub(super) const fn new(status: StatusCode, code: &'static str, message: &'static str) -> Self {
        Self {
            status,
            code,
            message,
            field: None,
        }
    }

    pub(super) const fn about(self, field: &'static str) -> Self {
        Self {
            field: Some(field),
            ..self
        }
    }

    pub(super) const fn access_key() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "invalid_access_key",
            "The access_key is missing or not known.",
        )
        .about("access_key")
    }

    pub(super) const fn jwt() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "invalid_jwt",
            "The Authorization header carries no valid JWT.",
        )
    }

    pub(super) const fn body() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "invalid_body",
            "The request body is not the published JSON.",
        )
    }

    pub(super) const fn token() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "invalid_token",
            "The coord_targeted_token has to be a Stripe token (tok_…) made for this app's platform account.",
        )
        .about("coord_targeted_token")
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

impl From<Failure> for CoordError {
    fn from(failure: Failure) -> Self {
        if failure.is_passing() {
            tracing::warn!(%failure, "not finished");
            return Self::unavailable();
        }
        tracing::error!(%failure, "cannot be served");
        Self::internal()
    }
}

impl From<CardProblem> for CoordError {
    fn from(problem: CardProblem) -> Self {
        match problem {
            CardProblem::NoPlatform => Self::new(
                StatusCode::BAD_REQUEST,
                "no_platform_account",
                "This app has no Stripe platform account to keep cards on.",
            ),
            CardProblem::Declined { .. } => Self::new(
                StatusCode::PAYMENT_REQUIRED,
                "card_declined",
                "The card was declined.",
            )
            .about("coord_targeted_token"),
            CardProblem::Invalid { code } if code == "token_already_used" => Self::new(
                StatusCode::BAD_REQUEST,
                "token_already_used",
                "This token was used before. A Stripe token is good once.",
            )
            .about("coord_targeted_token"),
            CardProblem::Invalid { .. } => Self::token(),
            CardProblem::KeyReused | CardProblem::Undocumented => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal_error",
                "The request could not be served.",
            ),
            CardProblem::Busy | CardProblem::Pending => Self::unavailable(),
            CardProblem::Failure(failure) => failure.into(),
        }
    }
}

impl IntoResponse for CoordError {
    fn into_response(self) -> Response {
        let body = Body {
            code: self.code,
            message: self.message,
            field: self.field,
        };
        let mut response = (self.status, Json(body)).into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}
