//! Why a call failed: a canonical code, and the same code and parameter that HTTP answers with as
//! `google.rpc.ErrorInfo`.

use std::collections::HashMap;

use http::{StatusCode, header, response::Parts};
use serde_json::Value;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

use crate::request_id::REQUEST_ID;

/// `domain` of every ErrorInfo.
const DOMAIN: &str = "switchyard.v1";

/// A refusal of our own.
pub(super) fn refused(code: Code, reason: &str, message: &str, param: Option<&str>) -> Status {
    let named = param.map(|param| ("param".to_owned(), param.to_owned()));
    let details = ErrorDetails::with_error_info(reason, DOMAIN, HashMap::from_iter(named));
    Status::with_error_details(code, message, details)
}

/// A parameter that is missing or malformed.
pub(super) fn malformed(param: &str, message: &str) -> Status {
    refused(Code::InvalidArgument, "invalid_parameter", message, Some(param))
}

/// No key, or none that is good.
pub(super) fn no_key() -> Status {
    let message = "The metadata authorization has to be 'Bearer' and a key that is good.";
    refused(
        Code::Unauthenticated,
        "unauthenticated",
        message,
        Some("authorization"),
    )
}

/// What HTTP refuses, in gRPC's words.
pub(super) fn of_http(parts: &Parts, body: &[u8]) -> Status {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |names: &[&str]| names.iter().find_map(|name| body.get(name)?.as_str());
    let param = text(&["param", "field"]);
    let kind = text(&["type"]).filter(|kind| *kind != "about:blank");
    let code = text(&["code"]);
    // Without a code of its own, a refused key is one that did not come as HTTP wants it.
    if parts.status == StatusCode::UNAUTHORIZED && code.is_none() {
        return no_key();
    }
    let mut metadata = HashMap::new();
    let mut tell = |name: &str, value: Option<String>| {
        metadata.extend(value.map(|value| (name.to_owned(), value)));
    };
    tell("param", param.map(str::to_owned));
    tell("type", kind.map(str::to_owned));
    tell("http_status", Some(parts.status.as_u16().to_string()));
    let retryable = body.get("retryable").and_then(Value::as_bool);
    tell("retryable", retryable.map(|it| it.to_string()));
    let header = |name: &header::HeaderName| parts.headers.get(name).and_then(|it| it.to_str().ok());
    tell("request_id", header(&REQUEST_ID).map(str::to_owned));
    let reason = code.unwrap_or_else(|| unnamed(parts.status));
    let mut details = ErrorDetails::with_error_info(reason, DOMAIN, metadata);
    if let Some(seconds) = header(&header::RETRY_AFTER).and_then(|it| it.parse().ok()) {
        details.set_retry_info(Some(std::time::Duration::from_secs(seconds)));
    }
    let told = text(&["message", "detail"]).unwrap_or("The request could not be served.");
    let flaws = body.get("errors").and_then(Value::as_array).into_iter().flatten();
    let message = flaws
        .filter_map(Value::as_str)
        .fold(told.to_owned(), |told, flaw| format!("{told} {flaw}"));
    let canonical = canonical(parts.status, code, kind, param.is_some());
    Status::with_error_details(canonical, message, details)
}

/// The reason where HTTP has a status and no code.
fn unnamed(status: StatusCode) -> &'static str {
    match status.as_u16() {
        403 => "permission_denied",
        404 => "not_found",
        408 | 504 => "deadline_exceeded",
        409 => "conflict",
        429 => "rate_limited",
        400..=499 => "invalid_parameter",
        503 => "unavailable",
        _ => "internal_checks_failed",
    }
}

/// The canonical code.
fn canonical(status: StatusCode, code: Option<&str>, kind: Option<&str>, names_param: bool) -> Code {
    match status.as_u16() {
        // Of what is refused because of how things stand, nothing about the request would help.
        400 if kind == Some("card_error") => Code::FailedPrecondition,
        400 if code.is_some() && kind.is_some() && !names_param => Code::FailedPrecondition,
        401 => Code::Unauthenticated,
        402 | 428 => Code::FailedPrecondition,
        403 => Code::PermissionDenied,
        404 => Code::NotFound,
        // Asked again as it is, it may succeed.
        408 | 503 => Code::Unavailable,
        409 if code == Some("idempotency_key_in_use") => Code::AlreadyExists,
        // Look again, and then ask again.
        409 | 412 => Code::Aborted,
        413 | 429 => Code::ResourceExhausted,
        504 => Code::DeadlineExceeded,
        400..=499 => Code::InvalidArgument,
        _ => Code::Internal,
    }
}

#[cfg(test)]
mod tests {
    use http::Response;
    use serde_json::json;

    use super::*;

    fn told(status: u16, body: &Value) -> Status {
        let answer = Response::builder()
            .status(status)
            .header("retry-after", "3")
            .body(())
            .unwrap();
        of_http(&answer.into_parts().0, body.to_string().as_bytes())
    }

    #[test]
    fn a_refusal_keeps_its_code_and_the_parameter_it_is_about() {
        let body = json!({ "code": "invalid_id", "message": "No.", "param": "pass_id", "type": "invalid_request_error" });
        let status = told(400, &body);
        assert_eq!((status.code(), status.message()), (Code::InvalidArgument, "No."));
        let info = status.get_details_error_info().unwrap();
        assert_eq!(
            (info.reason.as_str(), info.domain.as_str()),
            ("invalid_id", DOMAIN)
        );
        assert_eq!(info.metadata["param"], "pass_id");
        assert_eq!(info.metadata["http_status"], "400");
        assert!(status.get_details_retry_info().is_some());
    }

    #[test]
    fn what_the_request_cannot_help_is_a_failed_precondition() {
        let declined = json!({ "code": "card_declined_generic", "type": "card_error" });
        assert_eq!(told(400, &declined).code(), Code::FailedPrecondition);
        let state = json!({ "code": "account_state_out_of_sync", "type": "invalid_request_error" });
        assert_eq!(told(412, &state).code(), Code::Aborted);
        let key = json!({ "code": "idempotency_key_in_use" });
        assert_eq!(told(409, &key).code(), Code::AlreadyExists);
        assert_eq!(told(500, &json!("garbage")).code(), Code::Internal);
    }

    #[test]
    fn problem_details_are_told_in_full() {
        let body = json!({ "type": "about:blank", "title": "Not Found", "status": 404, "detail": "There is no such app." });
        let status = told(404, &body);
        assert_eq!(
            (status.code(), status.message()),
            (Code::NotFound, "There is no such app.")
        );
        assert_eq!(status.get_details_error_info().unwrap().reason, "not_found");
    }
}
