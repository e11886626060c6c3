//! Sending once more what was sent, or what would have been.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    DeliveryId,
    endpoint::{Endpoint, EndpointRejection},
};
use event_log::{Answer, Filter, Position};

use super::endpoints::{EndpointProblem, EndpointRefusal};
use crate::{AdministerProblem, Claim, Context, Engine, Failure};

/// From where on a replay begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplayFrom {
    /// With the first event after a position of the log.
    After(Position),
    /// With the first event at a time or later.
    Since(DateTime<Utc>),
}

/// What is replayed: what happened after one position and up to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replayed {
    /// After this one.
    pub after: Position,
    /// Up to this one.
    pub until: Position,
}

/// By how much the clocks of servers may differ. Positions are in the order of commits, times are the servers' own: what
/// happened at a time is looked for a little before it.
const SKEW: TimeDelta = TimeDelta::minutes(1);

impl Engine {
    /// Sends a delivery again, whatever became of it, at once. None, if the endpoint has no such delivery.
    pub async fn resend_webhook(
        &self,
        context: &Context,
        endpoint: &Endpoint,
        delivery: &DeliveryId,
        claim: Option<&Claim>,
        answer: &Answer,
    ) -> Result<Option<Answer>, EndpointProblem> {
        if let Some(answer) = self.answered(claim).await? {
            return Ok(Some(answer));
        }
        enabled(endpoint)?;
        let at = self.host().now();
        let outbox = &self.webhooks().outbox;
        let again = outbox.resend(endpoint.id(), delivery, at).await;
        if !again.map_err(Failure::from)? {
            return Ok(None);
        }
        tracing::info!(actor = %context.actor, endpoint = %endpoint.id(), %delivery, "webhook sent again on request");
        self.webhooks().wake.notify_one();
        self.store(context, at, vec![], claim, delivery.as_str(), answer)
            .await?;
        Ok(Some(answer.clone()))
    }

    /// Sends everything again that happened from somewhere on, as the endpoint wants it today.
    pub async fn replay_webhooks(
        &self,
        context: &Context,
        endpoint: &Endpoint,
        from: ReplayFrom,
        claim: Option<&Claim>,
        render: &(dyn Fn(Replayed) -> Answer + Send + Sync),
    ) -> Result<Answer, EndpointProblem> {
        if let Some(answer) = self.answered(claim).await? {
            return Ok(answer);
        }
        enabled(endpoint)?;
        let until = self.log().head().await.map_err(Failure::from)?;
        let after = match from {
            ReplayFrom::After(position) => position.min(until),
            ReplayFrom::Since(time) => self.before(time, until).await?,
        };
        let name = format!("replay:{}:{after}:{until}", endpoint.id());
        let outbox = &self.webhooks().outbox;
        let begun = outbox.replay(&name, endpoint.id(), after, until).await;
        begun.map_err(Failure::from)?;
        tracing::info!(actor = %context.actor, endpoint = %endpoint.id(), %after, %until, "webhooks replayed on request");
        let answer = render(Replayed { after, until });
        self.store(
            context,
            self.host().now(),
            vec![],
            claim,
            endpoint.id().as_str(),
            &answer,
        )
        .await?;
        Ok(answer)
    }

    /// The last position before a time, found by halving.
    async fn before(&self, time: DateTime<Utc>, head: Position) -> Result<Position, Failure> {
        let time = time.checked_sub_signed(SKEW).unwrap_or(time);
        let (mut before, mut beyond) = (0, head.0);
        while before < beyond {
            let middle = before + (beyond - before) / 2;
            let next = self.log().read(Position(middle), 1, &Filter::All).await?;
            match next.first() {
                Some(event) if event.at < time => before = middle.saturating_add(1),
                _ => beyond = middle,
            }
        }
        Ok(Position(before))
    }
}

fn enabled(endpoint: &Endpoint) -> Result<(), EndpointProblem> {
    match endpoint.is_enabled() {
        true => Ok(()),
        false => Err(AdministerProblem::Refused(EndpointRefusal::Rejected(
            EndpointRejection::Disabled,
        ))),
    }
}
