//! Refunds as Stripe has them: ours that ended late, ours that failed after they were done, and those that somebody made
//! without us.

use domain::{
    PurchaseId, RefundId,
    notification::Handling,
    purchase::{Purchase, PurchaseCommand, RefundState, Stage},
    transfer::TransferCommand,
};
use event_log::StreamWrite;
use payments::{MetadataKey, Outcome, RefundFacts, RefundStatus};

use crate::{
    Context, Engine, Failure, OperatorRefund, OperatorRefundProblem, RefundWhat,
    failure::Refused,
    handle::{ATTEMPTS, Loaded},
    operator_refund::void,
    operator_refunds::Plan,
    pay_back::{Paid, paid},
    work,
};

/// What a person is told.
const NOT_ALL_VOID: &str =
    "the whole price was given back at Stripe, and not everything bought with it could be voided";
const TOO_MUCH: &str = "more was given back at Stripe than can have been";

impl Engine {
    /// Takes in every refund that Stripe has of a purchase, so that it does not matter which of them was told of. Nothing
    /// as long as Stripe does not answer.
    pub(crate) async fn follow_refunds(
        &self,
        context: &Context,
        id: &PurchaseId,
    ) -> Result<Option<Handling>, Failure> {
        let drive = self.drive_told(context, id).await?;
        let purchase = drive.purchase()?;
        let Ok(payment) = work::payment_ref(purchase) else {
            // As long as it is being paid for, it may still be told of its charge.
            let is_open = !matches!(purchase.stage(), Stage::Declined { .. } | Stage::Voided { .. });
            return Ok((!is_open).then_some(Handling::Irrelevant));
        };
        let (Some(platform), Some(terms)) = (drive.platform()?, purchase.payment()) else {
            drive.without_key();
            return Ok(None);
        };
        let listed = self
            .gateway()
            .list_refunds(&platform, &terms.account, &payment)
            .await;
        let mut refunds = match listed {
            Outcome::Done(done) => done.value,
            Outcome::Refused(refusal) => {
                tracing::warn!(purchase = %id, code = refusal.code, "Stripe would not show the refunds");
                return Ok(Some(Handling::Irrelevant));
            }
            Outcome::NotExecuted(_) | Outcome::Unknown(_) => return Ok(None),
        };
        refunds.reverse();
        for facts in refunds {
            self.take_refund(context, id, facts).await?;
        }
        Ok(Some(Handling::Applied))
    }

    async fn take_refund(
        &self,
        context: &Context,
        id: &PurchaseId,
        facts: RefundFacts,
    ) -> Result<(), Failure> {
        let mut drive = self.drive_told(context, id).await?;
        let failed = matches!(facts.status, RefundStatus::Failed | RefundStatus::Canceled);
        let Some(refund) = ours(drive.purchase()?, &facts) else {
            return match failed {
                true => Ok(()),
                false => self.refunded_at_stripe(context, id, &facts).await,
            };
        };
        let known = drive.purchase()?.refunds().get(&refund);
        let Some((state, undone, generation)) =
            known.map(|it| (it.state.clone(), it.undone.contains(&facts.id), it.generation))
        else {
            return Ok(());
        };
        match (state, failed) {
            _ if undone => return Ok(()),
            (RefundState::Done { stripe_refund }, true) if stripe_refund == facts.id => {
                let code = facts.failure_reason.unwrap_or_else(|| "refund_failed".to_owned());
                tracing::error!(purchase = %id, %refund, code, "a refund that was done has failed; a person must look");
                let (refund, at) = (refund.clone(), self.host().now());
                drive
                    .tell(PurchaseCommand::RecordRefundUndone {
                        refund,
                        stripe_refund,
                        code,
                        at,
                    })
                    .await?;
            }
            // Of several attempts, only the last one's failure is the refund's, and asking for it tells.
            (RefundState::Pending, true) if generation > 1 => return Ok(()),
            (RefundState::Done { .. }, _) | (RefundState::Refused { .. }, true) => return Ok(()),
            (RefundState::Pending, _) | (RefundState::Refused { .. }, false) => {
                drive.refunded(&refund, facts).await?;
            }
        }
        self.tell_transfers(context, id, &refund).await
    }

    /// Every transfer that the items went through learns how a refund ended.
    async fn tell_transfers(
        &self,
        context: &Context,
        id: &PurchaseId,
        refund: &RefundId,
    ) -> Result<(), Failure> {
        let loaded: Loaded<Purchase> = self.repository().load(id.as_str()).await?;
        let end = paid(&loaded, refund);
        let Some(purchase) = loaded.state().filter(|_| end != Paid::Open) else {
            return Ok(());
        };
        for transfer in self.transfers_through(purchase).await? {
            self.tell_transfer(context, &transfer, refund, end).await?;
        }
        Ok(())
    }

