use std::time::Duration;

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use proptest::prelude::*;
use sha2::Sha256;

use super::{StripeEvent, WebhookError, verify};
use crate::Secret;

const TOLERANCE: Duration = Duration::from_mins(5);
const AT: i64 = 1_700_000_000;
const EVENT: &str = r#"{"id":"evt_1","type":"charge.refunded","account":"acct_1","created":1700000000,
    "livemode":false,"data":{"object":{"id":"ch_1"}},"and":"more"}"#;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(AT, 0).unwrap()
}

fn secret(name: &str) -> Secret {
    Secret::new(format!("whsec_{name}"))
}

fn hex(payload: &[u8], at: i64, secret: &Secret) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).unwrap();
    mac.update(format!("{at}.").as_bytes());
    mac.update(payload);
    let bytes: [u8; 32] = mac.finalize().into_bytes().into();
    bytes
        .iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn header(payload: &str, secret: &Secret) -> String {
    format!("t={AT},v1={},v0=ff", hex(payload.as_bytes(), AT, secret))
}

fn verify_now(payload: &str, header: &str, secrets: &[Secret]) -> Result<StripeEvent, WebhookError> {
    verify(payload.as_bytes(), header, secrets, TOLERANCE, now())
}

fn signed(payload: &str) -> Result<StripeEvent, WebhookError> {
    verify_now(payload, &header(payload, &secret("a")), &[secret("a")])
}

#[test]
fn a_signed_event_is_read() {
    let event = signed(EVENT).unwrap();
    assert_eq!(
        (event.id.as_str(), event.kind.as_str()),
        ("evt_1", "charge.refunded")
    );
    assert_eq!(event.account.unwrap().as_str(), "acct_1");
    assert_eq!(event.object["id"], "ch_1");
    assert_eq!((event.created, event.livemode), (now(), false));
}

#[test]
fn the_signature_is_the_one_that_stripe_documents() {
    // Worked out independently: printf '1700000000.{}' | openssl dgst -sha256 -hmac whsec_a
    let header = format!("t={AT},v1=04339dc4f01d6541e8d3b7e4bd93cd2d4f680ccb28592270900b08e49cc09e57");
    assert_eq!(
        verify_now("{}", &header, &[secret("a")]),
        Err(WebhookError::Malformed("id"))
    );
}

#[test]
fn while_a_secret_is_replaced_either_signature_is_enough() {
    let (old, new) = (secret("old"), secret("new"));
    for ours in [[old.clone(), new.clone()], [new.clone(), old.clone()]] {
        assert!(verify_now(EVENT, &header(EVENT, &old), &ours).is_ok());
    }
    let both = format!(
        "t={AT},v1={},v1={}",
        hex(EVENT.as_bytes(), AT, &old),
        hex(EVENT.as_bytes(), AT, &new)
    );
    assert!(verify_now(EVENT, &both, &[new]).is_ok());
    assert_eq!(
        verify_now(EVENT, &both, &[secret("other")]),
        Err(WebhookError::NoMatch)
    );
}

#[test]
fn an_event_signed_too_long_ago_or_in_the_future_is_refused() {
    let secrets = [secret("a")];
    for (at, fits) in [
        (AT - 300, true),
        (AT - 301, false),
        (AT + 300, true),
        (AT + 301, false),
    ] {
        let header = format!("t={at},v1={}", hex(EVENT.as_bytes(), at, &secrets[0]));
        let outcome = verify_now(EVENT, &header, &secrets);
        assert_eq!(outcome.is_ok(), fits, "{at}: {outcome:?}");
    }
}

#[test]
fn a_changed_payload_or_time_no_longer_matches() {
    let secrets = [secret("a")];
    let header = header(EVENT, &secrets[0]);
    let changed = EVENT.replace("ch_1", "ch_2");
    assert_eq!(
        verify_now(&changed, &header, &secrets),
        Err(WebhookError::NoMatch)
    );
    let later = header.replace(&AT.to_string(), &(AT + 1).to_string());
    assert_eq!(verify_now(EVENT, &later, &secrets), Err(WebhookError::NoMatch));
}

