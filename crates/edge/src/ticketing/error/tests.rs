//! Rules for errors.

use std::collections::BTreeSet;

use axum::response::IntoResponse;
use http::StatusCode;
use serde_json::{Value, json};

use super::{ErrorCode, Language, TicketingError};
use crate::api_key::InvalidApiKey;
use crate::jwt::JwtError;
use crate::params::ParamError;

/// The published table: code and whether to retry under the same idempotency key.
const PUBLISHED: &str = "
account_state_out_of_sync false
activated_pass_already_on_device false
agency_free_fare_day false
appengine_unexpected_error true
card_declined_expired false
card_declined_generic false
card_declined_insufficient_funds false
card_declined_radar false
card_declined_retryable true
card_declined_stolen false
card_ineligible false
datastore_failure false
datastore_retryable_failure true
existing_purchase_in_progess false
fares_cannot_be_purchased false
fares_out_of_date false
idempotency_key_in_use false
internal_checks_failed false
invalid_email_address false
invalid_cart false
invalid_id false
login_required false
order_expired false
pass_active_on_another_device false
pass_cannot_be_activated_at_this_time false
pass_expired false
pass_invalid false
pass_refunded false
passes_state_header_invalid_or_missing false
pass_transferred false
pass_transfer_in_progress false
pass_transfer_into_source_account false
pass_unactivated false
payment_method_not_found false
redemption_already_used false
redemption_invalid false
redemption_ineligible false
redemption_limits_exceeded false
redemption_used_by_another_account false
restricted_purchase false
resource_not_found false
serious_internal_error false
single_order_pass_limit_exceeded false
stale_cart false
stripe_idempotency_error false
stripe_idempotency_key_in_use true
stripe_invalid_request false
stripe_retryable_error true
stripe_unknown_error false
unknown false
url_error true
";

async fn answer(error: TicketingError) -> (StatusCode, Option<String>, Value) {
    let response = error.into_response();
    let (parts, body) = response.into_parts();
    let retry_after = parts
        .headers
        .get("retry-after")
        .map(|value| value.to_str().unwrap().to_owned());
    assert_eq!(parts.headers["content-type"], "application/json");
    let body = axum::body::to_bytes(body, 10_000).await.unwrap();
    (parts.status, retry_after, serde_json::from_slice(&body).unwrap())
}

#[test]
fn every_published_code_exists_as_published() {
    let published: Vec<(&str, bool)> = PUBLISHED
        .lines()
        .filter_map(|line| line.trim().split_once(' '))
        .map(|(code, retryable)| (code, retryable == "true"))
        .collect();
    let ours: Vec<(&str, bool)> = ErrorCode::ALL
        .iter()
        .map(|code| (code.name(), code.retryable()))
        .collect();
    assert_eq!(ours, published);
}

#[test]
fn what_may_be_retried_has_a_status_that_says_so() {
    let retry = [StatusCode::REQUEST_TIMEOUT, StatusCode::SERVICE_UNAVAILABLE];
    for code in ErrorCode::ALL {
        assert_eq!(code.retryable(), retry.contains(&code.status()), "{code:?}");
    }
}

#[test]
fn every_status_is_a_published_one() {
    let published = [400, 401, 403, 404, 408, 409, 412, 428, 429, 500, 503];
    for code in ErrorCode::ALL {
        assert!(published.contains(&code.status().as_u16()), "{code:?}");
    }
}

#[test]
fn every_code_has_a_message_in_every_language() {
    for code in ErrorCode::ALL {
        let (english, spanish) = (Language::English.message(*code), Language::Spanish.message(*code));
        assert_ne!(english, spanish);
        for message in [english, spanish] {
            assert!(
                message.ends_with('.') && !message.contains(code.name()),
                "{message}"
            );
        }
    }
}

#[tokio::test]
async fn an_error_is_answered_in_the_published_shape() {
    let error = TicketingError::new(ErrorCode::InvalidId).param("pass_id");
    let (status, retry_after, body) = answer(error).await;
    assert_eq!((status, retry_after), (StatusCode::BAD_REQUEST, None));
    assert_eq!(
        body,
        json!({
            "code": "invalid_id",
            "message": "This is not the right kind of id for this request.",
            "param": "pass_id",
            "retryable": false,
            "type": "invalid_request_error",
        })
    );
}

