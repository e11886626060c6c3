//! Coord's APIs, as published: users, what systems require of them, and the search for parking.

mod body;
mod caller;
mod current;
mod demo_page;
mod error;
mod faults;
mod jwts;
mod link_account;
mod rider;
mod search;
mod stays;
mod stripe_info;
mod systems;
mod transactable;
mod unknown;
mod users;
mod vehicle;

use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::any,
};
use error::CoordError;

use crate::{bounded::Broken, server::Edge};

pub(crate) fn router() -> Router<Edge> {
    Router::new()
        .merge(users::router())
        .merge(systems::router())
        .merge(search::router())
        .merge(stays::router())
        .route("/v1/users/{*rest}", any(unknown::path))
        .route("/v1/access/{*rest}", any(unknown::path))
        .route("/v1/search/{*rest}", any(unknown::path))
        .method_not_allowed_fallback(unknown::method)
}

/// What is told of a request that its handler did not answer.
pub(crate) fn broken(how: Broken) -> Response {
    match how {
        Broken::TooLate | Broken::Crowded => CoordError::unavailable(),
        Broken::Panicked => CoordError::internal(),
    }
    .into_response()
}
