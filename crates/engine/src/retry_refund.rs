//! Making a refund after all that Stripe refused: only once Stripe says that it was never made.

use domain::{
    OperatorId, RefundId,
    purchase::{PurchaseCommand, PurchaseRejection, RefundState},
    transfer::{RefundState as TransferRefundState, TransferCommand},
};
use event_log::Answer;

use crate::{
    Claim, Context, Engine, Failure, OperatorRefundProblem, OperatorRefundRefusal, RenderRefund, Seen,
    drive::Drive, handle::ATTEMPTS, operator_refund::Beginning,
};

/// What may still be at Stripe.
enum Found {
    /// Nothing: it can be tried again, as the attempt after this one.
    Nothing(u32),
    /// It was made, or is on its way; that is recorded now.
    Made,
}

impl Engine {
    /// Tries a refused refund again, once per claim, and answers with it as it stands then. One that turns out to have
    /// been made is not made again.
    pub async fn retry_operators_refund(
        &self,
        context: &Context,
        (operator, refund): (&OperatorId, &RefundId),
        claim: Option<&Claim>,
        render: RenderRefund<'_>,
    ) -> Result<Answer, OperatorRefundProblem> {
        let _alone = self.alone(claim).await;
        let known = self.refund_of(operator, refund).await?;
        let known = known.ok_or(OperatorRefundRefusal::NotKnown)?;
        let purchase = known.purchase.order().purchase.clone();
        let context = context.correlated(purchase.as_str());
        let names = (&purchase, refund);
        for _ in 0..ATTEMPTS {
            match self.seen_by(claim).await? {
                Seen::Answered(answer) => return Ok(answer),
                Seen::Mismatch => return Err(OperatorRefundProblem::KeyReused),
                Seen::Underway { .. } => return self.finish_refund(&context, names, claim, render).await,
                Seen::Fresh => {}
            }
            let begun = match Box::pin(self.what_became_of(&context, operator, names)).await? {
                Found::Made => Beginning {
                    refund: refund.clone(),
                    writes: Vec::new(),
                },
                Found::Nothing(generation) => self.begin_again(operator, names, generation).await?,
            };
            let nothing_to_store = begun.writes.is_empty() && claim.is_none();
            if nothing_to_store || self.write_down(&context, begun, claim).await? {
                return self.finish_refund(&context, names, claim, render).await;
            }
        }
        Err(Failure::Contended.into())
    }

    /// Asks Stripe about a refund that it refused.
    async fn what_became_of(
        &self,
        context: &Context,
        operator: &OperatorId,
        (purchase, refund): (&domain::PurchaseId, &RefundId),
    ) -> Result<Found, OperatorRefundProblem> {
        let loaded = self.sold_by(operator, purchase).await?;
        let loaded = loaded.ok_or(OperatorRefundRefusal::NotKnown)?;
        let known = loaded.state().and_then(|it| it.refunds().get(refund));
        let known = known.ok_or(OperatorRefundRefusal::NotKnown)?;
        let generation = known.generation;
        match known.state {
            RefundState::Refused { .. } => {}
            RefundState::Pending | RefundState::Done { .. } => {
                return Err(OperatorRefundRefusal::Money(PurchaseRejection::RefundNotRefused).into());
            }
        }
        let patience = self.settings().request_patience;
        let drive = Drive::new(self, context.clone(), purchase.clone(), loaded, None, patience);
        match drive.is_made(refund).await? {
            Some(false) => Ok(Found::Nothing(generation)),
            Some(true) => {
                Box::pin(self.look_again_at_refund(context, purchase, refund)).await?;
                Ok(Found::Made)
            }
            None => {
                Err(Failure::Unavailable("Stripe does not say what became of the refund".to_owned()).into())
            }
        }
    }

    /// The next attempt, and every transfer that waits for it again.
    async fn begin_again(
        &self,
        operator: &OperatorId,
        (purchase, refund): (&domain::PurchaseId, &RefundId),
        generation: u32,
    ) -> Result<Beginning, OperatorRefundProblem> {
        let at = self.host().now();
        let loaded = self.sold_by(operator, purchase).await?;
        let loaded = loaded.ok_or(OperatorRefundRefusal::NotKnown)?;
        let state = loaded.state().cloned().ok_or(OperatorRefundRefusal::NotKnown)?;
        let retry = PurchaseCommand::RetryRefund {
            refund: refund.clone(),
            generation,
            at,
        };
        let retried = loaded
            .decide(retry)
            .map_err(Failure::from)?
            .map_err(OperatorRefundRefusal::Money)?;
        let mut writes = vec![retried.write().map_err(Failure::from)?];
        for id in self.transfers_through(&state).await? {
            let transfer = self.transfer_stream(&id).await?;
            let waits = transfer.state().is_some_and(|it| {
                it.refunds()
                    .any(|(own, known)| own == refund && known.state == TransferRefundState::Refused)
            });
            if !waits {
                continue;
            }
            let refund = refund.clone();
            let told = transfer
                .decide(TransferCommand::RetryRefund { refund, at })
                .map_err(Failure::from)?
                .map_err(OperatorRefundRefusal::Transfer)?;
            writes.push(told.write().map_err(Failure::from)?);
        }
        let refund = refund.clone();
        Ok(Beginning { refund, writes })
    }
}
