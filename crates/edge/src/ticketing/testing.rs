//! `GET /testing/jwks.json`, `GET` and `POST /auth/testing/jwt`: the example key server and token mint.

use axum::{Json, extract::State};
use serde_json::Value;

use super::{ErrorCode, TicketingError};
use crate::{
    api_key::Environment,
    caller::Caller,
    jwt::testing_key::TestRider,
    params::Params,
    server::{Edge, TESTING_ISSUER},
};

/// The public half of the testing key.
pub(super) async fn jwks(State(edge): State<Edge>) -> Json<Value> {
    Json(edge.testing_key().jwks())
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
