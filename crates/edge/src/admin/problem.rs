//! Problem details (RFC 9457).

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use engine::{AdministerProblem, Answer, DeclareProblem, Failure};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use super::once::key_reused;
use crate::marketplace::Flawed;

const MEDIA_TYPE: &str = "application/problem+json";

/// A problem, as the client gets it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Problem {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    #[serde(serialize_with = "as_number")]
    status: StatusCode,
    detail: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde wants")]
fn as_number<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}

impl Problem {
    pub(super) fn new(status: StatusCode, title: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank",
            title,
            status,
            detail: detail.into(),
            errors: Vec::new(),
        }
    }

    pub(super) fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "Unauthorized",
            "The admin key is missing or wrong.",
        )
    }

    pub(super) fn not_found(detail: &'static str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not Found", detail)
    }

    pub(super) fn forbidden() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "Forbidden",
            "The role of this key does not allow that.",
        )
    }

    pub(super) fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "Conflict", detail)
    }

    pub(super) fn unprocessable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "Unprocessable Content", detail)
    }

    /// Whether asking the same again can end differently.
    pub(super) fn is_passing(&self) -> bool {
        self.status.is_server_error()
    }

    /// To be kept under the key of the request that it answers.
    pub(super) fn answer(&self) -> Answer {
        let body = serde_json::to_string(self).unwrap_or_default();
        Answer {
            status: self.status.as_u16(),
            headers: vec![(header::CONTENT_TYPE.as_str().to_owned(), MEDIA_TYPE.to_owned())],
            body,
        }
    }

    pub(super) fn unavailable() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "Service Unavailable",
            "Please try again.",
        )
    }

    pub(super) fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Internal Server Error",
            "The request could not be served.",
        )
    }

    pub(super) fn unreadable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Bad Request", detail)
    }
}

impl From<Flawed> for Problem {
    fn from(flawed: Flawed) -> Self {
        let detail = format!("{} problem(s); nothing was changed.", flawed.0.len());
        Self {
            errors: flawed.0,
            ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "Unprocessable Content", detail)
        }
    }
}

impl From<DeclareProblem> for Problem {
    fn from(problem: DeclareProblem) -> Self {
        use domain::catalog::CatalogRejection;
        match problem {
            DeclareProblem::Failure(failure) => failure.into(),
            DeclareProblem::Catalog {
                operator,
                rejection: CatalogRejection::Invalid(flaws),
            } => {
                let errors = flaws
                    .iter()
                    .map(|flaw| format!("catalog of {operator}: {flaw}"))
                    .collect();
                Self::from(Flawed(errors))
            }
            refused => Self::from(Flawed(vec![refused.to_string()])),
        }
    }
}

impl<R> From<AdministerProblem<R>> for Problem
where
    R: std::error::Error,
    Self: From<R>,
{
    fn from(problem: AdministerProblem<R>) -> Self {
        match problem {
            AdministerProblem::KeyReused => key_reused(),
            AdministerProblem::Refused(refusal) => refusal.into(),
            AdministerProblem::Failure(failure) => failure.into(),
        }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        if failure.is_passing() {
            tracing::warn!(%failure, "not finished");
            return Self::unavailable();
        }
        tracing::error!(%failure, "cannot be served");
        Self::internal()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(&self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
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
