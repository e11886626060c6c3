//! `GET /openapi.json` and `GET /docs`, which do not change while the process lives.

use std::sync::LazyLock;

use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{StatusCode, header};

use super::{document, page};
use crate::server::Edge;

const CACHEABLE: &str = "public, max-age=300";

/// No script runs on the page, and nothing is fetched for it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

static DOCUMENT: LazyLock<String> = LazyLock::new(|| document().to_string());
static PAGE: LazyLock<Option<String>> = LazyLock::new(|| page::page(&document()).ok());

pub(crate) fn router() -> Router<Edge> {
    Router::new()
        .route("/openapi.json", get(json))
        .route("/docs", get(docs))
}

/// For programs.
async fn json() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, CACHEABLE),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    (headers, DOCUMENT.as_str())
}

/// For people.
async fn docs() -> Response {
    let Some(page) = PAGE.as_deref() else {
        tracing::error!("the page of the API cannot be drawn");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, CACHEABLE),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ];
    (headers, page).into_response()
}
