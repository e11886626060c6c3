//! Giving money back, and the bank taking it back.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Purchase, PurchaseCommand, PurchaseEvent, PurchaseRejection};
use crate::{
    Aggregate, Decided, DisputeId, ImpossibleHistory, Money, MoneyError, RefundId, StripeCallKey,
    StripeRefundId,
};

/// One refund of a purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// What goes back to the rider.
    pub amount: Money,
    /// What of our fee goes back to the operator.
    pub fee_returned: Money,
    /// Why.
    pub reason: String,
    /// The key of the call.
    pub key: StripeCallKey,
    /// When it was started.
    pub started_at: DateTime<Utc>,
    /// How far it is.
    pub state: RefundState,
}

/// How far a refund is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RefundState {
    /// Written down; Stripe has not confirmed it.
    Pending,
    /// The money went back.
    Done {
        /// Stripe's name for it.
        stripe_refund: StripeRefundId,
    },
    /// Stripe would not.
    Refused {
        /// Stripe's error code.
        code: String,
    },
}

impl Purchase {
    /// What could still be refunded: the charge less every refund that is done or on its way.
    pub fn refundable(&self) -> Result<Money, PurchaseRejection> {
        let charged = self.charge().ok_or(PurchaseRejection::NotCharged)?.amount;
        Ok(charged.minus(self.given_back()?)?)
    }

    fn given_back(&self) -> Result<Money, MoneyError> {
        let live = self
            .refunds
            .values()
            .filter(|refund| !matches!(refund.state, RefundState::Refused { .. }));
        Money::sum(self.order().total.currency, live.map(|refund| refund.amount))
    }

    /// Our fee goes back in proportion. It is computed on running totals, so that refunds in parts return exactly
    /// what one refund of the whole would.
    fn fee_returned_with(&self, amount: Money) -> Result<Money, PurchaseRejection> {
        let charge = self.charge().ok_or(PurchaseRejection::NotCharged)?;
        let before = self.given_back()?;
        let share = |part: Money| charge.engine_fee.share(part.amount, charge.amount.amount);
        Ok(share(before.plus(amount)?)?.minus(share(before)?)?)
    }

    pub(super) fn start_refund(
        &self,
        refund: RefundId,
        amount: Money,
        reason: String,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        if let Some(known) = self.refunds.get(&refund) {
            let same = known.amount == amount;
            return if same {
                Ok(vec![])
            } else {
                Err(PurchaseRejection::RefundDiffers)
            };
        }
        let remaining = self.refundable()?;
        if amount.currency != remaining.currency || !amount.is_positive() || amount.amount > remaining.amount
        {
            return Err(PurchaseRejection::ExceedsRemaining { remaining });
        }
        let fee_returned = self.fee_returned_with(amount)?;
        let key = PurchaseCommand::refund_key(&refund);
        Ok(vec![PurchaseEvent::RefundStarted {
            refund,
            amount,
            fee_returned,
            reason,
            key,
            at,
        }])
    }

    fn known_refund(&self, refund: &RefundId) -> Result<&Refund, PurchaseRejection> {
        self.refunds
            .get(refund)
            .ok_or(PurchaseRejection::RefundNotStarted)
    }

    pub(super) fn refund_done(
        &self,
        refund: RefundId,
        stripe_refund: StripeRefundId,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        match &self.known_refund(&refund)?.state {
            RefundState::Done { stripe_refund: known } if *known == stripe_refund => Ok(vec![]),
            RefundState::Done { .. } => Err(PurchaseRejection::RefundDiffers),
            RefundState::Pending | RefundState::Refused { .. } => Ok(vec![PurchaseEvent::Refunded {
                refund,
                stripe_refund,
                at,
            }]),
        }
    }

