//! Why the vault could not do as asked.

/// What went wrong. No message repeats a key, a token or a text that was to be sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The store cannot be reached or refused the statement; trying again later may help.
    #[error("the vault's store failed: {0}")]
    Store(String),
    /// The operating system gave no randomness.
    #[error("no randomness to make a key from")]
    Randomness,
    /// The root secret is wrapped and no master key is configured.
    #[error("this database's secrets are protected by a master key, and none is configured")]
    MasterKeyMissing,
    /// The root secret is wrapped by another master key.
    #[error("the configured master key is not the one that protects this database's secrets")]
    MasterKeyWrong,
    /// A row is not what this program ever wrote: damaged, or from a newer program.
    #[error("the vault's {0} cannot be read")]
    Damaged(&'static str),
    /// The user was erased: nothing can be sealed for them any more.
    #[error("the user's sealing key was destroyed")]
    KeyDestroyed,
    /// The text was not sealed for this user, or was altered.
    #[error("the sealed text does not open with the user's key")]
    Unreadable,
    /// The text is longer than [`MAX_PLAINTEXT`](crate::MAX_PLAINTEXT).
    #[error("the text is too long to be sealed")]
    TooLong,
}

impl From<sqlx::Error> for VaultError {
    fn from(error: sqlx::Error) -> Self {
        // A database's detail text may quote the row; its message does not.
        match error {
            sqlx::Error::Database(database) => Self::Store(database.message().to_owned()),
            other => Self::Store(other.to_string()),
        }
    }
}