    /// Writes down what somebody gave back without us. With the whole price, everything that it bought goes void.
    async fn refunded_at_stripe(
        &self,
        context: &Context,
        id: &PurchaseId,
        facts: &RefundFacts,
    ) -> Result<(), Failure> {
        let mut drive = self.drive_told(context, id).await?;
        let Some(amount) = facts.amount else {
            return drive.review(TOO_MUCH).await.map(drop);
        };
        for _ in 0..ATTEMPTS {
            let at = self.host().now();
            let loaded: Loaded<Purchase> = self.repository().load(id.as_str()).await?;
            let is_rest = loaded
                .state()
                .is_some_and(|purchase| purchase.refundable() == Ok(amount));
            let plan = match loaded.state().filter(|_| is_rest) {
                Some(purchase) => self.plan_at_stripe(purchase, at).await?,
                None => None,
            };
            let command = PurchaseCommand::RecordRefundAtStripe {
                stripe_refund: facts.id.clone(),
                amount,
                items: plan.as_ref().map(Plan::all_items).unwrap_or_default(),
                at,
            };
            let recorded = match loaded.decide(command)? {
                Ok(recorded) if recorded.is_empty() => return Ok(()),
                Ok(recorded) => recorded,
                Err(rejection) => {
                    tracing::warn!(purchase = %id, %rejection, "a refund at Stripe contradicts the record");
                    return drive.review(TOO_MUCH).await.map(drop);
                }
            };
            let refund = RefundId::parse(format!("rfd_{}", facts.id))
                .map_err(|error| Failure::Corrupt(error.to_string()))?;
            let mut writes = vec![recorded.write()?];
            if let Some(plan) = &plan {
                writes.extend(self.void_at_stripe(plan, &refund, at).await?);
            }
            let stored = self.repository().commit(context, at, writes, vec![]).await;
            match stored.map_err(Refused::from) {
                Ok(_) => {
                    if is_rest && plan.is_none() && recorded.after().is_some_and(has_issued) {
                        drive.reload().await?;
                        drive.review(NOT_ALL_VOID).await?;
                    }
                    return Ok(());
                }
                Err(Refused::Failed(failure)) => return Err(failure),
                Err(Refused::Stale | Refused::Claimed(_)) => {}
            }
        }
        Err(Failure::Contended)
    }

    /// What goes void when the whole price is back; nothing where something of it cannot.
    async fn plan_at_stripe(
        &self,
        purchase: &Purchase,
        at: chrono::DateTime<chrono::Utc>,
    ) -> Result<Option<Plan>, Failure> {
        let order = purchase.order();
        let wanted = OperatorRefund {
            operator: order.operator.clone(),
            what: RefundWhat::Purchase {
                purchase: order.purchase.clone(),
                items: None,
            },
            reason: String::new(),
            override_rules: true,
        };
        match self.plan(purchase, &wanted, at).await {
            Ok(plan) => Ok(Some(plan)),
            Err(OperatorRefundProblem::Failure(failure)) => Err(failure),
            Err(OperatorRefundProblem::KeyReused | OperatorRefundProblem::Refused(_)) => Ok(None),
        }
    }

    async fn void_at_stripe(
        &self,
        plan: &Plan,
        refund: &RefundId,
        at: chrono::DateTime<chrono::Utc>,
    ) -> Result<Vec<StreamWrite>, Failure> {
        let mut wallets = plan.wallets.clone();
        void((&plan.items, &mut wallets), refund, at).map_err(|problem| match problem {
            OperatorRefundProblem::Failure(failure) => failure,
            other => Failure::Corrupt(other.to_string()),
        })?;
        let mut writes = Vec::new();
        for wallet in wallets.values() {
            writes.push(wallet.write()?);
        }
        for (transfer, items) in &plan.transfers {
            let started = TransferCommand::StartRefund {
                refund: refund.clone(),
                items: items.clone(),
                at,
            };
            let done = TransferCommand::RecordRefund {
                refund: refund.clone(),
                at,
            };
            let change = match self.transfer_stream(transfer).await?.decide(started)? {
                Ok(change) => change.and(done)?,
                Err(rejection) => Err(rejection),
            };
            let change = change.map_err(|rejection| Failure::Corrupt(format!("{transfer}: {rejection}")))?;
            writes.push(change.write()?);
        }
        Ok(writes)
    }

    /// Whether a rider's bank holds or has kept the money of a purchase.
    pub(crate) async fn is_withheld(&self, id: &PurchaseId) -> Result<bool, Failure> {
        let loaded: Loaded<Purchase> = self.repository().load(id.as_str()).await?;
        Ok(loaded.state().is_some_and(Purchase::is_withheld))
    }
}

/// Which of ours a refund is: by the name that we gave it, or by the one under which it was written down here.
fn ours(purchase: &Purchase, facts: &RefundFacts) -> Option<RefundId> {
    let by_name = facts.metadata.get(MetadataKey::Refund.as_str()).cloned();
    let written = Some(format!("rfd_{}", facts.id));
    let names = [by_name, written].into_iter().flatten();
    names
        .filter_map(|name| RefundId::parse(name).ok())
        .find(|id| purchase.refunds().contains_key(id))
}

/// Whether there is anything that could go void.
fn has_issued(purchase: &Purchase) -> bool {
    matches!(purchase.stage(), Stage::Completed { .. }) && purchase.order().parked.is_none()
}
