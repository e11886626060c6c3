//! One pass, or one ride of a book: a small aggregate of its own within the wallet.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{event::IssueCause, standing::Standing, status::PassStatus};
use crate::{
    DeviceId, Money, PassBookId, PassId, PurchaseId, RefundId, TransferId, catalog::PassTerms, validity,
};

/// The use of a pass so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activation {
    /// When it was activated for the first time.
    pub first_at: DateTime<Utc>,
    /// When its use ends for good; fixed by the first activation.
    pub ends_at: DateTime<Utc>,
    /// When it must be activated again, or a cached ticket refreshed.
    pub ticket_expires_at: DateTime<Utc>,
    /// The device it is pinned to until then; none is one nameless device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
}

/// What a device last reported of showing a pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// When, as the device says.
    pub at: DateTime<Utc>,
    /// Where, in millionths of a degree, if the device knew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latitude_microdegrees: Option<i32>,
    /// Where, in millionths of a degree, if the device knew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longitude_microdegrees: Option<i32>,
}

/// A pass as this wallet knows it. It is never forgotten, not even when it has moved on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pass {
    pub(super) id: PassId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) book: Option<PassBookId>,
    pub(super) terms: PassTerms,
    pub(super) cause: IssueCause,
    pub(super) issued_at: DateTime<Utc>,
    /// What this wallet's holder paid for it: of a book, the share of one ride.
    pub(super) paid: Money,
    /// Whether it came into being in this wallet.
    pub(super) issued_here: bool,
    pub(super) standing: Standing,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) activation: Option<Activation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) last_shown: Option<Shown>,
}

impl Pass {
    /// Which it is.
    #[must_use]
    pub const fn id(&self) -> &PassId {
        &self.id
    }

    /// The book it is a ride of.
    #[must_use]
    pub const fn book(&self) -> Option<&PassBookId> {
        self.book.as_ref()
    }

    /// What it was sold as.
    #[must_use]
    pub const fn terms(&self) -> &PassTerms {
        &self.terms
    }

    /// Why it came into being.
    #[must_use]
    pub const fn cause(&self) -> &IssueCause {
        &self.cause
    }

    /// When it came into being, in whichever wallet that was.
    #[must_use]
    pub const fn issued_at(&self) -> DateTime<Utc> {
        self.issued_at
    }

    /// What the holder of this wallet paid for it: of a book, the share of one ride. Nothing for what was given.
    #[must_use]
    pub const fn paid(&self) -> Money {
        self.paid
    }

    /// The purchase by which the holder of this wallet bought it; none for what was bought by somebody else, or not at
    /// all.
    #[must_use]
    pub fn bought_by(&self) -> Option<&PurchaseId> {
        self.cause.purchase().filter(|_| self.issued_here)
    }

    /// What has become of it, whatever the clock says.
    #[must_use]
    pub const fn standing(&self) -> &Standing {
        &self.standing
    }

    /// Its use so far; none before the first activation.
    #[must_use]
    pub const fn activation(&self) -> Option<&Activation> {
        self.activation.as_ref()
    }

    /// The latest report of its being shown.
    #[must_use]
    pub const fn last_shown(&self) -> Option<&Shown> {
        self.last_shown.as_ref()
    }

    /// The refund that voided it, and when.
    #[must_use]
    pub const fn refund(&self) -> Option<(&RefundId, DateTime<Utc>)> {
        self.standing.refund()
    }

    /// The transfer it waits for or left by.
    #[must_use]
    pub const fn transfer(&self) -> Option<&TransferId> {
        self.standing.transfer()
    }

    /// When it left for another wallet, if it did.
    #[must_use]
    pub const fn transferred_at(&self) -> Option<DateTime<Utc>> {
        self.standing.moved_at()
    }

    /// What a device is told of it at a moment (ticketing API, "Pass Statuses").
    #[must_use]
    pub fn status(&self, device: Option<&DeviceId>, now: DateTime<Utc>) -> PassStatus {
        if let Some(status) = self.standing.status() {
            return status;
        }
        if self.is_over(now) {
            return PassStatus::Expired;
        }
        match &self.activation {
            None => PassStatus::Unactivated,
            Some(activation) if activation.ticket_expires_at <= now => PassStatus::StaleTicket,
            Some(activation) if activation.device.as_ref() == device => PassStatus::Active,
            Some(_) => PassStatus::ActiveOnAnotherDevice,
        }
    }

    /// When an activation now would end for good; none once it was activated, or when no such moment can be
    /// represented.
    #[must_use]
    pub fn would_end_at(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self.activation {
            None => validity::ends_at(self.terms.fare.validity, self.terms.calendar, now),
            Some(_) => None,
        }
    }

    /// Whether the times at which the fare may be activated include this one.
    #[must_use]
    pub fn is_within_usable_times(&self, now: DateTime<Utc>) -> bool {
        let usable = &self.terms.fare.usable;
        usable.is_empty() || usable.iter().any(|range| range.contains(now))
    }

    /// Whether its time is over: an activated pass when its use ends, a fresh one when the last of the times at which
    /// it may be activated is past.
    pub(super) fn is_over(&self, now: DateTime<Utc>) -> bool {
        if let Some(activation) = &self.activation {
            return activation.ends_at <= now;
        }
        self.terms.fare.is_over(now)
    }
}
