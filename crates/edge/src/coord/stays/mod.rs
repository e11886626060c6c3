//! Coord's Parking Access API, base path `/v1/access/parking`: stays, begun and ended by the rider's word or by gates.

mod barcodes;
mod calls;
mod key;
mod place;
mod refusals;
mod view;

use axum::{
    Router,
    routing::{get, post, put},
};

use crate::server::Edge;

pub(super) fn router() -> Router<Edge> {
    Router::new()
        .route("/v1/access/parking/session", get(calls::everywhere))
        .route(
            "/v1/access/parking/{location_id}/session",
            get(calls::here).post(calls::begin),
        )
        .route(
            "/v1/access/parking/{location_id}/session/{session_id}",
            get(calls::one),
        )
        .route("/v1/access/parking/barcode", post(barcodes::make))
        .route(
            "/v1/access/parking/testing/{location_id}/{session_id}/simulate_redemption",
            post(barcodes::simulate),
        )
        .route(
            "/v1/access/parking/{location_id}/session/{session_id}/end",
            put(calls::end),
        )
        .route(
            "/v1/access/parking/{location_id}/session/{session_id}/pay",
            post(calls::pay),
        )
}
