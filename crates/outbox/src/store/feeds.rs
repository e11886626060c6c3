//! How far the log was followed, and queueing what that gave, in one transaction.

use chrono::{DateTime, Utc};
use domain::{DeliveryId, EndpointId, ReplayId};
use event_log::{Position, Store};
use sha2::{Digest, Sha256};
use uuid::Builder;

use super::{
    error::OutboxError,
    in_transaction, on_either,
    outbox::{Outbox, micros, number, unsigned},
};
use crate::messages::Message;

/// The feed that queues what happens.
const MAIN: &str = "main";

/// A reader of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Feed {
    pub(crate) id: String,
    /// For whom a replay is; nothing of the main feed.
    pub(crate) endpoint: Option<EndpointId>,
    /// Everything up to here is queued.
    pub(crate) position: Position,
    /// Where a replay ends.
    pub(crate) until: Option<Position>,
}

impl Feed {
    /// Whether it queues anew what was queued before.
    pub(crate) const fn is_replay(&self) -> bool {
        self.endpoint.is_some()
    }
}

/// A message for an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Queued {
    pub(crate) endpoint: EndpointId,
    pub(crate) message: Message,
}

impl Queued {
    /// One for each message and endpoint, however often it is queued.
    fn id(&self) -> DeliveryId {
        let mut digest = Sha256::new();
        digest.update(self.endpoint.as_str().as_bytes());
        digest.update([0]);
        digest.update(self.message.id.as_str().as_bytes());
        let bytes: [u8; 32] = digest.finalize().into();
        let [first @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = bytes;
        DeliveryId::from_uuid(Builder::from_custom_bytes(first).into_uuid())
    }
}

/// What somebody wants an endpoint to be sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Again {
    /// One message, with every attempt that a new one has, at once. One that is not kept any more is not sent.
    Message {
        endpoint: EndpointId,
        delivery: DeliveryId,
    },
    /// What happened after one position and up to another.
    Stretch {
        endpoint: EndpointId,
        replay: ReplayId,
        after: Position,
        until: Position,
    },
}

/// What a part of the log tells.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) queued: Vec<Queued>,
    pub(crate) again: Vec<Again>,
}

impl Told {
    /// How many messages wait because of it.
    pub(crate) fn messages(&self) -> usize {
        let one_again = |again: &&Again| matches!(again, Again::Message { .. });
        self.queued.len() + self.again.iter().filter(one_again).count()
    }

    pub(crate) const fn is_nothing(&self) -> bool {
        self.queued.is_empty() && self.again.is_empty()
    }
}

/// Whether it is queued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Landed {
    /// It is.
    In,
    /// Somebody else was faster; nothing was written.
    Raced,
}

type Row = (String, Option<String>, i64, Option<i64>);

fn feed((id, endpoint, position, until): Row) -> Result<Feed, OutboxError> {
    let endpoint = endpoint.map(EndpointId::parse).transpose();
    Ok(Feed {
        id,
        endpoint: endpoint.map_err(|_| OutboxError::Damaged)?,
        position: Position(unsigned(position)?),
        until: until.map(unsigned).transpose()?.map(Position),
    })
}

const HOLD_SQLITE: &str = "SELECT position FROM feeds WHERE id = $1";
const HOLD_POSTGRES: &str = "SELECT position FROM feeds WHERE id = $1 FOR UPDATE";
// Touching the lane keeps whoever finishes its last message from removing it before this is committed.
const LANE: &str = "INSERT INTO lanes (endpoint, lane, due_at) VALUES ($1, $2, $3)
    ON CONFLICT (endpoint, lane) DO UPDATE SET due_at = lanes.due_at";
const LANE_AT_ONCE: &str = "INSERT INTO lanes (endpoint, lane, due_at) VALUES ($1, $2, $3)
    ON CONFLICT (endpoint, lane) DO UPDATE SET due_at = excluded.due_at";
const ONCE: &str =
    "INSERT INTO deliveries (id, endpoint, message, type, lane, position, ordinal, body, state, queued_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'pending', $9) ON CONFLICT DO NOTHING";
const AGAIN: &str =
    "INSERT INTO deliveries (id, endpoint, message, type, lane, position, ordinal, body, state, queued_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'pending', $9)
    ON CONFLICT (id) DO UPDATE SET state = 'pending', tries = 0, tried_since = NULL, finished_at = NULL";
