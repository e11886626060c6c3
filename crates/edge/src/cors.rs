//! Which web pages may call: those of the app that the key belongs to ("CORS is enabled on a per-developer basis").
//!
//! A preflight carries no key, so that it is answered to every origin that any app has. The answer itself goes only to
//! the origins of the app whose key was sent, so that a page with another app's key sees nothing. Credentials are
//! allowed, as the session is a cookie; a forged page gets nowhere for want of a key that lists it.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::app::Origin;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use crate::{api_key::Environment, caller::key_of, server::Edge};

/// The methods that there are.
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST");

/// The headers that requests have, besides those that every page may send.
const HEADERS: HeaderValue = HeaderValue::from_static(
    "accept-language, authorization, content-type, idempotency-key, token-transit-api-key, \
     token-transit-api-version, token-transit-passes-state",
);

/// The headers of answers that a page may read, besides those that every page may.
const EXPOSED: HeaderValue =
    HeaderValue::from_static("token-transit-passes-state, retry-after, x-request-id, content-language");

/// How long a browser remembers a preflight, in seconds: a withdrawn origin is refused by the answer itself meanwhile.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

/// Answers preflights, and lets the pages of the calling app read their answers.
pub(crate) async fn share(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    let given = request.headers().get(header::ORIGIN).cloned();
    let origin = given.as_ref().and_then(origin_of);
    if is_preflight(&request) {
        return match (origin, given) {
            (Some(origin), Some(given)) if is_anybodys(&edge, &origin) => preflight(given),
            _ => varied(next.run(request).await),
        };
    }
    let allowed = origin.is_some_and(|origin| is_the_callers(&edge, request.headers(), &origin));
    let mut response = varied(next.run(request).await);
    if let Some(given) = given.filter(|_| allowed) {
        let headers = response.headers_mut();
        allow(headers, given);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
    response
}

/// The origin of a page, if it is written as browsers write it. `null` is none: any sandboxed page has that one.
fn origin_of(value: &HeaderValue) -> Option<Origin> {
    let text = value.to_str().ok()?;
    Origin::parse(text).ok().filter(|origin| origin.as_str() == text)
}

fn is_preflight(request: &Request) -> bool {
    let headers = request.headers();
    request.method() == Method::OPTIONS && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

fn is_anybodys(edge: &Edge, origin: &Origin) -> bool {
    [Environment::Test, Environment::Live]
        .into_iter()
        .filter_map(|environment| edge.engine(environment))
        .flat_map(|engine| engine.directory().apps())
        .any(|app| app.is_active() && app.origins().contains(origin))
}

/// Keys of `fake` belong to nobody, and what they open is the same for all: there, every known origin is let in.
fn is_the_callers(edge: &Edge, headers: &HeaderMap, origin: &Origin) -> bool {
    match key_of(edge, headers) {
        Some((_, Some(holder))) => holder.app.origins().contains(origin),
        Some((key, None)) => key.environment() == Environment::Fake && is_anybodys(edge, origin),
        None => false,
    }
}

fn preflight(origin: HeaderValue) -> Response {
    let mut response = StatusCode::OK.into_response();
    let headers = response.headers_mut();
    allow(headers, origin);
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    varied(response)
}

fn allow(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
        HeaderValue::from_static("true"),
    );
}

/// Whoever keeps answers must not give one page what was for another.
fn varied(mut response: Response) -> Response {
    let by_origin = HeaderValue::from_static("origin");
    response.headers_mut().append(header::VARY, by_origin);
    response
}
