//! `GET /testing/jwks.json`, `GET` and `POST /auth/testing/jwt`

use axum::response::{IntoResponse, Response};
use http::header;

use super::caller::FakeCaller;
use crate::{params::Params, ticketing::TicketingError};

/// The printed key set.
const PUBLISHED_JWKS: &str = include_str!("published/jwks.json");

/// The printed token. It is good in no other environment: it expired in 2019.
const PUBLISHED_JWT: &str = include_str!("published/testing_jwt.txt");

/// The printed key set, byte for byte.
pub(in crate::ticketing) fn published_jwks() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], PUBLISHED_JWKS).into_response()
}

/// The printed key set; nothing has to be said but the key that led here.
pub(super) async fn jwks() -> Response {
    published_jwks()
}

/// The printed token, whoever is named. The document says that fake keys are not accepted here, and shows a command
/// with one and its answer; commands have to work as printed.
pub(super) async fn mint(_: FakeCaller, params: Params) -> Result<&'static str, TicketingError> {
    params.required("sub")?;
    params.required("email")?;
    for name in ["phone_number", "phone", "device_id"] {
        params.optional(name)?;
    }
    Ok(PUBLISHED_JWT.trim_ascii_end())
}
