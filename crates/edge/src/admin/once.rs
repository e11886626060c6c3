//! Administration that may be repeated: the key of a request, what it said, and its answer as it is kept.

use axum::{
    extract::{FromRequest, Request},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use engine::{Answer, Claim, Seen};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use super::{admin_key::Admin, problem::Problem};
use crate::{caller::hex, idempotency_key};

/// What a request asks for, and the key under which it may be repeated.
pub(super) struct Asked {
    key: Option<String>,
    /// A digest of everything that it says.
    fingerprint: String,
    body: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for Asked {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let key = key_of(request.headers())?;
        let mut said = Sha256::new();
        said.update(request.method().as_str().as_bytes());
        said.update(b" ");
        let target = request
            .uri()
            .path_and_query()
            .map(|target| target.as_str().to_owned());
        said.update(target.unwrap_or_default().as_bytes());
        said.update(b"\n");
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| Problem::unreadable(rejection.body_text()))?;
        said.update(&body);
        Ok(Self {
            key,
            fingerprint: hex(&said.finalize()),
            body,
        })
    }
}

fn key_of(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    match idempotency_key::key_of(headers) {
        Ok(key) => Ok(key.map(str::to_owned)),
        Err(malformed) => Err(Problem::unreadable(malformed.to_string())),
    }
}

impl Asked {
    /// Of a request that was read already, in parts. What they say counts, and not how they were put together: a client
    /// that repeats a form separates its parts by something else.
    pub(super) fn of_parts<'p>(
        headers: &HeaderMap,
        target: &str,
        parts: impl IntoIterator<Item = &'p [u8]>,
    ) -> Result<Self, Problem> {
        let mut said = Sha256::new();
        said.update(target.as_bytes());
        for part in parts {
            said.update(b"\n");
            said.update(hex(&Sha256::digest(part)).as_bytes());
        }
        Ok(Self {
            key: key_of(headers)?,
            fingerprint: hex(&said.finalize()),
            body: Bytes::new(),
        })
    }

    /// The claim of the request, if it carries a key: unique to whoever asks, and tied to everything that it says.
    pub(super) fn claim(&self, admin: &Admin) -> Option<Claim> {
        let environment = admin.environment.name();
        let scope = match &admin.key {
            Some(key) => format!("access:{environment}:{key}"),
            None => format!("admin:{environment}"),
        };
        self.key.clone().map(|key| Claim {
            scope,
            key,
            fingerprint: self.fingerprint.clone(),
        })
    }

    /// The claim of a request that carries its key in its body.
    pub(super) fn claim_in(&self, scope: String, key: String) -> Claim {
        Claim {
            scope,
            key,
            fingerprint: self.fingerprint.clone(),
        }
    }

    /// What the body says. A request without one says nothing.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let body: &[u8] = if self.body.is_empty() { b"{}" } else { &self.body };
        serde_json::from_slice(body).map_err(|error| Problem::unreadable(error.to_string()))
    }
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

pub(super) fn response(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, answer.body).into_response();
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
