//! The bank taking money back.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Purchase, PurchaseEvent, PurchaseRejection};
use crate::{Aggregate, Decided, DisputeId, ImpossibleHistory, Money};

/// One dispute of a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// How much the rider's bank wants back; it may differ from the charge, even in currency.
    pub amount: Money,
    /// Whether the money stays with the operator; nothing while that is not decided.
    pub won: Option<bool>,
}

impl Purchase {
    pub(super) fn disputed(&self, dispute: DisputeId, amount: Money, at: DateTime<Utc>) -> Decided<Self> {
        if self.charge().is_none() {
            return Err(PurchaseRejection::NotCharged);
        }
        match self.disputes.get(&dispute) {
            Some(known) if known.amount == amount => Ok(vec![]),
            Some(_) => Err(PurchaseRejection::DisputeDiffers),
            None => Ok(vec![PurchaseEvent::Disputed { dispute, amount, at }]),
        }
    }

    /// A dispute's end may be heard of before its beginning; the beginning then stands first all the same.
    pub(super) fn dispute_closed(
        &self,
        dispute: DisputeId,
        amount: Money,
        won: bool,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        if self.charge().is_none() {
            return Err(PurchaseRejection::NotCharged);
        }
        let closed = PurchaseEvent::DisputeClosed {
            dispute: dispute.clone(),
            won,
            at,
        };
        match self.disputes.get(&dispute).map(|known| known.won) {
            Some(Some(known)) if known == won => Ok(vec![]),
            Some(Some(_)) => Err(PurchaseRejection::DisputeDiffers),
            Some(None) => Ok(vec![closed]),
            None => Ok(vec![PurchaseEvent::Disputed { dispute, amount, at }, closed]),
        }
    }

    pub(super) fn apply_dispute(mut self, event: &PurchaseEvent) -> Result<Self, ImpossibleHistory> {
        match event {
            PurchaseEvent::Disputed { dispute, amount, .. } => {
                let opened = Dispute {
                    amount: *amount,
                    won: None,
                };
                if self.charge().is_none() || self.disputes.insert(dispute.clone(), opened).is_some() {
                    return Err(Self::impossible(
                        "only a charge is disputed, and each dispute is opened once",
                    ));
                }
            }
            PurchaseEvent::DisputeClosed { dispute, won, .. } => match self.disputes.get_mut(dispute) {
                Some(open) if open.won.is_none() => open.won = Some(*won),
                _ => return Err(Self::impossible("a dispute is closed once, after it was opened")),
            },
            _ => return Err(Self::impossible("an event of something else is no dispute")),
        }
        Ok(self)
    }
}
