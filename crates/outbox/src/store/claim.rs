//! Taking work: what is due, and nobody else's.

use chrono::{DateTime, Utc};
use domain::EndpointId;
use event_log::Store;
use sqlx::AssertSqlSafe;

use super::{
    delivery::{COLUMNS, Delivery, Row, delivery},
    error::OutboxError,
    on_either,
    outbox::{Outbox, micros, number},
};

/// A lane that is ours for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// Of which endpoint.
    pub endpoint: EndpointId,
    /// Which.
    pub lane: String,
    /// Whose claim it is.
    pub(super) by: String,
}

impl Outbox {
    /// The endpoints for which something can be sent now.
    pub async fn due(&self, now: DateTime<Utc>) -> Result<Vec<EndpointId>, OutboxError> {
        const DUE: &str = "SELECT DISTINCT endpoint FROM lanes WHERE due_at <= $1 AND claimed_until <= $1";
        let now = micros(now);
        let found: Vec<String> =
            on_either!(self.store(), pool => sqlx::query_scalar(DUE).bind(now).fetch_all(pool).await?);
        let found = found.into_iter().map(EndpointId::parse);
        found.collect::<Result<_, _>>().map_err(|_| OutboxError::Damaged)
    }

    /// Claims lanes of an endpoint in which something is due, until a moment: whoever does not come back by then has
    /// lost them.
    pub async fn claim(
        &self,
        endpoint: &EndpointId,
        (now, until): (DateTime<Utc>, DateTime<Utc>),
        by: &str,
        at_most: usize,
    ) -> Result<Vec<Claimed>, OutboxError> {
        const SQLITE: &str = "UPDATE lanes SET claimed_by = $3, claimed_until = $4
            WHERE (endpoint, lane) IN (SELECT endpoint, lane FROM lanes
                WHERE endpoint = $1 AND due_at <= $2 AND claimed_until <= $2 ORDER BY due_at LIMIT $5)
            RETURNING lane";
        const POSTGRES: &str = "WITH picked AS MATERIALIZED (SELECT endpoint, lane FROM lanes
                WHERE endpoint = $1 AND due_at <= $2 AND claimed_until <= $2 ORDER BY due_at LIMIT $5
                FOR UPDATE SKIP LOCKED)
            UPDATE lanes SET claimed_by = $3, claimed_until = $4 FROM picked
            WHERE lanes.endpoint = picked.endpoint AND lanes.lane = picked.lane
            RETURNING lanes.lane";
        let sql = match self.store() {
            Store::Sqlite(_) => SQLITE,
            Store::Postgres(_) => POSTGRES,
        };
        let (now, until) = (micros(now), micros(until));
        let lanes: Vec<String> = on_either!(self.store(), pool => {
            let query = sqlx::query_scalar(sql).bind(endpoint.as_str()).bind(now).bind(by).bind(until);
            query.bind(number(at_most)).fetch_all(pool).await?
        });
        let claimed = |lane| Claimed {
            endpoint: endpoint.clone(),
            lane,
            by: by.to_owned(),
        };
        Ok(lanes.into_iter().map(claimed).collect())
    }

    /// The first message of a lane that is still to be delivered.
    pub async fn first_of(&self, claimed: &Claimed) -> Result<Option<Delivery>, OutboxError> {
        let sql = || {
            AssertSqlSafe(format!(
                "SELECT {COLUMNS} FROM deliveries WHERE endpoint = $1 AND lane = $2 AND state = 'pending'
                ORDER BY position, ordinal LIMIT 1"
            ))
        };
        let row: Option<Row> = on_either!(self.store(), pool => {
            let query = sqlx::query_as(sql()).bind(claimed.endpoint.as_str()).bind(&claimed.lane);
            query.fetch_optional(pool).await?
        });
        row.map(delivery).transpose()
    }

    /// Gives a lane back as it was, to be looked at again at a moment.
    pub async fn release(&self, claimed: &Claimed, due_at: DateTime<Utc>) -> Result<(), OutboxError> {
        const RELEASE: &str = "UPDATE lanes SET claimed_by = '', claimed_until = 0, due_at = $4
            WHERE endpoint = $1 AND lane = $2 AND claimed_by = $3";
        on_either!(self.store(), pool => {
            let query = sqlx::query(RELEASE).bind(claimed.endpoint.as_str()).bind(&claimed.lane);
            query.bind(&claimed.by).bind(micros(due_at)).execute(pool).await?;
        });
        Ok(())
    }
}
