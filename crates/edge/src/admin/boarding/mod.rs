//! Bringing an operator's account about: Stripe's form, Stripe's consent page, and taking permission away.

mod faults;
mod hosted;
mod oauth;

use axum::{Router, routing::post};

use domain::AppId;

use super::{admin_key::Admin, problem::Problem};
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

/// An operator's own admin has accounts made and connected only on platforms of apps that both agreed to deal with:
/// whoever makes an account answers for it at Stripe.
fn deals_with(admin: &Admin, app: &AppId) -> Result<(), Problem> {
    let operator = admin.engine.directory().operator(&admin.operator()?);
    let linked = operator.is_some_and(|operator| operator.link(app).is_some());
    match linked || admin.role.runs_the_engine() {
        true => Ok(()),
        false => Err(Problem::unprocessable("The operator is not linked to the app.")),
    }
}
