//! Writing down what became of a purchase.

use domain::purchase::{Purchase, PurchaseCommand, PurchaseRejection, Refutation};

use crate::{
    Failure,
    drive::{Drive, Flow},
    failure::Refused,
    handle::{ATTEMPTS, Change},
};

impl Drive<'_> {
    /// Records a fact. Where it ends the purchase, the rider's hold ends and the request is answered in one commit.
    pub(crate) async fn tell(&mut self, command: PurchaseCommand) -> Result<Flow, Failure> {
        if matches!(
            command,
            PurchaseCommand::RecordDecline { .. } | PurchaseCommand::Void { .. }
        ) {
            return self.end(command).await;
        }
        for attempt in 0..ATTEMPTS {
            let change = match self.loaded.clone().decide(command.clone())? {
                Ok(change) => change,
                Err(rejection) => return self.contradicted(&rejection).await,
            };
            if change.is_empty() {
                // News that is none leads nowhere; asking on at once would only bring it again.
                return Ok(if attempt == 0 {
                    Flow::Pause
                } else {
                    Flow::Overtaken
                });
            }
            let now = self.engine.host().now();
            let records: Vec<_> = self.claim_of_charge(&command).into_iter().collect();
            let stored = self
                .engine
                .repository()
                .commit(&self.context, now, vec![change.write()?], records)
                .await;
            match stored.map_err(Refused::from) {
                Ok(_) => {
                    self.loaded = change.stored();
                    return Ok(Flow::On);
                }
                Err(Refused::Failed(failure)) => return Err(failure),
                Err(Refused::Claimed(record)) => {
                    if let Some(charge) = self.taken_by_another(&command, &record) {
                        return Box::pin(self.refute(charge, Refutation::TakenByAnother)).await;
                    }
                    self.reload().await?;
                }
                Err(Refused::Stale) => self.reload().await?,
            }
        }
        Err(Failure::Contended)
    }

    /// Whether a change was stored by itself. If not, somebody else was faster.
    pub(crate) async fn store_alone(&self, change: &Change<Purchase>) -> Result<bool, Failure> {
        let now = self.engine.host().now();
        self.engine.keep(&self.context, now, change, vec![]).await
    }

    pub(crate) async fn reload(&mut self) -> Result<(), Failure> {
        self.overtaken = true;
        self.loaded = self.engine.repository().load(self.id.as_str()).await?;
        Ok(())
    }

    /// Stripe tells what the record excludes. Nothing is dropped: it is written down for a person to look at.
    pub(crate) async fn contradicted(&mut self, rejection: &PurchaseRejection) -> Result<Flow, Failure> {
        tracing::warn!(purchase = %self.id, %rejection, "Stripe contradicts the record");
        let reason = match rejection {
            PurchaseRejection::ChargedAlready => "a second charge exists for this purchase",
            PurchaseRejection::AmountDiffers => "Stripe charged another amount than was ordered",
            _ => "Stripe reports what cannot follow from the record",
        };
        self.review(reason).await
    }

    /// Asks a person to look. Asking again for the same reason records nothing, and says nothing either.
    pub(crate) async fn review(&mut self, reason: &str) -> Result<Flow, Failure> {
        for _ in 0..ATTEMPTS {
            let at = self.engine.host().now();
            let command = PurchaseCommand::RequestReview {
                reason: reason.to_owned(),
                at,
            };
            let Ok(change) = self.loaded.clone().decide(command)? else {
                return Ok(Flow::Pause);
            };
            if change.is_empty() {
                return Ok(Flow::Pause);
            }
            if self.store_alone(&change).await? {
                metrics::counter!("purchases_for_review_total").increment(1);
                tracing::error!(purchase = %self.id, reason, "a person must look at this purchase");
                self.loaded = change.stored();
                return Ok(Flow::Pause);
            }
            self.reload().await?;
        }
        Err(Failure::Contended)
    }
}
