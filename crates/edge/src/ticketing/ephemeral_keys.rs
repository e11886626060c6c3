//! `POST /user/stripe_ephemeral_key`

use axum::response::Response;
use engine::{Answer, CardProblem};
use http::{HeaderMap, StatusCode};
use payments::StripeVersion;

use super::{ErrorCode, TicketingError, once};
use crate::{
    params::{ParamError, Params},
    rider::Session,
};

const VERSION: &str = "stripe_api_version";

/// Hands on what Stripe says, byte for byte, for the library on the rider's phone.
pub(super) async fn create(
    session: Session,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, TicketingError> {
    let claim = once::claim(&session, &headers, "/user/stripe_ephemeral_key", &params)?;
    let response = once::once(&session, claim.as_ref(), make(&session, &params)).await;
    Ok(session.answer(response))
}

async fn make(session: &Session, params: &Params) -> Result<Answer, TicketingError> {
    let malformed = || ParamError::malformed(VERSION, "a version of Stripe's API, like 2019-12-03");
    let version = StripeVersion::parse(params.required(VERSION)?).ok_or_else(malformed)?;
    let caller = &session.caller;
    let made = caller
        .engine
        .ephemeral_key(&session.context(), caller.app.id(), &session.user, &version)
        .await;
    let key = made.map_err(|problem| match problem {
        // Nothing of the request is Stripe's to judge but the version.
        CardProblem::Invalid { .. } => TicketingError::new(ErrorCode::StripeInvalidRequest).param(VERSION),
        problem => problem.into(),
    })?;
    let body = String::from_utf8(key.json().to_vec());
    Ok(Answer {
        status: StatusCode::OK.as_u16(),
        headers: Vec::new(),
        body: body.map_err(|_| TicketingError::new(ErrorCode::StripeUnknownError))?,
    })
}
