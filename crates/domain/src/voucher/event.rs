//! What happens to a voucher. Stored for ever: variants are added, never edited.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{SeriesId, UserId, VoucherId, transfer::CodeHash};

/// The history of a voucher.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum VoucherEvent {
    /// It came into being; named by its series in the same commit.
    Issued {
        /// The voucher itself.
        voucher: VoucherId,
        /// Of this series.
        series: SeriesId,
        /// Of the code that redeems it.
        code_hash: CodeHash,
        /// How many accounts may redeem it.
        accounts: u32,
        /// When.
        at: DateTime<Utc>,
    },
    /// An account used it; what that unlocked stands in the account's history, in the same commit.
    Redeemed {
        /// Which account.
        by: UserId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Nobody redeems it any more. What it unlocked stays so.
    Withdrawn {
        /// When.
        at: DateTime<Utc>,
    },
}
