//! One attempt, and what follows from it.

use chrono::{DateTime, TimeDelta, Utc};
use domain::endpoint::{DisableReason, Endpoint, EndpointCommand};
use outbox::{Attempt, Claimed, Delivery, Fate, Parcel, Recorded, Reply, schedule};

use super::courier::Courier;
use crate::{Context, Failure};

impl Courier {
    /// Sends the first message of a lane.
    pub(super) async fn deliver(&self, claimed: &Claimed) -> Result<(), Failure> {
        let outbox = &self.engine.webhooks().outbox;
        let now = self.engine.host().now();
        let endpoint = self.engine.directory().endpoint(&claimed.endpoint);
        let Some(endpoint) = endpoint.filter(|endpoint| endpoint.is_enabled()) else {
            return Ok(outbox.release(claimed, now).await?);
        };
        let Some(delivery) = outbox.first_of(claimed).await? else {
            return Ok(outbox.settle(claimed, now).await?);
        };
        let given = self.give_token(&endpoint, &delivery).await?;
        let body = given.as_ref().map_or(&delivery.body, |given| &given.body);
        let parcel = self.sign(&endpoint, &delivery, body, now);
        let reply = self.engine.webhooks().carrier.carry(parcel).await;
        if let Some(given) = given.filter(|_| reply.never_left()) {
            self.take_token_back(&given).await?;
        }
        self.conclude(claimed, &endpoint, &delivery, &reply, now).await
    }

    /// Signs for every secret that is good now, the newest first.
    fn sign(&self, endpoint: &Endpoint, delivery: &Delivery, body: &str, now: DateTime<Utc>) -> Parcel {
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        let (id, timestamp) = (delivery.message.to_string(), now.timestamp());
        let signed = Parcel::signed(&id, timestamp, body);
        let signatures = endpoint.signing_secrets(now).map(|secret| {
            let secret = self.engine.vault().webhook_secret(endpoint.id(), secret.number);
            format!("v1,{}", STANDARD.encode(secret.sign(signed.as_bytes())))
        });
        Parcel {
            url: endpoint.settings().url.as_str().to_owned(),
            id,
            timestamp,
            signature: signatures.collect::<Vec<_>>().join(" "),
            body: body.to_owned(),
        }
    }

    async fn conclude(
        &self,
        claimed: &Claimed,
        endpoint: &Endpoint,
        delivery: &Delivery,
        reply: &Reply,
        now: DateTime<Utc>,
    ) -> Result<(), Failure> {
        let attempt = Attempt {
            number: delivery.attempts.saturating_add(1),
            at: now,
            millis: u32::try_from(reply.took.as_millis()).unwrap_or(u32::MAX),
            status: reply.status,
            error: reply.error.map(str::to_owned),
            excerpt: reply.excerpt.clone(),
        };
        let gone = reply.is_gone() && self.is_where_it_was(endpoint);
        if gone {
            // First, so that nothing else is sent if this is where the process dies.
            self.disable(endpoint, DisableReason::Gone).await?;
        }
        let fate = fate(delivery, reply, gone, now);
        let outbox = &self.engine.webhooks().outbox;
        if outbox.record(claimed, delivery, &attempt, fate).await? == Recorded::Lost {
            return Ok(());
        }
        self.count(fate);
        if fate == Fate::Dead && !gone {
            let since = delivery.tried_since.unwrap_or(now);
            let last = outbox.last_success(endpoint.id()).await?;
            if last.is_none_or(|last| last < since) {
                self.disable(endpoint, DisableReason::Failing { since }).await?;
            }
        }
        Ok(())
    }

    /// Whether messages still go where one was just sent: what an address says that was given up meanwhile does not end
    /// the endpoint.
    fn is_where_it_was(&self, endpoint: &Endpoint) -> bool {
        let now = self.engine.directory().endpoint(endpoint.id());
        now.is_some_and(|now| now.settings().url == endpoint.settings().url)
    }

    fn count(&self, fate: Fate) {
        let outcome = match fate {
            Fate::Delivered => "delivered",
            Fate::Again { .. } => "failed",
            Fate::Dead => "dead",
        };
        let environment = self.engine.settings().name;
        metrics::counter!("webhook_attempts_total", "environment" => environment, "outcome" => outcome)
            .increment(1);
    }

    async fn disable(&self, endpoint: &Endpoint, reason: DisableReason) -> Result<(), Failure> {
        let context = Context::of_resolver(None, endpoint.id().as_str());
        let command = |at| EndpointCommand::Disable {
            reason: reason.clone(),
            at,
        };
        let id = endpoint.id().as_str();
        let told = self.engine.record::<Endpoint>(&context, id, &command).await?;
        // Somebody may have deleted it meanwhile, which is as good.
        if told.is_ok() {
            tracing::warn!(endpoint = id, ?reason, "webhook endpoint disabled");
        }
        Ok(())
    }
}

fn fate(delivery: &Delivery, reply: &Reply, gone: bool, now: DateTime<Utc>) -> Fate {
    if reply.is_success() {
        return Fate::Delivered;
    }
    if gone {
        return Fate::Dead;
    }
    let tries = delivery.tries.saturating_add(1);
    let wait = schedule::after(tries, delivery.id.as_str(), reply.wish(now));
    match wait.and_then(|wait| TimeDelta::from_std(wait).ok()) {
        Some(wait) => Fate::Again { at: now + wait },
        None => Fate::Dead,
    }
}
