//! The API over HTTP: headers in, headers out, and the faults around an execution.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, DefaultBodyLimit, State};
use axum::http::{
    HeaderMap, HeaderName, HeaderValue, Method as HttpMethod, Response, StatusCode, Uri, header,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures::stream;

use super::connection::Peer;
use super::control_http::{self, strike};
use super::faults::Fault;
use super::shared::Shared;
use crate::core::{ApiError, Inject, Method, Reply, Request, Simulator};

/// Stripe's requests are small; a larger body is a mistake.
const LARGEST_BODY: usize = 1 << 20;

/// The version replies are rendered for when the client names none.
const API_VERSION: &str = "2023-08-16";

const GARBAGE: &str =
    "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>";

pub(super) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .fallback(answer)
        .with_state(Arc::clone(&shared))
        .merge(control_http::router(shared))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    method: HttpMethod,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let id = shared.request_id();
    let request = match parse(&shared, id.clone(), &method, &uri, &headers, &body) {
        Ok(request) => request,
        Err(error) => return respond(&Echo::of(&id, &headers), &failure(&error, &id)),
    };
    let echo = Echo::of(&id, &headers);
    run(&shared, &peer, request, &echo).await
}

/// Everything around one execution: faults, the key in use, latency.
async fn run(shared: &Shared, peer: &Peer, mut request: Request, echo: &Echo) -> Response<Body> {
    let fault = strike(shared, &request);
    match fault {
        Some(Fault::DropBefore) => return broken(peer),
        Some(Fault::RateLimit) => return respond(echo, &failure(&ApiError::rate_limited(), &request.id)),
        Some(Fault::KeyReused) => return respond(echo, &failure(&ApiError::key_reused(), &request.id)),
        Some(Fault::Undocumented) => return respond(echo, &failure(&ApiError::undocumented(), &request.id)),
        _ => {}
    }
    // From here on the key is in use until the reply is on its way.
    let key = Simulator::key_of(&request);
    let held = key.map(|key| (key.1.clone(), shared.gate.enter(key)));
    if let Some((key, None)) = &held {
        return respond(echo, &failure(&ApiError::key_in_use(key), &request.id));
    }
    match fault {
        Some(Fault::Conflict) => {
            let key = request.idempotency_key.clone().unwrap_or_default();
            return respond(echo, &failure(&ApiError::key_in_use(&key), &request.id));
        }
        Some(Fault::ErrorBefore) => request.inject = Some(Inject::FailBefore),
        Some(Fault::ErrorAfter) => request.inject = Some(Inject::FailAfter),
        Some(Fault::Decline { issuer }) => request.inject = Some(Inject::Decline { issuer }),
        Some(Fault::Delay { ms }) => tokio::time::sleep(Duration::from_millis(ms)).await,
        _ => {}
    }
    if !shared.latency.is_zero() {
        tokio::time::sleep(shared.latency).await;
    }
    let reply = shared.execute(&request);
    match fault {
        Some(Fault::DelayReply { ms }) => tokio::time::sleep(Duration::from_millis(ms)).await,
        Some(Fault::LoseReply) => return broken(peer),
        Some(Fault::Garbage) => return garbage(),
        Some(Fault::Truncate) => return truncated(&reply, echo),
        _ => {}
    }
    respond(echo, &reply)
}

