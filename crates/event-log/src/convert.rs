//! Numbers and times between Rust and SQL.

use chrono::{DateTime, SubsecRound, Utc};

use crate::{ReadError, StreamId};

/// SQL's integers are signed. What does not fit matches no stored number anyway.
pub(crate) fn to_sql(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A stored count or position.
pub(crate) fn from_sql(number: i64) -> Result<u64, ReadError> {
    u64::try_from(number).map_err(|_| ReadError::Corrupt("a negative number".into()))
}

/// A stored schema version or status code.
pub(crate) fn short_from_sql(number: i64) -> Result<u16, ReadError> {
    u16::try_from(number).map_err(|_| ReadError::Corrupt("a number beyond 65535".into()))
}

/// The microsecond is the finest both databases keep.
pub(crate) fn to_microsecond(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(6)
}

/// A stored time, in microseconds since 1970.
pub(crate) fn time_from_sql(micros: i64) -> Result<DateTime<Utc>, ReadError> {
    DateTime::from_timestamp_micros(micros)
        .ok_or_else(|| ReadError::Corrupt("a time beyond the calendar".into()))
}

/// A stored stream name.
pub(crate) fn stream_from_sql(name: &str) -> Result<StreamId, ReadError> {
    name.parse()
        .map_err(|_| ReadError::Corrupt("a malformed stream name".into()))
}
