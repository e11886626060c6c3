//! Bodies: a JSON object, member by member, so that an error can name the one that is wrong.

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use serde_json::{Map, Value};

use super::error::CoordError;

/// What a request says. Members that a call does not know are not looked at.
pub(super) struct Said(Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for Said {
    type Rejection = CoordError;

    async fn from_request(request: Request, state: &S) -> Result<Self, CoordError> {
        if !is_json(request.headers()) {
            return Err(CoordError::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                "The body has to be JSON, with the header Content-Type: application/json.",
            ));
        }
        let read = Bytes::from_request(request, state).await;
        let body = read.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => CoordError::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "body_too_large",
                "The body is longer than 64 KiB.",
            ),
            _ => not_an_object(),
        })?;
        match serde_json::from_slice(&body) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            Ok(_) | Err(_) => Err(not_an_object()),
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default();
    let kind = kind.trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

fn not_an_object() -> CoordError {
    CoordError::bad_request(
        "invalid_body",
        "The request body is not the published JSON object.",
    )
}

impl Said {
    fn given(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A text that may be left out; `field` is where it stands in the whole body.
    pub(super) fn optional(&self, name: &str, field: &'static str) -> Result<Option<&str>, CoordError> {
        match self.given(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(wrong(field, "This field has to be a string.")),
        }
    }

    /// A text that has to be there.
    pub(super) fn text(&self, name: &str, field: &'static str) -> Result<&str, CoordError> {
        self.optional(name, field)?.ok_or_else(|| missing(field))
    }

    /// A yes or no that has to be there.
    pub(super) fn flag(&self, name: &'static str) -> Result<bool, CoordError> {
        match self.given(name) {
            None => Err(missing(name)),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(wrong(name, "This field has to be true or false.")),
        }
    }

    /// A number of minutes that has to be there.
    pub(super) fn minutes(&self, name: &'static str, most: u32) -> Result<u32, CoordError> {
        let given = self.given(name).ok_or_else(|| missing(name))?;
        let minutes = given.as_u64().and_then(|minutes| u32::try_from(minutes).ok());
        minutes.filter(|minutes| *minutes <= most).ok_or_else(|| {
            wrong(
                name,
                "This field has to be a whole number of minutes, a month's at most.",
            )
        })
    }

    /// An object that has to be there.
    pub(super) fn object(&self, name: &'static str) -> Result<Self, CoordError> {
        match self.given(name) {
            None => Err(missing(name)),
            Some(Value::Object(members)) => Ok(Self(members.clone())),
            Some(_) => Err(wrong(name, "This field has to be an object.")),
        }
    }
}

fn missing(field: &'static str) -> CoordError {
    wrong(field, "This field is required.")
}

fn wrong(field: &'static str, message: &'static str) -> CoordError {
    CoordError::bad_request("invalid_body", message).about(field)
}
