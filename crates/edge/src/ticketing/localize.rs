//! Errors are told in the rider's language, wherever they were found: extractors know of no language, and neither do
//! handlers that have no rider.

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};

use super::TicketingError;
use crate::language;

/// Writes an error of this API again, in the first language of `Accept-Language` that there is.
pub(crate) async fn localize(request: Request, next: Next) -> Response {
    let languages = request
        .headers()
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .map(language::accepted)
        .unwrap_or_default();
    let mut response = next.run(request).await;
    let known = response.extensions_mut().remove::<TicketingError>();
    let Some(error) = known.or_else(|| malformed_path(&response)) else {
        return response;
    };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_TYPE);
    let told = error.in_languages(&languages).into_response();
    let (told, body) = told.into_parts();
    parts.headers.extend(told.headers);
    Response::from_parts(parts, body)
}

/// What the framework says of a path that is no text comes before any handler, and in plain words.
fn malformed_path(response: &Response) -> Option<TicketingError> {
    let kind = response.headers().get(header::CONTENT_TYPE)?.to_str().ok()?;
    (response.status() == StatusCode::BAD_REQUEST && kind.starts_with("text/plain"))
        .then(|| TicketingError::bad_request("The path of the request is malformed."))
}
