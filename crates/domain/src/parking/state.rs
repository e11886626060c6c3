//! The rules of a stay.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    command::{ParkingCommand, ParkingRejection},
    event::{CloseReason, EndedBy, ParkingEvent, Settlement, Stay},
};
use crate::{
    Money, PurchaseId,
    aggregate::{Aggregate, Decided, ImpossibleHistory},
    app::KeyDigest,
};

/// A stay, folded from its stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParkingSession {
    stay: Stay,
    #[serde(default)]
    asked_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub(super) redemption: Option<KeyDigest>,
    #[serde(default)]
    pub(super) entered_by: Option<KeyDigest>,
    #[serde(default)]
    pub(super) left_by: Option<KeyDigest>,
    #[serde(default)]
    pub(super) started_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub(super) left_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub(super) ended_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub(super) bill: Option<Bill>,
    #[serde(default)]
    pub(super) given_up: Option<GivenUp>,
}

/// What a stay cost and whether it was paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bill {
    /// The purchase that is to pay: the newest.
    pub purchase: PurchaseId,
    /// The purchase that failed first, by which the rider's debt is known, if one did.
    #[serde(default)]
    pub debt: Option<PurchaseId>,
    /// How many purchases were to pay.
    #[serde(default = "first")]
    pub attempts: u32,
    /// What the stay cost.
    pub cost: Money,
    /// What came of it.
    pub payment: Payment,
}

const fn first() -> u32 {
    1
}

/// What came of a bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Payment {
    /// Nothing yet.
    Due,
    /// The purchase paid.
    Paid,
    /// The purchase failed, and the rider owes the cost.
    Owed,
    /// The rider owed it, but no more.
    Settled {
        /// How that came about.
        settlement: Settlement,
    },
}

/// How a stay came to nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum GivenUp {
    /// By a rule.
    Closed {
        /// Which.
        reason: CloseReason,
    },
    /// By somebody.
    Cancelled,
}

impl Aggregate for ParkingSession {
    const CATEGORY: &'static str = "parking";
    type Command = ParkingCommand;
    type Event = ParkingEvent;
    type Rejection = ParkingRejection;

    fn decide(session: Option<&Self>, command: ParkingCommand) -> Decided<Self> {
        use ParkingCommand as C;
        match (session, command) {
            (None, C::Start { stay, at }) => Ok(vec![ParkingEvent::Started { stay: *stay, at }]),
            (None, C::AwaitEntry { stay, redemption, at }) => Ok(vec![ParkingEvent::EntryPending {
                stay: *stay,
                redemption,
                at,
            }]),
            (None, _) => Err(ParkingRejection::NotStarted),
            (Some(it), C::Start { stay, .. }) => it.begin_again(&stay, None),
            (Some(it), C::AwaitEntry { stay, redemption, .. }) => it.begin_again(&stay, Some(&redemption)),
            (Some(it), C::RecordEntry { at, barcode }) => it.enter(at, barcode),
            (Some(it), C::RecordExit { at, barcode }) => it.leave(at, barcode),
            (Some(it), C::End { by, at }) => it.end(by, at),
            (Some(it), C::Bill { purchase, cost, at }) => it.charge(purchase, cost, at),
            (Some(it), C::BillAgain { purchase, at }) => it.charge_again(purchase, at),
            (Some(it), C::RecordPaid { purchase, at }) => it.paid(purchase, at),
            (Some(it), C::RecordPaymentFailed { purchase, code, at }) => it.failed(purchase, code, at),
            (Some(it), C::SettleDebt { settlement, at }) => it.settle(settlement, at),
            (Some(it), C::Close { reason, at }) => it.close(reason, at),
            (Some(it), C::Cancel { reason, at }) => it.cancel(reason, at),
        }
    }

    fn apply(session: Option<Self>, event: &ParkingEvent) -> Result<Self, ImpossibleHistory> {
        match (session, event) {
            (None, ParkingEvent::Started { stay, at }) => Ok(Self::new(stay.clone(), *at, None, Some(*at))),
            (None, ParkingEvent::EntryPending { stay, redemption, at }) => {
                Ok(Self::new(stay.clone(), *at, Some(redemption.clone()), None))
            }
            (None, _) => Err(Self::impossible("a stay begins by being started")),
            (Some(mut session), event) => {
                session.fold(event)?;
                Ok(session)
            }
        }
    }
}

/// Decisions.
impl ParkingSession {
    fn new(
        stay: Stay,
        asked_at: DateTime<Utc>,
        redemption: Option<KeyDigest>,
        started_at: Option<DateTime<Utc>>,
    ) -> Self {
        Self {
            stay,
            asked_at: Some(asked_at),
            redemption,
            entered_by: None,
            left_by: None,
            started_at,
            left_at: None,
            ended_at: None,
            bill: None,
            given_up: None,
        }
    }

    fn begin_again(&self, stay: &Stay, redemption: Option<&KeyDigest>) -> Decided<Self> {
        if self.stay == *stay && self.redemption.as_ref() == redemption {
            Ok(Vec::new())
        } else {
            Err(ParkingRejection::StayDiffers)
        }
    }

