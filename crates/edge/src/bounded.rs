//! No request goes without an answer: neither one that takes too long nor one that breaks its handler.

use std::{any::Any, time::Duration};

use axum::{
    Router,
    extract::Request,
    middleware::{Next, from_fn},
    response::Response,
};
use tower_http::catch_panic::CatchPanicLayer;

/// How long a request may take in all: longer than the engine's own patience with Stripe, so that it is the engine
/// that answers "try again".
pub(crate) const DEADLINE: Duration = Duration::from_mins(1);

/// How a request ends that its handler does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broken {
    /// It took too long. What it began is taken up again when it is repeated, or by the resolver.
    TooLate,
    /// Its handler panicked: a bug of ours.
    Panicked,
}

/// Puts a bound around what a router has so far; `tell` says it in the words of its API.
pub(crate) fn bounded<S>(router: Router<S>, deadline: Duration, tell: fn(Broken) -> Response) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let panicked = move |_: Box<dyn Any + Send>| {
        // What it said went to stderr where it happened.
        tracing::error!("a handler panicked");
        metrics::counter!("http_panics_total").increment(1);
        tell(Broken::Panicked)
    };
    let in_time = move |request: Request, next: Next| async move {
        let answer = tokio::time::timeout(deadline, next.run(request)).await;
        answer.unwrap_or_else(|_| tell(Broken::TooLate))
    };
    router
        .layer(from_fn(in_time))
        .layer(CatchPanicLayer::custom(panicked))
}
