//! For whoever runs it: alive, ready, measured.

use std::time::Duration;

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{StatusCode, header};

use crate::{api_key::Environment, bounded::Broken, server::Edge};

pub(crate) fn router() -> Router<Edge> {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
}

/// The process answers.
async fn healthz() -> &'static str {
    "ok\n"
}

/// Every log answers, and the process is not on its way out.
async fn readyz(State(edge): State<Edge>) -> (StatusCode, String) {
    if edge.is_draining() {
        return (StatusCode::SERVICE_UNAVAILABLE, "draining\n".to_owned());
    }
    for environment in [Environment::Test, Environment::Live] {
        let Some(engine) = edge.engine(environment) else {
            continue;
        };
        let answered = tokio::time::timeout(Duration::from_secs(2), engine.log().head()).await;
        if !matches!(answered, Ok(Ok(_))) {
            let text = format!("the log of {} does not answer\n", environment.name());
            return (StatusCode::SERVICE_UNAVAILABLE, text);
        }
    }
    (StatusCode::OK, "ready\n".to_owned())
}

/// Prometheus's text format.
async fn metrics(State(edge): State<Edge>) -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        edge.render_metrics(),
    )
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
