//! The purchase's state machine: `started → credential ready → charged | declined | action required`, and
//! `charged → completed` in one commit with the wallet. "Unknown" is a state to be resolved, never an error.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    ChargeFacts, Decline, DerivedCredential, Order, PaymentTerms, PlannedCall, PurchaseCommand, PurchaseEvent,
    PurchaseRejection, Refund, RefundState, Route, Step, UnknownReason, VoidReason,
};
use crate::{Aggregate, ChargeId, Decided, DisputeId, ImpossibleHistory, Money, PaymentIntentId, RefundId};

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

/// What is to be done next. Whoever drives a purchase does this and chooses nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Make this call.
    Call {
        /// Which, and under which key.
        call: PlannedCall,
        /// When it was written down: Stripe keeps its key for a day from about then.
        planned_at: DateTime<Utc>,
    },
    /// Hand the token over.
    HandOver,
    /// Wait for the operator until then.
    AwaitOperator {
        /// When waiting ends.
        charge_before: DateTime<Utc>,
    },
    /// Issue the items and complete, in one commit.
    Issue,
    /// Give the whole charge back: it came after the purchase had ended.
    RefundAll,
    /// Ask Stripe for a refund that is written down.
    Refund {
        /// Which.
        refund: RefundId,
    },
    /// Nothing: it is over.
    Nothing,
}

/// A purchase as its history tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purchase {
    order: Order,
    payment: Option<PaymentTerms>,
    started_at: DateTime<Utc>,
    stage: Stage,
    /// The newest call of each step, and when it was written down.
    calls: BTreeMap<Step, (PlannedCall, DateTime<Utc>)>,
    derived: Option<DerivedCredential>,
    unknown: Option<(Step, UnknownReason)>,
    charge: Option<ChargeFacts>,
    charged_at: Option<DateTime<Utc>>,
    /// The purchase had ended when the charge was heard of.
    charged_too_late: bool,
    reported: Option<ChargeId>,
    pub(super) refunds: BTreeMap<RefundId, Refund>,
    /// Each dispute, and whether it was won once it is closed.
    pub(super) disputes: BTreeMap<DisputeId, Option<bool>>,
    review: Option<String>,
}

impl Aggregate for Purchase {
    const CATEGORY: &'static str = "purchase";
    type Command = PurchaseCommand;
    type Event = PurchaseEvent;
    type Rejection = PurchaseRejection;

    fn decide(state: Option<&Self>, command: PurchaseCommand) -> Decided<Self> {
        match (state, command) {
            (None, PurchaseCommand::Start { order, payment, at }) => start(*order, payment.map(|terms| *terms), at),
            (None, _) => Err(PurchaseRejection::NotStarted),
            (Some(purchase), command) => purchase.decide_next(command),
        }
    }

    fn apply(state: Option<Self>, event: &PurchaseEvent) -> Result<Self, ImpossibleHistory> {
        match (state, event) {
            (None, PurchaseEvent::Started { order, payment, at }) => Self::started(order, payment.as_ref(), *at),
            (None, _) => Err(Self::impossible("a purchase begins by being started")),
            (Some(_), PurchaseEvent::Started { .. }) => Err(Self::impossible("a purchase is started once")),
            (Some(purchase), event) => purchase.apply_next(event),
        }
    }
}

fn start(order: Order, payment: Option<PaymentTerms>, at: DateTime<Utc>) -> Decided<Purchase> {
    check_order(&order, payment.as_ref())?;
    Ok(vec![PurchaseEvent::Started { order, payment, at }])
}

fn check_order(order: &Order, payment: Option<&PaymentTerms>) -> Result<(), PurchaseRejection> {
    if order.items.is_empty() {
        return Err(PurchaseRejection::NoItems);
    }
    let prices: Result<Vec<Money>, _> =
        order.items.iter().map(|line| line.unit_price.times(line.quantity)).collect();
    let sum = Money::sum(order.total.currency, prices?)?;
    let sane_lines = order.items.iter().all(|line| line.quantity > 0 && line.unit_price.amount >= 0);
    let fee = order.engine_fee;
    let sane_fee = fee.currency == sum.currency && fee.amount >= 0 && fee.amount <= sum.amount;
    if !sane_lines || !sane_fee || sum != order.total {
        return Err(PurchaseRejection::DoesNotAddUp);
    }
    if order.total.is_positive() != payment.is_some() {
        return Err(PurchaseRejection::PaymentTermsMismatch);
    }
    Ok(())
}

