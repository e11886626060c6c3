//! The way back from Stripe's pages. Whoever comes here is an operator's own person with a browser and no key of ours:
//! what their address carries is signed, counts for one thing only, and not for ever.

mod consent;
mod form;
pub(crate) mod page;

use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::get,
};
use http::StatusCode;

use crate::{api_key::Environment, bounded::Broken, server::Edge};

pub(crate) fn router() -> Router<Edge> {
    Router::new()
        .route("/onboarding/oauth/callback", get(consent::callback))
        .route("/onboarding/{environment}/refresh", get(form::refresh))
        .route("/onboarding/{environment}/return", get(form::back))
}

/// Where our addresses for the way back from the form begin.
pub(crate) fn form_base(public_url: &str, environment: Environment) -> String {
    format!("{public_url}/onboarding/{}", environment.name())
}

/// Where Stripe's consent page sends operators back to. It has to be registered at Stripe, so that it is one address.
pub(crate) fn callback_address(public_url: &str) -> String {
    format!("{public_url}/onboarding/oauth/callback")
}

fn environment_of(name: &str) -> Option<Environment> {
    match name {
        "test" => Some(Environment::Test),
        "live" => Some(Environment::Live),
        _ => None,
    }
}

/// What is told of a request that its handler did not answer.
pub(crate) fn broken(how: Broken) -> Response {
    let status = match how {
        Broken::TooLate | Broken::Crowded => StatusCode::SERVICE_UNAVAILABLE,
        Broken::Panicked => StatusCode::INTERNAL_SERVER_ERROR,
    };
    page::told(status, "Not now", "Please try again in a few minutes.").into_response()
}
