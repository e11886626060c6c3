//! How the events of a purchase fold into its state.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{ChargeFacts, Order, PaymentTerms, Purchase, PurchaseEvent, Stage, Step, decide::check_order};
use crate::{Aggregate, ImpossibleHistory};

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
            charge: None,
            charged_at: None,
            charged_too_late: false,
            reported: None,
            refunds: BTreeMap::new(),
            disputes: BTreeMap::new(),
            review: None,
        })
    }

    pub(super) fn apply_next(mut self, event: &PurchaseEvent) -> Result<Self, ImpossibleHistory> {
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
            PurchaseEvent::ActionRequired {
                payment_intent,
                cancel,
                at,
            } => {
                self.calls.insert(Step::Cancel, (cancel.clone(), *at));
                self.advance(Stage::ActionRequired {
                    payment_intent: payment_intent.clone(),
                })
            }
            PurchaseEvent::CredentialHandedOver { charge_before } => self.advance(Stage::HandedOver {
                charge_before: *charge_before,
            }),
            PurchaseEvent::ChargeReported { charge, .. } => {
                self.reported = Some(charge.clone());
                Ok(self)
            }
            PurchaseEvent::Charged { facts, at } => self.apply_charge(facts, *at),
            PurchaseEvent::Declined { decline, .. } => self.advance(Stage::Declined {
                decline: decline.clone(),
            }),
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
            return Err(Self::impossible(
                "a purchase is charged once, for what was ordered",
            ));
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
}
