//! Stays, one by one.

use chrono::{DateTime, Utc};
use domain::{LocationId, OperatorId, ParkingSessionId};
use event_log::Store;

use super::{ParkingStays, StayRow};
use crate::{
    projection::Projection,
    store::{Build, Value, ViewError, live_build, on_either},
};

/// Which stays of an operator are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StaysAsked {
    /// In this state, one of [`ParkingStays::STATES`].
    pub state: Option<String>,
    /// Paid or not paid like this, one of [`ParkingStays::PAYMENTS`].
    pub payment: Option<String>,
    /// At this location.
    pub location: Option<LocationId>,
    /// Only those that a rider owes for, what is being tried again included.
    pub only_debts: bool,
    /// What follows upon this one.
    pub after: Option<(DateTime<Utc>, ParkingSessionId)>,
    /// How many at most.
    pub limit: usize,
}

const LIST: &str =
    "SELECT * FROM parking_stays WHERE build = $1 AND operator = $2 AND ($3 = '' OR state = $3)
    AND ($4 = '' OR payment = $4) AND ($5 = '' OR location = $5)
    AND ($6 = 0 OR payment = 'owed' OR (payment = 'due' AND owed_since IS NOT NULL))
    AND (began < $7 OR (began = $7 AND session < $8)) ORDER BY began DESC, session DESC LIMIT $9";

const OWED: &str = "SELECT * FROM parking_stays WHERE build = $1 AND payment = 'owed' AND attempts = $2
    AND last_attempt_at <= $3 AND (last_attempt_at > $4 OR (last_attempt_at = $4 AND session > $5))
    ORDER BY last_attempt_at, session LIMIT $6";

const GOING_ON: &str =
    "SELECT * FROM parking_stays WHERE build = $1 AND state IN ('awaiting_entry', 'active')
    AND began < $2 AND (began > $3 OR (began = $3 AND session > $4)) ORDER BY began, session LIMIT $5";

impl ParkingStays {
    /// The states a stay can be in.
    pub const STATES: [&str; 4] = ["awaiting_entry", "active", "over", "given_up"];
    /// What can come of paying for it.
    pub const PAYMENTS: [&str; 6] = ["none", "due", "paid", "owed", "paid_late", "forgiven"];

    /// An operator's stays, the newest first.
    pub async fn list(
        store: &Store,
        operator: &OperatorId,
        asked: &StaysAsked,
    ) -> Result<Vec<StayRow>, ViewError> {
        let (after_at, after) = asked.after.as_ref().map_or((i64::MAX, ""), |(at, session)| {
            (at.timestamp_micros(), session.as_str())
        });
        let values = [
            Value::Text(operator.as_str()),
            Value::Text(asked.state.as_deref().unwrap_or_default()),
            Value::Text(asked.payment.as_deref().unwrap_or_default()),
            Value::Text(asked.location.as_ref().map_or("", LocationId::as_str)),
            Value::Integer(i64::from(asked.only_debts)),
            Value::Integer(after_at),
            Value::Text(after),
            limited(asked.limit),
        ];
        read(store, LIST, &values).await
    }

    /// What is owed after so many attempts, the last of them no later than then, the longest ago first; what follows
    /// upon `after`, so that debts that nobody can pay hide no others.
    pub async fn owed(
        store: &Store,
        attempts: u32,
        tried_until: DateTime<Utc>,
        after: Option<&StayRow>,
        limit: usize,
    ) -> Result<Vec<StayRow>, ViewError> {
        let tried = after.and_then(|row| row.last_attempt_at);
        let values = [
            Value::Integer(attempts.into()),
            Value::Integer(tried_until.timestamp_micros()),
            Value::Integer(tried.map_or(i64::MIN, |at| at.timestamp_micros())),
            Value::Text(after.map_or("", |row| row.session.as_str())),
            limited(limit),
        ];
        read(store, OWED, &values).await
    }

    /// What goes on, or waits at a gate, and was asked for before then, the oldest first; what follows upon `after`.
    pub async fn going_on(
        store: &Store,
        began_before: DateTime<Utc>,
        after: Option<&StayRow>,
        limit: usize,
    ) -> Result<Vec<StayRow>, ViewError> {
        let values = [
            Value::Integer(began_before.timestamp_micros()),
            Value::Integer(after.map_or(i64::MIN, |row| row.began.timestamp_micros())),
            Value::Text(after.map_or("", |row| row.session.as_str())),
            limited(limit),
        ];
        read(store, GOING_ON, &values).await
    }
}

fn limited(limit: usize) -> Value<'static> {
    Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX))
}

async fn read(store: &Store, sql: &'static str, values: &[Value<'_>]) -> Result<Vec<StayRow>, ViewError> {
    let live = || live_build(store, ParkingStays::NAME, ParkingStays::VERSION);
    let mut build = live().await?;
    loop {
        let rows = of_build(store, build, sql, values).await?;
        // A build that was replaced meanwhile may have lost its rows, too.
        match live().await? {
            live if live == build => return Ok(rows),
            live => build = live,
        }
    }
}

async fn of_build(
    store: &Store,
    build: Build,
    sql: &'static str,
    values: &[Value<'_>],
) -> Result<Vec<StayRow>, ViewError> {
    let rows = on_either!(Store, store, pool => {
        let query = sqlx::query_as(sql).bind(build.number());
        let query = values.iter().fold(query, |query, value| match *value {
            Value::Text(text) => query.bind(text),
            Value::Integer(number) => query.bind(number),
        });
        query.fetch_all(pool).await
    });
    rows.map_err(|error| match error {
        sqlx::Error::ColumnDecode { .. } => ViewError::Damaged(ParkingStays::NAME),
        other => other.into(),
    })
}
