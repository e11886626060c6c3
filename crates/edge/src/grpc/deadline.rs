//! No call goes without an answer: neither one that takes too long nor one that breaks its handler.

use std::{any::Any, time::Duration};

use axum::{body::Body, extract::Request, middleware::Next, response::Response};
use http::HeaderMap;
use tokio::time::Instant;
use tonic::{Code, Status};

use super::refusal::refused;
use crate::bounded::DEADLINE;

/// `grpc-timeout`
const HEADER: &str = "grpc-timeout";

/// When the client gives up waiting, if it says so.
#[derive(Debug, Clone, Copy)]
pub(super) struct Until(pub(super) Instant);

/// Ends a call when its client's time is over, or ours. What it began for money goes on: the resolver finishes it, and
/// the same request under the same key is told how it ended.
pub(super) async fn in_time(mut request: Request, next: Next) -> Response {
    let asked = asked(request.headers());
    if let Some(until) = asked.and_then(|asked| Instant::now().checked_add(asked)) {
        request.extensions_mut().insert(Until(until));
    }
    let patience = asked.map_or(DEADLINE, |asked| asked.min(DEADLINE));
    let answer = tokio::time::timeout(patience, next.run(request)).await;
    answer.unwrap_or_else(|_| over().into_http::<Body>())
}

/// The client's time is over.
pub(super) fn over() -> Status {
    let message = "The deadline is over. What was begun goes on: ask again under the same idempotency key.";
    refused(Code::DeadlineExceeded, "deadline_exceeded", message, None)
}

/// What is told of a call whose handler panicked: a bug of ours.
pub(super) fn panicked(_: Box<dyn Any + Send>) -> Response {
    // What it said went to stderr where it happened.
    tracing::error!("a gRPC handler panicked");
    metrics::counter!("http_panics_total").increment(1);
    let message = "The request could not be served.";
    refused(Code::Internal, "internal_checks_failed", message, None).into_http::<Body>()
}

/// At most eight digits and a unit; what is neither is ignored, as by other servers.
fn asked(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(HEADER)?.to_str().ok()?;
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if number.is_empty() || number.len() > 8 || !number.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let number: u64 = number.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(number.checked_mul(3_600)?),
        "M" => Duration::from_secs(number.checked_mul(60)?),
        "S" => Duration::from_secs(number),
        "m" => Duration::from_millis(number),
        "u" => Duration::from_micros(number),
        "n" => Duration::from_nanos(number),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn read(text: &'static str) -> Option<Duration> {
        asked(&HeaderMap::from_iter([(
            http::HeaderName::from_static(HEADER),
            HeaderValue::from_static(text),
        )]))
    }

    #[test]
    fn a_deadline_is_a_number_with_its_unit() {
        assert_eq!(read("2M"), Some(Duration::from_mins(2)));
        assert_eq!(read("250m"), Some(Duration::from_millis(250)));
        assert_eq!(read("99999999H"), Some(Duration::from_hours(99_999_999)));
        assert_eq!(read("0n"), Some(Duration::ZERO));
    }

    #[test]
    fn what_is_no_deadline_is_none() {
        for text in ["", "S", "5", "5x", "-5S", "123456789S", "5 S"] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }
}
