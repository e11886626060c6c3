//! What a token has to say: "JWT Specification".

use serde_json::{Value, json};

use super::openssl::p256;
use super::world::{World, claims, later, now, with};
use crate::jwt::{JwtError, LEEWAY, RiderClaims};

async fn told(claims: &Value) -> Result<RiderClaims, JwtError> {
    World::serving(&p256().jwks()).verify(&p256().sign(claims)).await
}

#[tokio::test]
async fn every_documented_claim_is_taken_in() {
    let rider = told(&claims()).await.unwrap();
    assert_eq!(rider.subject, "rider-1");
    assert_eq!(rider.email, "rider@example.com");
    assert_eq!(rider.phone.as_deref(), Some("+14155550123"));
    assert_eq!(
        rider.device.unwrap().as_str(),
        "d8a942c5-a700-450d-977d-b3935ab0ea87"
    );
    assert_eq!(rider.jti.as_deref(), Some("login-1"));
    assert_eq!((rider.issued_at, rider.expires_at), (later(-5), later(295)));
}

#[tokio::test]
async fn only_the_required_claims_are_required() {
    let least = json!({
        "iat": now().timestamp(), "exp": now().timestamp() + 60, "sub": "rider-1", "email": "a@b",
    });
    let rider = told(&least).await.unwrap();
    assert_eq!((rider.phone, rider.device, rider.jti), (None, None, None));
    for name in ["iat", "exp", "sub", "email"] {
        assert_eq!(
            told(&with(name, Value::Null)).await,
            Err(JwtError::MissingClaim(name))
        );
    }
    assert_eq!(
        told(&with("sub", json!(""))).await,
        Err(JwtError::MissingClaim("sub"))
    );
    for name in ["aud", "iss", "jti", "device_id", "phone_number"] {
        assert!(told(&with(name, Value::Null)).await.is_ok(), "{name}");
    }
}

#[tokio::test]
async fn a_token_is_good_between_iat_and_exp_give_or_take_the_leeway() {
    let world = World::serving(&p256().jwks());
    let leeway = LEEWAY.num_seconds();
    let token = p256().sign(&claims());
    assert_eq!(
        world.verify_at(&token, later(-5 - leeway - 1)).await,
        Err(JwtError::NotYetValid)
    );
    assert!(world.verify_at(&token, later(-5 - leeway)).await.is_ok());
    assert!(world.verify_at(&token, later(295 + leeway - 1)).await.is_ok());
    assert_eq!(
        world.verify_at(&token, later(295 + leeway)).await,
        Err(JwtError::Expired)
    );
}

#[tokio::test]
async fn a_token_that_expires_before_it_was_issued_is_refused() {
    let mut claims = claims();
    claims["exp"] = json!(now().timestamp() - 6);
    assert_eq!(told(&claims).await, Err(JwtError::Expired));
}

#[tokio::test]
async fn a_token_is_not_good_before_nbf() {
    let leeway = LEEWAY.num_seconds();
    assert!(
        told(&with("nbf", json!(now().timestamp() + leeway)))
            .await
            .is_ok()
    );
    assert_eq!(
        told(&with("nbf", json!(now().timestamp() + leeway + 1))).await,
        Err(JwtError::NotYetValid)
    );
}

#[tokio::test]
async fn times_are_seconds_and_may_have_a_fraction() {
    let rider = told(&with("iat", json!(1_699_999_995.75))).await.unwrap();
    assert_eq!(rider.issued_at, later(-5));
    for bad in [
        json!("1700000000"),
        json!(-1),
        json!(1e300),
        json!(u64::MAX),
        json!(true),
        json!([]),
    ] {
        for name in ["iat", "exp", "nbf"] {
            assert_eq!(
                told(&with(name, bad.clone())).await,
                Err(JwtError::MalformedClaim(name)),
                "{bad}"
            );
        }
    }
}

#[tokio::test]
async fn an_audience_has_to_be_us_if_it_is_given() {
    for good in [
        json!("tokentransit.com"),
        json!(["tokentransit.com"]),
        json!(["other.com", "tokentransit.com"]),
    ] {
        assert!(told(&with("aud", good)).await.is_ok());
    }
    for bad in [
        json!("TokenTransit"),
        json!("other.com"),
        json!(["other.com"]),
        json!([]),
        json!(""),
        json!(7),
        json!({}),
    ] {
        assert_eq!(told(&with("aud", bad)).await, Err(JwtError::Audience));
    }
}

#[tokio::test]
async fn an_issuer_has_to_be_a_prefix_of_the_jwks_url_if_it_is_given() {
    for good in [
        "https://app.example.com",
        "https://app.example.com/auth/",
        "https://app.example.com/auth/jwks.json",
    ] {
        assert!(told(&with("iss", json!(good))).await.is_ok(), "{good}");
    }
    for bad in [
        json!("https://test.example.com/"),
        json!(""),
        json!("https://"),
        json!(7),
        json!(["https://app.example.com"]),
    ] {
        assert_eq!(told(&with("iss", bad)).await, Err(JwtError::Issuer));
    }
}

#[tokio::test]
async fn an_email_has_to_be_one() {
    for good in [
        "a@b",
        "first.last+tag@mail.example.com",
        " rider@example.com ",
        "ñandú@correo.es",
    ] {
        assert_eq!(
            told(&with("email", json!(good))).await.unwrap().email,
            good.trim()
        );
    }
    let long = format!("{}@example.com", "a".repeat(250));
    for bad in [
        "",
        "@",
        "a@",
        "@b",
        "a b@c.de",
        "a@b@c",
        "a@b..c",
        "a@.b",
        "a@b\r\nBcc: x",
        "<a@b>",
        &long,
    ] {
        assert_eq!(
            told(&with("email", json!(bad))).await,
            Err(JwtError::Email),
            "{bad}"
        );
    }
    assert_eq!(
        told(&with("email", json!(["a@b"]))).await,
        Err(JwtError::MalformedClaim("email"))
    );
}

#[tokio::test]
async fn phone_is_an_alias_of_phone_number_which_goes_first() {
    let mut claims = with("phone_number", Value::Null);
    claims["phone"] = json!("(415) 555-0199");
    assert_eq!(
        told(&claims).await.unwrap().phone.as_deref(),
        Some("(415) 555-0199")
    );
    claims["phone_number"] = json!("+14155550123");
    assert_eq!(
        told(&claims).await.unwrap().phone.as_deref(),
        Some("+14155550123")
    );
    for bad in [
        json!("call me"),
        json!(4_155_550_123_u64),
        json!("+"),
        json!("1".repeat(33)),
    ] {
        assert_eq!(
            told(&with("phone_number", bad)).await,
            Err(JwtError::MalformedClaim("phone_number"))
        );
    }
}

#[tokio::test]
async fn names_are_text_of_a_bounded_length() {
    for name in ["sub", "jti"] {
        assert!(told(&with(name, json!("x".repeat(255)))).await.is_ok());
        for bad in [json!("x".repeat(256)), json!(7), json!("a\u{0}b")] {
            assert_eq!(told(&with(name, bad)).await, Err(JwtError::MalformedClaim(name)));
        }
    }
    for bad in [json!("a b"), json!("x".repeat(129)), json!(7)] {
        assert_eq!(
            told(&with("device_id", bad)).await,
            Err(JwtError::MalformedClaim("device_id"))
        );
    }
}
