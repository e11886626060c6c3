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

pub(super) fn router() -> Router<Edge> {
    let catalogs = "/admin/v1/{environment}/operators/{operator_id}/catalogs";
    Router::new()
        .route(catalogs, get(versions::list).post(publish::publish))
        .route(&format!("{catalogs}/gtfs"), post(import::import))
        .route(&format!("{catalogs}/{{version}}"), get(versions::show))
        .route(&format!("{catalogs}/{{version}}/diff"), get(versions::diff))
        .route(
            &format!("{catalogs}/{{version}}/rollback"),
            post(publish::roll_back),
        )
}
