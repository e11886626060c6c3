//! `GET /onboarding/{environment}/refresh`, `…/return`: the way back from Stripe's form.

use axum::{
    Extension,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use engine::{Completion, Engine, WayBackProblem};
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;

use super::{environment_of, form_base, page::told};
use crate::{request_id::RequestId, server::Edge};

#[derive(Deserialize)]
pub(super) struct Carried {
    #[serde(default)]
    token: String,
}

/// The link to the form has expired, or was opened already: here is another.
pub(super) async fn refresh(
    State(edge): State<Edge>,
    Path(environment): Path<String>,
    Query(carried): Query<Carried>,
) -> Response {
    let environment = environment_of(&environment);
    let Some((environment, engine)) = environment.and_then(|it| edge.engine(it).map(|engine| (it, engine)))
    else {
        return not_ours();
    };
    let base = form_base(&edge.public_url(), environment);
    match engine.form_again(&carried.token, &base).await {
        Ok(form) => {
            let mut response = Redirect::to(&form.url).into_response();
            let headers = response.headers_mut();
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
            response
        }
        Err(problem) => refused(&problem),
    }
}

/// Somebody is finished with the form, or has left it for now: Stripe is asked which.
pub(super) async fn back(
    State(edge): State<Edge>,
    Path(environment): Path<String>,
    Query(carried): Query<Carried>,
    request: Option<Extension<RequestId>>,
) -> Response {
    let environment = environment_of(&environment);
    let Some(engine) = environment.and_then(|environment| edge.engine(environment)) else {
        return not_ours();
    };
    let request = request.map_or_else(String::new, |Extension(id)| id.0);
    completed(engine, &carried.token, &request).await
}

async fn completed(engine: &Engine, token: &str, request: &str) -> Response {
    let completion = match engine.back_on_board(token, request).await {
        Ok((_, completion)) => completion,
        Err(problem) => return refused(&problem),
    };
    let (heading, sentence) = match completion {
        Completion::Ready => (
            "Thank you",
            "Your account can take payments. You can close this page.",
        ),
        Completion::MoreIsDue => (
            "Not finished yet",
            "Stripe needs to know more before your account can take payments. Ask whoever sent you here for a new link.",
        ),
        Completion::UnderReview => (
            "Thank you",
            "Stripe is looking at what you sent. Nothing more is needed from you now, and you can close this page.",
        ),
        Completion::NotKnown => (
            "Thank you",
            "Stripe has not told us yet how your account stands. We keep asking, and you can close this page.",
        ),
    };
    told(StatusCode::OK, heading, sentence)
}

fn not_ours() -> Response {
    told(
        StatusCode::NOT_FOUND,
        "No such link",
        "This link is not one of ours. Ask whoever sent you here for a new one.",
    )
}

fn refused(problem: &WayBackProblem) -> Response {
    match problem {
        WayBackProblem::NotOurs => not_ours(),
        WayBackProblem::Expired => told(
            StatusCode::GONE,
            "The link has expired",
            "Ask whoever sent you here for a new one.",
        ),
        WayBackProblem::Onboard(problem) => {
            tracing::warn!(%problem, "no fresh link to the form");
            told(
                StatusCode::SERVICE_UNAVAILABLE,
                "Not now",
                "Stripe could not be reached. Please try again in a few minutes.",
            )
        }
    }
}
