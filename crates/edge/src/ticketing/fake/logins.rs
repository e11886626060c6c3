//! `POST /user/login`, `POST /user/logout`, `POST /user/stripe_ephemeral_key`

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, header};
use serde::Serialize;
use serde_json::json;

use super::{caller::FakeCaller, jwt, keyed::Keyed, rider::FakeRider};
use crate::{
    api_key::KeyKind,
    cookie,
    params::Params,
    rider::bearer,
    ticketing::{ErrorCode, TicketingError},
};

#[derive(Debug, Serialize)]
struct LoginView {
    #[serde(skip_serializing_if = "Option::is_none")]
    stripe_customer_id: Option<&'static str>,
}

/// Sets the cookie.
pub(super) async fn login(rider: FakeRider, _: Keyed, params: Params) -> Result<Response, TicketingError> {
    let include_customer = params.boolean("include_stripe_customer_id", false)?;
    params.boolean("accepted_latest_terms", false)?;
    let told = include_customer && rider.caller.kind == KeyKind::Secret;
    Ok(rider.answer(Json(LoginView {
        stripe_customer_id: told.then_some("cus_1234567890abdXYZ"),
    })))
}

/// Has the client forget the cookie. A session that is over already, or was never given, can be ended too; a request
/// that names none at all is refused, as "Sessions" has it.
pub(super) async fn logout(_: FakeCaller, _: Keyed, headers: HeaderMap) -> Result<Response, TicketingError> {
    if cookie::session_token(&headers).is_none() {
        let token = bearer(&headers).ok_or_else(|| TicketingError::new(ErrorCode::LoginRequired))?;
        jwt::check_form(token)?;
    }
    let mut response = Json(json!({})).into_response();
    let gone = cookie::delete_session().map_err(|_| TicketingError::new(ErrorCode::InternalChecksFailed))?;
    response.headers_mut().append(header::SET_COOKIE, gone);
    Ok(response)
}

/// What is to be handed to Stripe as it is. No Stripe knows this one.
pub(super) async fn create_ephemeral_key(
    rider: FakeRider,
    _: Keyed,
    params: Params,
) -> Result<Response, TicketingError> {
    params.required("stripe_api_version")?;
    Ok(rider.answer(Json(json!({ "internal": "fields" }))))
}
