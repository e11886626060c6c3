//! What may be asked of a voucher, and why it may refuse.

use chrono::{DateTime, Utc};

use crate::{SeriesId, UserId, VoucherId, transfer::CodeHash};

/// Requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VoucherCommand {
    /// Let it come into being.
    Issue {
        /// The voucher itself.
        voucher: VoucherId,
        /// Of this series.
        series: SeriesId,
        /// Of the code that redeems it.
        code_hash: CodeHash,
        /// How many accounts may.
        accounts: u32,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Use it. What that unlocks stands in the account's own history.
    Redeem {
        /// Of the code that was followed.
        code_hash: CodeHash,
        /// Which account.
        by: UserId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Let nobody redeem it any more.
    Withdraw {
        /// Now.
        at: DateTime<Utc>,
    },
}

/// Why not, in the order in which the reasons are looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VoucherRejection {
    /// There is no such voucher, or the code is not its own.
    #[error("there is no such voucher")]
    NotKnown,
    /// The id is taken by another voucher.
    #[error("another voucher has this id")]
    VoucherDiffers,
    /// A voucher is for at least one account.
    #[error("the voucher is for nobody")]
    ForNobody,
    /// The same account has redeemed it (ticketing API: `redemption_already_used`).
    #[error("the voucher was redeemed by this account already")]
    AlreadyUsed,
    /// As many accounts as may have redeemed it (`redemption_used_by_another_account`).
    #[error("the voucher was redeemed by others")]
    UsedUp,
    /// It was withdrawn (`redemption_invalid`).
    #[error("the voucher was withdrawn")]
    Withdrawn,
}
