//! Looking at what was sent.

use domain::{DeliveryId, EndpointId};
use sqlx::AssertSqlSafe;

use super::{
    delivery::{Attempt, AttemptRow, COLUMNS, Delivery, DeliveryState, Row, attempt, delivery},
    error::OutboxError,
    on_either,
    outbox::{Outbox, number, unsigned},
};

/// Where a delivery stands in the list of its endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Of its event in the log.
    pub position: u64,
    /// Among the messages of that event.
    pub ordinal: u32,
}

impl Place {
    /// Of a delivery.
    #[must_use]
    pub const fn of(delivery: &Delivery) -> Self {
        Self {
            position: delivery.position,
            ordinal: delivery.ordinal,
        }
    }

    /// As a name.
    #[must_use]
    pub fn name(self) -> String {
        format!("{}-{}", self.position, self.ordinal)
    }

    /// By its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let (position, ordinal) = name.split_once('-')?;
        Some(Self {
            position: position.parse().ok()?,
            ordinal: ordinal.parse().ok()?,
        })
    }
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The newest first.
    pub deliveries: Vec<Delivery>,
    /// Whether more follow.
    pub has_more: bool,
}

/// How many deliveries there are of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// That wait.
    pub pending: u32,
    /// That were given up.
    pub dead: u32,
}

impl Outbox {
    /// Deliveries of an endpoint, the newest event first, those older than a place only.
    pub async fn list(
        &self,
        endpoint: &EndpointId,
        state: Option<DeliveryState>,
        before: Option<Place>,
        limit: usize,
    ) -> Result<Page, OutboxError> {
        let (position, ordinal) = before.map_or((i64::MAX, i64::MAX), |place| {
            (number(place.position), i64::from(place.ordinal))
        });
        let condition = if state.is_some() { "state = $4" } else { "$4 = ''" };
        let sql = || {
            AssertSqlSafe(format!(
                "SELECT {COLUMNS} FROM deliveries WHERE endpoint = $1
                AND (position < $2 OR (position = $2 AND ordinal < $3)) AND {condition}
                ORDER BY position DESC, ordinal DESC LIMIT $5"
            ))
        };
        let wanted = state.map_or("", DeliveryState::as_str);
        let one_more = number(limit).saturating_add(1);
        let rows: Vec<Row> = on_either!(self.store(), pool => {
            let query = sqlx::query_as(sql()).bind(endpoint.as_str()).bind(position).bind(ordinal);
            query.bind(wanted).bind(one_more).fetch_all(pool).await?
        });
        let mut deliveries: Vec<Delivery> = rows.into_iter().map(delivery).collect::<Result<_, _>>()?;
        let has_more = deliveries.len() > limit;
        deliveries.truncate(limit);
        Ok(Page { deliveries, has_more })
    }

    /// One delivery of an endpoint, with every attempt.
    pub async fn find(
        &self,
        endpoint: &EndpointId,
        id: &DeliveryId,
    ) -> Result<Option<(Delivery, Vec<Attempt>)>, OutboxError> {
        const ATTEMPTS: &str = "SELECT number, at, millis, status, error, excerpt FROM attempts WHERE delivery = $1 ORDER BY number";
        let sql = || {
            AssertSqlSafe(format!(
                "SELECT {COLUMNS} FROM deliveries WHERE id = $1 AND endpoint = $2"
            ))
        };
        let row: Option<Row> = on_either!(self.store(), pool => {
            let query = sqlx::query_as(sql()).bind(id.as_str()).bind(endpoint.as_str());
            query.fetch_optional(pool).await?
        });
        let Some(row) = row else { return Ok(None) };
        let attempts: Vec<AttemptRow> = on_either!(self.store(), pool => {
            sqlx::query_as(ATTEMPTS).bind(id.as_str()).fetch_all(pool).await?
        });
        let attempts = attempts.into_iter().map(attempt);
        Ok(Some((delivery(row)?, attempts.collect::<Result<_, _>>()?)))
    }

    /// How much waits, and how much was given up.
    pub async fn tally(&self) -> Result<Tally, OutboxError> {
        const TALLY: &str =
            "SELECT state, count(*) FROM deliveries WHERE state <> 'delivered' GROUP BY state";
        let rows: Vec<(String, i64)> =
            on_either!(self.store(), pool => sqlx::query_as(TALLY).fetch_all(pool).await?);
        let mut tally = Tally::default();
        for (state, count) in rows {
            match state.as_str() {
                "pending" => tally.pending = unsigned(count)?,
                "dead" => tally.dead = unsigned(count)?,
                _ => {}
            }
        }
        Ok(tally)
    }
}
