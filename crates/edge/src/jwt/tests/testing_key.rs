//! The key behind the test endpoints.

use super::openssl::rsa;
use super::world::{World, later, now};
use crate::jwt::JwtError;
use crate::jwt::testing_key::{TestKey, TestRider};

const RIDER: TestRider<'static> = TestRider {
    issuer: "https://app.example.com/auth/",
    subject: "bcfad41f",
    email: "user@example.com",
    phone: Some("+14155550123"),
    device: Some("d8a942c5-a700-450d-977d-b3935ab0ea87"),
};

#[tokio::test]
async fn a_test_token_is_good_under_the_served_key_for_five_minutes() {
    let key = TestKey::from_seed(&[7; 32]).unwrap();
    let world = World::serving(&key.jwks());
    let token = key.mint(RIDER, now()).unwrap();
    let rider = world.verify(&token).await.unwrap();
    assert_eq!(
        (rider.subject.as_str(), rider.email.as_str()),
        ("bcfad41f", "user@example.com")
    );
    assert_eq!(rider.phone.as_deref(), Some("+14155550123"));
    assert_eq!(
        rider.device.unwrap().as_str(),
        "d8a942c5-a700-450d-977d-b3935ab0ea87"
    );
    assert_eq!((rider.issued_at, rider.expires_at), (now(), later(300)));
    assert_eq!(world.verify_at(&token, later(331)).await, Err(JwtError::Expired));
}

#[tokio::test]
async fn the_same_seed_is_the_same_key_on_every_server() {
    let (one, two) = (
        TestKey::from_seed(&[7; 32]).unwrap(),
        TestKey::from_seed(&[7; 32]).unwrap(),
    );
    assert_eq!(one.jwks(), two.jwks());
    let world = World::serving(&two.jwks());
    assert!(world.verify(&one.mint(RIDER, now()).unwrap()).await.is_ok());
    let other = TestKey::from_seed(&[8; 32]).unwrap();
    assert_eq!(
        world.verify(&other.mint(RIDER, now()).unwrap()).await,
        Err(JwtError::UnknownKey)
    );
}

#[tokio::test]
async fn a_test_token_is_worth_nothing_to_an_app_with_keys_of_its_own() {
    let key = TestKey::from_seed(&[7; 32]).unwrap();
    let world = World::serving(&rsa().jwks());
    assert_eq!(
        world.verify(&key.mint(RIDER, now()).unwrap()).await,
        Err(JwtError::UnknownKey)
    );
}

#[test]
fn only_the_public_half_is_shown() {
    let key = TestKey::from_seed(&[7; 32]).unwrap();
    let served = key.jwks();
    let jwk = served["keys"][0].as_object().unwrap();
    let names: Vec<&str> = jwk.keys().map(String::as_str).collect();
    assert_eq!(names, ["alg", "crv", "kid", "kty", "use", "x", "y"]);
    assert!(format!("{key:?}").starts_with("TestKey { key_id:"));
}

#[test]
fn a_lifetime_can_be_chosen() {
    let key = TestKey::from_seed(&[7; 32]).unwrap();
    let hour = key.mint_for(RIDER, chrono::TimeDelta::hours(1), now()).unwrap();
    assert_ne!(hour, key.mint(RIDER, now()).unwrap());
}