#[test]
fn an_empty_secret_signs_nothing() {
    let empty = Secret::new("");
    assert_eq!(
        verify_now(EVENT, &header(EVENT, &empty), &[empty]),
        Err(WebhookError::NoMatch)
    );
    assert_eq!(
        verify_now(EVENT, &header(EVENT, &secret("a")), &[]),
        Err(WebhookError::NoMatch)
    );
}

#[test]
fn the_test_scheme_proves_nothing() {
    let v0 = header(EVENT, &secret("a")).replace("v1=", "v0=");
    assert_eq!(
        verify_now(EVENT, &v0, &[secret("a")]),
        Err(WebhookError::MalformedHeader)
    );
}

#[test]
fn a_malformed_header_is_an_error() {
    let good = hex(EVENT.as_bytes(), AT, &secret("a"));
    let many = format!("t={AT}{}", format!(",v1={good}").repeat(17));
    for header in [
        String::new(),
        "t=,v1=".to_owned(),
        format!("v1={good}"),
        format!("t={AT}"),
        format!("t=+{AT},v1={good}"),
        format!("t={AT},t={AT},v1={good}"),
        format!("t=99999999999999999999,v1={good}"),
        format!("t={AT},v1=zz{}", &good[2..]),
        format!("t={AT},v1={}", &good[..62]),
        many,
    ] {
        let outcome = verify_now(EVENT, &header, &[secret("a")]);
        assert_eq!(outcome, Err(WebhookError::MalformedHeader), "{header:?}");
    }
}

#[test]
fn a_signed_event_that_lacks_what_every_event_has_is_an_error() {
    let whole: serde_json::Value = serde_json::from_str(EVENT).unwrap();
    for field in ["id", "type", "created", "livemode"] {
        let mut event = whole.clone();
        event.as_object_mut().unwrap().remove(field);
        assert_eq!(signed(&event.to_string()), Err(WebhookError::Malformed(field)));
    }
    let mut event = whole.clone();
    event["account"] = "nonsense".into();
    assert_eq!(
        signed(&event.to_string()),
        Err(WebhookError::Malformed("account"))
    );
    event["account"] = serde_json::Value::Null;
    event["data"] = serde_json::json!({});
    assert_eq!(signed(&event.to_string()), Err(WebhookError::Malformed("object")));
    for nonsense in ["", "[]", "null", "{", "7"] {
        assert!(signed(nonsense).is_err(), "{nonsense:?}");
    }
}

#[test]
fn an_event_is_printed_without_the_object_it_is_about() {
    let event = signed(&EVENT.replace(r#""id":"ch_1""#, r#""email":"ada@example.com""#)).unwrap();
    assert!(!format!("{event:?}").contains("ada@"));
}

proptest! {
    #[test]
    fn random_bytes_never_panic_and_never_verify(
        payload in prop::collection::vec(any::<u8>(), 0..200),
        header in any::<String>(),
    ) {
        prop_assert!(verify(&payload, &header, &[secret("a")], TOLERANCE, now()).is_err());
    }

    #[test]
    fn a_well_formed_header_with_a_random_signature_never_verifies(
        payload in prop::collection::vec(any::<u8>(), 0..200),
        signature in "[0-9a-f]{64}",
    ) {
        let header = format!("t={AT},v1={signature}");
        prop_assert_eq!(
            verify(&payload, &header, &[secret("a")], TOLERANCE, now()),
            Err(WebhookError::NoMatch)
        );
    }

    #[test]
    fn random_bytes_that_are_signed_never_panic(payload in prop::collection::vec(any::<u8>(), 0..200)) {
        let header = format!("t={AT},v1={}", hex(&payload, AT, &secret("a")));
        let outcome = verify(&payload, &header, &[secret("a")], TOLERANCE, now());
        prop_assert!(matches!(outcome, Err(WebhookError::Malformed(_))));
    }
}
