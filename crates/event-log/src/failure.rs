//! What a database error means for the caller, in words that hold no payload.

use sqlx::Error;

use crate::{AppendError, ReadError};

/// How a whole batch failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Nothing of the batch is stored.
    NothingStored(String),
    /// Perhaps all of it is stored.
    Unknown(String),
}

impl Failure {
    /// For a failure before anything could be committed.
    pub(crate) fn before_commit(error: &Error) -> Self {
        Self::NothingStored(reason(error))
    }
}

impl From<Failure> for AppendError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NothingStored(reason) => Self::Unavailable(reason),
            Failure::Unknown(reason) => Self::Unknown(reason),
        }
    }
}

impl From<Error> for ReadError {
    fn from(error: Error) -> Self {
        match error {
            Error::ColumnDecode { .. } | Error::Decode(_) => Self::Corrupt(reason(&error)),
            _ => Self::Unavailable(reason(&error)),
        }
    }
}

/// A short reason. The texts of data and constraint errors may quote values, so of those only the
/// code is told.
pub(crate) fn reason(error: &Error) -> String {
    match error {
        Error::Database(database) => {
            let code = database.code().unwrap_or_default();
            let quotes_values = database
                .try_downcast_ref::<sqlx::postgres::PgDatabaseError>()
                .is_some()
                && (code.starts_with("22") || code.starts_with("23"));
            if quotes_values {
                format!("database error {code}")
            } else {
                format!("database error {code}: {}", database.message())
            }
        }
        Error::Io(io) => io.to_string(),
        Error::Tls(_) => "the TLS handshake failed".into(),
        Error::PoolTimedOut => "no connection became free in time".into(),
        Error::PoolClosed => "the log is closed".into(),
        Error::WorkerCrashed => "the database's worker stopped".into(),
        Error::ColumnDecode { index, .. } => format!("column {index} does not decode"),
        Error::RowNotFound => "a row is missing".into(),
        Error::Protocol(_) => "the server broke the protocol".into(),
        _ => "the connection failed".into(),
    }
}