impl Purchase {
    fn started(
        order: &Order,
        payment: Option<&PaymentTerms>,
        at: DateTime<Utc>,
    ) -> Result<Self, ImpossibleHistory> {
        check_order(order, payment).map_err(|_| Self::impossible("an order adds up"))?;
        let planned = payment.iter().flat_map(|terms| &terms.calls);
        Ok(Self {
            order: order.clone(),
            payment: payment.cloned(),
            started_at: at,
            stage: Stage::Started,
            calls: planned.map(|call| (call.step, (call.clone(), at))).collect(),
            derived: None,
            unknown: None,
            charge: None,
            charged_at: None,
            charged_too_late: false,
            reported: None,
            refunds: BTreeMap::new(),
            disputes: BTreeMap::new(),
            review: None,
        })
    }

    fn decide_next(&self, command: PurchaseCommand) -> Decided<Self> {
        match command {
            PurchaseCommand::Start { order, payment, .. } => self.start_again(&order, payment.as_deref()),
            PurchaseCommand::RecordCredential { generation, credential } => {
                self.credential_derived(generation, credential)
            }
            PurchaseCommand::RecordUnknown { step, reason } => self.unknown(step, reason),
            PurchaseCommand::RenewStep { step, at } => self.renew(step, at),
            PurchaseCommand::RecordActionRequired { payment_intent, at } => self.action_required(payment_intent, at),
            PurchaseCommand::RecordHandOver { charge_before } => self.handed_over(charge_before),
            PurchaseCommand::ReportCharge { charge, at } => self.charge_reported(charge, at),
            PurchaseCommand::RecordCharge { facts, at } => self.charged(facts, at),
            PurchaseCommand::RecordDecline { decline, at } => self.declined(decline, at),
            PurchaseCommand::Void { reason, at } => self.void(reason, at),
            PurchaseCommand::Complete { at } => self.complete(at),
            PurchaseCommand::StartRefund { refund, amount, reason, at } => {
                self.start_refund(refund, amount, reason, at)
            }
            PurchaseCommand::RecordRefundUnknown { refund, reason } => self.refund_unknown(refund, reason),
            PurchaseCommand::RecordRefund { refund, stripe_refund, at } => {
                self.refund_done(refund, stripe_refund, at)
            }
            PurchaseCommand::RecordRefundRefused { refund, code, at } => self.refund_refused(refund, code, at),
            PurchaseCommand::RecordDispute { dispute, amount, at } => self.disputed(dispute, amount, at),
            PurchaseCommand::RecordDisputeClosed { dispute, won, at } => self.dispute_closed(dispute, won, at),
            PurchaseCommand::RequestReview { reason, at } => self.request_review(reason, at),
        }
    }

    fn start_again(&self, order: &Order, payment: Option<&PaymentTerms>) -> Decided<Self> {
        let same_terms = match (&self.payment, payment) {
            (None, None) => true,
            (Some(known), Some(given)) => {
                (known.account == given.account) && (known.credential == given.credential)
            }
            _ => false,
        };
        let same = same_terms && self.order == *order;
        if same { Ok(vec![]) } else { Err(PurchaseRejection::OrderDiffers) }
    }

    fn credential_derived(&self, generation: u32, credential: DerivedCredential) -> Decided<Self> {
        match self.calls.get(&Step::DeriveCredential) {
            _ if self.is_past_charging() => Ok(vec![]),
            Some((call, _)) if call.generation == generation => match &self.derived {
                Some(known) if *known == credential => Ok(vec![]),
                _ => Ok(vec![PurchaseEvent::CredentialDerived { generation, credential }]),
            },
            Some(_) => Ok(vec![]),
            None => Err(PurchaseRejection::OutOfTurn),
        }
    }

    fn unknown(&self, step: Step, reason: UnknownReason) -> Decided<Self> {
        match self.calls.get(&step) {
            _ if self.is_past_charging() || self.unknown == Some((step, reason)) => Ok(vec![]),
            Some((call, _)) => {
                Ok(vec![PurchaseEvent::OutcomeUnknown { step, generation: call.generation, reason }])
            }
            None => Err(PurchaseRejection::OutOfTurn),
        }
    }

    fn renew(&self, step: Step, at: DateTime<Utc>) -> Decided<Self> {
        if self.is_past_charging() {
            return Err(PurchaseRejection::Over);
        }
        let (call, _) = self.calls.get(&step).ok_or(PurchaseRejection::OutOfTurn)?;
        let generation = call.generation.saturating_add(1);
        Ok(vec![PurchaseEvent::StepRenewed { call: PlannedCall::of(&self.order.purchase, step, generation), at }])
    }