    pub(super) fn refund_refused(&self, refund: RefundId, code: String, at: DateTime<Utc>) -> Decided<Self> {
        match &self.known_refund(&refund)?.state {
            RefundState::Pending => Ok(vec![PurchaseEvent::RefundRefused { refund, code, at }]),
            RefundState::Done { .. } | RefundState::Refused { .. } => Ok(vec![]),
        }
    }

    pub(super) fn refund_unknown(&self, refund: RefundId, reason: super::UnknownReason) -> Decided<Self> {
        match &self.known_refund(&refund)?.state {
            RefundState::Pending => Ok(vec![PurchaseEvent::RefundUnknown { refund, reason }]),
            RefundState::Done { .. } | RefundState::Refused { .. } => Ok(vec![]),
        }
    }

    pub(super) fn disputed(&self, dispute: DisputeId, amount: Money, at: DateTime<Utc>) -> Decided<Self> {
        if self.charge().is_none() {
            return Err(PurchaseRejection::NotCharged);
        }
        if self.disputes.contains_key(&dispute) {
            return Ok(vec![]);
        }
        Ok(vec![PurchaseEvent::Disputed { dispute, amount, at }])
    }

    /// A dispute's end may be heard of before its beginning; the beginning then stands first all the same.
    pub(super) fn dispute_closed(&self, dispute: DisputeId, won: bool, at: DateTime<Utc>) -> Decided<Self> {
        let charge = self.charge().ok_or(PurchaseRejection::NotCharged)?;
        let closed = PurchaseEvent::DisputeClosed {
            dispute: dispute.clone(),
            won,
            at,
        };
        match self.disputes.get(&dispute) {
            Some(Some(_)) => Ok(vec![]),
            Some(None) => Ok(vec![closed]),
            None => Ok(vec![
                PurchaseEvent::Disputed {
                    dispute,
                    amount: charge.amount,
                    at,
                },
                closed,
            ]),
        }
    }

    pub(super) fn apply_refund(mut self, event: &PurchaseEvent) -> Result<Self, ImpossibleHistory> {
        match event {
            PurchaseEvent::RefundStarted {
                refund,
                amount,
                fee_returned,
                reason,
                key,
                at,
            } => {
                let covered = self.refundable().is_ok_and(|left| {
                    left.currency == amount.currency && amount.is_positive() && amount.amount <= left.amount
                });
                if !covered || self.refunds.contains_key(refund) {
                    return Err(Self::impossible(
                        "a refund never exceeds what remains of the charge",
                    ));
                }
                let entry = Refund {
                    amount: *amount,
                    fee_returned: *fee_returned,
                    reason: reason.clone(),
                    key: key.clone(),
                    started_at: *at,
                    state: RefundState::Pending,
                };
                self.refunds.insert(refund.clone(), entry);
            }
            PurchaseEvent::Refunded {
                refund,
                stripe_refund,
                ..
            } => {
                self.settle_refund(
                    refund,
                    RefundState::Done {
                        stripe_refund: stripe_refund.clone(),
                    },
                )?;
            }
            PurchaseEvent::RefundRefused { refund, code, .. } => {
                self.settle_refund(refund, RefundState::Refused { code: code.clone() })?;
            }
            PurchaseEvent::Disputed { dispute, .. } => {
                self.disputes.insert(dispute.clone(), None);
            }
            PurchaseEvent::DisputeClosed { dispute, won, .. } => match self.disputes.get_mut(dispute) {
                Some(outcome) => *outcome = Some(*won),
                None => return Err(Self::impossible("a dispute is closed after it was opened")),
            },
            _ => {}
        }
        Ok(self)
    }

    fn settle_refund(&mut self, refund: &RefundId, state: RefundState) -> Result<(), ImpossibleHistory> {
        match self.refunds.get_mut(refund) {
            Some(entry) if !matches!(entry.state, RefundState::Done { .. }) => {
                entry.state = state;
                Ok(())
            }
            _ => Err(Self::impossible("a refund is settled once, after it was started")),
        }
    }
}
