//! Giving money back.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Purchase, PurchaseCommand, PurchaseEvent, PurchaseRejection, Stage, UnknownReason};
use crate::{
    Aggregate, Decided, ImpossibleHistory, Money, MoneyError, RefundId, StripeCallKey, StripeRefundId,
    wallet::ItemId,
};

/// One refund of a purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// What goes back to the rider.
    pub amount: Money,
    /// What of our fee goes back to the operator.
    pub fee_returned: Money,
    /// Whether our fee stays with us, by the operator's rules.
    pub fee_kept: bool,
    /// What was given back, where that was written down.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<ItemId>,
    /// Whether the rules would have refused it.
    #[serde(default)]
    pub rules_overridden: bool,
    /// Why.
    pub reason: String,
    /// The key of the call.
    pub key: StripeCallKey,
    /// Which attempt this is; the first is 1.
    #[serde(default = "first")]
    pub generation: u32,
    /// When it was started, or tried again.
    pub started_at: DateTime<Utc>,
    /// Stripe's names for attempts that were done and failed afterwards.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub undone: BTreeSet<StripeRefundId>,
    /// What those had returned of our fee, which does not come back to us with the money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee_sunk: Option<Money>,
    /// Why it is not known what the call did, as long as it is not.
    pub unknown: Option<UnknownReason>,
    /// How far it is.
    pub state: RefundState,
}

const fn first() -> u32 {
    1
}

/// A refund as it is asked for.
pub(super) struct NewRefund {
    pub(super) refund: RefundId,
    pub(super) amount: Money,
    pub(super) keep_fee: bool,
    pub(super) items: Vec<ItemId>,
    pub(super) rules_overridden: bool,
    pub(super) reason: String,
    pub(super) at: DateTime<Utc>,
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

/// Money was taken, nothing was issued for it, and it does not go back by itself.
pub(super) const STUCK: &str = "the charge could not be given back, and nothing was issued for it";
/// Stripe may fail a refund days after it made it; the money is then with the operator again.
pub(super) const UNDONE: &str = "a refund that was done has failed afterwards";

impl Purchase {
    /// What could still be refunded: the charge less every refund that is done or on its way.
    pub fn refundable(&self) -> Result<Money, PurchaseRejection> {
        let charged = self.charge().ok_or(PurchaseRejection::NotCharged)?.amount;
        Ok(charged.minus(self.live_sum(|refund| refund.amount)?)?)
    }

    fn live_sum(&self, of: impl Fn(&Refund) -> Money) -> Result<Money, MoneyError> {
        let live = self.refunds.values().filter(|refund| !refund.is_refused());
        Money::sum(self.order().total.currency, live.map(of))
    }

    /// Our fee goes back in proportion. It is what the running total asks for less what is on its way back already,
    /// so that refunds in parts return exactly what one refund of the whole would. Refunds that left us our fee do not
    /// count: nothing is made up for them later.
    fn fee_returned_with(&self, amount: Money) -> Result<Money, PurchaseRejection> {
        let charge = self.charge().ok_or(PurchaseRejection::NotCharged)?;
        let returning = |refund: &Refund| match refund.fee_kept {
            true => Money::zero(refund.amount.currency),
            false => refund.amount,
        };
        let total = self.live_sum(returning)?.plus(amount)?;
        let due = charge.engine_fee.share(total.amount, charge.amount.amount)?;
        let sunk = self.refunds.values().filter_map(|refund| refund.fee_sunk);
        let sunk = Money::sum(amount.currency, sunk)?;
        let rest = due
            .minus(self.live_sum(|refund| refund.fee_returned)?)?
            .minus(sunk)?;
        // A refund that was refused leaves those after it with their own rounding, which may be ahead by a unit.
        Ok(if rest.is_positive() {
            rest
        } else {
            Money::zero(rest.currency)
        })
    }

    /// What a refund would return of our fee, if it may be made. Before anything is issued only the whole charge
    /// can go back: a purchase that is half paid and not issued would never end.
    pub(super) fn check_refund(&self, amount: Money, keep_fee: bool) -> Result<Money, PurchaseRejection> {
        let remaining = self.refundable()?;
        if self.stage == Stage::Charged && amount != self.order().total {
            return Err(PurchaseRejection::OutOfTurn);
        }
        if amount.currency != remaining.currency || !amount.is_positive() || amount.amount > remaining.amount
        {
            return Err(PurchaseRejection::ExceedsRemaining { remaining });
        }
        if keep_fee {
            return Ok(Money::zero(amount.currency));
        }
        self.fee_returned_with(amount)
    }

    pub(super) fn start_refund(&self, new: NewRefund) -> Decided<Self> {
        if let Some(known) = self.refunds.get(&new.refund) {
            let same = known.amount == new.amount;
            return if same {
                Ok(vec![])
            } else {
                Err(PurchaseRejection::RefundDiffers)
            };
        }
        let fee_returned = self.check_refund(new.amount, new.keep_fee)?;
        let key = PurchaseCommand::refund_key(&new.refund);
        Ok(vec![PurchaseEvent::RefundStarted {
            refund: new.refund,
            amount: new.amount,
            fee_returned,
            fee_kept: new.keep_fee,
            items: new.items,
            rules_overridden: new.rules_overridden,
            reason: new.reason,
            key,
            at: new.at,
        }])
    }

    pub(super) fn known_refund(&self, refund: &RefundId) -> Result<&Refund, PurchaseRejection> {
        self.refunds
            .get(refund)
            .ok_or(PurchaseRejection::RefundNotStarted)
    }

