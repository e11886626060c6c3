//! Trying a refund again that Stripe refused: under a new key, because the old one would only repeat the refusal.

use chrono::{DateTime, Utc};

use super::{Purchase, PurchaseCommand, PurchaseEvent, PurchaseRejection, RefundState};
use crate::{Aggregate, Decided, ImpossibleHistory, Money, RefundId, StripeCallKey};

impl Purchase {
    /// Nothing for an attempt that was followed by another one already.
    pub(super) fn retry_refund(&self, refund: RefundId, generation: u32, at: DateTime<Utc>) -> Decided<Self> {
        let known = self
            .refunds
            .get(&refund)
            .ok_or(PurchaseRejection::RefundNotStarted)?;
        if generation < known.generation {
            return Ok(vec![]);
        }
        let (generation, fee_returned, key) = self.next_attempt(&refund)?;
        Ok(vec![PurchaseEvent::RefundRetried {
            refund,
            generation,
            fee_returned,
            key,
            at,
        }])
    }

    /// What the next attempt of a refused refund is, if there is enough left of the charge for it.
    fn next_attempt(&self, refund: &RefundId) -> Result<(u32, Money, StripeCallKey), PurchaseRejection> {
        let known = self
            .refunds
            .get(refund)
            .ok_or(PurchaseRejection::RefundNotStarted)?;
        if !matches!(known.state, RefundState::Refused { .. }) {
            return Err(PurchaseRejection::RefundNotRefused);
        }
        let fee_returned = self.check_refund(known.amount, known.fee_kept)?;
        let generation = known.generation.saturating_add(1);
        let key = PurchaseCommand::refund_key_of(refund, generation);
        Ok((generation, fee_returned, key))
    }

    pub(super) fn refund_retried(mut self, event: &PurchaseEvent) -> Result<Self, ImpossibleHistory> {
        let PurchaseEvent::RefundRetried {
            refund,
            generation,
            fee_returned,
            key,
            at,
        } = event
        else {
            return Err(Self::impossible("an event of something else retries no refund"));
        };
        let next = self.next_attempt(refund);
        let entry = self.refunds.get_mut(refund);
        let (Ok(next), Some(entry)) = (next, entry) else {
            return Err(Self::impossible(
                "only a refund that was refused is tried again, as far as the charge covers it",
            ));
        };
        if next != (*generation, *fee_returned, key.clone()) {
            return Err(Self::impossible("a refund is tried again under its next key"));
        }
        entry.generation = *generation;
        entry.fee_returned = *fee_returned;
        entry.key = key.clone();
        entry.started_at = *at;
        entry.state = RefundState::Pending;
        // Whoever was asked to look at it has; should it be refused again, they are asked again.
        self.review
            .take_if(|reason| reason == super::refund::STUCK || reason.contains(refund.as_str()));
        Ok(self)
    }
}
