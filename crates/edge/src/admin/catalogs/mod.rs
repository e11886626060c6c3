//! `/admin/v1/{environment}/operators/{operator_id}/catalogs`: what an operator sells, version by version.

mod import;
mod publish;
mod refusal;
mod upload;
mod versions;
mod view;

use axum::{
    Router,
    routing::{get, post},
};

use crate::server::Edge;

pub(super) use publish::{DecideQuery, is_dry};

pub(super) fn router() -> Router<Edge> {
    Router::new()
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/catalogs",
            get(versions::list).post(publish::publish),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/catalogs/gtfs",
            post(import::import),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/catalogs/{version}",
            get(versions::show),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/catalogs/{version}/diff",
            get(versions::diff),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/catalogs/{version}/rollback",
            post(publish::roll_back),
        )
}