#[tokio::test]
async fn a_bad_parameter_is_named_and_has_no_code() {
    let (status, _, body) = answer(ParamError::missing("stripe_token").into()).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(
        body,
        json!({
            "message": "The parameter stripe_token is missing.",
            "param": "stripe_token",
            "retryable": false,
            "type": "invalid_request_error",
        })
    );
}

#[tokio::test]
async fn a_card_declined_for_fraud_or_theft_looks_exactly_like_any_other() {
    let generic = answer(TicketingError::new(ErrorCode::CardDeclinedGeneric)).await;
    assert_eq!(generic.2["code"], "card_declined_generic");
    for code in [
        ErrorCode::CardDeclinedRadar,
        ErrorCode::CardDeclinedStolen,
        ErrorCode::CardDeclinedGeneric,
    ] {
        let error = TicketingError::new(code)
            .message("stolen card")
            .param("stripe_token")
            .after(9);
        assert_eq!(error.code(), Some(code), "logs tell them apart");
        assert_eq!(answer(error).await, generic);
    }
    let spanish = |code| answer(TicketingError::new(code).in_languages(&["es".to_owned()]));
    assert_eq!(
        spanish(ErrorCode::CardDeclinedStolen).await,
        spanish(ErrorCode::CardDeclinedGeneric).await
    );
}

#[tokio::test]
async fn only_what_can_be_waited_for_says_how_long_to_wait() {
    for code in ErrorCode::ALL {
        let (status, retry_after, _) = answer(TicketingError::new(*code)).await;
        assert_eq!(
            retry_after.is_some(),
            status == StatusCode::SERVICE_UNAVAILABLE,
            "{code:?}"
        );
    }
    let (_, retry_after, _) =
        answer(TicketingError::new(ErrorCode::DatastoreRetryableFailure).after(0)).await;
    assert_eq!(retry_after.as_deref(), Some("0"));
    let (status, retry_after, body) = answer(TicketingError::rate_limited(7)).await;
    assert_eq!(
        (status, retry_after.as_deref()),
        (StatusCode::TOO_MANY_REQUESTS, Some("7"))
    );
    assert_eq!(
        (&body["retryable"], &body["type"]),
        (&json!(true), &json!("rate_limit_error"))
    );
}

#[tokio::test]
async fn messages_follow_the_wanted_languages() {
    let told = |wanted: &[&str]| {
        let wanted: Vec<String> = wanted.iter().map(|tag| (*tag).to_owned()).collect();
        answer(TicketingError::new(ErrorCode::PassExpired).in_languages(&wanted))
    };
    assert_eq!(told(&[]).await.2["message"], "This pass has expired.");
    assert_eq!(
        told(&["de", "es-mx", "en"]).await.2["message"],
        "Este pase ha vencido."
    );
    assert_eq!(
        told(&["en-us", "es"]).await.2["message"],
        "This pass has expired."
    );
    assert_eq!(told(&["de"]).await.2["message"], "This pass has expired.");
}

#[tokio::test]
async fn who_asks_decides_between_401_and_403() {
    let (status, _, body) = answer(InvalidApiKey.into()).await;
    assert_eq!(
        (status, &body["type"]),
        (StatusCode::UNAUTHORIZED, &json!("authentication_error"))
    );
    let (status, _, body) = answer(TicketingError::forbidden("This needs a secret API key.")).await;
    assert_eq!(
        (status, &body["type"]),
        (StatusCode::FORBIDDEN, &json!("permission_error"))
    );
    let (status, _, body) = answer(JwtError::Expired.into()).await;
    assert_eq!(
        (status, &body["code"]),
        (StatusCode::UNAUTHORIZED, &json!("login_required"))
    );
    let (status, _, body) = answer(JwtError::Email.into()).await;
    assert_eq!(
        (status, &body["code"]),
        (StatusCode::BAD_REQUEST, &json!("invalid_email_address"))
    );
    let (status, retry_after, body) = answer(JwtError::KeysUnavailable.into()).await;
    assert_eq!(
        (status, &body["code"]),
        (StatusCode::SERVICE_UNAVAILABLE, &json!("url_error"))
    );
    assert!(retry_after.is_some());
}

#[test]
fn codes_are_distinct() {
    let names: BTreeSet<_> = ErrorCode::ALL.iter().map(|code| code.name()).collect();
    assert_eq!(names.len(), ErrorCode::ALL.len());
}
