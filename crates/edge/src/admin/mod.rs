//! The admin API: what `switchyard apply` uses, and nothing else does.

mod admin_key;
mod keys;
mod marketplace;
mod operators;
mod problem;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use problem::Problem;

use crate::{bounded::Broken, server::Edge};

/// A marketplace file may be long: catalogs of many operators in one.
const MAX_BODY: usize = 32 * 1024 * 1024;

pub(crate) fn router() -> Router<Edge> {
    Router::new()
        .route("/admin/v1/{environment}/marketplace", post(marketplace::apply))
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/refresh",
            post(operators::refresh),
        )
        .route("/admin/v1/{environment}/apps/{app_id}/keys", get(keys::list))
        .route(
            "/admin/v1/{environment}/apps/{app_id}/keys/{key_id}/revoke",
            post(keys::revoke),
        )
        .layer(DefaultBodyLimit::max(MAX_BODY))
}

/// What is told of a request that its handler did not answer.
pub(crate) fn broken(how: Broken) -> Response {
    match how {
        Broken::TooLate => Problem::unavailable(),
        Broken::Panicked => Problem::internal(),
    }
    .into_response()
}
