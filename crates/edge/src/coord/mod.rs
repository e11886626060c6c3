//! Coord's APIs, as published: the calls that a rider's card needs, and the search for parking.

mod caller;
mod error;
mod rider;
mod search;
mod users;

use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use error::CoordError;

use crate::{bounded::Broken, server::Edge};

pub(crate) fn router() -> Router<Edge> {
    Router::new()
        .merge(search::router())
        .route("/v1/users/user/current", get(users::current))
        .route("/v1/users/user/current/stripe_info", post(users::set_stripe_info))
}

/// What is told of a request that its handler did not answer.
pub(crate) fn broken(how: Broken) -> Response {
    match how {
        Broken::TooLate => CoordError::unavailable(),
        Broken::Panicked => CoordError::internal(),
    }
    .into_response()
}
