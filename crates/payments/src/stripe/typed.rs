//! Sending `async-stripe`'s typed requests through our transport, for answers where its objects serve us.

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use stripe_client_core::{CustomizedStripeRequest, StripeClient, StripeClientErr};

use super::{answer::Body, call::Call, transport::Transport};
use crate::{Outcome, Postponed, Reason};

/// A client for one call. Its trait hands over the body or nothing at all, so the full outcome is kept beside it.
pub(super) struct Courier<'a> {
    transport: &'a Transport,
    call: Call<'a>,
    outcome: Mutex<Option<Outcome<Body>>>,
}

/// There is no object. Why is in [`Courier::finish`].
#[derive(Debug)]
pub(super) struct NoObject;

impl StripeClientErr for NoObject {
    fn deserialize_err(_: impl std::fmt::Display) -> Self {
        Self
    }
}

impl<'a> Courier<'a> {
    pub(super) const fn new(transport: &'a Transport, call: Call<'a>) -> Self {
        Self {
            transport,
            call,
            outcome: Mutex::new(None),
        }
    }

    /// Puts the object and the outcome together. Where Stripe did it but the object lacks a field, the outcome is
    /// unknown, never a refusal.
    pub(super) fn finish<T>(self, object: Result<T, NoObject>) -> Outcome<T> {
        let outcome = self.outcome.into_inner().unwrap_or_else(PoisonError::into_inner);
        let Some(outcome) = outcome else {
            return Outcome::NotExecuted(Postponed::without_answer(Reason::Unsendable));
        };
        outcome.and_then(|_| object.map_err(|NoObject| Reason::Incomplete))
    }
}

impl StripeClient for Courier<'_> {
    type Err = NoObject;

    async fn execute(&self, request: CustomizedStripeRequest) -> Result<Bytes, NoObject> {
        // Account and key come with the call; nothing here sets them on the request.
        let (request, _) = request.into_pieces();
        let outcome = self.transport.send(&self.call, request).await;
        let body = outcome.done().map(|body| body.raw.clone()).ok_or(NoObject);
        *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
        body
    }
}
