//! Coord's Users API, base path `/v1/users`.

use axum::{
    Router,
    routing::{get, post, put},
};

use super::{current, demo_page, jwts, link_account, stripe_info, transactable, vehicle};
use crate::server::Edge;

pub(super) fn router() -> Router<Edge> {
    Router::new()
        .route("/v1/users/create_jwt", post(jwts::create))
        .route("/v1/users/testing/create_jwt", post(jwts::create_for_test_user))
        .route("/v1/users/user/current", get(current::show))
        .route("/v1/users/user/current/vehicle", put(vehicle::put))
        .route("/v1/users/user/current/stripe_info", post(stripe_info::set))
        .route(
            "/v1/users/testing/user/current/transactable_systems",
            post(transactable::set),
        )
        .route("/v1/users/link_account", get(link_account::ask))
        .route("/v1/users/link_account/callback", get(link_account::back))
        .route(
            "/v1/users/link_account/demo",
            get(demo_page::show).post(demo_page::decide),
        )
}
