//! Writing down what came of an attempt.

use chrono::{DateTime, Utc};
use domain::EndpointId;
use event_log::Store;

use super::{
    claim::Claimed,
    delivery::{Attempt, Delivery},
    error::OutboxError,
    in_transaction, on_either,
    outbox::{Outbox, micros, moment},
};

/// What an attempt led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The receiver took the message.
    Delivered,
    /// It is tried again.
    Again {
        /// When.
        at: DateTime<Utc>,
    },
    /// It is not.
    Dead,
}

/// Whether it is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// It is.
    Kept,
    /// The claim had run out, and somebody else has the lane.
    Lost,
}

const HOLD_SQLITE: &str = "SELECT 1 FROM lanes WHERE endpoint = $1 AND lane = $2 AND claimed_by = $3";
const HOLD_POSTGRES: &str =
    "SELECT 1 FROM lanes WHERE endpoint = $1 AND lane = $2 AND claimed_by = $3 FOR UPDATE";
const ATTEMPT: &str = "INSERT INTO attempts (delivery, number, at, millis, status, error, excerpt)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const DELIVERY: &str = "UPDATE deliveries SET state = $2, attempts = $3, tries = tries + 1,
    tried_since = COALESCE(tried_since, $4), finished_at = $5 WHERE id = $1";
const HEALTH: &str = "INSERT INTO endpoint_health (endpoint, last_success) VALUES ($1, $2)
    ON CONFLICT (endpoint) DO UPDATE SET last_success = excluded.last_success";
const GIVE_BACK: &str =
    "UPDATE lanes SET claimed_by = '', claimed_until = 0, due_at = $3 WHERE endpoint = $1 AND lane = $2";
const REMOVE: &str =
    "DELETE FROM lanes WHERE endpoint = $1 AND lane = $2 AND NOT EXISTS (SELECT 1 FROM deliveries
    WHERE deliveries.endpoint = $1 AND deliveries.lane = $2 AND deliveries.state = 'pending')";

impl Outbox {
    /// Writes down an attempt and what it led to, and gives the lane back: to the next message of it if this one is
    /// over, and to nobody if there is none.
    pub async fn record(
        &self,
        claimed: &Claimed,
        delivery: &Delivery,
        attempt: &Attempt,
        fate: Fate,
    ) -> Result<Recorded, OutboxError> {
        let hold = match self.store() {
            Store::Sqlite(_) => HOLD_SQLITE,
            Store::Postgres(_) => HOLD_POSTGRES,
        };
        let at = micros(attempt.at);
        let (state, finished, due) = match fate {
            Fate::Delivered => ("delivered", Some(at), at),
            Fate::Again { at: due } => ("pending", None, micros(due)),
            Fate::Dead => ("dead", Some(at), at),
        };
        let (endpoint, lane) = (claimed.endpoint.as_str(), &claimed.lane);
        let kept = in_transaction!(self.store(), transaction => {
            let query = sqlx::query(hold).bind(endpoint).bind(lane).bind(&claimed.by);
            if query.fetch_optional(&mut *transaction).await?.is_none() {
                return Ok(Recorded::Lost);
            }
            let query = sqlx::query(ATTEMPT).bind(delivery.id.as_str()).bind(i64::from(attempt.number)).bind(at);
            let query = query.bind(i64::from(attempt.millis)).bind(attempt.status.map(i64::from));
            query.bind(&attempt.error).bind(&attempt.excerpt).execute(&mut *transaction).await?;
            let query = sqlx::query(DELIVERY).bind(delivery.id.as_str()).bind(state);
            let query = query.bind(i64::from(attempt.number)).bind(at).bind(finished);
            query.execute(&mut *transaction).await?;
            if fate == Fate::Delivered {
                sqlx::query(HEALTH).bind(endpoint).bind(at).execute(&mut *transaction).await?;
            }
            // With the lane held, whatever is queued in it from now on comes after this.
            sqlx::query(GIVE_BACK).bind(endpoint).bind(lane).bind(due).execute(&mut *transaction).await?;
            sqlx::query(REMOVE).bind(endpoint).bind(lane).execute(&mut *transaction).await?;
            Recorded::Kept
        });
        Ok(kept)
    }

    /// Removes a lane in which nothing is pending.
    pub async fn settle(&self, claimed: &Claimed, now: DateTime<Utc>) -> Result<(), OutboxError> {
        let (endpoint, lane) = (claimed.endpoint.as_str(), &claimed.lane);
        in_transaction!(self.store(), transaction => {
            sqlx::query(GIVE_BACK).bind(endpoint).bind(lane).bind(micros(now)).execute(&mut *transaction).await?;
            sqlx::query(REMOVE).bind(endpoint).bind(lane).execute(&mut *transaction).await?;
        });
        Ok(())
    }

    /// When an endpoint last took a message.
    pub async fn last_success(&self, endpoint: &EndpointId) -> Result<Option<DateTime<Utc>>, OutboxError> {
        const LAST: &str = "SELECT last_success FROM endpoint_health WHERE endpoint = $1";
        let last: Option<i64> = on_either!(self.store(), pool => {
            sqlx::query_scalar(LAST).bind(endpoint.as_str()).fetch_optional(pool).await?
        });
        last.map(moment).transpose()
    }
}