    fn action_required(&self, payment_intent: PaymentIntentId, at: DateTime<Utc>) -> Decided<Self> {
        match &self.stage {
            Stage::ActionRequired { payment_intent: known } if *known == payment_intent => Ok(vec![]),
            Stage::CredentialReady => {
                let cancel = PlannedCall::of(&self.order.purchase, Step::Cancel, 1);
                Ok(vec![PurchaseEvent::ActionRequired { payment_intent, cancel, at }])
            }
            _ if self.is_past_charging() => Ok(vec![]),
            _ => Err(PurchaseRejection::OutOfTurn),
        }
    }

    fn handed_over(&self, charge_before: DateTime<Utc>) -> Decided<Self> {
        match &self.stage {
            Stage::HandedOver { .. } => Ok(vec![]),
            Stage::CredentialReady if self.route() == Some(Route::TokenHandedOver) => {
                Ok(vec![PurchaseEvent::CredentialHandedOver { charge_before }])
            }
            _ if self.is_past_charging() => Ok(vec![]),
            _ => Err(PurchaseRejection::OutOfTurn),
        }
    }

    fn charge_reported(&self, charge: ChargeId, at: DateTime<Utc>) -> Decided<Self> {
        if self.route() != Some(Route::TokenHandedOver) {
            return Err(PurchaseRejection::OutOfTurn);
        }
        if self.reported.as_ref() == Some(&charge) {
            return Ok(vec![]);
        }
        Ok(vec![PurchaseEvent::ChargeReported { charge, at }])
    }

    /// A charge is never lost: it is taken in even after the purchase had ended, and then given back.
    fn charged(&self, facts: ChargeFacts, at: DateTime<Utc>) -> Decided<Self> {
        match &self.charge {
            Some(known) if known.charge == facts.charge => Ok(vec![]),
            Some(_) => Err(PurchaseRejection::ChargedAlready),
            None if self.payment.is_none() => Err(PurchaseRejection::OutOfTurn),
            None if facts.amount != self.order.total => Err(PurchaseRejection::AmountDiffers),
            None => Ok(vec![PurchaseEvent::Charged { facts, at }]),
        }
    }

    /// News of a failed attempt may come after the attempt that succeeded; it then changes nothing.
    fn declined(&self, decline: Decline, at: DateTime<Utc>) -> Decided<Self> {
        match &self.stage {
            _ if self.is_past_charging() => Ok(vec![]),
            _ if self.payment.is_none() => Err(PurchaseRejection::OutOfTurn),
            _ => Ok(vec![PurchaseEvent::Declined { decline, at }]),
        }
    }

    fn void(&self, reason: VoidReason, at: DateTime<Utc>) -> Decided<Self> {
        match &self.stage {
            Stage::Voided { .. } => Ok(vec![]),
            _ if self.is_past_charging() => Err(PurchaseRejection::Over),
            _ => Ok(vec![PurchaseEvent::Voided { reason, at }]),
        }
    }

    fn complete(&self, at: DateTime<Utc>) -> Decided<Self> {
        match &self.stage {
            Stage::Completed { .. } => Ok(vec![]),
            Stage::Charged if !self.charged_too_late && self.refunds.is_empty() => {
                Ok(vec![PurchaseEvent::Completed { at }])
            }
            Stage::Started if self.payment.is_none() => Ok(vec![PurchaseEvent::Completed { at }]),
            Stage::Declined { .. } | Stage::Voided { .. } | Stage::Charged => Err(PurchaseRejection::Over),
            _ => Err(PurchaseRejection::OutOfTurn),
        }
    }

    fn request_review(&self, reason: String, at: DateTime<Utc>) -> Decided<Self> {
        if self.review.as_ref() == Some(&reason) {
            return Ok(vec![]);
        }
        Ok(vec![PurchaseEvent::ReviewRequested { reason, at }])
    }

