//! One call against one answer, and the essence of what was sent.

use payments::{API_VERSION, Outcome, Stripe};
use serde_json::Value;

use crate::{
    server::{Asked, Reply, Server},
    world::stripe,
};

/// Answers with `body` and gives back what was asked and what came of it.
pub(crate) async fn ask<T>(body: Value, call: impl AsyncFnOnce(Stripe) -> Outcome<T>) -> (Asked, T) {
    let server = Server::start([Reply::json(200, &body)]).await;
    let outcome = call(stripe(&server.url)).await;
    let asked = server.only();
    assert_eq!(asked.header("authorization"), Some("Bearer sk_test_platform"));
    let Outcome::Done(done) = outcome else {
        panic!("not done after {}", asked.line)
    };
    (asked, done.value)
}

/// Line, `Stripe-Account`, `Idempotency-Key` and form of a request in our version.
pub(crate) fn essence(asked: &Asked) -> (&str, Option<&str>, Option<&str>, Vec<String>) {
    assert_eq!(asked.header("stripe-version"), Some(API_VERSION));
    (
        &asked.line,
        asked.header("stripe-account"),
        asked.header("idempotency-key"),
        asked.form(),
    )
}

pub(crate) fn form(pairs: &[&str]) -> Vec<String> {
    pairs.iter().map(|&pair| pair.to_owned()).collect()
}
