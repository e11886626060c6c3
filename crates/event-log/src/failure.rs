//! What a database error means for the caller, in words that hold no payload.

use sqlx::Error;

use crate::{AppendError, ReadError};

/// How a whole batch failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Nothing of the batch is stored.
    NothingStored(String),
    /// Nothing of the batch is stored, and trying again does not help.
    Refused(String),
    /// Perhaps all of it is stored.
    Unknown(String),
}

impl Failure {
    /// For a failure before anything could be committed.
    pub(crate) fn before_commit(error: &Error) -> Self {
        if is_lasting(error) {
            Self::Refused(reason(error))
        } else {
            Self::NothingStored(reason(error))
        }
    }
}

impl From<Failure> for AppendError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NothingStored(reason) => Self::Unavailable(reason),
            Failure::Refused(reason) => Self::Refused(reason),
            Failure::Unknown(reason) => Self::Unknown(reason),
        }
    }
}

impl From<Error> for ReadError {
    fn from(error: Error) -> Self {
        match error {
            Error::ColumnDecode { .. } | Error::Decode(_) => Self::Corrupt(reason(&error)),
            _ if is_lasting(&error) => Self::Refused(reason(&error)),
            _ => Self::Unavailable(reason(&error)),
        }
    }
}

/// SQLite's primary codes for what does not pass by itself: a statement that no longer fits the tables, no permission,
/// read-only, damaged, full, no database. <https://sqlite.org/rescode.html>
const LASTING_SQLITE: [i32; 7] = [1, 3, 8, 11, 13, 23, 26];

/// The same in PostgreSQL's classes and codes: no such table, column or function, no right, read-only, full, damaged, no
/// such database or role. <https://www.postgresql.org/docs/current/errcodes-appendix.html>
const LASTING_POSTGRES: [&str; 8] = ["42", "25006", "53100", "XX001", "XX002", "3D", "3F", "28"];

/// Whether the database will say the same until somebody puts it right.
fn is_lasting(error: &Error) -> bool {
    let Error::Database(database) = error else {
        return false;
    };
    let code = database.code().unwrap_or_default();
    if database
        .try_downcast_ref::<sqlx::postgres::PgDatabaseError>()
        .is_some()
    {
        return LASTING_POSTGRES.iter().any(|lasting| code.starts_with(lasting));
    }
    // Extended codes keep the primary code in the low byte.
    code.parse::<i32>()
        .is_ok_and(|code| LASTING_SQLITE.contains(&(code & 0xff)))
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
