//! Receipts: `GET /receipt/{token}`, the permalink of the document's Receipt object. Whoever has it needs no login.

mod link;
mod page;
mod stay;
mod words;

use axum::{
    extract::{Path, State, rejection::PathRejection},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
pub(crate) use link::ReceiptLinks;

use self::words::Words;
use super::TicketingError;
use crate::{language, server::Edge};

/// The page loads nothing, sends nothing, and stands in no other page.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A receipt as a page to read or print, and a page that says so where there is none.
pub(super) async fn get(
    State(edge): State<Edge>,
    token: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, TicketingError> {
    let languages = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .map(language::accepted)
        .unwrap_or_default();
    let words = Words::of(&languages);
    let named = token.ok().and_then(|Path(token)| link::read(&edge, &token));
    let Some((engine, purchase)) = named else {
        return Ok(answer(StatusCode::NOT_FOUND, page::missing(words)));
    };
    let Some(purchase) = engine.completed_purchase(&purchase).await? else {
        return Ok(answer(StatusCode::NOT_FOUND, page::missing(words)));
    };
    let operator = engine.directory().operator(&purchase.order().operator);
    let name = operator.as_ref().map_or_else(
        || purchase.order().operator.as_str(),
        |operator| operator.profile().name.in_language(&languages),
    );
    Ok(answer(
        StatusCode::OK,
        page::receipt(&purchase, name, words, &languages),
    ))
}

fn answer(status: StatusCode, page: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "private, no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::VARY, "Accept-Language"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
    ];
    let headers = headers.map(|(name, value)| (name, HeaderValue::from_static(value)));
    (status, headers, page).into_response()
}
