//! What becomes of refunds at Stripe without us: done ones that fail afterwards, and those that somebody makes there.

use chrono::{DateTime, Utc};

use super::{Purchase, PurchaseCommand, PurchaseEvent, PurchaseRejection, RefundState, refund::UNDONE};
use crate::{Aggregate, Decided, ImpossibleHistory, Money, RefundId, StripeRefundId, wallet::ItemId};

/// What stands as the reason of a refund that was made without us.
const AT_STRIPE: &str = "made at Stripe, not here";

impl Purchase {
    /// The money is with the operator again, and the rider lacks it: a person has to look, or try it again.
    pub(super) fn refund_undone(
        &self,
        refund: RefundId,
        stripe_refund: StripeRefundId,
        code: String,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        match &self.known_refund(&refund)?.state {
            RefundState::Done { stripe_refund: done } if *done == stripe_refund => {
                let reason = format!("{UNDONE} ({refund})");
                let undone = PurchaseEvent::RefundUndone {
                    refund,
                    stripe_refund,
                    code,
                    at,
                };
                let review = self.ask_for_review(reason, at);
                Ok(std::iter::once(undone).chain(review).collect())
            }
            RefundState::Pending | RefundState::Refused { .. } | RefundState::Done { .. } => Ok(vec![]),
        }
    }

    /// Somebody gave back without us. It is written down as one step, because there is nothing left to ask for.
    pub(super) fn refunded_at_stripe(
        &self,
        stripe_refund: StripeRefundId,
        amount: Money,
        items: Vec<ItemId>,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        let was_undone = self
            .refunds
            .values()
            .any(|refund| refund.undone.contains(&stripe_refund));
        if was_undone || self.is_taken(&stripe_refund) {
            return Ok(vec![]);
        }
        let refund =
            RefundId::parse(format!("rfd_{stripe_refund}")).map_err(|_| PurchaseRejection::RefundDiffers)?;
        let fee_returned = self.check_refund(amount, true)?;
        if self.refunds.contains_key(&refund) {
            return Err(PurchaseRejection::RefundDiffers);
        }
        let key = PurchaseCommand::refund_key(&refund);
        let started = PurchaseEvent::RefundStarted {
            refund: refund.clone(),
            amount,
            fee_returned,
            fee_kept: true,
            items,
            rules_overridden: false,
            reason: AT_STRIPE.to_owned(),
            key,
            at,
        };
        let done = PurchaseEvent::Refunded {
            refund,
            stripe_refund,
            at,
        };
        Ok(vec![started, done])
    }

    pub(super) fn undo(mut self, event: &PurchaseEvent) -> Result<Self, ImpossibleHistory> {
        let PurchaseEvent::RefundUndone {
            refund,
            stripe_refund,
            code,
            ..
        } = event
        else {
            return Err(Self::impossible("an event of something else undoes no refund"));
        };
        let done_as = RefundState::Done {
            stripe_refund: stripe_refund.clone(),
        };
        let entry = self.refunds.get_mut(refund).filter(|it| it.state == done_as);
        let entry = entry.ok_or_else(|| Self::impossible("only a refund that was done is undone"))?;
        let sunk = entry.fee_sunk.into_iter().chain([entry.fee_returned]);
        let sunk = Money::sum(entry.amount.currency, sunk);
        entry.fee_sunk = Some(sunk.map_err(|_| Self::impossible("a fee comes back in its own currency"))?);
        entry.undone.insert(stripe_refund.clone());
        entry.state = RefundState::Refused { code: code.clone() };
        Ok(self)
    }
}
