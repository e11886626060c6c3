//! What webhooks are made of.

use std::sync::Arc;

use outbox::{Carrier, HttpCarrier, Outbox, Policy};
use tokio::sync::Notify;

use crate::Failure;

/// The queue, whoever makes attempts, and where they may go.
#[derive(Clone)]
pub struct Webhooks {
    /// What waits, and what came of what was sent.
    pub outbox: Outbox,
    /// Makes attempts.
    pub carrier: Arc<dyn Carrier>,
    /// What an endpoint may be.
    pub policy: Policy,
    /// Told when something may be due.
    pub(crate) wake: Arc<Notify>,
}

impl Webhooks {
    /// Over HTTP.
    pub fn over_http(outbox: Outbox, policy: Policy) -> Result<Self, Failure> {
        let carrier = HttpCarrier::new(policy)
            .map_err(|error| Failure::Unavailable(format!("no client for webhooks: {error}")))?;
        Ok(Self::carried_by(outbox, Arc::new(carrier), policy))
    }

    /// By somebody else.
    #[must_use]
    pub fn carried_by(outbox: Outbox, carrier: Arc<dyn Carrier>, policy: Policy) -> Self {
        Self {
            outbox,
            carrier,
            policy,
            wake: Arc::default(),
        }
    }
}
