//! An operator that charges by itself: the token on offer, and what follows when nobody says that it was charged.

use chrono::{DateTime, Utc};
use domain::{
    ChargeId,
    operator::Charging,
    purchase::{Judgement, PurchaseCommand, Refutation, Report, VoidReason},
};
use payments::{Outcome, PaymentFacts, PaymentStatus};

use crate::{
    Failure,
    drive::{Drive, Flow},
    look_up::look_from,
    verify_report::shown,
};

impl Drive<'_> {
    /// Puts the token on offer. Whoever follows the log tells the operator.
    pub(crate) async fn offer(&mut self) -> Result<Flow, Failure> {
        let operator = self
            .engine
            .directory()
            .operator(&self.purchase()?.order().operator);
        let window = operator.and_then(|operator| operator.charging().window());
        // An operator that lets the engine charge since was promised a token all the same.
        let window = window.unwrap_or(Charging::WINDOW);
        let charge_before = self.engine.host().now() + window;
        self.tell(PurchaseCommand::RecordHandOver { charge_before }).await
    }

    /// Waits for the operator while somebody waits for us, and gives the purchase up once its time is over.
    pub(crate) async fn await_operator(&mut self, charge_before: DateTime<Utc>) -> Result<Flow, Failure> {
        if self.engine.host().now() >= charge_before {
            return self.end_offer().await;
        }
        if self.ending.is_none() || self.wait(None).await? == Flow::Pause {
            return Ok(Flow::Pause);
        }
        self.reload().await?;
        Ok(Flow::On)
    }

    /// The token was not charged in time, as far as we were told. Stripe's books have the last word: what they show is
    /// taken for a report, and only where they show nothing the purchase is void.
    async fn end_offer(&mut self) -> Result<Flow, Failure> {
        let Some(platform) = self.platform()? else {
            return Ok(self.without_key());
        };
        let purchase = self.purchase()?;
        let Some(terms) = purchase.payment() else {
            return self.review("a free purchase was handed over").await;
        };
        let since = look_from(purchase.started_at(), self.engine.host().now());
        let gateway = self.engine.gateway();
        let found = gateway
            .find_payment(&platform, &terms.account, &self.id, since)
            .await;
        match found {
            Outcome::Done(done) => match done.value {
                Some(facts) if facts.status == PaymentStatus::Processing => Ok(Flow::Pause),
                Some(facts) => self.found_at_the_end(&facts).await,
                None => self.give_up_offer().await,
            },
            Outcome::Refused(refusal) => {
                tracing::warn!(purchase = %self.id, code = refusal.code, "Stripe would not let us look");
                self.review("Stripe would not let us look the payment up").await
            }
            Outcome::NotExecuted(_) | Outcome::Unknown(_) => Ok(Flow::Pause),
        }
    }

    /// What was looked into before is no news, unless it was put right since.
    async fn found_at_the_end(&mut self, facts: &PaymentFacts) -> Result<Flow, Failure> {
        let purchase = self.purchase()?;
        let is_news = |charge: &ChargeId| match purchase.reports().get(charge) {
            None => true,
            Some(Report::Refuted {
                why: Refutation::TakenByAnother,
            }) => false,
            Some(_) => purchase.judge(&shown(facts)) == Judgement::Pays,
        };
        match facts.charge.clone().filter(is_news) {
            Some(charge) => {
                let at = self.engine.host().now();
                self.tell(PurchaseCommand::ReportCharge { charge, at }).await
            }
            None => self.give_up_offer().await,
        }
    }

    async fn give_up_offer(&mut self) -> Result<Flow, Failure> {
        let (reason, at) = (VoidReason::HandOverExpired, self.engine.host().now());
        self.tell(PurchaseCommand::Void { reason, at }).await
    }
}
