//! An HTTP answer with everything that decides about money: status, Stripe's headers, and the body as it came.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

/// Longest wait we believe a `Retry-After` about; a longer one is cut to it.
const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// What came back.
#[derive(Clone)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) request_id: Option<String>,
    pub(super) replayed: bool,
    pub(super) retry_after: Option<Duration>,
    pub(super) should_retry: Option<bool>,
    pub(super) body: Bytes,
}

impl Answer {
    pub(super) fn new(status: StatusCode, headers: &HeaderMap, body: Bytes) -> Self {
        Self {
            status,
            request_id: header(headers, "request-id").map(str::to_owned),
            replayed: flag(headers, "idempotent-replayed") == Some(true),
            retry_after: header(headers, "retry-after").and_then(wait),
            should_retry: flag(headers, "stripe-should-retry"),
            body,
        }
    }
}

/// A body that is JSON, read and raw.
pub(super) struct Body {
    pub(super) json: Value,
    pub(super) raw: Bytes,
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn flag(headers: &HeaderMap, name: &str) -> Option<bool> {
    match header(headers, name)?.trim().to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// Stripe writes whole seconds. Anything else, such as a date from a proxy, is left to the caller's own back-off.
fn wait(text: &str) -> Option<Duration> {
    let seconds = text.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(headers: &[(&'static str, &str)]) -> Answer {
        let headers = headers.iter().map(|(name, value)| {
            let name = http::HeaderName::from_static(name);
            (name, http::HeaderValue::from_str(value).unwrap())
        });
        Answer::new(StatusCode::OK, &headers.collect(), Bytes::new())
    }

    #[test]
    fn stripes_headers_are_kept() {
        let answer = answer(&[
            ("request-id", "req_1"),
            ("idempotent-replayed", "true"),
            ("retry-after", "7"),
            ("stripe-should-retry", "false"),
        ]);
        assert_eq!(answer.request_id.as_deref(), Some("req_1"));
        assert!(answer.replayed);
        assert_eq!(answer.retry_after, Some(Duration::from_secs(7)));
        assert_eq!(answer.should_retry, Some(false));
    }

    #[test]
    fn odd_headers_are_ignored_and_long_waits_are_cut() {
        let odd = answer(&[
            ("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT"),
            ("stripe-should-retry", "maybe"),
        ]);
        assert_eq!(
            (odd.retry_after, odd.should_retry, odd.replayed),
            (None, None, false)
        );
        assert_eq!(answer(&[("retry-after", "-1")]).retry_after, None);
        assert_eq!(
            answer(&[("retry-after", "999999999")]).retry_after,
            Some(LONGEST_WAIT)
        );
    }
}
