//! Whether an item still stands for what was paid.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{command::WalletRejection, status::PassStatus};
use crate::{DisputeId, RefundId, TransferId};

/// What has become of an item, whatever the clock says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Standing {
    /// It is its holder's to use.
    #[default]
    Good,
    /// It is promised to somebody else.
    Reserved {
        /// By this transfer.
        transfer: TransferId,
    },
    /// It left for another wallet.
    Moved {
        /// By this transfer.
        transfer: TransferId,
        /// When.
        at: DateTime<Utc>,
    },
    /// The money went back.
    Refunded {
        /// By this refund.
        refund: RefundId,
        /// When.
        at: DateTime<Utc>,
    },
    /// The operator declared it invalid.
    Invalidated {
        /// When.
        at: DateTime<Utc>,
    },
    /// The rider's bank has taken the money, and nobody has decided yet whose it is.
    Suspended {
        /// For this dispute.
        dispute: DisputeId,
        /// The transfer that it waited for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        transfer: Option<TransferId>,
        /// When.
        at: DateTime<Utc>,
    },
    /// A fare cap replaced it.
    Capped {
        /// Fares of which group were capped.
        cap_group: String,
        /// When.
        at: DateTime<Utc>,
    },
}

impl Standing {
    /// The refusal that this standing calls for when the item is to be used, none while it is good.
    pub(super) const fn refusal(&self) -> Option<WalletRejection> {
        match self {
            Self::Good => None,
            Self::Reserved { .. } => Some(WalletRejection::TransferInProgress),
            Self::Moved { .. } => Some(WalletRejection::Transferred),
            Self::Refunded { .. } => Some(WalletRejection::Refunded),
            Self::Invalidated { .. } => Some(WalletRejection::Invalidated),
            Self::Suspended { .. } => Some(WalletRejection::Suspended),
            Self::Capped { .. } => Some(WalletRejection::Capped),
        }
    }

    /// The status that this standing gives whatever the time, none while it is good.
    pub(super) const fn status(&self) -> Option<PassStatus> {
        match self {
            Self::Good => None,
            Self::Reserved { .. } => Some(PassStatus::AwaitingTransfer),
            Self::Moved { .. } => Some(PassStatus::Transferred),
            Self::Refunded { .. } => Some(PassStatus::Refunded),
            Self::Invalidated { .. } | Self::Suspended { .. } => Some(PassStatus::Invalid),
            Self::Capped { .. } => Some(PassStatus::FareCapped),
        }
    }

    /// The transfer that the item waits for or left by.
    pub(super) const fn transfer(&self) -> Option<&TransferId> {
        match self {
            Self::Reserved { transfer } | Self::Moved { transfer, .. } => Some(transfer),
            _ => None,
        }
    }

    /// When the item left, if it did.
    pub(super) const fn moved_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Moved { at, .. } => Some(*at),
            _ => None,
        }
    }

    /// Whether it is suspended for this dispute.
    pub(super) fn is_suspended_for(&self, dispute: &DisputeId) -> bool {
        matches!(self, Self::Suspended { dispute: by, .. } if by == dispute)
    }

    /// The refund that voided the item, and when.
    pub(super) const fn refund(&self) -> Option<(&RefundId, DateTime<Utc>)> {
        match self {
            Self::Refunded { refund, at } => Some((refund, *at)),
            _ => None,
        }
    }
}
