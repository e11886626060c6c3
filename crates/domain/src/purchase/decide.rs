//! What a purchase allows.

use chrono::{DateTime, Utc};

use super::{
    ChargeFacts, Decline, DerivedCredential, Order, PaymentTerms, PlannedCall, Purchase, PurchaseCommand,
    PurchaseEvent, PurchaseRejection, Route, Stage, Step, UnknownReason, VoidReason,
};
use crate::{ChargeId, Decided, Money, PaymentIntentId};

pub(super) fn start(order: Order, payment: Option<PaymentTerms>, at: DateTime<Utc>) -> Decided<Purchase> {
    check_order(&order, payment.as_ref())?;
    Ok(vec![PurchaseEvent::Started { order, payment, at }])
}

pub(super) fn check_order(order: &Order, payment: Option<&PaymentTerms>) -> Result<(), PurchaseRejection> {
    if order.items.is_empty() {
        return Err(PurchaseRejection::NoItems);
    }
    let prices: Result<Vec<Money>, _> = order
        .items
        .iter()
        .map(|line| line.unit_price.times(line.quantity))
        .collect();
    let sum = Money::sum(order.total.currency, prices?)?;
    let sane_lines = order
        .items
        .iter()
        .all(|line| line.quantity > 0 && line.unit_price.amount >= 0);
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
    pub(super) fn decide_next(&self, command: PurchaseCommand) -> Decided<Self> {
        match command {
            PurchaseCommand::Start { order, payment, .. } => self.start_again(&order, payment.as_deref()),
            PurchaseCommand::RecordCredential {
                generation,
                credential,
            } => self.credential_derived(generation, credential),
            PurchaseCommand::RecordUnknown { step, reason } => self.unknown(step, reason),
            PurchaseCommand::RenewStep { step, at } => self.renew(step, at),
            PurchaseCommand::RecordActionRequired { payment_intent, at } => {
                self.action_required(payment_intent, at)
            }
            PurchaseCommand::RecordHandOver { charge_before } => self.handed_over(charge_before),
            PurchaseCommand::ReportCharge { charge, at } => self.charge_reported(charge, at),
            PurchaseCommand::RecordCharge { facts, at } => self.charged(facts, at),
            PurchaseCommand::RecordDecline { decline, at } => self.declined(decline, at),
            PurchaseCommand::Void { reason, at } => self.void(reason, at),
            PurchaseCommand::Complete { at } => self.complete(at),
            PurchaseCommand::StartRefund {
                refund,
                amount,
                reason,
                at,
            } => self.start_refund(refund, amount, reason, at),
            PurchaseCommand::RecordRefundUnknown { refund, reason } => self.refund_unknown(refund, reason),
            PurchaseCommand::RecordRefund {
                refund,
                stripe_refund,
                at,
            } => self.refund_done(refund, stripe_refund, at),
            PurchaseCommand::RecordRefundRefused { refund, code, at } => {
                self.refund_refused(refund, code, at)
            }
            PurchaseCommand::RecordDispute { dispute, amount, at } => self.disputed(dispute, amount, at),
            PurchaseCommand::RecordDisputeClosed { dispute, won, at } => {
                self.dispute_closed(dispute, won, at)
            }
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
        if same {
            Ok(vec![])
        } else {
            Err(PurchaseRejection::OrderDiffers)
        }
    }

    fn credential_derived(&self, generation: u32, credential: DerivedCredential) -> Decided<Self> {
        match self.calls.get(&Step::DeriveCredential) {
            _ if self.is_past_charging() => Ok(vec![]),
            Some((call, _)) if call.generation == generation => match &self.derived {
                Some(known) if *known == credential => Ok(vec![]),
                _ => Ok(vec![PurchaseEvent::CredentialDerived {
                    generation,
                    credential,
                }]),
            },
            Some(_) => Ok(vec![]),
            None => Err(PurchaseRejection::OutOfTurn),
        }
    }

    fn unknown(&self, step: Step, reason: UnknownReason) -> Decided<Self> {
        match self.calls.get(&step) {
            _ if self.is_past_charging() || self.unknown == Some((step, reason)) => Ok(vec![]),
            Some((call, _)) => Ok(vec![PurchaseEvent::OutcomeUnknown {
                step,
                generation: call.generation,
                reason,
            }]),
            None => Err(PurchaseRejection::OutOfTurn),
        }
    }

    fn renew(&self, step: Step, at: DateTime<Utc>) -> Decided<Self> {
        if self.is_past_charging() {
            return Err(PurchaseRejection::Over);
        }
        let (call, _) = self.calls.get(&step).ok_or(PurchaseRejection::OutOfTurn)?;
        let generation = call.generation.saturating_add(1);
        Ok(vec![PurchaseEvent::StepRenewed {
            call: PlannedCall::of(&self.order.purchase, step, generation),
            at,
        }])
    }

    fn action_required(&self, payment_intent: PaymentIntentId, at: DateTime<Utc>) -> Decided<Self> {
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
}
