//! The body of a request as parameters.

use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use serde_json::Value as Json;

use super::collect::Collected;

/// Largest body that is read, in bytes. The largest published request has a few hundred.
pub const MAX_BODY: usize = 64 * 1024;

/// Why a body gives no parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// Longer than [`MAX_BODY`].
    #[error("The request is too large.")]
    TooLarge,
    /// It ended before it was complete.
    #[error("The request could not be read to its end.")]
    Incomplete,
    /// Neither a form nor JSON.
    #[error(
        "The request body has to be a form (application/x-www-form-urlencoded) or JSON (application/json)."
    )]
    UnsupportedType,
    /// It calls itself JSON and is not, or is no object.
    #[error("The request body is not a JSON object.")]
    NotAnObject,
}

/// What the body says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Form,
    /// JSON, or a form under that label: the published cart example sends just that.
    JsonOrForm,
}

/// Reads the body to its end, but never more than [`MAX_BODY`].
pub(super) async fn read(body: Body) -> Result<Bytes, BodyError> {
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

/// Makes parameters of it. An empty body has none, whatever it calls itself.
pub(super) fn parse(headers: &HeaderMap, body: &[u8]) -> Result<Collected, BodyError> {
    if body.trim_ascii().is_empty() {
        return Ok(Collected::default());
    }
    match format(headers)? {
        Format::Form => Ok(Collected::from_pairs(body)),
        Format::JsonOrForm => json_or_form(body),
    }
}

fn format(headers: &HeaderMap) -> Result<Format, BodyError> {
    let Some(value) = headers.get(header::CONTENT_TYPE) else {
        return Ok(Format::JsonOrForm);
    };
    let value = value.to_str().map_err(|_| BodyError::UnsupportedType)?;
    let essence = value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match essence.as_str() {
        "application/x-www-form-urlencoded" => Ok(Format::Form),
        "application/json" | "" => Ok(Format::JsonOrForm),
        other if other.starts_with("application/") && other.ends_with("+json") => Ok(Format::JsonOrForm),
        _ => Err(BodyError::UnsupportedType),
    }
}

fn json_or_form(body: &[u8]) -> Result<Collected, BodyError> {
    match serde_json::from_slice(body) {
        Ok(Json::Object(object)) => Ok(Collected::from_object(object)),
        Ok(Json::Null) => Ok(Collected::default()),
        Err(_) if is_form(body) => Ok(Collected::from_pairs(body)),
        _ => Err(BodyError::NotAnObject),
    }
}

/// Whether what is no JSON can have been meant as a form: it has a pair, and does not begin as an object does.
fn is_form(body: &[u8]) -> bool {
    body.contains(&b'=') && !body.trim_ascii_start().starts_with(b"{")
}
