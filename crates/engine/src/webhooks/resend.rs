//! Sending once more what was sent, or what would have been.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    DeliveryId, EndpointId, ReplayId,
    endpoint::{Endpoint, EndpointCommand},
};
use event_log::{Answer, Filter, Position};

use super::endpoints::EndpointProblem;
use crate::{Claim, Context, Engine, Failure};

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
    /// Sends a delivery again, whatever became of it, as soon as the log is followed that far. None, if the endpoint has
    /// no such delivery.
    pub async fn resend_webhook(
        &self,
        context: &Context,
        endpoint: &EndpointId,
        delivery: &DeliveryId,
        claim: Option<&Claim>,
        answer: &Answer,
    ) -> Result<Option<Answer>, EndpointProblem> {
        if let Some(answer) = self.answered(claim).await? {
            return Ok(Some(answer));
        }
        let outbox = &self.webhooks().outbox;
        let known = outbox.find(endpoint, delivery).await.map_err(Failure::from)?;
        if known.is_none() {
            return Ok(None);
        }
        let replay = self.fresh_replay();
        let command = |at| EndpointCommand::Resend {
            replay: replay.clone(),
            delivery: delivery.clone(),
            at,
        };
        let told = self
            .tell_endpoint(context, endpoint, &command, claim, &|_, _| answer.clone())
            .await?;
        Ok(Some(told))
    }

    /// Sends everything again that happened from somewhere on, as the endpoint wants it when it is sent.
    pub async fn replay_webhooks(
        &self,
        context: &Context,
        endpoint: &EndpointId,
        from: ReplayFrom,
        claim: Option<&Claim>,
        render: &(dyn Fn(Replayed) -> Answer + Send + Sync),
    ) -> Result<Answer, EndpointProblem> {
        if let Some(answer) = self.answered(claim).await? {
            return Ok(answer);
        }
        let until = self.log().head().await.map_err(Failure::from)?;
        let after = match from {
            ReplayFrom::After(position) => position.min(until),
            ReplayFrom::Since(time) => self.before(time, until).await?,
        };
        let replay = self.fresh_replay();
        let command = |at| EndpointCommand::Replay {
            replay: replay.clone(),
            after: after.0,
            until: until.0,
            at,
        };
        let answer = |_: &Endpoint, _| render(Replayed { after, until });
        self.tell_endpoint(context, endpoint, &command, claim, &answer)
            .await
    }

    fn fresh_replay(&self) -> ReplayId {
        ReplayId::from_uuid(self.host().fresh_id())
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
