//! `POST /user/login`, `POST /user/logout`

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, header};
use serde::Serialize;

use super::{ErrorCode, TicketingError};
use crate::{
    api_key::KeyKind,
    caller::Caller,
    cookie,
    params::Params,
    rider::{Session, by_cookie, rider_token, verify},
    server::Edge,
};

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

/// Ends the session at once, on every server. Ending one that is over already succeeds, so that a logout can be
/// repeated. A JWT says who asks where there is no cookie; it opens no session here, and then there is none to end.
pub(super) async fn logout(
    State(edge): State<Edge>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, TicketingError> {
    if let Some(token) = cookie::session_token(&headers) {
        // The session of another app is none of this one's business.
        if by_cookie(&caller, &headers).await?.is_some() {
            caller.engine.vault().revoke_session(token).await?;
        }
    } else {
        let jwt = rider_token(&headers).ok_or_else(|| TicketingError::new(ErrorCode::LoginRequired))?;
        verify(&edge, &caller, jwt).await?;
    }
    let mut response = Json(serde_json::json!({})).into_response();
    if let Ok(gone) = cookie::delete_session() {
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    Ok(response)
}
