//! What a purchase allows. A fact that was heard before, or that is overtaken, records nothing; a fact that
//! contradicts the record is refused, so that whoever brought it keeps it for a person to look at.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};

use super::{
    ChargeFacts, Decline, DerivedCredential, LineItem, Order, PaymentTerms, PlannedCall, Purchase,
    PurchaseCommand, PurchaseEvent, PurchaseRejection, Route, SavedCredential, Stage, Step, UnknownReason,
    VoidReason, refund::NewRefund,
};
use crate::{Decided, Money, PaymentIntentId};

pub(super) fn start(order: Order, payment: Option<PaymentTerms>, at: DateTime<Utc>) -> Decided<Purchase> {
    check_order(&order, payment.as_ref())?;
    Ok(vec![PurchaseEvent::Started { order, payment, at }])
}

pub(super) fn check_order(order: &Order, payment: Option<&PaymentTerms>) -> Result<(), PurchaseRejection> {
    let sum = match (&order.parked, order.items.as_slice()) {
        (None, []) => return Err(PurchaseRejection::NoItems),
        (Some(_), [_, ..]) => return Err(PurchaseRejection::PassesAndStay),
        (Some(stay), []) => stay.calculation.total,
        (None, items) => sum_of(order, items)?,
    };
    if sum != order.total || !is_part_of(order.engine_fee, order.total) {
        return Err(PurchaseRejection::DoesNotAddUp);
    }
    if order.at_once().is_some() && !order.is_one_pass() {
        return Err(PurchaseRejection::NotOnePass);
    }
    match payment {
        None if !order.total.is_positive() => Ok(()),
        Some(terms) if order.total.is_positive() && are_consistent(order, terms) => Ok(()),
        _ => Err(PurchaseRejection::PaymentTermsMismatch),
    }
}

/// What the items cost together.
fn sum_of(order: &Order, items: &[LineItem]) -> Result<Money, PurchaseRejection> {
    if items.iter().any(|line| line.terms.operator != order.operator) {
        return Err(PurchaseRejection::AnotherOperator);
    }
    let prices: Result<Vec<Money>, _> = items
        .iter()
        .map(|line| line.unit_price.times(line.quantity))
        .collect();
    let sum = Money::sum(order.total.currency, prices?)?;
    let sane_lines = items
        .iter()
        .all(|line| line.quantity > 0 && line.unit_price.amount >= 0);
    match sane_lines {
        true => Ok(sum),
        false => Err(PurchaseRejection::DoesNotAddUp),
    }
}

fn is_part_of(fee: Money, whole: Money) -> bool {
    fee.currency == whole.currency && (0..=whole.amount).contains(&fee.amount)
}

/// Only a PaymentMethod can be cloned, and only a card or source gives a token. A call that was not planned would
/// leave the purchase standing with nothing to do next.
fn are_consistent(order: &Order, terms: &PaymentTerms) -> bool {
    let fits = match (terms.route, &terms.credential) {
        (Route::PaymentMethod, SavedCredential::PaymentMethod(_))
        | (Route::Token | Route::TokenHandedOver, SavedCredential::Source(_)) => true,
        (Route::PaymentMethod, SavedCredential::Source(_))
        | (Route::Token | Route::TokenHandedOver, SavedCredential::PaymentMethod(_)) => false,
    };
    fits && terms.calls == PurchaseCommand::planned_calls(&order.purchase, terms.route)
}

