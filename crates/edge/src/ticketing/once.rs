//! Requests that may be repeated: their key, what they said, and answers as they are kept.

use axum::response::{IntoResponse, Response};
use domain::UserId;
use engine::{Answer, Claim, Seen};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{ErrorCode, TicketingError};
use crate::{caller::hex, idempotency_key, params::Params, rider::Asker};

/// The key of a request, if it carries one.
pub(super) fn key_of(headers: &HeaderMap) -> Result<Option<&str>, TicketingError> {
    idempotency_key::key_of(headers)
        .map_err(|malformed| TicketingError::bad_request(malformed.to_string()).param("Idempotency-Key"))
}

/// The claim of a request, if it carries a key: unique within the app and environment, and tied to everything that the
/// request says.
pub(super) fn claim(
    asker: &impl Asker,
    headers: &HeaderMap,
    path: &str,
    params: &Params,
) -> Result<Option<Claim>, TicketingError> {
    let Some(key) = key_of(headers)? else {
        return Ok(None);
    };
    let said = serde_json::to_vec(&(path, asker.user().map_or("", UserId::as_str), params));
    let said = said.map_err(|_| TicketingError::new(ErrorCode::InternalChecksFailed))?;
    Ok(Some(Claim {
        scope: format!(
            "ticketing:{}:{}",
            asker.caller().environment.name(),
            asker.caller().app.id()
        ),
        key: key.to_owned(),
        fingerprint: hex(&Sha256::digest(&said)),
    }))
}

/// An answer to keep, with the headers that belong to it.
pub(super) fn success(body: &impl Serialize, headers: Vec<(&'static str, String)>) -> Answer {
    match serde_json::to_string(body) {
        Ok(body) => Answer {
            status: StatusCode::OK.as_u16(),
            headers: headers
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            body,
        },
        Err(_) => refusal(&TicketingError::new(ErrorCode::InternalChecksFailed)),
    }
}

/// A refusal to keep.
pub(super) fn refusal(error: &TicketingError) -> Answer {
    Answer {
        status: error.status().as_u16(),
        headers: Vec::new(),
        body: error.json(),
    }
}

/// An answer as it goes out, for the first time or again.
pub(super) fn response(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, answer.body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
    response
}

/// Carries a request out whose effects are not written together with its answer, and keeps the answer. Nothing is begun
/// where the key was answered before; of two servers that were asked at once, both give the answer that was kept first.
pub(super) async fn once(
    asker: &impl Asker,
    claim: Option<&Claim>,
    work: impl Future<Output = Result<Answer, TicketingError>> + Send,
) -> Response {
    let _alone = asker.caller().engine.alone(claim).await;
    let known = match claim {
        Some(claim) => answered(asker, claim).await,
        None => Ok(None),
    };
    let outcome = match known {
        Ok(None) => work.await,
        Ok(Some(answer)) => return response(answer),
        Err(error) => Err(error),
    };
    match (outcome, claim) {
        (Ok(answer), None) => response(answer),
        (Ok(answer), Some(claim)) => keep(asker, claim, answer).await.unwrap_or_else(|| {
            // Somebody else is at work on the same request.
            TicketingError::new(ErrorCode::StripeIdempotencyKeyInUse).into_response()
        }),
        (Err(error), claim) => refuse(asker, claim, error).await,
    }
}

/// Refuses a request, and keeps the refusal under its key unless asking again may help.
pub(super) async fn refuse(asker: &impl Asker, claim: Option<&Claim>, error: TicketingError) -> Response {
    let error = error.in_languages(&asker.caller().languages);
    let Some(claim) = claim.filter(|_| !error.is_retryable() && !is_about_the_key(&error)) else {
        return error.into_response();
    };
    match keep(asker, claim, refusal(&error)).await {
        Some(kept) => kept,
        // The request is not refused after all: the same one goes on elsewhere, and how it ends is its answer.
        None if error.status().is_client_error() => {
            TicketingError::new(ErrorCode::StripeIdempotencyKeyInUse).into_response()
        }
        None => error.into_response(),
    }
}

/// Keeps an answer and gives the one that then stands under the key; nothing where work is going on under it.
async fn keep(asker: &impl Asker, claim: &Claim, answer: Answer) -> Option<Response> {
    let engine = &asker.caller().engine;
    match engine.freeze(&asker.context(), claim, answer).await {
        Ok(Seen::Answered(kept)) => Some(response(kept)),
        Ok(Seen::Mismatch) => Some(TicketingError::new(ErrorCode::IdempotencyKeyInUse).into_response()),
        Ok(Seen::Fresh | Seen::Underway { .. }) => None,
        Err(failure) => Some(TicketingError::from(failure).into_response()),
    }
}

/// The key belongs to another request, whose answer must stay.
fn is_about_the_key(error: &TicketingError) -> bool {
    error.code() == Some(ErrorCode::IdempotencyKeyInUse)
}

/// What the key of a repeated request was answered.
pub(super) async fn answered(asker: &impl Asker, claim: &Claim) -> Result<Option<Answer>, TicketingError> {
    match asker.caller().engine.seen(claim).await? {
        Seen::Answered(answer) => Ok(Some(answer)),
        Seen::Mismatch => Err(TicketingError::new(ErrorCode::IdempotencyKeyInUse)),
        Seen::Fresh | Seen::Underway { .. } => Ok(None),
    }
}
