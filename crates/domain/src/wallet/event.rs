//! What happens to the passes of a user. Stored for ever: variants are added, never edited.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    DeviceId, DisputeId, Money, PassBookId, PassId, PurchaseId, RefundId, TransferId,
    catalog::{CapPeriod, PassTerms},
    validity::Period,
};

/// A pass or a book: what can be bought, refunded, moved.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "type", content = "id", rename_all = "snake_case")]
pub enum ItemId {
    /// A single pass.
    Pass(PassId),
    /// A pass book, with all its rides.
    PassBook(PassBookId),
}

/// An item as it comes into being.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedItem {
    /// Which.
    pub item: ItemId,
    /// What it was sold as; a book's number of rides is in its product.
    pub terms: PassTerms,
    /// What was paid for it, any discount taken off. Absent is the fare's price where it was bought, and nothing where
    /// it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid: Option<Money>,
}

/// Why passes came into being.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum IssueCause {
    /// They were bought.
    Purchase {
        /// By this purchase.
        purchase: PurchaseId,
        /// What was paid with, as `stripe_source` shows it; absent when it was free.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stripe_source: Option<String>,
    },
    /// The operator gave a new one for an invalidated one.
    Reissue {
        /// The one it replaces.
        replaces: ItemId,
    },
    /// What was spent reached a cap.
    FareCap {
        /// The purchases' group that was capped.
        cap_group: String,
    },
}

impl IssueCause {
    /// The purchase that paid, if one did.
    #[must_use]
    pub const fn purchase(&self) -> Option<&PurchaseId> {
        match self {
            Self::Purchase { purchase, .. } => Some(purchase),
            Self::Reissue { .. } | Self::FareCap { .. } => None,
        }
    }
}

/// How a fare cap was reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapReached {
    /// What kind of period is capped.
    pub period: CapPeriod,
    /// The one in which the cap was reached.
    pub within: Period,
    /// The cap.
    pub limit: Money,
    /// What was paid for passes of the group that were first used in the period: as much as the cap or more.
    pub spent: Money,
}

/// How far a pass has been used: what must move with it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Held {
    /// First activation of each used pass of the item, and when its use ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub activations: Vec<(PassId, DateTime<Utc>, DateTime<Utc>)>,
}

impl Held {
    /// Whether nothing was used.
    #[must_use]
    pub const fn is_none(&self) -> bool {
        self.activations.is_empty()
    }
}

/// An item on its way from one wallet to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedItem {
    /// The item itself.
    pub issued: IssuedItem,
    /// Why it came into being, and when.
    pub cause: IssueCause,
    /// When it came into being.
    pub issued_at: DateTime<Utc>,
    /// Its use so far.
    #[serde(default)]
    pub held: Held,
}

/// The history of a wallet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum WalletEvent {
    /// New passes. After a purchase this stands in the same commit as the purchase's `completed`.
    PassesIssued {
        /// Why.
        cause: IssueCause,
        /// What; never empty.
        items: Vec<IssuedItem>,
        /// Use that goes on in what was given in place of another item; absent is none.
        #[serde(default, skip_serializing_if = "Held::is_none")]
        held: Held,
        /// When.
        at: DateTime<Utc>,
    },
    /// A pass was activated, for the first time or again after it went stale.
    PassActivated {
        /// Which.
        pass: PassId,
        /// The device it is pinned to, if the JWT named one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        device: Option<DeviceId>,
        /// When.
        at: DateTime<Utc>,
        /// When its use ends for good; fixed by the first activation.
        ends_at: DateTime<Utc>,
        /// When it must be activated again, at the latest when it ends.
        ticket_expires_at: DateTime<Utc>,
    },
    /// The rider tapped to show an active pass. Changes nothing that another device must know.
    PassShown {
        /// Which.
        pass: PassId,
        /// When, as the device says.
        shown_at: DateTime<Utc>,
        /// Where, in millionths of a degree, if the device knew.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        latitude_microdegrees: Option<i32>,
        /// Where, in millionths of a degree, if the device knew.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        longitude_microdegrees: Option<i32>,
        /// When we heard of it.
        at: DateTime<Utc>,
    },
    /// The money went back and the items are void.
    ItemsRefunded {
        /// By this refund.
        refund: RefundId,
        /// What.
        items: Vec<ItemId>,
        /// When.
        at: DateTime<Utc>,
    },
    /// The money for rides of books went back and they are void; their books stand for the others.
    RidesRefunded {
        /// By this refund.
        refund: RefundId,
        /// Which.
        rides: Vec<PassId>,
        /// When.
        at: DateTime<Utc>,
    },
    /// The operator declared items invalid.
    ItemsInvalidated {
        /// What.
        items: Vec<ItemId>,
        /// In the operator's words.
        reason: String,
        /// When.
        at: DateTime<Utc>,
    },
    /// The rider's bank took the money, and until it is decided whose it is the items cannot be used.
    ItemsSuspended {
        /// For this dispute.
        dispute: DisputeId,
        /// What.
        items: Vec<ItemId>,
        /// When.
        at: DateTime<Utc>,
    },
    /// The money stays with the operator, and the items are what they were before.
    ItemsReinstated {
        /// After this dispute.
        dispute: DisputeId,
        /// What.
        items: Vec<ItemId>,
        /// When.
        at: DateTime<Utc>,
    },
    /// Passes were upgraded by a fare cap; their replacement is issued in the same commit.
    PassesCapped {
        /// What.
        passes: Vec<PassId>,
        /// Fares of which group were capped.
        cap_group: String,
        /// How the cap was reached; absent where somebody capped them by hand.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cap: Option<CapReached>,
        /// When.
        at: DateTime<Utc>,
    },
    /// Items are promised to somebody else and cannot be used here meanwhile.
    ItemsReserved {
        /// For this transfer.
        transfer: TransferId,
        /// What.
        items: Vec<ItemId>,
        /// When.
        at: DateTime<Utc>,
    },
    /// The promise was taken back.
    ItemsReleased {
        /// Of this transfer.
        transfer: TransferId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Items left for another wallet, in the same commit as they arrived there.
    ItemsMovedOut {
        /// By this transfer.
        transfer: TransferId,
        /// What.
        items: Vec<ItemId>,
        /// When.
        at: DateTime<Utc>,
    },
    /// Items came from another wallet.
    ItemsMovedIn {
        /// By this transfer.
        transfer: TransferId,
        /// What.
        items: Vec<MovedItem>,
        /// When.
        at: DateTime<Utc>,
    },
}
