//! What is told of a transfer.

use serde::{Deserialize, Serialize};

/// The status of a transfer (ticketing API, "PassTransfer Object").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferStatus {
    /// Nobody has taken it. One that has expired stays so until its money is back.
    AwaitingTransfer,
    /// Somebody has taken it.
    Transferred,
    /// All of it was refunded.
    Refunded,
    /// Some of it was refunded.
    PartiallyRefunded,
    /// Taken back before anybody took it.
    Cancelled,
}

impl TransferStatus {
    /// The name that answers carry.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AwaitingTransfer => "awaiting_transfer",
            Self::Transferred => "transferred",
            Self::Refunded => "refunded",
            Self::PartiallyRefunded => "partially_refunded",
            Self::Cancelled => "cancelled",
        }
    }
}
