//! How the events of a purchase fold into its state. Each arm checks again what was checked when deciding.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{
    ChargeFacts, DerivedCredential, Order, PaymentTerms, PlannedCall, Purchase, PurchaseEvent, Route, Stage,
    Step, decide::check_order,
};
use crate::{Aggregate, ImpossibleHistory, PaymentIntentId};

impl Purchase {
    pub(super) fn started(
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
            declined_for_now: None,
            charge: None,
            charged_at: None,
            charged_too_late: false,
            charge_before: None,
            delivered: None,
            reported: None,
            reports: BTreeMap::new(),
            refunds: BTreeMap::new(),
            disputes: BTreeMap::new(),
            review: None,
        })
    }

    pub(super) fn apply_next(mut self, event: &PurchaseEvent) -> Result<Self, ImpossibleHistory> {
        match event {
            PurchaseEvent::CredentialDerived {
                generation,
                credential,
            } => self.apply_credential(*generation, credential),
            PurchaseEvent::OutcomeUnknown {
                step,
                generation,
                reason,
            } => {
                let call = self.calls.get(step).filter(|_| self.due_step() == Some(*step));
                if call.is_none_or(|(call, _)| call.generation != *generation) {
                    return Err(Self::impossible("only a call that is due has an unknown outcome"));
                }
                self.unknown = Some((*step, *reason));
                Ok(self)
            }
            PurchaseEvent::StepRenewed { call, at } => self.apply_renewal(call, *at),
            PurchaseEvent::ActionRequired {
                payment_intent,
                cancel,
                at,
            } => self.apply_action_required(payment_intent, cancel, *at),
            PurchaseEvent::CredentialHandedOver { charge_before } => self.apply_hand_over(*charge_before),
            PurchaseEvent::TokenDelivered { by, at } => self.apply_delivery(Some((*by, *at))),
            PurchaseEvent::TokenNotDelivered { .. } => self.apply_delivery(None),
            PurchaseEvent::ChargeReported { charge, .. } => self.apply_report(charge),
            PurchaseEvent::ReportRefuted { charge, why, .. } => self.apply_refutation(charge, *why),
            PurchaseEvent::Charged { facts, at } => self.apply_charge(facts, *at),
            PurchaseEvent::Declined { .. } if self.payment.is_none() => {
                Err(Self::impossible("only what is paid for is declined"))
            }
            PurchaseEvent::Declined { decline, .. } => self.advance(Stage::Declined {
                decline: decline.clone(),
            }),
            PurchaseEvent::DeclinedForNow {
                generation, decline, ..
            } => self.apply_decline_for_now(*generation, decline),
            PurchaseEvent::Voided { reason, .. } => self.advance(Stage::Voided { reason: *reason }),
            PurchaseEvent::Completed { at } => {
                if !self.may_issue() {
                    return Err(Self::impossible("only what is charged, or free, is issued"));
                }
                self.stage = Stage::Completed { at: *at };
                Ok(self)
            }
            PurchaseEvent::ReviewRequested { reason, .. } => {
                if self.review.as_ref() == Some(reason) {
                    return Err(Self::impossible("a review is asked for once for a reason"));
                }
                self.review = Some(reason.clone());
                Ok(self)
            }
            PurchaseEvent::Disputed { .. }
            | PurchaseEvent::DisputeEscalated { .. }
            | PurchaseEvent::DisputeClosed { .. } => self.apply_dispute(event),
            other => self.apply_refund(other),
        }
    }

    pub(super) fn advance(mut self, stage: Stage) -> Result<Self, ImpossibleHistory> {
        if self.is_past_charging() {
            return Err(Self::impossible("a purchase that is over does not go on"));
        }
        self.stage = stage;
        self.unknown = None;
        self.declined_for_now = None;
        Ok(self)
    }

    fn apply_credential(
        mut self,
        generation: u32,
        credential: &DerivedCredential,
    ) -> Result<Self, ImpossibleHistory> {
        let planned = self.calls.get(&Step::DeriveCredential);
        let due =
            self.stage == Stage::Started && planned.is_some_and(|(call, _)| call.generation == generation);
        if !due || !self.route().is_some_and(|route| route.derives(credential)) {
            return Err(Self::impossible("a credential comes from the call that is due"));
        }
        self.derived = Some(credential.clone());
        self.advance(Stage::CredentialReady)
    }

    /// Without its credential a purchase is where it began.
    fn apply_renewal(mut self, call: &PlannedCall, at: DateTime<Utc>) -> Result<Self, ImpossibleHistory> {
        if !self.may_renew(call.step) || self.renewed_call(call.step).as_ref() != Some(call) {
            return Err(Self::impossible(
                "a step at hand is renewed in its next generation",
            ));
        }
        self.calls.insert(call.step, (call.clone(), at));
        self.unknown = None;
        self.declined_for_now = None;
        if call.step == Step::DeriveCredential {
            self.derived = None;
            self.stage = Stage::Started;
        }
        Ok(self)
    }

    fn apply_action_required(
        mut self,
        payment_intent: &PaymentIntentId,
        cancel: &PlannedCall,
        at: DateTime<Utc>,
    ) -> Result<Self, ImpossibleHistory> {
        let waits = self.stage == Stage::CredentialReady && self.route() == Some(Route::PaymentMethod);
        if !waits || *cancel != PlannedCall::of(&self.order.purchase, Step::Cancel, 1) {
            return Err(Self::impossible(
                "only a payment that is being made waits for the rider",
            ));
        }
        self.calls.insert(Step::Cancel, (cancel.clone(), at));
        self.advance(Stage::ActionRequired {
            payment_intent: payment_intent.clone(),
        })
    }

    fn apply_charge(mut self, facts: &ChargeFacts, at: DateTime<Utc>) -> Result<Self, ImpossibleHistory> {
        if self.payment.is_none() || self.charge.is_some() || !self.is_as_ordered(facts) {
            return Err(Self::impossible(
                "a purchase is charged once, for what was ordered",
            ));
        }
        self.charged_too_late = self.is_past_charging();
        self.charge = Some(facts.clone());
        self.confirm_report(&facts.charge);
        self.charged_at = Some(at);
        self.stage = Stage::Charged;
        self.unknown = None;
        self.declined_for_now = None;
        Ok(self)
    }
}