const LANE_OF: &str = "INSERT INTO lanes (endpoint, lane, due_at)
    SELECT endpoint, lane, CAST($3 AS bigint) FROM deliveries WHERE id = $1 AND endpoint = $2
    ON CONFLICT (endpoint, lane) DO UPDATE SET due_at = excluded.due_at";
const RESEND: &str =
    "UPDATE deliveries SET state = 'pending', tries = 0, tried_since = NULL, finished_at = NULL
    WHERE id = $1 AND endpoint = $2";
const REPLAY: &str =
    "INSERT INTO feeds (id, endpoint, position, until) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
const MOVE: &str = "UPDATE feeds SET position = $2 WHERE id = $1";
const END: &str = "DELETE FROM feeds WHERE id = $1 AND until <= position";

impl Outbox {
    /// Every feed, the main one first.
    pub(crate) async fn feeds(&self) -> Result<Vec<Feed>, OutboxError> {
        const FEEDS: &str =
            "SELECT id, endpoint, position, until FROM feeds ORDER BY endpoint IS NOT NULL, id";
        let rows: Vec<Row> = on_either!(self.store(), pool => sqlx::query_as(FEEDS).fetch_all(pool).await?);
        rows.into_iter().map(feed).collect()
    }

    /// Begins to follow the log after a position, unless that was begun before.
    pub(crate) async fn begin(&self, after: Position) -> Result<(), OutboxError> {
        const BEGIN: &str = "INSERT INTO feeds (id, position) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        on_either!(self.store(), pool => {
            sqlx::query(BEGIN).bind(MAIN).bind(number(after.0)).execute(pool).await?;
        });
        Ok(())
    }

    /// Queues messages, lets happen again what is wanted again, and moves the feed on that gave both. A message that was
    /// queued for the endpoint before is queued again by a replay only.
    pub(crate) async fn land(
        &self,
        feed: &Feed,
        to: Position,
        told: &Told,
        now: DateTime<Utc>,
    ) -> Result<Landed, OutboxError> {
        let hold = match self.store() {
            Store::Sqlite(_) => HOLD_SQLITE,
            Store::Postgres(_) => HOLD_POSTGRES,
        };
        let (lane, insert) = match feed.is_replay() {
            true => (LANE_AT_ONCE, AGAIN),
            false => (LANE, ONCE),
        };
        let now = micros(now);
        let landed = in_transaction!(self.store(), transaction => {
            let stands_at: Option<i64> = sqlx::query_scalar(hold).bind(&feed.id).fetch_optional(&mut *transaction).await?;
            if stands_at != Some(number(feed.position.0)) {
                return Ok(Landed::Raced);
            }
            for one in &told.queued {
                let (endpoint, message) = (one.endpoint.as_str(), &one.message);
                let query = sqlx::query(lane).bind(endpoint).bind(&message.lane).bind(now);
                query.execute(&mut *transaction).await?;
                let query = sqlx::query(insert).bind(one.id().to_string()).bind(endpoint);
                let query = query.bind(message.id.as_str()).bind(message.kind.as_str()).bind(&message.lane);
                let query = query.bind(number(message.position)).bind(i64::from(message.ordinal));
                query.bind(&message.body).bind(now).execute(&mut *transaction).await?;
            }
            for again in &told.again {
                match again {
                    Again::Message { endpoint, delivery } => {
                        let query = sqlx::query(LANE_OF).bind(delivery.as_str()).bind(endpoint.as_str());
                        query.bind(now).execute(&mut *transaction).await?;
                        let query = sqlx::query(RESEND).bind(delivery.as_str()).bind(endpoint.as_str());
                        query.execute(&mut *transaction).await?;
                    }
                    Again::Stretch { endpoint, replay, after, until } => {
                        let query = sqlx::query(REPLAY).bind(replay.as_str()).bind(endpoint.as_str());
                        query.bind(number(after.0)).bind(number(until.0)).execute(&mut *transaction).await?;
                    }
                }
            }
            sqlx::query(MOVE).bind(&feed.id).bind(number(to.0)).execute(&mut *transaction).await?;
            sqlx::query(END).bind(&feed.id).execute(&mut *transaction).await?;
            Landed::In
        });
        Ok(landed)
    }
}
