//! `POST /user/login`, `POST /user/logout`

use axum::{extract::State, response::Response};
use engine::{Answer, CardProblem};
use http::{HeaderMap, header};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{ErrorCode, TicketingError, once};
use crate::{
    api_key::KeyKind,
    caller::{Caller, hex},
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

/// Opens a login session, notes that terms were accepted, and tells the app who the rider is at Stripe.
pub(super) async fn login(
    session: Session,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, TicketingError> {
    // What a secret key is told a publishable one must not hear by repeating the request.
    let path = format!("/user/login {}", session.caller.kind.name());
    let claim = once::claim(&session, &headers, &path, &params)?;
    let response = once::once(&session, claim.as_ref(), greet(&session, &params)).await;
    Ok(session.answer(response))
}

async fn greet(session: &Session, params: &Params) -> Result<Answer, TicketingError> {
    let include_customer = params.boolean("include_stripe_customer_id", false)?;
    if params.boolean("accepted_latest_terms", false)? {
        session
            .caller
            .engine
            .accept_terms(&session.context(), &session.user)
            .await?;
    }
    let stripe_customer_id = match (include_customer, session.caller.kind) {
        (true, KeyKind::Secret) => customer(session).await?,
        (true, KeyKind::Publishable) | (false, _) => None,
    };
    Ok(once::success(&LoginView { stripe_customer_id }, Vec::new()))
}

/// The rider's customer, made where there is none yet: an app may want to attach the first card by itself. An app without
/// a platform account has no customers.
async fn customer(session: &Session) -> Result<Option<String>, TicketingError> {
    let caller = &session.caller;
    let customer = caller
        .engine
        .customer(&session.context(), caller.app.id(), &session.user)
        .await;
    match customer {
        Ok(customer) => Ok(Some(customer.to_string())),
        Err(CardProblem::NoPlatform) => Ok(None),
        Err(problem) => Err(problem.into()),
    }
}

/// Ends the session at once, on every server. Ending one that is over already succeeds, so that a logout can be
/// repeated. A JWT says who asks where there is no cookie; it opens no session here, and then there is none to end.
pub(super) async fn logout(
    State(edge): State<Edge>,
    caller: Caller,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, TicketingError> {
    // Which session is meant stands in the cookie alone, and it may be over when the request is repeated.
    let session = cookie::session_token(&headers);
    let digest = session.map(|token| hex(&Sha256::digest(token.as_bytes())));
    let path = format!("/user/logout {}", digest.unwrap_or_default());
    let claim = once::claim(&caller, &headers, &path, &params)?;
    let mut response = once::once(&caller, claim.as_ref(), end(&edge, &caller, &headers)).await;
    if let Ok(gone) = cookie::delete_session() {
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    Ok(response)
}

async fn end(edge: &Edge, caller: &Caller, headers: &HeaderMap) -> Result<Answer, TicketingError> {
    if let Some(token) = cookie::session_token(headers) {
        // The session of another app is none of this one's business.
        if by_cookie(caller, headers).await?.is_some() {
            caller.engine.vault().revoke_session(token).await?;
        }
    } else {
        let jwt = rider_token(headers).ok_or_else(|| TicketingError::new(ErrorCode::LoginRequired))?;
        verify(edge, caller, jwt).await?;
    }
    Ok(once::success(&serde_json::json!({}), Vec::new()))
}
