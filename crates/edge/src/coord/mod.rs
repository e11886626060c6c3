//! Coord's Users API, as published: the calls that a rider's card needs.

mod error;
mod rider;
mod users;

use axum::{
    Router,
    routing::{get, post},
};

use crate::server::Edge;

pub(crate) fn router() -> Router<Edge> {
    Router::new()
        .route("/v1/users/user/current", get(users::current))
        .route("/v1/users/user/current/stripe_info", post(users::set_stripe_info))
}
