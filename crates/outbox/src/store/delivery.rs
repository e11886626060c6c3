//! One message on its way to one endpoint.

use chrono::{DateTime, Utc};
use domain::{DeliveryId, EndpointId, MessageId};
use serde::{Deserialize, Serialize};

use super::{
    error::OutboxError,
    outbox::{moment, unsigned},
};

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It waits: to be sent, to be tried again, or for those before it.
    Pending,
    /// The receiver took it.
    Delivered,
    /// It was tried for as long as it is, and is not tried again unless somebody asks.
    Dead,
}

impl DeliveryState {
    /// As it stands in its column.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Dead => "dead",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let all = [Self::Pending, Self::Delivered, Self::Dead];
        all.into_iter().find(|state| state.as_str() == text)
    }
}

/// A message on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Which.
    pub id: DeliveryId,
    /// Where to.
    pub endpoint: EndpointId,
    /// Its `webhook-id`.
    pub message: MessageId,
    /// Its type.
    pub kind: String,
    /// What it is ordered in.
    pub lane: String,
    /// Where its event stands in the log.
    pub position: u64,
    /// Its place among the messages of that event.
    pub ordinal: u32,
    /// The body, byte for byte.
    pub body: String,
    /// How far it is.
    pub state: DeliveryState,
    /// Attempts that were made, ever.
    pub attempts: u32,
    /// Attempts since it was last queued.
    pub tries: u32,
    /// When the first of those was made.
    pub tried_since: Option<DateTime<Utc>>,
    /// When it was queued first.
    pub queued_at: DateTime<Utc>,
    /// When it was taken, or given up.
    pub finished_at: Option<DateTime<Utc>>,
}

/// One attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// 1, 2, 3, …
    pub number: u32,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// How long it took.
    pub millis: u32,
    /// The status of the answer, if there was one.
    pub status: Option<u16>,
    /// What was wrong.
    pub error: Option<String>,
    /// How the answer began.
    pub excerpt: Option<String>,
}

/// The columns of a delivery.
pub(super) const COLUMNS: &str =
    "id, endpoint, message, type, lane, position, ordinal, body, state, attempts, tries,
    tried_since, queued_at, finished_at";

pub(super) type Row = (
    String,
    String,
    String,
    String,
    String,
    i64,
    i64,
    String,
    String,
    i64,
    i64,
    Option<i64>,
    i64,
    Option<i64>,
);

pub(super) fn delivery(row: Row) -> Result<Delivery, OutboxError> {
    let (
        id,
        endpoint,
        message,
        kind,
        lane,
        position,
        ordinal,
        body,
        state,
        attempts,
        tries,
        since,
        queued,
        end,
    ) = row;
    let damaged = |_| OutboxError::Damaged;
    Ok(Delivery {
        id: DeliveryId::parse(id).map_err(damaged)?,
        endpoint: EndpointId::parse(endpoint).map_err(damaged)?,
        message: MessageId::parse(message).map_err(damaged)?,
        kind,
        lane,
        position: unsigned(position)?,
        ordinal: unsigned(ordinal)?,
        body,
        state: DeliveryState::parse(&state).ok_or(OutboxError::Damaged)?,
        attempts: unsigned(attempts)?,
        tries: unsigned(tries)?,
        tried_since: since.map(moment).transpose()?,
        queued_at: moment(queued)?,
        finished_at: end.map(moment).transpose()?,
    })
}

pub(super) type AttemptRow = (i64, i64, i64, Option<i64>, Option<String>, Option<String>);

pub(super) fn attempt(
    (number, at, millis, status, error, excerpt): AttemptRow,
) -> Result<Attempt, OutboxError> {
    Ok(Attempt {
        number: unsigned(number)?,
        at: moment(at)?,
        millis: unsigned(millis)?,
        status: status.map(unsigned).transpose()?,
        error,
        excerpt,
    })
}
