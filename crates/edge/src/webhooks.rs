//! `POST /webhooks/stripe`, `POST /webhooks/stripe/{environment}`: what Stripe tells us.
//!
//! An event is acknowledged once it is kept. What follows from it follows afterwards, and goes on without being told
//! again.

use std::sync::Arc;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, State},
    response::{IntoResponse, Response},
    routing::post,
};
use bytes::Bytes;
use engine::{Engine, ReceiveProblem, Received};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use crate::{api_key::Environment, bounded::Broken, server::Edge};

/// Larger than any event of Stripe's.
const MAX_BODY: usize = 1024 * 1024;

const SIGNATURE: &str = "stripe-signature";

pub(crate) fn router() -> Router<Edge> {
    Router::new()
        .route("/webhooks/stripe", post(by_mode))
        .route("/webhooks/stripe/{environment}", post(by_name))
        .layer(DefaultBodyLimit::max(MAX_BODY))
}

/// Whether an event is about real money. It is looked at before the signature is, only to know whose signature it
/// should be.
#[derive(Deserialize)]
struct Mode {
    livemode: bool,
}

fn mode_of(body: &Bytes) -> Option<Environment> {
    let mode: Mode = serde_json::from_slice(body).ok()?;
    Some(match mode.livemode {
        true => Environment::Live,
        false => Environment::Test,
    })
}

async fn by_mode(State(edge): State<Edge>, headers: HeaderMap, body: Bytes) -> Response {
    match mode_of(&body).and_then(|environment| edge.engine(environment)) {
        Some(engine) => take(engine, &headers, &body).await,
        None => (StatusCode::BAD_REQUEST, "not an event\n").into_response(),
    }
}

async fn by_name(
    State(edge): State<Edge>,
    Path(environment): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let environment = match environment.as_str() {
        "test" => Environment::Test,
        "live" => Environment::Live,
        _ => return (StatusCode::NOT_FOUND, "no such environment\n").into_response(),
    };
    if mode_of(&body) != Some(environment) {
        return (StatusCode::BAD_REQUEST, "not an event of this environment\n").into_response();
    }
    match edge.engine(environment) {
        Some(engine) => take(engine, &headers, &body).await,
        None => (StatusCode::NOT_FOUND, "no such environment\n").into_response(),
    }
}

async fn take(engine: &Arc<Engine>, headers: &HeaderMap, body: &Bytes) -> Response {
    let signature = headers.get(SIGNATURE).and_then(|value| value.to_str().ok());
    let received = engine.receive(body, signature.unwrap_or_default()).await;
    let (outcome, response) = match received {
        Ok(Received::Kept(id)) => {
            let engine = Arc::clone(engine);
            // If this process ends before that, the resolver of the next one takes it up.
            tokio::spawn(async move {
                if let Err(failure) = engine.act_on(&id).await {
                    tracing::warn!(%id, %failure, "what Stripe told is left for the resolver");
                }
            });
            ("kept", (StatusCode::OK, "kept\n"))
        }
        Ok(Received::Known) => ("known", (StatusCode::OK, "known\n")),
        Ok(Received::Reported) => ("reported", (StatusCode::OK, "reported\n")),
        Ok(Received::Unheeded) => ("unheeded", (StatusCode::OK, "unheeded\n")),
        Err(ReceiveProblem::NotBelieved(error)) => {
            tracing::warn!(%error, "an event was not believed");
            ("not_believed", (StatusCode::BAD_REQUEST, "not believed\n"))
        }
        Err(ReceiveProblem::Unreadable(_)) => ("unreadable", (StatusCode::BAD_REQUEST, "unreadable\n")),
        Err(ReceiveProblem::Failure(failure)) => {
            tracing::warn!(%failure, "an event could not be kept");
            ("failed", (StatusCode::SERVICE_UNAVAILABLE, "not kept\n"))
        }
    };
    metrics::counter!("stripe_webhooks_total", "outcome" => outcome).increment(1);
    response.into_response()
}

/// What is told of a request that its handler did not answer.
pub(crate) fn broken(how: Broken) -> Response {
    match how {
        Broken::TooLate => (StatusCode::SERVICE_UNAVAILABLE, "too late\n"),
        Broken::Crowded => (StatusCode::SERVICE_UNAVAILABLE, "no room\n"),
        Broken::Panicked => (StatusCode::INTERNAL_SERVER_ERROR, "broken\n"),
    }
    .into_response()
}
