//! `GET /testing/jwks.json`, `GET /testing/es256/jwks.json`, `GET` and `POST /auth/testing/jwt`: the example key server
//! and token mint.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::HeaderMap;
use serde_json::Value;

use super::{ErrorCode, TicketingError, fake};
use crate::{
    api_key::{ApiKey, Environment},
    caller::{Caller, KEY_HEADER},
    jwt::testing_key::TestRider,
    params::Params,
    server::{Edge, TESTING_ISSUER},
};

/// The public half of the testing key, by itself.
pub(super) async fn own_jwks(State(edge): State<Edge>) -> Json<Value> {
    Json(edge.testing_key().jwks())
}

/// The published example of a key set. With a test key it is the key set that is good in `test`: that of the testing
/// key. The key is only read, not looked up, because nothing here is anybody's.
pub(super) async fn jwks(State(edge): State<Edge>, headers: HeaderMap) -> Response {
    let key = headers.get(KEY_HEADER).and_then(|value| value.to_str().ok());
    let environment = key
        .and_then(|key| ApiKey::parse(key.trim()).ok())
        .map(|key| key.environment());
    match environment {
        Some(Environment::Test) => Json(edge.testing_key().jwks()).into_response(),
        Some(Environment::Fake | Environment::Live) | None => fake::published_jwks(),
    }
}

/// A JWT for whoever is named. For test keys only: elsewhere it would let anybody be anybody.
pub(super) async fn mint(
    State(edge): State<Edge>,
    caller: Caller,
    params: Params,
) -> Result<String, TicketingError> {
    if caller.environment != Environment::Test {
        return Err(TicketingError::forbidden(
            "This endpoint requires a test API key.",
        ));
    }
    let phone = params.optional("phone_number")?.or(params.optional("phone")?);
    let rider = TestRider {
        issuer: TESTING_ISSUER,
        subject: params.required("sub")?,
        email: params.required("email")?,
        phone,
        device: params.optional("device_id")?,
    };
    let token = edge.testing_key().mint(rider, caller.engine.host().now());
    token.map_err(|_| TicketingError::new(ErrorCode::InternalChecksFailed))
}
