//! Which of the four ends an answer is. Pure, and the only place that decides it.

use http::StatusCode;
use serde_json::Value;

use super::answer::{Answer, Body};
use crate::{Done, Outcome, Postponed, Reason, Refusal, RefusalKind};

/// Sorts an answer. Only a JSON error object from Stripe is ever a refusal: a proxy's page of HTML, whatever its
/// status, says nothing about what Stripe did.
pub(super) fn sort(answer: Answer) -> Outcome<Body> {
    let json: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let status = answer.status;
    if status.is_success() {
        return match json {
            Some(json) => done(answer, json),
            None => unknown(&answer, Reason::NotJson),
        };
    }
    if status.is_server_error() || status == StatusCode::FAILED_DEPENDENCY {
        return unknown(&answer, Reason::ServerError);
    }
    if !status.is_client_error() {
        return unknown(&answer, Reason::UnexpectedStatus);
    }
    match json.as_ref().map(|json| json.get("error")) {
        None => unknown(&answer, Reason::NotJson),
        Some(Some(error @ Value::Object(_))) => sort_error(answer, error),
        Some(_) => unknown(&answer, Reason::Incomplete),
    }
}

/// Sorts an answer of OAuth, whose errors are a word and a sentence beside each other (RFC 6749, section 5.2).
/// <https://docs.stripe.com/connect/oauth-reference>
pub(super) fn sort_oauth(answer: Answer) -> Outcome<Body> {
    let json: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let word = json.as_ref().and_then(|json| json.get("error")?.as_str());
    let Some(word) = word.filter(|_| answer.status.is_client_error()) else {
        return sort(answer);
    };
    let kind = match word {
        "invalid_client" | "unauthorized_client" => RefusalKind::Permission,
        _ => RefusalKind::InvalidRequest,
    };
    Outcome::Refused(Refusal {
        code: Some(word.to_owned()),
        request_id: answer.request_id.clone(),
        ..Refusal::new(answer.status.as_u16(), kind)
    })
}

/// Sorts a 4xx with Stripe's error object.
fn sort_error(answer: Answer, error: &Value) -> Outcome<Body> {
    let code = error.get("code").and_then(Value::as_str);
    match (answer.status, code) {
        (_, Some("lock_timeout")) => unknown(&answer, Reason::LockTimeout),
        (_, Some("idempotency_key_in_use")) | (StatusCode::CONFLICT, _) => {
            unknown(&answer, Reason::InProgress)
        }
        (StatusCode::TOO_MANY_REQUESTS, _) => Outcome::NotExecuted(postponed(&answer, Reason::RateLimited)),
        // Stripe itself says that this answer is not its last word.
        _ if answer.should_retry == Some(true) => unknown(&answer, Reason::StripeSaysRetry),
        _ => Outcome::Refused(Refusal {
            request_id: answer.request_id,
            replayed: answer.replayed,
            ..Refusal::read(answer.status.as_u16(), error)
        }),
    }
}

fn done(answer: Answer, json: Value) -> Outcome<Body> {
    Outcome::Done(Done {
        value: Body {
            json,
            raw: answer.body,
        },
        request_id: answer.request_id,
        replayed: answer.replayed,
    })
}

fn unknown(answer: &Answer, reason: Reason) -> Outcome<Body> {
    Outcome::Unknown(postponed(answer, reason))
}

