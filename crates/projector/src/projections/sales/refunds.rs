//! Refunds, one by one. What a row leaves out stands in the purchase.

use event_log::Store;

use super::Sales;
use crate::{
    projection::Projection,
    store::{ViewError, live_build, on_either},
};

/// Where a refund is written down, and who asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundRow {
    /// Which.
    pub refund: String,
    /// Of which purchase.
    pub purchase: String,
    /// When it was started, in microseconds since 1970-01-01 UTC.
    pub started_at: i64,
    /// Who asked for it, as the event names them.
    pub actor: String,
}

type Columns = (String, String, i64, String);

impl From<Columns> for RefundRow {
    fn from((refund, purchase, started_at, actor): Columns) -> Self {
        Self {
            refund,
            purchase,
            started_at,
            actor,
        }
    }
}

impl Sales {
    /// An operator's refunds, the newest first, after the one that was started then.
    pub async fn refunds(
        store: &Store,
        operator: &str,
        after: Option<&(i64, String)>,
        limit: usize,
    ) -> Result<Vec<RefundRow>, ViewError> {
        const LIST: &str = "SELECT refund, purchase, started_at, actor FROM refunds
            WHERE build = $1 AND operator = $2 AND (started_at < $3 OR (started_at = $3 AND refund < $4))
            ORDER BY started_at DESC, refund DESC LIMIT $5";
        let (at, id) = after.map_or((i64::MAX, ""), |(at, id)| (*at, id.as_str()));
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut build = live_build(store, Self::NAME, Self::VERSION).await?;
        loop {
            let rows: Vec<Columns> = on_either!(Store, store, pool => {
                sqlx::query_as(LIST).bind(build.number()).bind(operator).bind(at).bind(id).bind(limit)
                    .fetch_all(pool).await?
            });
            match live_build(store, Self::NAME, Self::VERSION).await? {
                live if live == build => return Ok(rows.into_iter().map(RefundRow::from).collect()),
                live => build = live,
            }
        }
    }

    /// One of them.
    pub async fn refund(store: &Store, operator: &str, refund: &str) -> Result<Option<RefundRow>, ViewError> {
        const FIND: &str = "SELECT refund, purchase, started_at, actor FROM refunds
            WHERE build = $1 AND operator = $2 AND refund = $3";
        let mut build = live_build(store, Self::NAME, Self::VERSION).await?;
        loop {
            let row: Option<Columns> = on_either!(Store, store, pool => {
                sqlx::query_as(FIND).bind(build.number()).bind(operator).bind(refund).fetch_optional(pool).await?
            });
            match live_build(store, Self::NAME, Self::VERSION).await? {
                live if live == build => return Ok(row.map(RefundRow::from)),
                live => build = live,
            }
        }
    }
}
