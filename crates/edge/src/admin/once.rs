//! Administration that may be repeated: the key of a request, what it said, and its answer as it is kept.

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use engine::{Answer, Claim, Seen};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use super::{admin_key::Admin, problem::Problem};
use crate::caller::hex;

/// `Idempotency-Key`
const KEY_HEADER: &str = "idempotency-key";

/// Longest key, as in the ticketing API.
const KEY_LENGTH: usize = 128;

/// The claim of a request, if it carries a key: unique among administrators of the environment, and tied to everything
/// that the request says.
pub(super) fn claim(
    admin: &Admin,
    headers: &HeaderMap,
    path: &str,
    body: &Bytes,
) -> Result<Option<Claim>, Problem> {
    let Some(value) = headers.get(KEY_HEADER) else {
        return Ok(None);
    };
    let key = std::str::from_utf8(value.as_bytes()).unwrap_or_default().trim();
    if key.is_empty() || key.len() > KEY_LENGTH {
        return Err(Problem::unreadable(
            "The Idempotency-Key has to be 1 to 128 bytes of UTF-8.",
        ));
    }
    let mut said = Sha256::new();
    said.update(path.as_bytes());
    said.update(b"\n");
    said.update(body);
    Ok(Some(Claim {
        scope: format!("admin:{}", admin.environment.name()),
        key: key.to_owned(),
        fingerprint: hex(&said.finalize()),
    }))
}

/// What a body says. A request without one says nothing.
pub(super) fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, Problem> {
    let body: &[u8] = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| Problem::unreadable(error.to_string()))
}

/// An answer to keep.
pub(super) fn success(body: &impl Serialize) -> Answer {
    match serde_json::to_string(body) {
        Ok(body) => Answer {
            status: StatusCode::OK.as_u16(),
            headers: vec![(
                header::CONTENT_TYPE.as_str().to_owned(),
                "application/json".to_owned(),
            )],
            body,
        },
        Err(_) => Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Internal Server Error",
            "The answer cannot be written.",
        )
        .answer(),
    }
}

/// Answers, and keeps a refusal under the request's key unless asking again may help.
pub(super) async fn settle(
    admin: &Admin,
    claim: Option<&Claim>,
    outcome: Result<Answer, Problem>,
) -> Response {
    let problem = match outcome {
        Ok(answer) => return response(answer),
        Err(problem) => problem,
    };
    let Some(claim) = claim.filter(|_| !problem.is_passing()) else {
        return problem.into_response();
    };
    match admin.engine.freeze(&admin.context, claim, problem.answer()).await {
        Ok(Seen::Answered(kept)) => response(kept),
        Ok(Seen::Mismatch) => key_reused().into_response(),
        Ok(Seen::Fresh | Seen::Underway { .. }) => problem.into_response(),
        Err(failure) => Problem::from(failure).into_response(),
    }
}

/// The key stands for another request, whose answer stays.
pub(super) fn key_reused() -> Problem {
    Problem::conflict("The Idempotency-Key was used for another request.")
}

fn response(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, answer.body).into_response();
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
