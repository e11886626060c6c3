//! Asking Stripe's own books what became of a payment. Never charges.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::purchase::{PurchaseCommand, Stage, Step, VoidReason};
use payments::{Outcome, PaymentFacts, PaymentStatus};

use crate::{
    Failure,
    drive::{Drive, Flow},
    verdict::{self, Absent, Verdict},
};

/// How far before its purchase a payment is looked for. A clock that was wrong when the purchase was started must not
/// hide the payment: not finding one gives the purchase up.
const LOOK_BACK: TimeDelta = TimeDelta::days(1);

/// How long after the last moment at which a charge may be asked for one may still be on its way.
const ON_ITS_WAY: Duration = Duration::from_mins(2);

impl Drive<'_> {
    /// Takes in what Stripe shows. `age` is that of the purchase's charge.
    pub(crate) async fn look_up(&mut self, absent: Absent, age: Duration) -> Result<Flow, Failure> {
        let Some(platform) = self.platform()? else {
            return Ok(self.without_key());
        };
        let purchase = self.purchase()?;
        let Some(terms) = purchase.payment() else {
            return self.review("a free purchase was charged").await;
        };
        let gateway = self.engine.gateway();
        let found = match purchase.stage() {
            Stage::ActionRequired { payment_intent } => gateway
                .retrieve_payment_intent(&platform, &terms.account, payment_intent)
                .await
                .map(Some),
            _ => {
                let since = look_from(purchase.started_at(), self.engine.host().now());
                gateway
                    .find_payment(&platform, &terms.account, &self.id, since)
                    .await
            }
        };
        match found {
            Outcome::Done(done) => match done.value {
                Some(facts) if self.is_of_an_earlier_go(&facts)? => self.not_found(absent, age).await,
                Some(facts) => self.found(&facts).await,
                None => self.not_found(absent, age).await,
            },
            Outcome::Refused(refusal) => {
                tracing::warn!(purchase = %self.id, code = refusal.code, "Stripe would not let us look");
                self.review("Stripe would not let us look the payment up").await
            }
            Outcome::NotExecuted(_) | Outcome::Unknown(_) => {
                tracing::info!(purchase = %self.id, "the payment could not be looked up yet");
                Ok(Flow::Pause)
            }
        }
    }

    /// Where the card was tried again, a failure in Stripe's books need not be the last one's.
    fn is_of_an_earlier_go(&self, facts: &PaymentFacts) -> Result<bool, Failure> {
        let failed = matches!(
            facts.status,
            PaymentStatus::RequiresPaymentMethod | PaymentStatus::Canceled
        );
        Ok(failed && self.purchase()?.was_retried())
    }

    pub(crate) async fn found(&mut self, facts: &PaymentFacts) -> Result<Flow, Failure> {
        let now = self.engine.host().now();
        match verdict::payment(self.purchase()?, facts, now) {
            Verdict::Tell(command) => self.tell(*command).await,
            Verdict::Review(reason) => self.review(reason).await,
            Verdict::Again { unknown, .. } => {
                if let Some(reason) = unknown {
                    self.not_known(Step::Charge, reason).await?;
                }
                Ok(Flow::Pause)
            }
            Verdict::Token(_) | Verdict::LookUp(_) => Ok(Flow::Pause),
        }
    }

    /// That there is no payment is the end only where there will be none either.
    async fn not_found(&mut self, absent: Absent, age: Duration) -> Result<Flow, Failure> {
        let at = self.engine.host().now();
        let too_late = self.engine.settings().stale_after.saturating_add(ON_ITS_WAY);
        let reason = match absent {
            Absent::Refused => VoidReason::RefusedByStripe,
            Absent::Open if age >= too_late => VoidReason::NeverCharged,
            Absent::Open => return Ok(Flow::Pause),
        };
        self.tell(PurchaseCommand::Void { reason, at }).await
    }
}

pub(crate) fn look_from(started_at: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    let earlier = started_at.min(now);
    earlier.checked_sub_signed(LOOK_BACK).unwrap_or(earlier)
}
