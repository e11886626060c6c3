//! What happens to a pass transfer. Stored for ever: variants are added, never edited.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::item::{CodeHash, TransferItem};
use crate::{AppId, RefundId, TransferId, UserId, wallet::ItemId};

/// The history of a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TransferEvent {
    /// Items wait for whoever has the code; reserved in the sender's wallet in the same commit.
    Created {
        /// The transfer itself.
        transfer: TransferId,
        /// The app of the account that sends.
        app: AppId,
        /// The account that sends.
        from: UserId,
        /// What; never empty.
        items: Vec<TransferItem>,
        /// Of the code that redeems it.
        code_hash: CodeHash,
        /// From when on it can no longer be redeemed; absent when it always can.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires_at: Option<DateTime<Utc>>,
        /// When.
        at: DateTime<Utc>,
    },
    /// What was left of it was taken; moved between the wallets in the same commit.
    Redeemed {
        /// By whom.
        by: UserId,
        /// When.
        at: DateTime<Utc>,
    },
    /// The sender took it back; released in the sender's wallet in the same commit.
    Cancelled {
        /// When.
        at: DateTime<Utc>,
    },
    /// Nobody took it in time; what it holds is to be refunded.
    Expired {
        /// When that was seen.
        at: DateTime<Utc>,
    },
    /// Items are being refunded, before the redemption or after it.
    RefundStarted {
        /// Which refund.
        refund: RefundId,
        /// What.
        items: Vec<ItemId>,
        /// When.
        at: DateTime<Utc>,
    },
    /// The refund is done; the items are voided in their holder's wallet in the same commit.
    ItemsRefunded {
        /// Which refund.
        refund: RefundId,
        /// What.
        items: Vec<ItemId>,
        /// When.
        at: DateTime<Utc>,
    },
    /// The refund could not be made. Its items are as they were.
    RefundRefused {
        /// Which refund.
        refund: RefundId,
        /// When.
        at: DateTime<Utc>,
    },
    /// A refund that could not be made is tried again.
    RefundRetried {
        /// Which refund.
        refund: RefundId,
        /// When.
        at: DateTime<Utc>,
    },
}