    fn end(&self, by: EndedBy, at: DateTime<Utc>) -> Decided<Self> {
        if self.given_up.is_some() {
            return Err(ParkingRejection::GivenUp);
        }
        if self.redemption.is_some() {
            return Err(ParkingRejection::GateEndsIt);
        }
        if by == EndedBy::Gate {
            return Err(ParkingRejection::NotGated);
        }
        if self.ended_at.is_some() {
            return Ok(Vec::new());
        }
        if self.started_at.is_none_or(|started| at < started) {
            return Err(ParkingRejection::EndsBeforeStart);
        }
        Ok(vec![ParkingEvent::Ended { by, at }])
    }

    fn charge(&self, purchase: PurchaseId, cost: Money, at: DateTime<Utc>) -> Decided<Self> {
        match &self.bill {
            Some(bill) if bill.purchase == purchase && bill.cost == cost => Ok(Vec::new()),
            _ if self.given_up.is_some() => Err(ParkingRejection::GivenUp),
            _ if self.ended_at.is_none() => Err(ParkingRejection::NotEnded),
            _ if self.stay.is_simulated => Err(ParkingRejection::Simulated),
            _ if cost.amount < 0 => Err(ParkingRejection::NegativeCost),
            Some(bill) => Err(ParkingRejection::BilledAlready {
                purchase: bill.purchase.clone(),
            }),
            None => Ok(vec![ParkingEvent::Billed { purchase, cost, at }]),
        }
    }

    /// Only what is owed is billed again, and then it is due: two purchases never pay for one stay.
    fn charge_again(&self, purchase: PurchaseId, at: DateTime<Utc>) -> Decided<Self> {
        match &self.bill {
            Some(bill) if bill.purchase == purchase => Ok(Vec::new()),
            Some(bill) if bill.payment == Payment::Owed => {
                Ok(vec![ParkingEvent::BilledAgain { purchase, at }])
            }
            _ => Err(ParkingRejection::NoDebt),
        }
    }

    fn billed_by(&self, purchase: &PurchaseId) -> Result<&Bill, ParkingRejection> {
        self.bill
            .as_ref()
            .filter(|bill| bill.purchase == *purchase)
            .ok_or(ParkingRejection::NotBilled)
    }

    fn paid(&self, purchase: PurchaseId, at: DateTime<Utc>) -> Decided<Self> {
        match self.billed_by(&purchase)?.payment {
            Payment::Due => Ok(vec![ParkingEvent::Paid { purchase, at }]),
            Payment::Paid => Ok(Vec::new()),
            Payment::Owed | Payment::Settled { .. } => Err(ParkingRejection::FailedAlready),
        }
    }

    fn failed(&self, purchase: PurchaseId, code: String, at: DateTime<Utc>) -> Decided<Self> {
        match self.billed_by(&purchase)?.payment {
            Payment::Due => Ok(vec![ParkingEvent::PaymentFailed { purchase, code, at }]),
            Payment::Paid => Err(ParkingRejection::PaidAlready),
            Payment::Owed | Payment::Settled { .. } => Ok(Vec::new()),
        }
    }

    fn settle(&self, settlement: Settlement, at: DateTime<Utc>) -> Decided<Self> {
        match self.bill.as_ref().map(|bill| &bill.payment) {
            Some(Payment::Owed) => Ok(vec![ParkingEvent::DebtSettled { settlement, at }]),
            Some(Payment::Settled { settlement: known }) if *known == settlement => Ok(Vec::new()),
            _ => Err(ParkingRejection::NoDebt),
        }
    }
}

/// What can be asked of it.
impl ParkingSession {
    /// Who parks where.
    #[must_use]
    pub const fn stay(&self) -> &Stay {
        &self.stay
    }

    /// When the rider asked for it.
    #[must_use]
    pub const fn asked_at(&self) -> Option<DateTime<Utc>> {
        self.asked_at
    }

    /// When the gate saw the rider leave, if it has; the entry may not be known yet.
    #[must_use]
    pub const fn left_at(&self) -> Option<DateTime<Utc>> {
        self.left_at
    }

    /// Hash of what the rider presents at the gate, where there is one.
    #[must_use]
    pub const fn redemption(&self) -> Option<&KeyDigest> {
        self.redemption.as_ref()
    }

    /// When the stay began, if it has.
    #[must_use]
    pub const fn started_at(&self) -> Option<DateTime<Utc>> {
        self.started_at
    }

    /// When it ended, if it has.
    #[must_use]
    pub const fn ended_at(&self) -> Option<DateTime<Utc>> {
        self.ended_at
    }

    /// What it cost and whether that was paid, once it is billed.
    #[must_use]
    pub const fn bill(&self) -> Option<&Bill> {
        self.bill.as_ref()
    }

    /// The purchase that is to pay, while nothing is known of how it ends.
    #[must_use]
    pub fn payment_due(&self) -> Option<&PurchaseId> {
        let due = self.bill.as_ref().filter(|bill| bill.payment == Payment::Due);
        due.map(|bill| &bill.purchase)
    }

    /// How it came to nothing, if it has.
    #[must_use]
    pub const fn given_up(&self) -> Option<&GivenUp> {
        self.given_up.as_ref()
    }

    /// Whether it is the one stay that a rider may have at a time: neither over nor given up.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        self.ended_at.is_none() && self.given_up.is_none()
    }
}
