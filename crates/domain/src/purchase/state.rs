//! The purchase's state machine: `started → credential ready → charged | declined | action required`, and
//! `charged → completed` in one commit with the wallet. "Unknown" is a state to be resolved, never an error.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    ChargeFacts, Decline, Delivery, DerivedCredential, Dispute, Order, PaymentTerms, PlannedCall,
    PurchaseCommand, PurchaseEvent, PurchaseRejection, Refund, Report, Route, Step, UnknownReason,
    VoidReason, decide::start,
};
use crate::{Aggregate, ChargeId, Decided, DisputeId, ImpossibleHistory, PaymentIntentId, RefundId};

/// How far a purchase is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Stage {
    /// The intent is written down.
    Started,
    /// A credential for the operator's account exists.
    CredentialReady,
    /// The rider would have to confirm.
    ActionRequired {
        /// Which PaymentIntent waits.
        payment_intent: PaymentIntentId,
    },
    /// The operator holds the token.
    HandedOver {
        /// Until when it may charge.
        charge_before: DateTime<Utc>,
    },
    /// The money was taken; the items are still to be issued.
    Charged,
    /// The items are in the wallet.
    Completed {
        /// Since when.
        at: DateTime<Utc>,
    },
    /// The card was refused.
    Declined {
        /// Why.
        decline: Decline,
    },
    /// Given up, nothing taken.
    Voided {
        /// Why.
        reason: VoidReason,
    },
}

/// A purchase as its history tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purchase {
    pub(super) order: Order,
    pub(super) payment: Option<PaymentTerms>,
    pub(super) started_at: DateTime<Utc>,
    pub(super) stage: Stage,
    /// The newest call of each step, and when it was written down.
    pub(super) calls: BTreeMap<Step, (PlannedCall, DateTime<Utc>)>,
    pub(super) derived: Option<DerivedCredential>,
    pub(super) unknown: Option<(Step, UnknownReason)>,
    /// The card was refused, and may be tried again.
    pub(super) declined_for_now: Option<Decline>,
    pub(super) charge: Option<ChargeFacts>,
    pub(super) charged_at: Option<DateTime<Utc>>,
    /// The purchase had ended when the charge was heard of.
    pub(super) charged_too_late: bool,
    /// Until when the operator may charge, once it was told.
    #[serde(default)]
    pub(super) charge_before: Option<DateTime<Utc>>,
    /// How the token was given out, and when.
    #[serde(default)]
    pub(super) delivered: Option<(Delivery, DateTime<Utc>)>,
    pub(super) reported: Option<ChargeId>,
    /// Every charge that was reported, and what became of the report.
    #[serde(default)]
    pub(super) reports: BTreeMap<ChargeId, Report>,
    pub(super) refunds: BTreeMap<RefundId, Refund>,
    pub(super) disputes: BTreeMap<DisputeId, Dispute>,
    pub(super) review: Option<String>,
}

impl Aggregate for Purchase {
    const CATEGORY: &'static str = "purchase";
    type Command = PurchaseCommand;
    type Event = PurchaseEvent;
    type Rejection = PurchaseRejection;

    fn decide(state: Option<&Self>, command: PurchaseCommand) -> Decided<Self> {
        match (state, command) {
            (None, PurchaseCommand::Start { order, payment, at }) => {
                start(*order, payment.map(|terms| *terms), at)
            }
            (None, _) => Err(PurchaseRejection::NotStarted),
            (Some(purchase), command) => purchase.decide_next(command),
        }
    }

    fn apply(state: Option<Self>, event: &PurchaseEvent) -> Result<Self, ImpossibleHistory> {
        match (state, event) {
            (None, PurchaseEvent::Started { order, payment, at }) => {
                Self::started(order, payment.as_ref(), *at)
            }
            (None, _) => Err(Self::impossible("a purchase begins by being started")),
            (Some(_), PurchaseEvent::Started { .. }) => Err(Self::impossible("a purchase is started once")),
            (Some(purchase), event) => purchase.apply_next(event),
        }
    }
}

impl Purchase {
    /// Paid for in time and nothing of it given back, or free.
    pub(super) fn may_issue(&self) -> bool {
        match self.stage {
            Stage::Started => self.payment.is_none(),
            Stage::Charged => !self.charged_too_late && self.refunds.is_empty(),
            _ => false,
        }
    }

    /// What is heard of a call that led on, or of any call once the purchase is over, is overtaken.
    pub(super) fn is_past(&self, step: Step) -> bool {
        match step {
            _ if self.is_past_charging() => true,
            Step::DeriveCredential => self.stage != Stage::Started,
            Step::Charge => {
                matches!(self.stage, Stage::ActionRequired { .. }) || self.declined_for_now.is_some()
            }
            Step::Cancel => false,
        }
    }

    pub(super) fn is_past_charging(&self) -> bool {
        matches!(
            self.stage,
            Stage::Charged | Stage::Completed { .. } | Stage::Declined { .. } | Stage::Voided { .. }
        )
    }

    pub(super) fn route(&self) -> Option<Route> {
        self.payment.as_ref().map(|terms| terms.route)
    }

    /// What was ordered.
    #[must_use]
    pub const fn order(&self) -> &Order {
        &self.order
    }

    /// How it is paid; nothing when it is free.
    #[must_use]
    pub const fn payment(&self) -> Option<&PaymentTerms> {
        self.payment.as_ref()
    }

    /// When it was started.
    #[must_use]
    pub const fn started_at(&self) -> DateTime<Utc> {
        self.started_at
    }

    /// How far it is.
    #[must_use]
    pub const fn stage(&self) -> &Stage {
        &self.stage
    }

    /// The credential for the operator's account.
    #[must_use]
    pub const fn derived(&self) -> Option<&DerivedCredential> {
        self.derived.as_ref()
    }

    /// The call whose outcome is not known.
    #[must_use]
    pub const fn unknown_call(&self) -> Option<(Step, UnknownReason)> {
        self.unknown
    }

    /// The money taken.
    #[must_use]
    pub const fn charge(&self) -> Option<&ChargeFacts> {
        self.charge.as_ref()
    }

    /// When we learned of the charge.
    #[must_use]
    pub const fn charged_at(&self) -> Option<DateTime<Utc>> {
        self.charged_at
    }

    /// The charge the operator reported, confirmed or not.
    #[must_use]
    pub const fn reported_charge(&self) -> Option<&ChargeId> {
        self.reported.as_ref()
    }

    /// Every refund, done or not.
    #[must_use]
    pub const fn refunds(&self) -> &BTreeMap<RefundId, Refund> {
        &self.refunds
    }

    /// Every dispute, decided or not.
    #[must_use]
    pub const fn disputes(&self) -> &BTreeMap<DisputeId, Dispute> {
        &self.disputes
    }

    /// Why a person must look at it, if so.
    #[must_use]
    pub fn review(&self) -> Option<&str> {
        self.review.as_deref()
    }
}
