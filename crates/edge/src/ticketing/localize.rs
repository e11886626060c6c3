//! Errors are told in the rider's language, wherever they were found: extractors know of no language, and neither do
//! handlers that have no rider.

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::header;

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
    let Some(error) = response.extensions_mut().remove::<TicketingError>() else {
        return response;
    };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    let told = error.in_languages(&languages).into_response();
    Response::from_parts(parts, told.into_body())
}
