//! Every request has a name, and every answer says it.

use axum::{extract::Request, middleware::Next, response::Response};
use http::{HeaderName, HeaderValue, request::Parts};
use uuid::Uuid;

/// `X-Request-Id`
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The name of this request, as events and log lines repeat it.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

impl RequestId {
    /// The name that the request was given.
    pub(crate) fn of(parts: &Parts) -> String {
        parts
            .extensions
            .get::<Self>()
            .map_or_else(String::new, |id| id.0.clone())
    }
}

/// Names the request. A name from outside is not taken: it would end up in the log.
pub(crate) async fn name_request(mut request: Request, next: Next) -> Response {
    let id = format!("req_{}", Uuid::now_v7().simple());
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}
