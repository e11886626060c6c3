//! From a refund that is written down to money that went back, and to the transfers that have to know.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::{
    PurchaseId, RefundId, TransferId,
    purchase::{Purchase, PurchaseCommand, RefundState, Stage},
    transfer::{RefundState as TransferRefundState, Transfer, TransferCommand},
};

use crate::{
    Context, Engine, Failure,
    drive::{Drive, Flow},
    failure::Refused,
    handle::{ATTEMPTS, Loaded},
};

/// How a refund stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paid {
    /// The money went back, or none was owed.
    Back,
    /// Stripe would not.
    Refused,
    /// Nobody knows yet.
    Open,
}

impl Paid {
    /// Whether it is decided.
    pub(crate) const fn is_known(self) -> bool {
        matches!(self, Self::Back | Self::Refused)
    }
}

/// What a person is told.
const VOID_AND_UNPAID: &str = "a refund was refused: the passes are void and the money did not go back";

impl Engine {
    /// Has Stripe make a refund that is written down, and says how it stands then.
    pub(crate) async fn pay_back(
        &self,
        context: &Context,
        purchase: &PurchaseId,
        refund: &RefundId,
        patience: Duration,
    ) -> Result<Paid, Failure> {
        let loaded: Loaded<Purchase> = self.repository().load(purchase.as_str()).await?;
        let known = paid(&loaded, refund);
        if known.is_known() {
            return Ok(known);
        }
        let context = context.correlated(purchase.as_str());
        Drive::new(self, context, purchase.clone(), loaded, None, patience)
            .run()
            .await?;
        Ok(paid(&self.repository().load(purchase.as_str()).await?, refund))
    }

    /// Notes in a transfer how a refund ended. One that is none of its own concerns it not. A refund that was refused
    /// and was made after all counts.
    pub(crate) async fn tell_transfer(
        &self,
        context: &Context,
        id: &TransferId,
        refund: &RefundId,
        end: Paid,
    ) -> Result<(), Failure> {
        for _ in 0..ATTEMPTS {
            let at = self.host().now();
            let loaded: Loaded<Transfer> = self.transfer_stream(id).await?;
            let known = loaded
                .state()
                .and_then(|transfer| transfer.refunds().find(|(own, _)| *own == refund))
                .map(|(_, known)| known.state);
            let refund = refund.clone();
            let command = match (end, known) {
                (Paid::Back, Some(TransferRefundState::Started | TransferRefundState::Refused)) => {
                    TransferCommand::RecordRefund { refund, at }
                }
                (Paid::Refused, Some(TransferRefundState::Started)) => {
                    TransferCommand::RecordRefundRefused { refund, at }
                }
                _ => return Ok(()),
            };
            let change = match loaded.decide(command)? {
                Ok(change) => change,
                Err(rejection) => return Err(Failure::Corrupt(format!("{id}: {rejection}"))),
            };
            let stored = self
                .repository()
                .commit(context, at, vec![change.write()?], vec![])
                .await;
            match stored.map_err(Refused::from) {
                Ok(_) => return Ok(()),
                Err(Refused::Failed(failure)) => return Err(failure),
                Err(Refused::Stale | Refused::Claimed(_)) => {}
            }
        }
        Err(Failure::Contended)
    }

    /// Has everything paid back that a transfer has under way. Whether nothing is left open.
    pub(crate) async fn finish_refunds_of(
        &self,
        context: &Context,
        id: &TransferId,
    ) -> Result<bool, Failure> {
        let loaded = self.transfer_stream(id).await?;
        let Some(transfer) = loaded.state() else {
            return Err(Failure::Corrupt(format!("{id} was never created")));
        };
        let mut all_known = true;
        let under_way = transfer
            .refunds()
            .filter(|(_, refund)| refund.state == TransferRefundState::Started);
        for (refund, entry) in under_way {
            let first = entry.items.first();
            let item = transfer.items().iter().find(|it| Some(&it.item) == first);
            let Some(purchase) = item.and_then(|it| it.purchase.as_ref()) else {
                return Err(Failure::Corrupt(format!("{refund} of {id} is of no purchase")));
            };
            let patience = self.settings().resolver_patience;
            let end = self.pay_back(context, purchase, refund, patience).await?;
            self.tell_transfer(context, id, refund, end).await?;
            all_known &= end.is_known();
        }
        Ok(all_known)
    }
}

pub(crate) fn paid(purchase: &Loaded<Purchase>, refund: &RefundId) -> Paid {
    let entry = purchase.state().and_then(|it| it.refunds().get(refund));
    match entry.map(|entry| &entry.state) {
        // What cost nothing is owed by nobody.
        None | Some(RefundState::Done { .. }) => Paid::Back,
        Some(RefundState::Refused { .. }) => Paid::Refused,
        Some(RefundState::Pending) => Paid::Open,
    }
}

impl Drive<'_> {
    /// Stripe would not give back. The passes stay void, so a person has to look: both stand in one commit, because
    /// nothing lists a refund that was refused.
    pub(crate) async fn refund_refused(
        &mut self,
        refund: RefundId,
        code: String,
        at: DateTime<Utc>,
    ) -> Result<Flow, Failure> {
        for _ in 0..ATTEMPTS {
            let command = PurchaseCommand::RecordRefundRefused {
                refund: refund.clone(),
                code: code.clone(),
                at,
            };
            let refused = match self.loaded.clone().decide(command)? {
                Ok(change) => change,
                Err(rejection) => return self.contradicted(&rejection).await,
            };
            if refused.is_empty() {
                return Ok(Flow::On);
            }
            let issued = matches!(self.purchase()?.stage(), Stage::Completed { .. });
            let review = PurchaseCommand::RequestReview {
                // Each refund that was refused asks for itself.
                reason: format!("{VOID_AND_UNPAID} ({refund})"),
                at,
            };
            let change = if issued { refused.and(review)? } else { Ok(refused) };
            let change = match change {
                Ok(change) => change,
                Err(rejection) => return self.contradicted(&rejection).await,
            };
            let stored = self
                .engine
                .repository()
                .commit(&self.context, at, vec![change.write()?], vec![])
                .await;
            match stored.map_err(Refused::from) {
                Ok(_) => {
                    metrics::counter!("purchases_for_review_total").increment(1);
                    tracing::error!(purchase = %self.id, code, "a refund was refused; a person must look");
                    self.loaded = change.stored();
                    return Ok(Flow::On);
                }
                Err(Refused::Failed(failure)) => return Err(failure),
                Err(Refused::Stale | Refused::Claimed(_)) => self.reload().await?,
            }
        }
        Err(Failure::Contended)
    }
}
