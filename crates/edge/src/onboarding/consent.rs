//! `GET /onboarding/oauth/callback`: the way back from Stripe's consent page.

use axum::{
    Extension,
    extract::{Query, State},
    response::Response,
};
use engine::{ConsentAnswer, ConsentProblem};
use http::StatusCode;
use payments::Secret;
use serde::Deserialize;

use super::{environment_of, page::told};
use crate::{request_id::RequestId, server::Edge};

/// What Stripe sends along (<https://docs.stripe.com/connect/oauth-reference>): a code, or an error and what it means.
#[derive(Deserialize)]
pub(super) struct Brought {
    #[serde(default)]
    state: String,
    code: Option<String>,
    error: Option<String>,
}

/// Somebody said yes or no to an app's platform.
pub(super) async fn callback(
    State(edge): State<Edge>,
    Query(brought): Query<Brought>,
    request: Option<Extension<RequestId>>,
) -> Response {
    let (environment, state) = brought.state.split_once('.').unwrap_or_default();
    let engine = environment_of(environment).and_then(|environment| edge.engine(environment));
    let answer = match (brought.code, brought.error) {
        (_, Some(error)) => ConsentAnswer::Error(error),
        (Some(code), None) if !code.is_empty() => ConsentAnswer::Code(Secret::new(code)),
        _ => ConsentAnswer::Error("invalid_request".to_owned()),
    };
    let Some(engine) = engine else {
        return refused(&ConsentProblem::NotOurs);
    };
    let request = request.map_or_else(String::new, |Extension(id)| id.0);
    match engine.take_consent(state, answer, &request).await {
        Ok((operator, app)) => {
            tracing::info!(%operator, %app, "an account was linked");
            told(
                StatusCode::OK,
                "Thank you",
                "Your account is linked. You can close this page.",
            )
        }
        Err(problem) => refused(&problem),
    }
}

fn refused(problem: &ConsentProblem) -> Response {
    tracing::info!(%problem, "no account was linked");
    let (status, heading, sentence) = match problem {
        ConsentProblem::Denied => (
            StatusCode::OK,
            "Nothing was linked",
            "You did not agree, so nothing has changed. If that was a mistake, open the link again.",
        ),
        ConsentProblem::NotOurs | ConsentProblem::NoSuchOperator => (
            StatusCode::BAD_REQUEST,
            "Nothing was linked",
            "This answer is not one that we asked for. Ask whoever sent you here for a new link.",
        ),
        ConsentProblem::TooLate => (
            StatusCode::GONE,
            "Nothing was linked",
            "The link has expired or was used already. Ask whoever sent you here for a new one.",
        ),
        ConsentProblem::AnotherOperators => (
            StatusCode::CONFLICT,
            "Nothing was linked",
            "This Stripe account belongs to another operator here. Choose another account, or talk to whoever sent you.",
        ),
        ConsentProblem::Rejected(_) => (
            StatusCode::CONFLICT,
            "Nothing was linked",
            "You have another Stripe account here. Choose that one, or talk to whoever sent you about changing it.",
        ),
        ConsentProblem::RefusedByStripe { .. }
        | ConsentProblem::NoPlatform { .. }
        | ConsentProblem::NoClientId { .. }
        | ConsentProblem::KeyReused => (
            StatusCode::BAD_GATEWAY,
            "Nothing was linked",
            "Stripe did not accept this answer. Ask whoever sent you here for a new link.",
        ),
        ConsentProblem::Pending | ConsentProblem::Failure(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Nothing was linked yet",
            "Stripe could not be reached. Ask whoever sent you here for a new link.",
        ),
    };
    told(status, heading, sentence)
}
