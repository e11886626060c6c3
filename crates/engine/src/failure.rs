//! What can go wrong that is not the business saying no.

use event_log::{AppendError, ReadError};
use vault::VaultError;

use crate::handle::LoadError;

/// A fault of the machinery. Every one of them leaves the log as it was or decided; none is ever a guess about money.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failure {
    /// More is asked than can be done now; nothing happened.
    #[error("overloaded")]
    Overloaded,
    /// The log cannot be reached now; asking again is harmless.
    #[error("the log is unavailable: {0}")]
    Unavailable(String),
    /// The log's store refuses, and will until somebody puts it right: full, read-only, damaged, or not ours to use.
    /// Nothing was stored.
    #[error("the log's store refuses: {0}")]
    Store(String),
    /// Others kept being faster.
    #[error("too much contention")]
    Contended,
    /// Stored data contradicts the code. A person must look.
    #[error("stored data cannot be used: {0}")]
    Corrupt(String),
    /// The vault cannot seal or open.
    #[error("the vault failed: {0}")]
    Vault(String),
    /// The rider was erased: what was sealed for them opens no more, and nothing can be sealed.
    #[error("the rider was erased")]
    Erased,
}

impl Failure {
    /// Whether the same request may succeed later.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        match self {
            Self::Overloaded | Self::Unavailable(_) | Self::Contended | Self::Vault(_) => true,
            Self::Corrupt(_) | Self::Store(_) | Self::Erased => false,
        }
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Read(error) => error.into(),
            other => Self::Corrupt(other.to_string()),
        }
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Unavailable(reason) => Self::Unavailable(reason),
            ReadError::Refused(reason) => Self::Store(reason),
            corrupt @ ReadError::Corrupt(_) => Self::Corrupt(corrupt.to_string()),
        }
    }
}

impl From<VaultError> for Failure {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::KeyDestroyed => Self::Erased,
            VaultError::Store(_) | VaultError::Randomness => Self::Vault(error.to_string()),
            VaultError::MasterKeyMissing
            | VaultError::MasterKeyWrong
            | VaultError::Damaged(_)
            | VaultError::Unreadable
            | VaultError::TooLong => Self::Corrupt(error.to_string()),
        }
    }
}

/// What became of an attempt to store a decision.
#[derive(Debug)]
pub(crate) enum Refused {
    /// Somebody else was faster, or nobody knows whether we were stored: load and decide anew. Expected versions make
    /// that safe either way.
    Stale,
    /// The idempotency key is taken.
    Claimed(Box<event_log::IdempotencyRecord>),
    /// It cannot be done now, or at all.
    Failed(Failure),
}

impl From<AppendError> for Refused {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::Conflict { .. } | AppendError::Unknown(_) => Self::Stale,
            AppendError::Claimed(record) => Self::Claimed(record),
            AppendError::Overloaded => Self::Failed(Failure::Overloaded),
            AppendError::Unavailable(reason) => Self::Failed(Failure::Unavailable(reason)),
            AppendError::Refused(reason) => Self::Failed(Failure::Store(reason)),
            AppendError::Stopped => Self::Failed(Failure::Unavailable("the log is closed".to_owned())),
            AppendError::Invalid(reason) => Self::Failed(Failure::Corrupt(reason)),
        }
    }
}

impl From<LoadError> for Refused {
    fn from(error: LoadError) -> Self {
        Self::Failed(error.into())
    }
}
