//! A card that was refused for now. Only its rider has it tried again: who was told that the card was refused may have
//! gone away, and must not be charged behind their back.

use chrono::{DateTime, Utc};
use domain::purchase::{Next, PurchaseCommand, Step, UnknownReason, VoidReason};

use crate::{
    Failure,
    drive::{Drive, Flow, Rest},
};

impl Drive<'_> {
    /// Tries again, once for each time that the rider asks, while the purchase still keeps others out. Afterwards it is
    /// given up: another purchase may have taken its place.
    pub(crate) async fn await_retry(&mut self, until: DateTime<Utc>) -> Result<Flow, Failure> {
        let at = self.engine.host().now();
        if at >= until {
            let reason = VoidReason::NeverCharged;
            return self.tell(PurchaseCommand::Void { reason, at }).await;
        }
        let known = self.purchase()?.generation_of(Step::DeriveCredential);
        match known.filter(|_| std::mem::take(&mut self.is_asked_again)) {
            // A token is used up by the charge that was refused, so everything is made anew.
            Some(generation) => {
                let step = Step::DeriveCredential;
                self.tell(PurchaseCommand::RenewStep { step, generation, at })
                    .await
            }
            None => Ok(Flow::Pause),
        }
    }

    /// Who sent no key cannot ask for the same purchase again, so that for them a refusal is the end of it.
    pub(crate) fn for_whoever_asks(&self, command: PurchaseCommand) -> PurchaseCommand {
        let keyless = self.ending.is_some_and(|ending| ending.claim.is_none());
        match command {
            PurchaseCommand::RecordPassingDecline { decline, at, .. } if keyless => {
                PurchaseCommand::RecordDecline { decline, at }
            }
            command => command,
        }
    }

    /// What a purchase that cannot go on now waits for. Whatever a person must look at, an operator may still charge what
    /// it was handed.
    pub(crate) fn waits_for(&self) -> Result<Rest, Failure> {
        let purchase = self.purchase()?;
        let is_on_offer = matches!(purchase.next(), Next::AwaitOperator { .. });
        Ok(if purchase.declined_for_now().is_some() {
            Rest::DeclinedForNow
        } else if purchase.review().is_some() && !is_on_offer {
            Rest::ForReview
        } else if matches!(purchase.unknown_call(), Some((_, UnknownReason::InProgress))) {
            Rest::InUse
        } else {
            Rest::Pending
        })
    }
}
