//! The client: a transport, and one way from a request to a fact.

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use stripe_client_core::{RequestBuilder, StripeRequest};

use super::{
    call::Call,
    config::{StripeConfig, StripeConfigError},
    transport::Transport,
};
use crate::{Outcome, Reason, Refusal, RefusalKind, facts::Unreadable};

/// Stripe, over pooled connections. Cheap to clone, and used by many tasks at once.
#[derive(Debug, Clone)]
pub struct Stripe {
    pub(super) transport: Transport,
}

impl Stripe {
    /// Prepares the client. Nothing is sent before the first call.
    pub fn new(config: &StripeConfig) -> Result<Self, StripeConfigError> {
        Ok(Self {
            transport: Transport::new(config, None)?,
        })
    }

    /// The same where time passes otherwise. `elapsed` gives what has passed since a moment that stays the same; the
    /// pauses between calls on an account that is not served are measured by it.
    pub fn in_time(
        config: &StripeConfig,
        elapsed: impl Fn() -> Duration + Send + Sync + 'static,
    ) -> Result<Self, StripeConfigError> {
        Ok(Self {
            transport: Transport::new(config, Some(Arc::new(elapsed)))?,
        })
    }

    /// Sends a typed request and reads the little we need of the answer.
    pub(super) async fn ask<T>(
        &self,
        call: Call<'_>,
        request: &(impl StripeRequest + Sync),
        read: fn(&Value) -> Result<T, Unreadable>,
    ) -> Outcome<T> {
        self.ask_raw(call, request.build(), read).await
    }

    /// The same for a request that the typed API lacks.
    pub(super) async fn ask_raw<T>(
        &self,
        call: Call<'_>,
        request: RequestBuilder,
        read: fn(&Value) -> Result<T, Unreadable>,
    ) -> Outcome<T> {
        let outcome = self.transport.send(&call, request).await;
        outcome.and_then(|body| {
            read(&body.json).map_err(|unreadable| {
                // Stripe did it, and we cannot say what: worth a look by somebody.
                tracing::warn!(call = call.name, error = %unreadable, "Stripe's answer could not be read");
                Reason::Incomplete
            })
        })
    }
}

/// Turns "no such object" into an answer.
pub(super) fn or_none<T>(outcome: Outcome<T>) -> Outcome<Option<T>> {
    match outcome {
        Outcome::Refused(Refusal {
            kind: RefusalKind::NotFound,
            request_id,
            replayed,
            ..
        }) => Outcome::Done(crate::Done {
            value: None,
            request_id,
            replayed,
        }),
        other => other.map(Some),
    }
}