    /// A refund that was refused may turn out to be done after all, if the money is still there to have gone.
    pub(super) fn refund_done(
        &self,
        refund: RefundId,
        stripe_refund: StripeRefundId,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        let known = self.known_refund(&refund)?;
        // What failed since is old news.
        if known.undone.contains(&stripe_refund) {
            return Ok(vec![]);
        }
        if let RefundState::Done {
            stripe_refund: done_as,
        } = &known.state
        {
            let same = *done_as == stripe_refund;
            return if same {
                Ok(vec![])
            } else {
                Err(PurchaseRejection::RefundDiffers)
            };
        }
        if self.is_taken(&stripe_refund) {
            return Err(PurchaseRejection::RefundDiffers);
        }
        let remaining = self.refundable()?;
        if known.is_refused() && known.amount.amount > remaining.amount {
            return Err(PurchaseRejection::ExceedsRemaining { remaining });
        }
        Ok(vec![PurchaseEvent::Refunded {
            refund,
            stripe_refund,
            at,
        }])
    }

    pub(super) fn is_taken(&self, stripe_refund: &StripeRefundId) -> bool {
        let done_as = RefundState::Done {
            stripe_refund: stripe_refund.clone(),
        };
        self.refunds.values().any(|refund| refund.state == done_as)
    }

    pub(super) fn refund_refused(&self, refund: RefundId, code: String, at: DateTime<Utc>) -> Decided<Self> {
        match &self.known_refund(&refund)?.state {
            RefundState::Pending => {
                let mut events = vec![PurchaseEvent::RefundRefused { refund, code, at }];
                if self.stage == Stage::Charged {
                    events.extend(self.ask_for_review(STUCK.to_owned(), at));
                }
                Ok(events)
            }
            RefundState::Refused { .. } => Ok(vec![]),
            RefundState::Done { .. } => Ok(self.ask_for_review(UNDONE.to_owned(), at)),
        }
    }

    pub(super) fn refund_unknown(&self, refund: RefundId, reason: UnknownReason) -> Decided<Self> {
        let known = self.known_refund(&refund)?;
        if known.state != RefundState::Pending || known.unknown == Some(reason) {
            return Ok(vec![]);
        }
        Ok(vec![PurchaseEvent::RefundUnknown { refund, reason }])
    }

    pub(super) fn apply_refund(mut self, event: &PurchaseEvent) -> Result<Self, ImpossibleHistory> {
        match event {
            PurchaseEvent::RefundStarted { .. } => return self.refund_started(event),
            PurchaseEvent::RefundRetried { .. } => return self.refund_retried(event),
            PurchaseEvent::RefundUnknown { refund, reason } => {
                self.pending_refund(refund)?.unknown = Some(*reason);
            }
            PurchaseEvent::Refunded {
                refund,
                stripe_refund,
                at,
            } => {
                let decided = self.refund_done(refund.clone(), stripe_refund.clone(), *at);
                let (true, Some(entry)) = (
                    decided.is_ok_and(|events| !events.is_empty()),
                    self.refunds.get_mut(refund),
                ) else {
                    return Err(Self::impossible("a refund is done once, after it was started"));
                };
                entry.unknown = None;
                entry.state = RefundState::Done {
                    stripe_refund: stripe_refund.clone(),
                };
            }
            PurchaseEvent::RefundUndone { .. } => return self.undo(event),
            PurchaseEvent::RefundRefused { refund, code, .. } => {
                let entry = self.pending_refund(refund)?;
                entry.unknown = None;
                entry.state = RefundState::Refused { code: code.clone() };
            }
            _ => return Err(Self::impossible("an event of something else is no refund")),
        }
        Ok(self)
    }

    fn refund_started(mut self, event: &PurchaseEvent) -> Result<Self, ImpossibleHistory> {
        let PurchaseEvent::RefundStarted {
            refund,
            amount,
            fee_returned,
            fee_kept,
            items,
            rules_overridden,
            reason,
            key,
            at,
        } = event
        else {
            return Err(Self::impossible("an event of something else starts no refund"));
        };
        let covered = self.check_refund(*amount, *fee_kept).as_ref() == Ok(fee_returned);
        let new = !self.refunds.contains_key(refund) && *key == PurchaseCommand::refund_key(refund);
        if !covered || !new {
            return Err(Self::impossible(
                "a refund never exceeds what remains of the charge",
            ));
        }
        let entry = Refund {
            amount: *amount,
            fee_returned: *fee_returned,
            fee_kept: *fee_kept,
            items: items.clone(),
            rules_overridden: *rules_overridden,
            reason: reason.clone(),
            key: key.clone(),
            generation: first(),
            started_at: *at,
            undone: BTreeSet::new(),
            fee_sunk: None,
            unknown: None,
            state: RefundState::Pending,
        };
        self.refunds.insert(refund.clone(), entry);
        // Another attempt is what a person was asked for. Should it be refused as well, they are asked again.
        self.review.take_if(|reason| reason == STUCK);
        Ok(self)
    }

    fn pending_refund(&mut self, refund: &RefundId) -> Result<&mut Refund, ImpossibleHistory> {
        let pending = self
            .refunds
            .get_mut(refund)
            .filter(|refund| refund.state == RefundState::Pending);
        pending.ok_or_else(|| Self::impossible("only a refund that is on its way is refused or unknown"))
    }
}

impl Refund {
    fn is_refused(&self) -> bool {
        matches!(self.state, RefundState::Refused { .. })
    }
}
