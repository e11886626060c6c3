//! Forgetting what need not be known any more.

use chrono::{DateTime, Utc};
use domain::EndpointId;

use super::{
    error::OutboxError,
    in_transaction, on_either,
    outbox::{Outbox, micros, number},
};

impl Outbox {
    /// Forgets all about an endpoint that is gone for good.
    pub async fn forget(&self, endpoint: &EndpointId) -> Result<(), OutboxError> {
        const ALL: [&str; 5] = [
            "DELETE FROM feeds WHERE endpoint = $1",
            "DELETE FROM lanes WHERE endpoint = $1",
            "DELETE FROM attempts WHERE delivery IN (SELECT id FROM deliveries WHERE endpoint = $1)",
            "DELETE FROM deliveries WHERE endpoint = $1",
            "DELETE FROM endpoint_health WHERE endpoint = $1",
        ];
        in_transaction!(self.store(), transaction => {
            for sql in ALL {
                sqlx::query(sql).bind(endpoint.as_str()).execute(&mut *transaction).await?;
            }
        });
        Ok(())
    }

    /// Removes some of what ended before a moment. How many; there may be more.
    pub async fn purge(&self, before: DateTime<Utc>, at_most: usize) -> Result<usize, OutboxError> {
        const OLD: &str = "SELECT id FROM deliveries WHERE state <> 'pending' AND finished_at < $1 ORDER BY finished_at LIMIT $2";
        // Unless it was queued anew meanwhile.
        const DELIVERY: &str = "DELETE FROM deliveries WHERE id = $1 AND state <> 'pending'";
        const ATTEMPTS: &str = "DELETE FROM attempts WHERE delivery = $1";
        let before = micros(before);
        let old: Vec<String> = on_either!(self.store(), pool => {
            sqlx::query_scalar(OLD).bind(before).bind(number(at_most)).fetch_all(pool).await?
        });
        if old.is_empty() {
            return Ok(0);
        }
        in_transaction!(self.store(), transaction => {
            for id in &old {
                if sqlx::query(DELIVERY).bind(id).execute(&mut *transaction).await?.rows_affected() > 0 {
                    sqlx::query(ATTEMPTS).bind(id).execute(&mut *transaction).await?;
                }
            }
        });
        Ok(old.len())
    }
}
