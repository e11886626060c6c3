//! What happens to a stay. Stored for ever: variants are added, never edited.

use std::ops::Not;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{AppId, LocationId, Money, OperatorId, ParkingSessionId, PurchaseId, UserId, app::KeyDigest};

/// Who parks where, on what terms. Nothing in it changes afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stay {
    /// The session itself.
    pub session: ParkingSessionId,
    /// The app it was made through.
    pub app: AppId,
    /// The rider.
    pub user: UserId,
    /// Who is paid.
    pub operator: OperatorId,
    /// Where.
    pub location: LocationId,
    /// The version of the location by which the stay is priced, whatever is published meanwhile.
    pub rate_version: u32,
    /// Whether it is a test user's, in which no money moves.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub is_simulated: bool,
}

/// Who ended a stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndedBy {
    /// The rider, in the app.
    Rider,
    /// The operator, for a rider who forgot.
    Operator,
    /// The gate.
    Gate,
    /// The tariff, by which nobody stays longer.
    Tariff,
}

/// Why a stay was closed without being paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseReason {
    /// The rider never drove in.
    EntryNeverUsed,
    /// The gate never saw the rider leave.
    ExitNeverSeen,
    /// The gate saw the rider leave, but never enter.
    EntryNeverSeen,
    /// It ran on until nobody could believe it.
    Abandoned,
}

impl CloseReason {
    /// A word for programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EntryNeverUsed => "entry_never_used",
            Self::ExitNeverSeen => "exit_never_seen",
            Self::EntryNeverSeen => "entry_never_seen",
            Self::Abandoned => "abandoned",
        }
    }
}

/// The code of a payment that failed because nobody could be asked to make it: the operator could not be paid, or the
/// rider had no card. The purchase that it names was never begun.
pub const NOT_CHARGEABLE: &str = "not_chargeable";

/// How a debt went away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum Settlement {
    /// Another purchase paid it.
    Paid {
        /// Which.
        purchase: PurchaseId,
    },
    /// The operator let it go.
    Forgiven {
        /// In the words of whoever decided.
        reason: String,
    },
}

/// The history of a stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ParkingEvent {
    /// The rider parks, where nothing but the rider's word begins a stay.
    Started {
        /// Who and where.
        stay: Stay,
        /// When.
        at: DateTime<Utc>,
    },
    /// The rider may drive in; the stay begins when the gate says so.
    EntryPending {
        /// Who and where.
        stay: Stay,
        /// SHA-256 of what the rider presents at the gate, which is worth a stay to whoever holds it.
        redemption: KeyDigest,
        /// When.
        at: DateTime<Utc>,
    },
    /// The gate let the rider in.
    GateEntered {
        /// When, as the gate says.
        at: DateTime<Utc>,
        /// SHA-256 of the barcode that was scanned, which opens nothing any more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        barcode: Option<KeyDigest>,
    },
    /// The gate let the rider out. May be known before the entry is.
    GateLeft {
        /// When, as the gate says.
        at: DateTime<Utc>,
        /// SHA-256 of the barcode that was scanned; none where the operator named the stay.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        barcode: Option<KeyDigest>,
    },
    /// The stay is over and can be billed.
    Ended {
        /// By whom.
        by: EndedBy,
        /// When.
        at: DateTime<Utc>,
    },
    /// The purchase that is to pay for it was started, in the same commit.
    Billed {
        /// Which.
        purchase: PurchaseId,
        /// What the stay cost.
        cost: Money,
        /// When.
        at: DateTime<Utc>,
    },
    /// The rider owes the cost, and another purchase, started in the same commit, is to pay it.
    BilledAgain {
        /// Which.
        purchase: PurchaseId,
        /// When.
        at: DateTime<Utc>,
    },
    /// It paid.
    Paid {
        /// Which purchase.
        purchase: PurchaseId,
        /// When.
        at: DateTime<Utc>,
    },
    /// It did not pay, and never will: the rider owes the cost.
    PaymentFailed {
        /// Which purchase.
        purchase: PurchaseId,
        /// Stripe's error code, or the reason why the purchase was voided.
        code: String,
        /// When.
        at: DateTime<Utc>,
    },
    /// The rider owes it no more.
    DebtSettled {
        /// How.
        settlement: Settlement,
        /// When.
        at: DateTime<Utc>,
    },
    /// A rule gave it up; it costs nothing.
    Closed {
        /// Which rule.
        reason: CloseReason,
        /// When.
        at: DateTime<Utc>,
    },
    /// Somebody called it off; it costs nothing.
    Cancelled {
        /// In the words of whoever decided.
        reason: String,
        /// When.
        at: DateTime<Utc>,
    },
}
