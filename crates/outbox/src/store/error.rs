//! What can go wrong with the queue.

/// Why the queue could not be used. No message holds what a row holds.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// The database could not be used; safe to retry.
    #[error("the outbox is unavailable: {0}")]
    Unavailable(String),
    /// A row is not what this program writes.
    #[error("the outbox holds an unreadable row")]
    Damaged,
}

impl From<sqlx::Error> for OutboxError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(database) => Self::Unavailable(match database.code() {
                Some(code) => format!("database error {code}"),
                None => "database error".to_owned(),
            }),
            other => Self::Unavailable(other.to_string()),
        }
    }
}
