//! Which API a request is for.

use axum::{
    Router,
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{Extensions, HeaderMap};
use tower::Service;

use crate::{
    api_key::{ApiKey, Environment},
    caller::KEY_HEADER,
};

/// Sends requests under a fake key to the fake API and all others on: the one place where the two part.
pub(in crate::ticketing) async fn divert(
    State(mut fake): State<Router>,
    mut request: Request,
    next: Next,
) -> Response {
    if !is_fake(request.headers()) {
        return next.run(request).await;
    }
    // The path is matched anew. What the first match took from it would be counted among the parameters again.
    *request.extensions_mut() = Extensions::new();
    let Ok(response) = fake.call(request).await;
    response
}

fn is_fake(headers: &HeaderMap) -> bool {
    let key = headers.get(KEY_HEADER).and_then(|value| value.to_str().ok());
    key.and_then(|key| ApiKey::parse(key.trim()).ok())
        .is_some_and(|key| key.environment() == Environment::Fake)
}