fn postponed(answer: &Answer, reason: Reason) -> Postponed {
    Postponed {
        reason,
        status: Some(answer.status.as_u16()),
        request_id: answer.request_id.clone(),
        retry_after: answer.retry_after,
        should_retry: answer.should_retry,
        replayed: answer.replayed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use http::HeaderMap;
    use proptest::prelude::*;

    fn answered(status: u16, body: &str, should_retry: Option<bool>) -> Outcome<Body> {
        let body = Bytes::copy_from_slice(body.as_bytes());
        let answer = Answer::new(StatusCode::from_u16(status).unwrap(), &HeaderMap::new(), body);
        sort(Answer {
            should_retry,
            ..answer
        })
    }

    #[test]
    fn errors_of_oauth_are_refusals_by_their_word() {
        let answer = |status, body: &'static str| {
            let status = StatusCode::from_u16(status).unwrap();
            sort_oauth(Answer::new(
                status,
                &HeaderMap::new(),
                Bytes::from_static(body.as_bytes()),
            ))
        };
        for (word, kind) in [
            (
                r#"{"error":"invalid_grant","error_description":"used"}"#,
                RefusalKind::InvalidRequest,
            ),
            (r#"{"error":"invalid_client"}"#, RefusalKind::Permission),
        ] {
            let Outcome::Refused(refusal) = answer(400, word) else {
                panic!("{word}");
            };
            assert_eq!(refusal.kind, kind);
        }
        assert!(matches!(answer(502, "<html>"), Outcome::Unknown(_)));
        assert!(matches!(answer(200, "{}"), Outcome::Done(_)));
    }

    fn reason(outcome: &Outcome<Body>) -> Option<Reason> {
        match outcome {
            Outcome::NotExecuted(postponed) | Outcome::Unknown(postponed) => Some(postponed.reason),
            Outcome::Done(_) | Outcome::Refused(_) => None,
        }
    }

    #[test]
    fn answers_are_sorted_by_what_they_prove() {
        let declined = r#"{"error":{"type":"card_error","code":"card_declined"}}"#;
        let in_use = r#"{"error":{"type":"idempotency_error","code":"idempotency_key_in_use"}}"#;
        let locked = r#"{"error":{"type":"invalid_request_error","code":"lock_timeout"}}"#;
        let plain = r#"{"error":{"type":"invalid_request_error"}}"#;
        let cases = [
            (200, "{}", "done", None),
            (200, "", "unknown", Some(Reason::NotJson)),
            (200, "<html>", "unknown", Some(Reason::NotJson)),
            (302, "", "unknown", Some(Reason::UnexpectedStatus)),
            (400, plain, "refused", None),
            (400, "<html>", "unknown", Some(Reason::NotJson)),
            (400, "{}", "unknown", Some(Reason::Incomplete)),
            (400, r#"{"error":"nope"}"#, "unknown", Some(Reason::Incomplete)),
            (402, declined, "refused", None),
            (409, in_use, "unknown", Some(Reason::InProgress)),
            (409, plain, "unknown", Some(Reason::InProgress)),
            (400, locked, "unknown", Some(Reason::LockTimeout)),
            (429, locked, "unknown", Some(Reason::LockTimeout)),
            (429, plain, "not_executed", Some(Reason::RateLimited)),
            (429, "<html>", "unknown", Some(Reason::NotJson)),
            (424, plain, "unknown", Some(Reason::ServerError)),
            (500, declined, "unknown", Some(Reason::ServerError)),
            (502, "<html>", "unknown", Some(Reason::ServerError)),
        ];
        for (status, body, label, expected) in cases {
            let outcome = answered(status, body, None);
            assert_eq!(
                (outcome.label(), reason(&outcome)),
                (label, expected),
                "{status} {body}"
            );
        }
    }

    #[test]
    fn a_refusal_that_stripe_would_retry_is_not_final() {
        let outcome = answered(400, r#"{"error":{"type":"api_error"}}"#, Some(true));
        assert_eq!(reason(&outcome), Some(Reason::StripeSaysRetry));
    }

    proptest! {
        /// A lost charge is worse than a delayed one, so nothing but Stripe's own words ends a call.
        #[test]
        fn what_is_not_json_never_ends_a_call(status in 200_u16..600, body in "[^0-9\"\\[{tfn-][a-z <>]{0,40}") {
            let outcome = answered(status, &body, None);
            prop_assert_eq!(outcome.label(), "unknown");
        }

        #[test]
        fn a_server_error_is_always_unknown(status in 500_u16..600, body in any::<String>(), retry in any::<Option<bool>>()) {
            prop_assert_eq!(answered(status, &body, retry).label(), "unknown");
        }
    }
}