    fn apply_next(mut self, event: &PurchaseEvent) -> Result<Self, ImpossibleHistory> {
        match event {
            PurchaseEvent::CredentialDerived { credential, .. } => {
                self.derived = Some(credential.clone());
                self.advance(Stage::CredentialReady)
            }
            PurchaseEvent::OutcomeUnknown { step, reason, .. } => {
                self.unknown = Some((*step, *reason));
                Ok(self)
            }
            PurchaseEvent::StepRenewed { call, at } => {
                self.calls.insert(call.step, (call.clone(), *at));
                self.unknown = None;
                Ok(self)
            }
            PurchaseEvent::ActionRequired { payment_intent, cancel, at } => {
                self.calls.insert(Step::Cancel, (cancel.clone(), *at));
                self.advance(Stage::ActionRequired { payment_intent: payment_intent.clone() })
            }
            PurchaseEvent::CredentialHandedOver { charge_before } => {
                self.advance(Stage::HandedOver { charge_before: *charge_before })
            }
            PurchaseEvent::ChargeReported { charge, .. } => {
                self.reported = Some(charge.clone());
                Ok(self)
            }
            PurchaseEvent::Charged { facts, at } => self.apply_charge(facts, *at),
            PurchaseEvent::Declined { decline, .. } => self.advance(Stage::Declined { decline: decline.clone() }),
            PurchaseEvent::Voided { reason, .. } => self.advance(Stage::Voided { reason: *reason }),
            PurchaseEvent::Completed { at } => self.apply_completed(*at),
            PurchaseEvent::ReviewRequested { reason, .. } => {
                self.review = Some(reason.clone());
                Ok(self)
            }
            other => self.apply_refund(other),
        }
    }

    fn advance(mut self, stage: Stage) -> Result<Self, ImpossibleHistory> {
        if self.is_past_charging() {
            return Err(Self::impossible("a purchase that is over does not go on"));
        }
        self.stage = stage;
        self.unknown = None;
        Ok(self)
    }

    fn apply_charge(mut self, facts: &ChargeFacts, at: DateTime<Utc>) -> Result<Self, ImpossibleHistory> {
        if self.charge.is_some() || facts.amount != self.order.total {
            return Err(Self::impossible("a purchase is charged once, for what was ordered"));
        }
        self.charged_too_late = matches!(self.stage, Stage::Declined { .. } | Stage::Voided { .. });
        self.charge = Some(facts.clone());
        self.charged_at = Some(at);
        self.stage = Stage::Charged;
        self.unknown = None;
        Ok(self)
    }

    fn apply_completed(mut self, at: DateTime<Utc>) -> Result<Self, ImpossibleHistory> {
        let paid = self.stage == Stage::Charged && !self.charged_too_late && self.refunds.is_empty();
        let free = self.stage == Stage::Started && self.payment.is_none();
        if !paid && !free {
            return Err(Self::impossible("only what is charged, or free, is issued"));
        }
        self.stage = Stage::Completed { at };
        Ok(self)
    }

    fn is_past_charging(&self) -> bool {
        matches!(
            self.stage,
            Stage::Charged | Stage::Completed { .. } | Stage::Declined { .. } | Stage::Voided { .. }
        )
    }

    fn route(&self) -> Option<Route> {
        self.payment.as_ref().map(|terms| terms.route)
    }

    fn call(&self, step: Step) -> Next {
        match self.calls.get(&step) {
            Some((call, planned_at)) => Next::Call { call: call.clone(), planned_at: *planned_at },
            None => Next::Nothing,
        }
    }

    /// What is to be done next.
    #[must_use]
    pub fn next(&self) -> Next {
        let pending = self.refunds.iter().find(|(_, refund)| refund.state == RefundState::Pending);
        match &self.stage {
            Stage::Started if self.payment.is_none() => Next::Issue,
            Stage::Started => self.call(Step::DeriveCredential),
            Stage::CredentialReady if self.route() == Some(Route::TokenHandedOver) => Next::HandOver,
            Stage::CredentialReady => self.call(Step::Charge),
            Stage::ActionRequired { .. } => self.call(Step::Cancel),
            Stage::HandedOver { charge_before } => Next::AwaitOperator { charge_before: *charge_before },
            _ if pending.is_some() => match pending {
                Some((refund, _)) => Next::Refund { refund: refund.clone() },
                None => Next::Nothing,
            },
            Stage::Charged if self.refunds.is_empty() && !self.charged_too_late => Next::Issue,
            Stage::Charged if self.refunds.is_empty() => Next::RefundAll,
            Stage::Charged | Stage::Completed { .. } | Stage::Declined { .. } | Stage::Voided { .. } => Next::Nothing,
        }
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

    /// Why a person must look at it, if so.
    #[must_use]
    pub fn review(&self) -> Option<&str> {
        self.review.as_deref()
    }
}
