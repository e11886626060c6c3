//! What may be asked of a wallet, and why it may refuse.

use chrono::{DateTime, Utc};

use super::{
    capping::CapTerms,
    event::{IssueCause, IssuedItem, ItemId, MovedItem},
};
use crate::{DeviceId, DisputeId, PassId, RefundId, TransferId};

/// Requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WalletCommand {
    /// Put new passes in. Issuing for the same cause again is harmless.
    Issue {
        /// Why.
        cause: IssueCause,
        /// What.
        items: Vec<IssuedItem>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Make a pass usable for boarding, or what replaces it once a fare cap is reached.
    Activate {
        /// Which.
        pass: PassId,
        /// On which device, if the JWT named one.
        device: Option<DeviceId>,
        /// The wallet's revision that the client has seen; none when the caller is not a client (a purchase that
        /// activates at once).
        seen: Option<u64>,
        /// The fare caps in force at the operator whose pass it is; those of other groups do not matter.
        caps: Vec<CapTerms>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Note that an active pass was shown.
    Show {
        /// Which.
        pass: PassId,
        /// When, as the device says.
        shown_at: DateTime<Utc>,
        /// Where, in millionths of a degree.
        latitude_microdegrees: Option<i32>,
        /// Where, in millionths of a degree.
        longitude_microdegrees: Option<i32>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Void items whose money goes back.
    Refund {
        /// By which refund.
        refund: RefundId,
        /// What.
        items: Vec<ItemId>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Void rides of books whose money goes back, while their books stand for the others.
    RefundRides {
        /// By which refund.
        refund: RefundId,
        /// Which.
        rides: Vec<PassId>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Void items on the operator's word.
    Invalidate {
        /// What.
        items: Vec<ItemId>,
        /// In the operator's words.
        reason: String,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Keep items from being used until a dispute is decided. Those that do not count any more stay as they are.
    Suspend {
        /// For which dispute.
        dispute: DisputeId,
        /// What.
        items: Vec<ItemId>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Give back what a dispute suspended.
    Reinstate {
        /// Which dispute.
        dispute: DisputeId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Give a new item for a broken or invalid one, which counts no more.
    Reissue {
        /// Which.
        replaces: ItemId,
        /// Whether use that has begun begins anew, instead of going on.
        anew: bool,
        /// In the operator's words.
        reason: String,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Upgrade passes by hand as if they had reached a cap, and issue what replaces them.
    Cap {
        /// Which passes.
        passes: Vec<PassId>,
        /// Of which group.
        cap_group: String,
        /// What replaces them.
        replacement: Box<IssuedItem>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Promise items to somebody else.
    Reserve {
        /// By which transfer.
        transfer: TransferId,
        /// What.
        items: Vec<ItemId>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Take the promise back.
    Release {
        /// Of which transfer.
        transfer: TransferId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Let promised items go.
    MoveOut {
        /// By which transfer.
        transfer: TransferId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Take items in.
    MoveIn {
        /// By which transfer.
        transfer: TransferId,
        /// What.
        items: Vec<MovedItem>,
        /// Now.
        at: DateTime<Utc>,
    },
}

/// Why not, in the order in which the reasons are looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WalletRejection {
    /// The client decided on what is no longer so.
    #[error("the wallet has changed since it was last shown")]
    OutOfSync,
    /// No such pass here, now or ever.
    #[error("there is no such pass in this wallet")]
    NoSuchPass,
    /// An id of a book where a pass is wanted.
    #[error("that is a pass book, not a pass")]
    NotAPass,
    /// The item went to another wallet.
    #[error("the pass was transferred")]
    Transferred,
    /// The item is promised to somebody else.
    #[error("the pass is being transferred")]
    TransferInProgress,
    /// The money went back.
    #[error("the pass was refunded")]
    Refunded,
    /// The operator declared it invalid.
    #[error("the pass was invalidated")]
    Invalidated,
    /// The rider's bank disputes its payment.
    #[error("the payment for the pass is disputed")]
    Suspended,
    /// A fare cap replaced it.
    #[error("the pass was replaced by a fare cap")]
    Capped,
    /// Another one was given in its place.
    #[error("the pass was replaced by another one")]
    Replaced,
    /// What a fare cap gave is not given anew.
    #[error("a pass that a fare cap gave is not replaced")]
    NotReplaceable,
    /// Its time is over.
    #[error("the pass has expired")]
    Expired,
    /// Now is outside the times in which it may be used.
    #[error("the pass cannot be activated at this time")]
    OutsideUsableTimes,
    /// Another device has it until the service day ends.
    #[error("the pass is active on another device")]
    ActiveOnAnotherDevice,
    /// It was never activated, so it cannot be shown.
    #[error("the pass is not activated")]
    NotActivated,
    /// It has been used, and what is asked is for unused items only.
    #[error("the pass has been used")]
    Used,
    /// The item or cause id is taken by something else.
    #[error("another item has this id")]
    ItemDiffers,
    /// A ride of a book cannot be refunded or sent by itself.
    #[error("the pass belongs to a book, which goes as a whole")]
    PartOfABook,
    /// Whoever sold it lets it be used by its buyer only.
    #[error("the pass cannot be sent to somebody else")]
    NotTransferable,
    /// A pass that was sold as a book, a book sold as a pass, or one of no rides or of too many.
    #[error("the item is not what it was sold as")]
    NotAsSold,
    /// There is no such promise.
    #[error("nothing is reserved for that transfer")]
    NothingReserved,
    /// An empty list of items.
    #[error("no items were named")]
    NoItems,
    /// A term that no calendar can satisfy.
    #[error("the validity cannot be computed")]
    ValidityOutOfRange,
    /// What was paid cannot be added up.
    #[error("what was paid is out of range")]
    OutOfRange,
}
