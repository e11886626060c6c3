//! The body of a request as parameters.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::{Bytes, BytesMut};
use futures::StreamExt;

use super::collect::Collected;
use super::json;

/// Largest body that is read, in bytes. The largest published request has a few hundred.
pub const MAX_BODY: usize = 64 * 1024;

/// Some programs begin a text with it.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Why a body gives no parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// Longer than [`MAX_BODY`].
    #[error("The request is too large.")]
    TooLarge,
    /// It ended before it was complete.
    #[error("The request could not be read to its end.")]
    Incomplete,
    /// It did not arrive in time.
    #[error("The request took too long to arrive.")]
    TooSlow,
    /// Parts of a multipart body are no parameters.
    #[error(
        "The request body has to be a form (application/x-www-form-urlencoded) or JSON (application/json)."
    )]
    UnsupportedType,
    /// It is meant as JSON and is not, or is no object.
    #[error("The request body is not a JSON object.")]
    NotAnObject,
}

/// Reads the body to its end, but never more than [`MAX_BODY`] and never for longer than `patience`.
pub(super) async fn read(body: Body, patience: Duration) -> Result<Bytes, BodyError> {
    tokio::time::timeout(patience, read_all(body))
        .await
        .unwrap_or(Err(BodyError::TooSlow))
}

async fn read_all(body: Body) -> Result<Bytes, BodyError> {
    let mut stream = body.into_data_stream();
    let mut read = BytesMut::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| BodyError::Incomplete)?;
        if read.len().saturating_add(chunk.len()) > MAX_BODY {
            return Err(BodyError::TooLarge);
        }
        read.extend_from_slice(&chunk);
    }
    Ok(read.freeze())
}

/// Makes parameters of it. An empty body has none. What a body calls itself does not count for much, because clients
/// mislabel: the published cart example sends a form under the label of JSON, and curl calls everything a form. So what
/// begins as an object is JSON, and all else is a form, unless it could only have been meant otherwise.
pub(super) fn parse(headers: &HeaderMap, body: &[u8]) -> Result<Collected, BodyError> {
    let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body).trim_ascii();
    if body.is_empty() {
        return Ok(Collected::default());
    }
    let label = label(headers);
    if label.starts_with("multipart/") {
        return Err(BodyError::UnsupportedType);
    }
    if body.starts_with(b"{") {
        return json::object(body)
            .map(Collected::from_object)
            .ok_or(BodyError::NotAnObject);
    }
    let called_json = label == "application/json" || label.ends_with("+json");
    if called_json && body == b"null" {
        return Ok(Collected::default());
    }
    // A list or a string is JSON that is no object; under the label of JSON, so is everything without a pair.
    let is_other_json = body.starts_with(b"[") || body.starts_with(b"\"");
    if is_other_json || (called_json && !body.contains(&b'=')) {
        return Err(BodyError::NotAnObject);
    }
    Ok(Collected::from_pairs(body))
}

/// The media type without its parameters, in lower case.
fn label(headers: &HeaderMap) -> String {
    let value = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    value
        .and_then(|value| value.split(';').next())
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}
