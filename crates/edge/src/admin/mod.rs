//! The admin API: what `switchyard apply` uses, and nothing else does.

mod admin_key;
mod marketplace;
mod operators;
mod problem;

use axum::{Router, extract::DefaultBodyLimit, routing::post};

use crate::server::Edge;

/// A marketplace file may be long: catalogs of many operators in one.
const MAX_BODY: usize = 32 * 1024 * 1024;

pub(crate) fn router() -> Router<Edge> {
    Router::new()
        .route("/admin/v1/{environment}/marketplace", post(marketplace::apply))
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/refresh",
            post(operators::refresh),
        )
        .layer(DefaultBodyLimit::max(MAX_BODY))
}
