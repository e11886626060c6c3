//! Coord's Parking Search API: `/v1/search/parking`.

mod find;
mod query;
mod stay;
mod view;
mod wording;

pub(super) use query::{name_of, named};
pub(super) use stay::{LineView, lines_of};

use axum::{Router, routing::get};

use crate::server::Edge;

pub(super) fn router() -> Router<Edge> {
    Router::new()
        .route("/v1/search/parking/location", get(find::several))
        .route("/v1/search/parking/location/{location_id}", get(find::one))
}
