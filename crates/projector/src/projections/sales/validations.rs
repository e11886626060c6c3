//! Passes being used.

use chrono::{DateTime, Utc};
use event_log::Store;

use super::Sales;
use crate::{
    projection::Projection,
    store::{ViewError, live_build, on_either},
};

/// Which uses of an operator's passes are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ValidationsAsked {
    /// At this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Before this time.
    pub to: Option<DateTime<Utc>>,
    /// What follows upon this one: when it was, and its position in the log.
    pub after: Option<(i64, i64)>,
    /// How many at most.
    pub limit: usize,
}

/// A pass was activated or shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidationRow {
    /// Of the event in the log.
    pub position: i64,
    /// Which pass.
    pub pass: String,
    /// Of which fare.
    pub fare: String,
    /// `activated` or `shown`.
    pub kind: String,
    /// When, in microseconds since 1970-01-01 UTC.
    pub at: i64,
}

type Columns = (i64, String, String, String, i64);

impl Sales {
    /// The uses of an operator's passes, the latest first.
    pub async fn validations(
        store: &Store,
        operator: &str,
        asked: &ValidationsAsked,
    ) -> Result<Vec<ValidationRow>, ViewError> {
        const LIST: &str = "SELECT position, pass, fare, kind, at FROM validations
            WHERE build = $1 AND operator = $2 AND at >= $3 AND at < $4
                AND (at < $5 OR (at = $5 AND position < $6))
            ORDER BY at DESC, position DESC LIMIT $7";
        let micros = |at: &DateTime<Utc>| at.timestamp_micros();
        let from = asked.from.as_ref().map_or(i64::MIN, micros);
        let to = asked.to.as_ref().map_or(i64::MAX, micros);
        let (at, position) = asked.after.unwrap_or((i64::MAX, i64::MAX));
        let limit = i64::try_from(asked.limit).unwrap_or(i64::MAX);
        let mut build = live_build(store, Self::NAME, Self::VERSION).await?;
        loop {
            let rows: Vec<Columns> = on_either!(Store, store, pool => {
                sqlx::query_as(LIST).bind(build.number()).bind(operator).bind(from).bind(to).bind(at)
                    .bind(position).bind(limit).fetch_all(pool).await?
            });
            match live_build(store, Self::NAME, Self::VERSION).await? {
                live if live == build => {
                    let row = |(position, pass, fare, kind, at): Columns| ValidationRow {
                        position,
                        pass,
                        fare,
                        kind,
                        at,
                    };
                    return Ok(rows.into_iter().map(row).collect());
                }
                live => build = live,
            }
        }
    }
}
