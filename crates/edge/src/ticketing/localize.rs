//! Errors are told in the rider's language, wherever they were found: extractors know of no language, and neither do
//! handlers that have no rider.

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header};

use super::TicketingError;
use crate::language;

/// Writes an error of this API again, in the most wanted language that there is, and says that all answers depend on
/// what is wanted.
pub(crate) async fn localize(request: Request, next: Next) -> Response {
    let languages = language::wanted(request.headers());
    let mut response = next.run(request).await;
    let by_language = HeaderValue::from_static("accept-language");
    response.headers_mut().append(header::VARY, by_language);
    let Some(error) = response.extensions_mut().remove::<TicketingError>() else {
        return response;
    };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    let (told, body) = error.in_languages(&languages).into_response().into_parts();
    if let Some(spoken) = told.headers.get(header::CONTENT_LANGUAGE) {
        parts.headers.insert(header::CONTENT_LANGUAGE, spoken.clone());
    }
    Response::from_parts(parts, body)
}
