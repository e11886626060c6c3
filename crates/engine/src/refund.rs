//! Giving back what was charged and cannot be fulfilled, and finishing every refund that is written down.

use domain::{
    RefundId,
    purchase::{PurchaseCommand, UnknownReason},
};
use payments::{Outcome, RefundStatus, StepResult, execute};

use crate::{
    Failure,
    drive::{Drive, Flow},
    work,
};

impl Drive<'_> {
    pub(crate) async fn refund_all(&mut self) -> Result<Flow, Failure> {
        let purchase = self.purchase()?;
        let (Some(charge), Ok(refund)) = (purchase.charge(), RefundId::parse(format!("rfd_{}", self.id)))
        else {
            return self.review("nothing to refund").await;
        };
        let amount = charge.amount;
        let at = self.engine.host().now();
        let reason = "the charge came after the purchase had ended".to_owned();
        self.tell(PurchaseCommand::StartRefund {
            refund,
            amount,
            reason,
            at,
        })
        .await
    }

    pub(crate) async fn refund(&mut self, refund: &RefundId) -> Result<Flow, Failure> {
        let Some(platform) = self.platform()? else {
            return self.review("the app's platform key is missing").await;
        };
        let purchase = self.purchase()?;
        let entry = purchase.refunds().get(refund);
        let age = entry.map(|it| {
            (self.engine.host().now() - it.started_at)
                .to_std()
                .unwrap_or_default()
        });
        let account = purchase.payment().map(|terms| terms.account.clone());
        let (Some(age), Some(account), Ok(step), Ok(payment)) = (
            age,
            account,
            work::refund_work(purchase, refund),
            work::payment_ref(purchase),
        ) else {
            return self.review("the refund does not hold what its call needs").await;
        };
        let outcome = if age >= payments::KEY_KEPT {
            match self
                .engine
                .gateway()
                .find_refund(&platform, &account, &payment, refund)
                .await
            {
                Outcome::Done(done) => match done.value {
                    Some(facts) => Outcome::Done(payments::Done {
                        value: StepResult::Refund(facts),
                        request_id: done.request_id,
                        replayed: done.replayed,
                    }),
                    None => return self.review("an old refund is not known to Stripe").await,
                },
                Outcome::Refused(refusal) => Outcome::Refused(refusal),
                Outcome::NotExecuted(postponed) => Outcome::NotExecuted(postponed),
                Outcome::Unknown(postponed) => Outcome::Unknown(postponed),
            }
        } else {
            execute(self.engine.gateway(), &platform, &account, &step).await
        };
        self.refunded(refund, outcome).await
    }

    async fn refunded(&mut self, refund: &RefundId, outcome: Outcome<StepResult>) -> Result<Flow, Failure> {
        let at = self.engine.host().now();
        let refund = refund.clone();
        match outcome {
            Outcome::Done(done) => match done.value {
                StepResult::Refund(facts) => match facts.status {
                    RefundStatus::Failed | RefundStatus::Canceled => {
                        let code = facts.failure_reason.unwrap_or_else(|| "refund_failed".to_owned());
                        self.refund_refused(refund, code, at).await
                    }
                    _ => {
                        let stripe_refund = facts.id;
                        self.tell(PurchaseCommand::RecordRefund {
                            refund,
                            stripe_refund,
                            at,
                        })
                        .await
                    }
                },
                _ => self.review("something else answered a refund").await,
            },
            Outcome::Refused(refusal) => {
                let code = refusal.code.unwrap_or_else(|| "refused".to_owned());
                self.refund_refused(refund, code, at).await
            }
            Outcome::NotExecuted(postponed) => Ok(if self.patience.wait(postponed.retry_after).await {
                Flow::On
            } else {
                Flow::Pause
            }),
            Outcome::Unknown(postponed) => {
                let reason = UnknownReason::ReplyLost;
                self.tell(PurchaseCommand::RecordRefundUnknown { refund, reason })
                    .await?;
                Ok(if self.patience.wait(postponed.retry_after).await {
                    Flow::On
                } else {
                    Flow::Pause
                })
            }
        }
    }
}
