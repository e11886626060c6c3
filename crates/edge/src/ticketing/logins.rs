//! `POST /user/login`, `POST /user/logout`

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, header};
use serde::Serialize;

use super::TicketingError;
use crate::{api_key::KeyKind, caller::Caller, cookie, params::Params, rider::Session};

#[derive(Debug, Serialize)]
struct LoginView {
    #[serde(skip_serializing_if = "Option::is_none")]
    stripe_customer_id: Option<String>,
}

/// Opens a login session, and has no other effect but to note that terms were accepted.
pub(super) async fn login(session: Session, params: Params) -> Result<Response, TicketingError> {
    let include_customer = params.boolean("include_stripe_customer_id", false)?;
    if params.boolean("accepted_latest_terms", false)? {
        session
            .caller
            .engine
            .accept_terms(&session.context(), &session.user)
            .await?;
    }
    let stripe_customer_id = match (include_customer, session.caller.kind) {
        (true, KeyKind::Secret) => customer(&session).await?,
        _ => None,
    };
    Ok(session.answer(Json(LoginView { stripe_customer_id })))
}

async fn customer(session: &Session) -> Result<Option<String>, TicketingError> {
    let caller = &session.caller;
    let rider = caller.engine.rider(&session.user).await?;
    let platform = caller.app.platform();
    Ok(rider
        .zip(platform)
        .and_then(|(rider, platform)| rider.customer_on(&platform.account).map(ToString::to_string)))
}

/// Ends the session at once, on every server. Ending one that is over already succeeds.
pub(super) async fn logout(caller: Caller, headers: HeaderMap) -> Result<Response, TicketingError> {
    if let Some(token) = cookie::session_token(&headers) {
        let found = caller
            .engine
            .vault()
            .find_session(token, caller.engine.host().now())
            .await?;
        if found.is_some_and(|session| session.app == *caller.app.id()) {
            caller.engine.vault().revoke_session(token).await?;
        }
    }
    let mut response = Json(serde_json::json!({})).into_response();
    if let Ok(gone) = cookie::delete_session() {
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    Ok(response)
}
