//! Bringing an operator's account about: Stripe's form, Stripe's consent page, and taking permission away.

mod faults;
mod hosted;
mod oauth;

use axum::{Router, routing::post};

use crate::server::Edge;

pub(super) fn router() -> Router<Edge> {
    Router::new()
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/onboarding",
            post(hosted::begin),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/oauth",
            post(oauth::begin),
        )
        .route(
            "/admin/v1/{environment}/operators/{operator_id}/deauthorize",
            post(oauth::give_up),
        )
}
