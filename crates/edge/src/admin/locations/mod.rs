//! `/admin/v1/{environment}/operators/{operator_id}/locations`: where an operator has room, and what it costs.

mod availability;
mod import;
mod list;
mod publish;
mod view;

use axum::{
    Router,
    routing::{get, post},
};

use crate::server::Edge;

pub(super) fn router() -> Router<Edge> {
    Router::new()
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/availability",
            post(availability::count),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/locations",
            get(list::list).post(publish::publish),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/locations/apds",
            post(import::import),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/locations/{location_id}",
            get(list::show),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/locations/{location_id}/withdraw",
            post(publish::withdraw),
        )
}
