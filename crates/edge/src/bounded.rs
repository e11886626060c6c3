//! No request goes without an answer: neither one that takes too long nor one that breaks its handler.

use std::{any::Any, time::Duration};

use axum::{
    Router,
    extract::Request,
    middleware::{Next, from_fn},
    response::Response,
};
use tower_http::catch_panic::CatchPanicLayer;

use crate::room::Room;

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
    /// So much is under way that it was not begun.
    Crowded,
}

/// Puts a bound around what a router has so far, and a door in front of it where there is only so much room; `tell` says
/// it in the words of its API.
pub(crate) fn bounded<S>(
    router: Router<S>,
    deadline: Duration,
    room: Option<&Room>,
    tell: fn(Broken) -> Response,
) -> Router<S>
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
    let router = match room.cloned() {
        Some(room) => {
            let door = move |request: Request, next: Next| let_in(room.clone(), tell, request, next);
            router.layer(from_fn(door))
        }
        None => router,
    };
    router
        .layer(from_fn(in_time))
        .layer(CatchPanicLayer::custom(panicked))
}

/// Runs a request that there is room for. One that was turned away was not begun, whatever its handler made of it.
async fn let_in(room: Room, tell: fn(Broken) -> Response, request: Request, next: Next) -> Response {
    let entry = room.entry(request.method());
    let request = request.map(|body| entry.count(body));
    if entry.is_turned_away() {
        return tell(Broken::Crowded);
    }
    let response = next.run(request).await;
    match entry.is_turned_away() {
        true => tell(Broken::Crowded),
        false => response,
    }
}
