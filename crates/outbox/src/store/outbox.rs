//! The queue as its callers hold it.

use chrono::{DateTime, Utc};
use event_log::{Database, Store};

use super::error::OutboxError;

/// Messages on their way, and what came of them. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Outbox(Store);

impl Outbox {
    /// That of a database.
    #[must_use]
    pub fn of(database: &Database) -> Self {
        Self(database.outbox().clone())
    }

    pub(super) const fn store(&self) -> &Store {
        &self.0
    }
}

pub(super) fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}

pub(super) fn moment(micros: i64) -> Result<DateTime<Utc>, OutboxError> {
    DateTime::from_timestamp_micros(micros).ok_or(OutboxError::Damaged)
}

pub(super) fn number<N: TryInto<i64>>(number: N) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

pub(super) fn unsigned<N: TryFrom<i64>>(number: i64) -> Result<N, OutboxError> {
    N::try_from(number).map_err(|_| OutboxError::Damaged)
}