/// Authentication comes first, before anything else is looked at.
fn parse(
    shared: &Shared,
    id: String,
    method: &HttpMethod,
    uri: &Uri,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Request, ApiError> {
    let key = bearer(headers);
    let caller = shared.read(|simulator| simulator.authenticate(key.as_deref()))?;
    let method = match *method {
        HttpMethod::GET | HttpMethod::HEAD => Method::Get,
        HttpMethod::POST => Method::Post,
        HttpMethod::DELETE => Method::Delete,
        _ => return Err(ApiError::invalid("Unrecognized request method.").status(405)),
    };
    let json = text(headers, "content-type").is_some_and(|kind| kind.starts_with("application/json"));
    if json && !body.is_empty() {
        return Err(ApiError::invalid(
            "Invalid request: the content type must be application/x-www-form-urlencoded, not application/json.",
        ));
    }
    Ok(Request {
        id,
        method,
        path: uri.path().trim_end_matches('/').to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
        body: String::from_utf8_lossy(body).into_owned(),
        caller,
        stripe_account: text(headers, "stripe-account").filter(|account| !account.is_empty()),
        idempotency_key: text(headers, "idempotency-key"),
        api_version: text(headers, "stripe-version"),
        inject: None,
    })
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// The key from `Authorization: Bearer KEY` or `Basic base64(KEY:)`.
fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = text(headers, "authorization")?;
    let (scheme, rest) = value.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(rest.trim().to_owned());
    }
    if scheme.eq_ignore_ascii_case("basic") {
        let decoded = String::from_utf8(STANDARD.decode(rest.trim()).ok()?).ok()?;
        return decoded.split(':').next().map(str::to_owned);
    }
    None
}

/// What a reply repeats of its request.
struct Echo {
    request_id: String,
    idempotency_key: Option<HeaderValue>,
    stripe_account: Option<HeaderValue>,
    stripe_version: HeaderValue,
}

impl Echo {
    fn of(request_id: &str, headers: &HeaderMap) -> Self {
        Self {
            request_id: request_id.to_owned(),
            idempotency_key: headers.get("idempotency-key").cloned(),
            stripe_account: headers.get("stripe-account").cloned(),
            stripe_version: headers
                .get("stripe-version")
                .cloned()
                .unwrap_or_else(|| HeaderValue::from_static(API_VERSION)),
        }
    }

    fn put(&self, reply: &Reply, headers: &mut HeaderMap) {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-cache, no-store"),
        );
        headers.insert(
            HeaderName::from_static("stripe-version"),
            self.stripe_version.clone(),
        );
        put_text(headers, "request-id", &self.request_id);
        if let Some(key) = &self.idempotency_key {
            headers.insert(HeaderName::from_static("idempotency-key"), key.clone());
        }
        if let Some(account) = &self.stripe_account {
            headers.insert(HeaderName::from_static("stripe-account"), account.clone());
        }
        if let Some(original) = &reply.original_request {
            put_text(headers, "original-request", original);
        }
        if reply.replayed {
            headers.insert(
                HeaderName::from_static("idempotent-replayed"),
                HeaderValue::from_static("true"),
            );
        }
        if let Some(retry) = reply.should_retry {
            put_text(
                headers,
                "stripe-should-retry",
                if retry { "true" } else { "false" },
            );
        }
        if reply.status == 429 {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
    }
}

fn put_text(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

fn failure(error: &ApiError, request_id: &str) -> Reply {
    Reply {
        status: error.status,
        body: error.body(request_id).to_string().into(),
        original_request: None,
        replayed: false,
        should_retry: error.should_retry,
    }
}

fn respond(echo: &Echo, reply: &Reply) -> Response<Body> {
    let mut response = Response::new(Body::from(reply.body.as_bytes().to_vec()));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    echo.put(reply, response.headers_mut());
    response
}

/// The peer sees the connection close without a reply.
fn broken(peer: &Peer) -> Response<Body> {
    peer.break_connection();
    Response::new(Body::empty())
}

fn garbage() -> Response<Body> {
    let mut response = Response::new(Body::from(GARBAGE));
    *response.status_mut() = StatusCode::BAD_GATEWAY;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response
}

/// The whole length is promised and half of it sent.
fn truncated(reply: &Reply, echo: &Echo) -> Response<Body> {
    let bytes = reply.body.as_bytes();
    let half = bytes.get(..bytes.len() / 2).unwrap_or_default().to_vec();
    let parts = [
        Ok(Bytes::from(half)),
        Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset)),
    ];
    let mut response = Response::new(Body::from_stream(stream::iter(parts)));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    echo.put(reply, response.headers_mut());
    response
        .headers_mut()
        .insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    response
}
