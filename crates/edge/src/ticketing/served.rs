//! What is around every endpoint of this API, so that whatever happens is answered as published.

use axum::{
    Router,
    extract::Request,
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
};
use http::StatusCode;

use super::{ErrorCode, TicketingError, fake, localize, not_found};
use crate::{
    bounded::{Broken, DEADLINE, bounded},
    cors, rate,
    room::Room,
    server::Edge,
    well_formed,
};

/// The endpoints, and around them from the inside out: only documented statuses, a bound in time, a look at the head of
/// the request, the rate of the key, the rider's language, and the pages that may call.
pub(crate) fn served(edge: &Edge, room: &Room) -> Router<Edge> {
    // The table of statuses has no 405: to this API, the wrong method is a path that does not exist.
    let endpoints = super::router()
        .method_not_allowed_fallback(not_found)
        .fallback(not_found)
        .layer(from_fn_with_state(fake::router(), fake::divert))
        .merge(super::pages().method_not_allowed_fallback(not_found))
        .layer(from_fn(documented));
    bounded(endpoints, DEADLINE, Some(room), broken)
        .layer(from_fn(well_formed::check))
        .layer(from_fn_with_state(edge.clone(), rate::limit))
        .layer(from_fn(localize))
        .layer(from_fn_with_state(edge.clone(), cors::share))
}

fn broken(how: Broken) -> Response {
    let code = match how {
        Broken::TooLate | Broken::Crowded => ErrorCode::AppengineUnexpectedError,
        Broken::Panicked => ErrorCode::Unknown,
    };
    TicketingError::new(code).into_response()
}

/// "Status Codes": the statuses that clients were told to expect.
const DOCUMENTED: [u16; 12] = [200, 400, 401, 403, 404, 408, 409, 412, 428, 429, 500, 503];

/// A library that refuses a request before its handler may use a status of its own. It means one of ours.
async fn documented(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    if DOCUMENTED.contains(&status.as_u16()) || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    match status {
        StatusCode::METHOD_NOT_ALLOWED => TicketingError::new(ErrorCode::ResourceNotFound),
        status if status.is_client_error() => TicketingError::bad_request("The request could not be read."),
        _ => TicketingError::new(ErrorCode::Unknown),
    }
    .into_response()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::{body::Body, routing::get};
    use serde_json::Value;
    use tower::Service;

    use super::*;

    async fn told(router: Router) -> (Response, Value) {
        let request = Request::get("/").body(Body::empty()).unwrap();
        let mut router = router;
        let (parts, body) = router.call(request).await.unwrap().into_parts();
        let body = axum::body::to_bytes(body, 10_000).await.unwrap();
        let json = serde_json::from_slice(&body).unwrap();
        (Response::from_parts(parts, Body::empty()), json)
    }

    fn answering<F, T>(handler: F) -> Router
    where
        F: axum::handler::Handler<T, ()>,
        T: 'static,
    {
        let router = Router::new().route("/", get(handler)).layer(from_fn(documented));
        bounded(router, Duration::from_mins(1), None, broken).layer(from_fn(localize))
    }

    #[tokio::test]
    async fn a_handler_that_panics_is_answered_as_an_unknown_error() {
        async fn panics() -> &'static str {
            panic!("as bugs do")
        }
        let (response, body) = told(answering(panics)).await;
        assert_eq!(response.status(), 500);
        assert_eq!(
            (&body["code"], &body["retryable"]),
            (&"unknown".into(), &false.into())
        );
        assert!(!body.to_string().contains("as bugs do"));
    }

    #[tokio::test]
    async fn a_handler_that_never_ends_is_answered_with_when_to_try_again() {
        let router = Router::new().route("/", get(std::future::pending::<&'static str>));
        let router = bounded(router, Duration::from_millis(1), None, broken);
        let (response, body) = told(router).await;
        assert_eq!(response.status(), 503);
        assert!(response.headers().contains_key("retry-after"));
        assert_eq!(
            (&body["code"], &body["retryable"]),
            (&"appengine_unexpected_error".into(), &true.into())
        );
    }

    #[tokio::test]
    async fn only_documented_statuses_leave() {
        for (status, instead) in [
            (405, 404),
            (413, 400),
            (415, 400),
            (422, 400),
            (501, 500),
            (504, 500),
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            let (response, body) = told(answering(move || async move { (status, "in plain words") })).await;
            assert_eq!(response.status(), instead);
            assert!(body["message"].is_string() && body["type"].is_string());
        }
    }
}
