//! Giving back what was charged and cannot be fulfilled, and finishing every refund that is written down.

use domain::{
    RefundId,
    purchase::{PurchaseCommand, UnknownReason},
};
use payments::{Done, Outcome, RefundFacts, RefundStatus, Refusal, RefusalKind, StepResult, execute};

use crate::{
    Failure,
    drive::{Drive, Flow},
    failure::Refused,
    work,
};

impl Drive<'_> {
    /// Begins to give the whole charge back. The rider may buy again from then on.
    pub(crate) async fn refund_all(&mut self, reason: &str) -> Result<Flow, Failure> {
        let purchase = self.purchase()?;
        let (Some(charge), Ok(refund)) = (purchase.charge(), RefundId::parse(format!("rfd_{}", self.id)))
        else {
            return self.review("nothing to refund").await;
        };
        let (amount, user) = (charge.amount, purchase.order().user.clone());
        let at = self.engine.host().now();
        let started = self.loaded.clone().decide(PurchaseCommand::StartRefund {
            refund,
            amount,
            // Nothing was sold, so nothing was earned.
            keep_fee: false,
            items: Vec::new(),
            rules_overridden: false,
            reason: reason.to_owned(),
            at,
        })?;
        let started = match started {
            Ok(started) => started,
            Err(rejection) => return self.contradicted(&rejection).await,
        };
        let mut writes = vec![started.write()?];
        if let Some(closed) = self.close(&user).await? {
            writes.push(closed.write()?);
        }
        let stored = self
            .engine
            .repository()
            .commit(&self.context, at, writes, vec![])
            .await;
        match stored.map_err(Refused::from) {
            Ok(_) => {
                self.loaded = started.stored();
                Ok(Flow::On)
            }
            Err(Refused::Failed(failure)) => Err(failure),
            Err(Refused::Stale | Refused::Claimed(_)) => {
                self.reload().await?;
                Ok(Flow::Overtaken)
            }
        }
    }

    pub(crate) async fn refund(&mut self, refund: &RefundId) -> Result<Flow, Failure> {
        let Some(started_at) = self.purchase()?.refunds().get(refund).map(|it| it.started_at) else {
            return self.review("the refund does not hold what its call needs").await;
        };
        if self.platform()?.is_none() {
            return Ok(self.without_key());
        }
        // A key that Stripe may have forgotten proves nothing, and neither does a clock that is wrong.
        let known = match self.age(started_at) {
            Some(age) if age < payments::KEY_KEPT => None,
            Some(_) | None => match self.find_refund(refund).await? {
                // Stripe has never heard of it: it was never made, and can be made now.
                Outcome::Done(Done { value: None, .. }) => None,
                Outcome::Done(Done {
                    value: Some(facts), ..
                }) => Some(facts),
                Outcome::Refused(refusal) => return self.refund_unreachable(&refusal).await,
                Outcome::NotExecuted(postponed) | Outcome::Unknown(postponed) => {
                    return self.wait(postponed.retry_after).await;
                }
            },
        };
        match known {
            Some(facts) => self.refunded(refund, facts).await,
            None => self.ask_for_refund(refund).await,
        }
    }

    async fn ask_for_refund(&mut self, refund: &RefundId) -> Result<Flow, Failure> {
        let (purchase, platform) = (self.purchase()?, self.platform()?);
        let account = purchase.payment().map(|terms| terms.account.clone());
        let (Some(platform), Some(account), Ok(step)) =
            (platform, account, work::refund_work(purchase, refund))
        else {
            return self.review("the refund does not hold what its call needs").await;
        };
        match execute(self.engine.gateway(), &platform, &account, &step).await {
            Outcome::Done(Done {
                value: StepResult::Refund(facts),
                ..
            }) => self.refunded(refund, facts).await,
            Outcome::Done(_) => self.review("something else answered a refund").await,
            Outcome::Refused(refusal) => self.refused_refund(refund, refusal).await,
            Outcome::NotExecuted(postponed) => self.wait(postponed.retry_after).await,
            Outcome::Unknown(postponed) => {
                let (refund, reason) = (refund.clone(), UnknownReason::ReplyLost);
                self.tell(PurchaseCommand::RecordRefundUnknown { refund, reason })
                    .await?;
                self.wait(postponed.retry_after).await
            }
        }
    }

    pub(crate) async fn refunded(&mut self, refund: &RefundId, facts: RefundFacts) -> Result<Flow, Failure> {
        let (refund, at) = (refund.clone(), self.engine.host().now());
        match facts.status {
            RefundStatus::Failed | RefundStatus::Canceled => {
                let code = facts.failure_reason.unwrap_or_else(|| "refund_failed".to_owned());
                self.refund_refused(refund, code, at).await
            }
            // It is on its way; should it fail later, Stripe says so.
            RefundStatus::Succeeded
            | RefundStatus::Pending
            | RefundStatus::RequiresAction
            | RefundStatus::Other(_) => {
                let stripe_refund = facts.id;
                self.tell(PurchaseCommand::RecordRefund {
                    refund,
                    stripe_refund,
                    at,
                })
                .await
            }
        }
    }

    /// Stripe's no is final where it is about this refund. Where it is about us or the key, an earlier attempt may
    /// have been made, and asking again later may help.
    async fn refused_refund(&mut self, refund: &RefundId, refusal: Refusal) -> Result<Flow, Failure> {
        let at = self.engine.host().now();
        match refusal.kind {
            RefusalKind::Card | RefusalKind::InvalidRequest | RefusalKind::NotFound => {
                let code = refusal.code.unwrap_or_else(|| "refused".to_owned());
                match self.find_refund(refund).await? {
                    Outcome::Done(Done {
                        value: Some(facts), ..
                    }) => self.refunded(refund, facts).await,
                    Outcome::Refused(unreadable)
                        if matches!(
                            unreadable.kind,
                            RefusalKind::Authentication | RefusalKind::Permission
                        ) =>
                    {
                        self.refund_unreachable(&unreadable).await
                    }
                    Outcome::Done(Done { value: None, .. }) | Outcome::Refused(_) => {
                        self.refund_refused(refund.clone(), code, at).await
                    }
                    Outcome::NotExecuted(postponed) | Outcome::Unknown(postponed) => {
                        self.wait(postponed.retry_after).await
                    }
                }
            }
            RefusalKind::Idempotency
            | RefusalKind::Authentication
            | RefusalKind::Permission
            | RefusalKind::Other => self.refund_unreachable(&refusal).await,
        }
    }

    async fn refund_unreachable(&mut self, refusal: &Refusal) -> Result<Flow, Failure> {
        tracing::warn!(purchase = %self.id, code = refusal.code, "Stripe does not let us refund");
        self.review("a refund is written down, and Stripe does not let us make it")
            .await
    }

    /// Looks a refund up that was refused, and takes in what Stripe has of it. What cannot be found out now stays as it
    /// is.
    pub(crate) async fn look_again(mut self, refund: &RefundId) -> Result<(), Failure> {
        if self.platform()?.is_none() {
            return Ok(());
        }
        if let Outcome::Done(Done {
            value: Some(facts), ..
        }) = self.find_refund(refund).await?
        {
            self.refunded(refund, facts).await?;
        }
        Ok(())
    }

    /// Whether Stripe has made a refund, or is about to; nothing where it does not say.
    pub(crate) async fn is_made(&self, refund: &RefundId) -> Result<Option<bool>, Failure> {
        if self.platform()?.is_none() {
            return Ok(None);
        }
        Ok(match self.find_refund(refund).await? {
            Outcome::Done(Done { value: None, .. }) => Some(false),
            Outcome::Done(Done {
                value: Some(facts), ..
            }) => Some(!matches!(
                facts.status,
                RefundStatus::Failed | RefundStatus::Canceled
            )),
            Outcome::Refused(_) | Outcome::NotExecuted(_) | Outcome::Unknown(_) => None,
        })
    }

    async fn find_refund(&self, refund: &RefundId) -> Result<Outcome<Option<RefundFacts>>, Failure> {
        let (purchase, platform) = (self.purchase()?, self.platform()?);
        let (Some(platform), Some(terms), Ok(payment)) =
            (platform, purchase.payment(), work::payment_ref(purchase))
        else {
            return Err(Failure::Corrupt(format!(
                "{refund} of {} is of no payment",
                self.id
            )));
        };
        let gateway = self.engine.gateway();
        Ok(gateway
            .find_refund(&platform, &terms.account, &payment, refund)
            .await)
    }
}
