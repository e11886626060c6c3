//! How often an app's server is asked for its keys.

use std::sync::Arc;

use serde_json::json;

use super::openssl::{Key, p256, rsa};
use super::world::{World, claims, later};
use crate::jwt::JwtError;

/// Claims that stay good for the whole of a test.
fn lasting() -> serde_json::Value {
    let mut claims = claims();
    claims["exp"] = json!(later(100_000).timestamp());
    claims
}

#[tokio::test]
async fn keys_are_fetched_once_and_used_for_a_while() {
    let world = World::serving(&rsa().jwks());
    let token = rsa().sign(&lasting());
    for seconds in [0, 1, 599] {
        assert!(world.verify_at(&token, later(seconds)).await.is_ok());
        assert_eq!(world.fetches(), 1);
    }
    assert!(world.verify_at(&token, later(600)).await.is_ok());
    assert_eq!(world.fetches(), 2);
}

#[tokio::test]
async fn a_new_key_is_found_when_a_token_names_it() {
    let world = World::serving(&rsa().jwks());
    assert!(world.verify(&rsa().sign(&lasting())).await.is_ok());
    world.serve(&p256().jwks());
    assert!(world.verify_at(&p256().sign(&lasting()), later(20)).await.is_ok());
    assert_eq!(world.fetches(), 2);
    // What was taken out of the set is no longer good.
    assert_eq!(
        world.verify_at(&rsa().sign(&lasting()), later(21)).await,
        Err(JwtError::UnknownKey)
    );
}

#[tokio::test]
async fn a_key_replaced_under_its_old_name_is_found_when_a_signature_fails() {
    let world = World::serving(&p256().jwks());
    assert!(world.verify(&p256().sign(&lasting())).await.is_ok());
    let replacement = Key::p256(p256().kid());
    world.serve(&replacement.jwks());
    assert!(
        world
            .verify_at(&replacement.sign(&lasting()), later(20))
            .await
            .is_ok()
    );
    assert_eq!(
        world.verify_at(&p256().sign(&lasting()), later(21)).await,
        Err(JwtError::Signature)
    );
}

#[tokio::test]
async fn unknown_keys_make_us_ask_only_so_often() {
    let world = World::serving(&rsa().jwks());
    assert!(world.verify(&rsa().sign(&lasting())).await.is_ok());
    let stranger = Key::p256("stranger");
    let token = stranger.sign(&lasting());
    for seconds in 0..60 {
        assert_eq!(
            world.verify_at(&token, later(seconds)).await,
            Err(JwtError::UnknownKey)
        );
    }
    // At 0, then at 15, 30 and 45.
    assert_eq!(world.fetches(), 4);
}

#[tokio::test]
async fn what_is_refused_for_other_reasons_makes_us_ask_for_nothing() {
    let world = World::serving(&rsa().jwks());
    assert!(world.verify(&rsa().sign(&lasting())).await.is_ok());
    let expired = rsa().sign(&claims());
    assert_eq!(
        world.verify_at(&expired, later(400)).await,
        Err(JwtError::Expired)
    );
    assert_eq!(
        world.verify_at("a.b.c", later(400)).await,
        Err(JwtError::Malformed)
    );
    assert_eq!(world.fetches(), 1);
}

#[tokio::test]
async fn while_the_keys_cannot_be_fetched_the_old_ones_serve_for_a_while() {
    let world = World::serving(&rsa().jwks());
    let token = rsa().sign(&lasting());
    assert!(world.verify(&token).await.is_ok());
    world.go_down();
    assert!(world.verify_at(&token, later(601)).await.is_ok());
    assert!(world.verify_at(&token, later(602)).await.is_ok());
    assert_eq!(world.fetches(), 2, "a failure is not tried again at once");
    assert!(world.verify_at(&token, later(3599)).await.is_ok());
    assert_eq!(
        world.verify_at(&token, later(3600)).await,
        Err(JwtError::KeysUnavailable)
    );
    world.serve(&rsa().jwks());
    assert!(world.verify_at(&token, later(3620)).await.is_ok());
}

#[tokio::test]
async fn without_any_keys_a_token_is_not_judged() {
    let world = World::serving(&rsa().jwks());
    let token = rsa().sign(&lasting());
    world.go_down();
    for seconds in 0..10 {
        assert_eq!(
            world.verify_at(&token, later(seconds)).await,
            Err(JwtError::KeysUnavailable)
        );
    }
    assert_eq!(world.fetches(), 1);
    world.serve(&rsa().jwks());
    assert!(world.verify_at(&token, later(15)).await.is_ok());
}

#[tokio::test]
async fn what_is_no_key_set_does_not_replace_one() {
    let world = World::serving(&rsa().jwks());
    let token = rsa().sign(&lasting());
    assert!(world.verify(&token).await.is_ok());
    for (number, document) in ["", "<html>", "[]", "{}", r#"{"keys":7}"#]
        .into_iter()
        .enumerate()
    {
        world.serve_text(document);
        let at = later(601 + 20 * i64::try_from(number).unwrap());
        assert!(world.verify_at(&token, at).await.is_ok(), "{document}");
    }
    assert_eq!(world.fetches(), 6);
}

#[tokio::test]
async fn many_at_once_cause_one_fetch() {
    let world = Arc::new(World::serving(&rsa().jwks()));
    let token = rsa().sign(&lasting());
    let gate = world.server.gate.write().await;
    let mut waiting = tokio::task::JoinSet::new();
    for _ in 0..32 {
        let (world, token) = (Arc::clone(&world), token.clone());
        waiting.spawn(async move { world.verify(&token).await.is_ok() });
    }
    while world.fetches() == 0 {
        tokio::task::yield_now().await;
    }
    drop(gate);
    while let Some(verified) = waiting.join_next().await {
        assert!(verified.unwrap());
    }
    assert_eq!(world.fetches(), 1);
}

#[tokio::test]
async fn nobody_waits_for_a_fetch_while_old_keys_serve() {
    let world = Arc::new(World::serving(&rsa().jwks()));
    let token = rsa().sign(&lasting());
    assert!(world.verify(&token).await.is_ok());
    let gate = world.server.gate.write().await;
    let first = tokio::spawn({
        let (world, token) = (Arc::clone(&world), token.clone());
        async move { world.verify_at(&token, later(700)).await.is_ok() }
    });
    while world.fetches() == 1 {
        tokio::task::yield_now().await;
    }
    // The fetch hangs; this returns all the same.
    assert!(world.verify_at(&token, later(700)).await.is_ok());
    drop(gate);
    assert!(first.await.unwrap());
}

#[tokio::test]
async fn a_fetch_goes_on_when_the_request_that_began_it_is_given_up() {
    let world = Arc::new(World::serving(&rsa().jwks()));
    let token = rsa().sign(&lasting());
    let gate = world.server.gate.write().await;
    let first = tokio::spawn({
        let (world, token) = (Arc::clone(&world), token.clone());
        async move { world.verify(&token).await.is_ok() }
    });
    while world.fetches() == 0 {
        tokio::task::yield_now().await;
    }
    first.abort();
    assert!(first.await.is_err());
    drop(gate);
    assert!(world.verify(&token).await.is_ok());
    assert_eq!(world.fetches(), 1);
}
