//! What may be asked of a pass transfer, and why it may refuse.

use chrono::{DateTime, Utc};

use super::item::{CodeHash, TransferItem};
use crate::{AppId, RefundId, TransferId, UserId, wallet::ItemId};

/// Whether an account may hold what is in a transfer: found out by whoever asks, from the account's entitlements and
/// from what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Eligibility {
    /// It may.
    Eligible,
    /// A fare in it is restricted, and the account lacks the right.
    Ineligible,
    /// It would hold or have redeemed more than it may.
    LimitsExceeded,
}

/// Requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransferCommand {
    /// Set items aside for whoever has the code.
    Create {
        /// The transfer itself.
        transfer: TransferId,
        /// The app of the account that sends.
        app: AppId,
        /// The account that sends.
        from: UserId,
        /// What.
        items: Vec<TransferItem>,
        /// Of the code that redeems it.
        code_hash: CodeHash,
        /// From when on it can no longer be redeemed, if ever.
        expires_at: Option<DateTime<Utc>>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Take what is in it.
    Redeem {
        /// Of the code that was followed.
        code_hash: CodeHash,
        /// Who takes it.
        by: UserId,
        /// Whether the account may.
        eligibility: Eligibility,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Take it back.
    Cancel {
        /// Now.
        at: DateTime<Utc>,
    },
    /// Note that nobody took it in time.
    Expire {
        /// Now.
        at: DateTime<Utc>,
    },
    /// Begin to refund items.
    StartRefund {
        /// Which refund.
        refund: RefundId,
        /// What.
        items: Vec<ItemId>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// The money of a refund went back.
    RecordRefund {
        /// Which refund.
        refund: RefundId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// A refund that could not be made is tried again.
    RetryRefund {
        /// Which refund.
        refund: RefundId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// A refund could not be made.
    RecordRefundRefused {
        /// Which refund.
        refund: RefundId,
        /// Now.
        at: DateTime<Utc>,
    },
}

/// Why not, in the order in which the reasons are looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransferRejection {
    /// There is no such transfer, or the code is not its own.
    #[error("there is no such transfer")]
    NotKnown,
    /// The id is taken by a transfer of something else.
    #[error("another transfer has this id")]
    TransferDiffers,
    /// Cancelled, expired, or nothing is left in it (ticketing API: `redemption_invalid`).
    #[error("the transfer can no longer be redeemed")]
    Invalid,
    /// The same account has it already (`redemption_already_used`).
    #[error("the transfer was redeemed by this account already")]
    AlreadyUsed,
    /// Somebody else has it (`redemption_used_by_another_account`).
    #[error("the transfer was redeemed by another account")]
    UsedByAnotherAccount,
    /// The account that sends cannot receive (`pass_transfer_into_source_account`).
    #[error("the transfer comes from this account")]
    IntoSourceAccount,
    /// A fare in it is not for this account (`redemption_ineligible`).
    #[error("the account is not eligible for what is in the transfer")]
    Ineligible,
    /// The account has as much as it may (`redemption_limits_exceeded`).
    #[error("the account has reached its limit")]
    LimitsExceeded,
    /// It was redeemed, so it can neither be cancelled nor expire.
    #[error("the transfer was redeemed")]
    Redeemed,
    /// It was cancelled: its items are the sender's again.
    #[error("the transfer was cancelled")]
    Cancelled,
    /// Its time is over: it is refunded, not cancelled.
    #[error("the transfer has expired")]
    Expired,
    /// Everything in it was refunded.
    #[error("the transfer was refunded")]
    Refunded,
    /// Its time is not over.
    #[error("the transfer has not expired")]
    NotExpired,
    /// The refund was never started.
    #[error("the refund was never started")]
    RefundNotStarted,
    /// The refund id is taken by a refund of something else.
    #[error("another refund has this id")]
    RefundDiffers,
    /// The item is not in this transfer.
    #[error("the item is not in this transfer")]
    NoSuchItem,
    /// The item's money went back.
    #[error("the item was refunded already")]
    ItemRefunded,
    /// A refund whose outcome is not known yet stands in the way. It will be known soon.
    #[error("a refund is under way")]
    RefundUnderWay,
    /// The same item twice.
    #[error("an item is named twice")]
    ItemRepeated,
    /// An empty list of items.
    #[error("no items were named")]
    NoItems,
    /// It would expire before it exists.
    #[error("the expiry is not in the future")]
    ExpiryNotInFuture,
}
