//! Holding a charge that an operator reported against Stripe's books. Until they bear it out, nothing is paid.

use domain::{
    ChargeId,
    purchase::{
        ChargeFacts, Decline, Judgement, Purchase, PurchaseCommand, Refutation, ShownCharge, ShownStatus,
    },
};
use event_log::{IdempotencyRecord, RecordWrite};
use payments::{MetadataKey, Outcome, PaymentFacts, PaymentStatus, RefusalKind};

use crate::{
    Failure,
    drive::{Drive, Flow},
};

impl Drive<'_> {
    /// Asks Stripe on the operator's own account, and records what it says.
    pub(crate) async fn verify(&mut self, charge: &ChargeId) -> Result<Flow, Failure> {
        let Some(platform) = self.platform()? else {
            return Ok(self.without_key());
        };
        let Some(terms) = self.purchase()?.payment() else {
            return self.review("a charge was reported of what is free").await;
        };
        let gateway = self.engine.gateway();
        let shown = gateway.retrieve_charge(&platform, &terms.account, charge).await;
        match shown {
            Outcome::Done(done) => self.judge(charge, &done.value).await,
            Outcome::Refused(refusal) if refusal.kind == RefusalKind::NotFound => {
                self.refute(charge, Refutation::NotFound).await
            }
            Outcome::Refused(refusal) => {
                tracing::warn!(purchase = %self.id, code = refusal.code, "Stripe would not show a charge");
                self.review("Stripe would not show the charge that was reported")
                    .await
            }
            Outcome::NotExecuted(_) | Outcome::Unknown(_) => {
                tracing::info!(purchase = %self.id, "a reported charge could not be verified yet");
                Ok(Flow::Pause)
            }
        }
    }

    async fn judge(&mut self, charge: &ChargeId, facts: &PaymentFacts) -> Result<Flow, Failure> {
        match self.purchase()?.judge(&shown(facts)) {
            Judgement::Pays => {
                let at = self.engine.host().now();
                let facts = charge_facts(self.purchase()?, charge, facts);
                self.tell(PurchaseCommand::RecordCharge { facts, at }).await
            }
            Judgement::Undecided => Ok(Flow::Pause),
            Judgement::Refuted(Refutation::Failed) => {
                let (decline, at) = (decline(facts), self.engine.host().now());
                self.tell(PurchaseCommand::RecordDecline { decline, at }).await?;
                self.refute(charge, Refutation::Failed).await
            }
            Judgement::Refuted(why) => {
                // Asked for first, so that no crash in between forgets it.
                if let Some(reason) = why.for_review(&shown(facts)) {
                    self.review(reason).await?;
                }
                self.refute(charge, why).await
            }
        }
    }

    /// Records that a charge does not pay for the purchase.
    pub(crate) async fn refute(&mut self, charge: &ChargeId, why: Refutation) -> Result<Flow, Failure> {
        let (charge, at) = (charge.clone(), self.engine.host().now());
        tracing::warn!(purchase = %self.id, %charge, ?why, "a reported charge is not borne out");
        self.tell(PurchaseCommand::RefuteReport { charge, why, at }).await
    }

    /// That a charge pays for this purchase and for no other, to be stored with the event that says so: of two
    /// purchases that name the same charge at once, one gets through.
    pub(crate) fn claim_of_charge(&self, command: &PurchaseCommand) -> Option<RecordWrite> {
        let PurchaseCommand::RecordCharge { facts, .. } = command else {
            return None;
        };
        let purchase = self.loaded.state()?;
        let terms = purchase.payment()?;
        // Whoever charges by itself writes the metadata, too, and may write it anew.
        if terms.route != domain::purchase::Route::TokenHandedOver {
            return None;
        }
        Some(RecordWrite::Claim {
            scope: format!("charge:{}", terms.account),
            key: facts.charge.to_string(),
            fingerprint: self.id.to_string(),
            reference: self.id.to_string(),
            answer: None,
        })
    }

    /// The charge whose claim is another purchase's.
    pub(crate) fn taken_by_another<'c>(
        &self,
        command: &'c PurchaseCommand,
        record: &IdempotencyRecord,
    ) -> Option<&'c ChargeId> {
        match command {
            PurchaseCommand::RecordCharge { facts, .. } if record.reference != self.id.as_str() => {
                Some(&facts.charge)
            }
            _ => None,
        }
    }
}

pub(crate) fn shown(facts: &PaymentFacts) -> ShownCharge<'_> {
    ShownCharge {
        purchase: facts
            .metadata
            .get(MetadataKey::Purchase.as_str())
            .map(String::as_str),
        amount: facts.amount,
        given_back: facts.amount_refunded,
        status: match facts.status {
            PaymentStatus::Succeeded => ShownStatus::Taken,
            PaymentStatus::RequiresCapture => ShownStatus::Held,
            PaymentStatus::RequiresPaymentMethod | PaymentStatus::Canceled => ShownStatus::Failed,
            PaymentStatus::Processing
            | PaymentStatus::RequiresAction
            | PaymentStatus::RequiresConfirmation
            | PaymentStatus::Other(_) => ShownStatus::Undecided,
        },
    }
}

/// An operator's own charge may have left our fee out: then there is none in it, and it is owed.
fn charge_facts(purchase: &Purchase, charge: &ChargeId, facts: &PaymentFacts) -> ChargeFacts {
    let amount = purchase.order().total;
    ChargeFacts {
        payment_intent: facts.payment_intent.clone(),
        charge: charge.clone(),
        amount,
        engine_fee: facts.fee.unwrap_or_else(|| domain::Money::zero(amount.currency)),
    }
}

fn decline(facts: &PaymentFacts) -> Decline {
    let problem = facts.problem.as_ref();
    Decline {
        code: problem
            .and_then(|problem| problem.code.clone())
            .unwrap_or_else(|| "card_declined".to_owned()),
        decline_code: problem.and_then(|problem| problem.decline_code.clone()),
        payment_intent: facts.payment_intent.clone(),
    }
}