impl Purchase {
    pub(super) fn decide_next(&self, command: PurchaseCommand) -> Decided<Self> {
        match command {
            PurchaseCommand::Start { order, payment, .. } => self.start_again(&order, payment.as_deref()),
            PurchaseCommand::RecordCredential {
                generation,
                credential,
            } => self.credential_derived(generation, credential),
            PurchaseCommand::RecordUnknown { step, reason } => self.unknown(step, reason),
            PurchaseCommand::RenewStep { step, generation, at } => self.renew(step, generation, at),
            PurchaseCommand::RecordActionRequired { payment_intent, at } => {
                self.action_required(payment_intent, at)
            }
            PurchaseCommand::RecordHandOver { charge_before } => self.handed_over(charge_before),
            PurchaseCommand::RecordDelivery { by, at } => self.token_delivered(by, at),
            PurchaseCommand::RecordNotDelivered { at } => self.token_not_delivered(at),
            PurchaseCommand::ReportCharge { charge, at } => self.charge_reported(charge, at),
            PurchaseCommand::RefuteReport { charge, why, at } => self.report_refuted(charge, why, at),
            PurchaseCommand::RecordCharge { facts, at } => self.charged(facts, at),
            PurchaseCommand::RecordDecline { decline, at } => self.declined(decline, at),
            PurchaseCommand::RecordPassingDecline {
                generation,
                decline,
                at,
            } => self.decline_for_now(generation, decline, at),
            PurchaseCommand::Void { reason, at } => self.void(reason, at),
            PurchaseCommand::Complete { at } => self.complete(at),
            PurchaseCommand::StartRefund {
                refund,
                amount,
                keep_fee,
                items,
                rules_overridden,
                reason,
                at,
            } => self.start_refund(NewRefund {
                refund,
                amount,
                keep_fee,
                items,
                rules_overridden,
                reason,
                at,
            }),
            PurchaseCommand::RetryRefund {
                refund,
                generation,
                at,
            } => self.retry_refund(refund, generation, at),
            PurchaseCommand::RecordRefundUnknown { refund, reason } => self.refund_unknown(refund, reason),
            PurchaseCommand::RecordRefund {
                refund,
                stripe_refund,
                at,
            } => self.refund_done(refund, stripe_refund, at),
            PurchaseCommand::RecordRefundUndone {
                refund,
                stripe_refund,
                code,
                at,
            } => self.refund_undone(refund, stripe_refund, code, at),
            PurchaseCommand::RecordRefundAtStripe {
                stripe_refund,
                amount,
                items,
                at,
            } => self.refunded_at_stripe(stripe_refund, amount, items, at),
            PurchaseCommand::RecordRefundRefused { refund, code, at } => {
                self.refund_refused(refund, code, at)
            }
            dispute @ (PurchaseCommand::RecordDispute { .. }
            | PurchaseCommand::RecordDisputeClosed { .. }) => self.decide_dispute(dispute),
            PurchaseCommand::RequestReview { reason, at } => Ok(self.ask_for_review(reason, at)),
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
        if same {
            Ok(vec![])
        } else {
            Err(PurchaseRejection::OrderDiffers)
        }
    }

    /// The first credential of a generation stands. A charge may be under way with it, and its key allows no other.
    fn credential_derived(&self, generation: u32, credential: DerivedCredential) -> Decided<Self> {
        let planned = self.calls.get(&Step::DeriveCredential);
        let (Some((call, _)), Some(route)) = (planned, self.route()) else {
            return Err(PurchaseRejection::OutOfTurn);
        };
        if !route.derives(&credential) {
            return Err(PurchaseRejection::PaymentTermsMismatch);
        }
        match generation.cmp(&call.generation) {
            Ordering::Greater => Err(PurchaseRejection::OutOfTurn),
            Ordering::Equal if self.stage == Stage::Started => Ok(vec![PurchaseEvent::CredentialDerived {
                generation,
                credential,
            }]),
            Ordering::Equal | Ordering::Less => Ok(vec![]),
        }
    }

    fn unknown(&self, step: Step, reason: UnknownReason) -> Decided<Self> {
        let (call, _) = self.calls.get(&step).ok_or(PurchaseRejection::OutOfTurn)?;
        if self.is_past(step) || self.unknown == Some((step, reason)) {
            return Ok(vec![]);
        }
        if self.due_step() != Some(step) {
            return Err(PurchaseRejection::OutOfTurn);
        }
        let generation = call.generation;
        Ok(vec![PurchaseEvent::OutcomeUnknown {
            step,
            generation,
            reason,
        }])
    }

    /// A charge takes the credential with it, so another credential needs another charge: the old key would only
    /// answer that its request was different.
    fn renew(&self, step: Step, generation: u32, at: DateTime<Utc>) -> Decided<Self> {
        let known = self.calls.get(&step).map(|(call, _)| call.generation);
        if known.is_some_and(|known| generation < known) {
            return Ok(vec![]);
        }
        if self.is_past_charging() {
            return Err(PurchaseRejection::Over);
        }
        if known != Some(generation) || !self.may_renew(step) {
            return Err(PurchaseRejection::OutOfTurn);
        }
        let charge_too = step == Step::DeriveCredential && self.is_at_charge();
        let steps = charge_too.then_some(Step::Charge).into_iter().chain([step]);
        let renewed = steps.filter_map(|step| self.renewed_call(step));
        Ok(renewed
            .map(|call| PurchaseEvent::StepRenewed { call, at })
            .collect())
    }

    /// While it is not known what a charge did, nothing may lead to another one.
    pub(super) fn may_renew(&self, step: Step) -> bool {
        let at_hand = match step {
            Step::DeriveCredential => matches!(self.stage, Stage::Started | Stage::CredentialReady),
            Step::Charge => self.is_at_charge(),
            Step::Cancel => self.due_step() == Some(step),
        };
        at_hand && !matches!(self.unknown, Some((Step::Charge, _)))
    }

    pub(super) fn renewed_call(&self, step: Step) -> Option<PlannedCall> {
        let (call, _) = self.calls.get(&step)?;
        let generation = call.generation.checked_add(1)?;
        Some(PlannedCall::of(&self.order.purchase, step, generation))
    }

    /// Only a PaymentIntent can wait for the rider.
    fn action_required(&self, payment_intent: PaymentIntentId, at: DateTime<Utc>) -> Decided<Self> {
        if self.route() != Some(Route::PaymentMethod) {
            return Err(PurchaseRejection::OutOfTurn);
        }
        match &self.stage {
            Stage::ActionRequired {
                payment_intent: known,
            } if *known == payment_intent => Ok(vec![]),
            Stage::CredentialReady => {
                let cancel = PlannedCall::of(&self.order.purchase, Step::Cancel, 1);
                Ok(vec![PurchaseEvent::ActionRequired {
                    payment_intent,
                    cancel,
                    at,
                }])
            }
            _ if self.is_past_charging() => Ok(vec![]),
            _ => Err(PurchaseRejection::OutOfTurn),
        }
    }

    /// A charge is never lost: it is taken in even after the purchase had ended, and then given back.
    fn charged(&self, facts: ChargeFacts, at: DateTime<Utc>) -> Decided<Self> {
        if self.payment.is_none() {
            return Err(PurchaseRejection::OutOfTurn);
        }
        let known = self.charge.as_ref().map(|known| &known.charge);
        if known.is_some_and(|known| *known != facts.charge) {
            return Err(PurchaseRejection::ChargedAlready);
        }
        if !self.is_as_ordered(&facts) {
            return Err(PurchaseRejection::AmountDiffers);
        }
        match known {
            Some(_) => Ok(vec![]),
            None => Ok(vec![PurchaseEvent::Charged { facts, at }]),
        }
    }

    pub(super) fn is_as_ordered(&self, facts: &ChargeFacts) -> bool {
        facts.amount == self.order.total && is_part_of(facts.engine_fee, facts.amount)
    }

    /// News of a failed attempt may come after the attempt that succeeded; it then changes nothing.
    fn declined(&self, decline: Decline, at: DateTime<Utc>) -> Decided<Self> {
        if self.payment.is_none() {
            return Err(PurchaseRejection::OutOfTurn);
        }
        if self.is_past_charging() {
            return Ok(vec![]);
        }
        Ok(vec![PurchaseEvent::Declined { decline, at }])
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
            _ if self.may_issue() => Ok(vec![PurchaseEvent::Completed { at }]),
            _ if self.is_past_charging() => Err(PurchaseRejection::Over),
            _ => Err(PurchaseRejection::OutOfTurn),
        }
    }

    /// Nothing to record where the same was asked for last.
    pub(super) fn ask_for_review(&self, reason: String, at: DateTime<Utc>) -> Vec<PurchaseEvent> {
        if self.review.as_ref() == Some(&reason) {
            return vec![];
        }
        vec![PurchaseEvent::ReviewRequested { reason, at }]
    }
}

impl Route {
    /// Whether this is the kind of credential that the route makes for the operator's account.
    pub(super) const fn derives(self, credential: &DerivedCredential) -> bool {
        match credential {
            DerivedCredential::PaymentMethod(_) => matches!(self, Self::PaymentMethod),
            DerivedCredential::Token(_) => matches!(self, Self::Token | Self::TokenHandedOver),
        }
    }
}
