//! What may be asked of a stay, and why it may be refused.

use chrono::{DateTime, Utc};

use super::event::{CloseReason, EndedBy, Settlement, Stay};
use crate::{Money, PurchaseId, app::KeyDigest};

/// Requests and facts. A gate's facts may arrive in any order and any number of times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParkingCommand {
    /// Begin a stay where there is no gate.
    Start {
        /// Who and where.
        stay: Box<Stay>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Allow a stay where there is a gate.
    AwaitEntry {
        /// Who and where.
        stay: Box<Stay>,
        /// SHA-256 of what the rider will present.
        redemption: KeyDigest,
        /// Now.
        at: DateTime<Utc>,
    },
    /// The gate let the rider in.
    RecordEntry {
        /// When, as the gate says.
        at: DateTime<Utc>,
        /// SHA-256 of the barcode that was scanned.
        barcode: Option<KeyDigest>,
    },
    /// The gate let the rider out.
    RecordExit {
        /// When, as the gate says.
        at: DateTime<Utc>,
        /// SHA-256 of the barcode that was scanned.
        barcode: Option<KeyDigest>,
    },
    /// End a stay where there is no gate.
    End {
        /// Who asks: the rider or the operator; or the tariff.
        by: EndedBy,
        /// When it ends.
        at: DateTime<Utc>,
    },
    /// Note what the stay cost and which purchase, started in the same commit, is to pay.
    Bill {
        /// Which purchase.
        purchase: PurchaseId,
        /// What the stay cost; not negative.
        cost: Money,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Try what the rider owes once more, by a purchase that is started in the same commit.
    BillAgain {
        /// Which purchase.
        purchase: PurchaseId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// The purchase was completed.
    RecordPaid {
        /// Which.
        purchase: PurchaseId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// The purchase ended without money.
    RecordPaymentFailed {
        /// Which.
        purchase: PurchaseId,
        /// Why.
        code: String,
        /// Now.
        at: DateTime<Utc>,
    },
    /// The rider owes it no more.
    SettleDebt {
        /// How.
        settlement: Settlement,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Give it up.
    Close {
        /// By which rule.
        reason: CloseReason,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Call it off.
    Cancel {
        /// In the words of whoever decided.
        reason: String,
        /// Now.
        at: DateTime<Utc>,
    },
}

/// Why not, in the order in which the reasons are looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParkingRejection {
    /// There is no such session.
    #[error("the stay was never started")]
    NotStarted,
    /// The id is taken by another stay.
    #[error("another stay has this id")]
    StayDiffers,
    /// It was closed or cancelled.
    #[error("the stay was given up")]
    GivenUp,
    /// There is no gate to scan at.
    #[error("no gate controls this stay")]
    NotGated,
    /// Only the gate ends it (Coord's Parking Access API).
    #[error("the gate ends this stay")]
    GateEndsIt,
    /// A barcode opens one gate once.
    #[error("the barcode was used")]
    BarcodeUsed,
    /// Time runs one way.
    #[error("the stay cannot end before it began")]
    EndsBeforeStart,
    /// It is not over yet.
    #[error("the stay goes on")]
    NotEnded,
    /// It is over; it can be paid or forgiven, but not given up.
    #[error("the stay is over")]
    Ended,
    /// Nobody is paid for parking.
    #[error("the cost is negative")]
    NegativeCost,
    /// In a test user's stay no money moves.
    #[error("the stay is simulated")]
    Simulated,
    /// Another purchase is to pay for it, or another cost was named.
    #[error("the stay is billed already, by {purchase}")]
    BilledAlready {
        /// Which purchase.
        purchase: PurchaseId,
    },
    /// That purchase is not to pay for it.
    #[error("the stay is not billed by that purchase")]
    NotBilled,
    /// It paid.
    #[error("the stay is paid")]
    PaidAlready,
    /// It failed for good.
    #[error("the payment failed")]
    FailedAlready,
    /// Nothing is owed.
    #[error("nothing is owed for the stay")]
    NoDebt,
    /// The rule does not fit what is known of the stay.
    #[error("the stay cannot be closed for that reason")]
    ReasonDoesNotFit,
}
