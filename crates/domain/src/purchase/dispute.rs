//! The bank taking money back.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Purchase, PurchaseCommand, PurchaseEvent, PurchaseRejection};
use crate::{Aggregate, Decided, DisputeId, ImpossibleHistory, Money};

/// One dispute of a purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// How much the rider's bank wants back; it may differ from the charge, even in currency.
    pub amount: Money,
    /// Whether the bank only asks, and has taken nothing.
    #[serde(default)]
    pub inquiry: bool,
    /// Why, in Stripe's word, where that is known.
    #[serde(default)]
    pub reason: Option<String>,
    /// Whether the money stays with the operator; nothing while that is not decided.
    pub won: Option<bool>,
}

impl Dispute {
    /// Whether the bank holds the money or keeps it. Until the operator has it again, Stripe refunds nothing.
    #[must_use]
    pub const fn withholds(&self) -> bool {
        !self.inquiry && !matches!(self.won, Some(true))
    }
}

/// What the bank says of a dispute.
struct Claim {
    amount: Money,
    inquiry: bool,
    reason: Option<String>,
}

impl Claim {
    fn opens(self, dispute: DisputeId, at: DateTime<Utc>) -> PurchaseEvent {
        PurchaseEvent::Disputed {
            dispute,
            amount: self.amount,
            inquiry: self.inquiry,
            reason: self.reason,
            at,
        }
    }
}

impl Purchase {
    /// Whether a bank holds money of this purchase or has kept it.
    #[must_use]
    pub fn is_withheld(&self) -> bool {
        self.disputes.values().any(Dispute::withholds)
    }

    pub(super) fn decide_dispute(&self, command: PurchaseCommand) -> Decided<Self> {
        match command {
            PurchaseCommand::RecordDispute {
                dispute,
                amount,
                inquiry,
                reason,
                at,
            } => {
                let claim = Claim {
                    amount,
                    inquiry,
                    reason,
                };
                self.disputed(dispute, claim, at)
            }
            PurchaseCommand::RecordDisputeClosed {
                dispute,
                amount,
                inquiry,
                reason,
                won,
                at,
            } => {
                let claim = Claim {
                    amount,
                    inquiry,
                    reason,
                };
                self.dispute_closed(dispute, claim, won, at)
            }
            _ => Err(PurchaseRejection::OutOfTurn),
        }
    }

    /// That a dispute is only a question is old news once it is known to be more.
    fn disputed(&self, dispute: DisputeId, claim: Claim, at: DateTime<Utc>) -> Decided<Self> {
        if self.charge().is_none() {
            return Err(PurchaseRejection::NotCharged);
        }
        match self.disputes.get(&dispute) {
            Some(known) if known.amount != claim.amount => Err(PurchaseRejection::DisputeDiffers),
            Some(known) if known.won.is_none() && known.inquiry && !claim.inquiry => {
                Ok(vec![PurchaseEvent::DisputeEscalated { dispute, at }])
            }
            Some(_) => Ok(vec![]),
            None => Ok(vec![claim.opens(dispute, at)]),
        }
    }

    /// A dispute's end may be heard of before its beginning; the beginning then stands first all the same.
    fn dispute_closed(
        &self,
        dispute: DisputeId,
        claim: Claim,
        won: bool,
        at: DateTime<Utc>,
    ) -> Decided<Self> {
        match self.disputes.get(&dispute).map(|known| known.won) {
            Some(Some(known)) if known == won => return Ok(vec![]),
            Some(Some(_)) => return Err(PurchaseRejection::DisputeDiffers),
            Some(None) | None => {}
        }
        let mut events = self.disputed(dispute.clone(), claim, at)?;
        events.push(PurchaseEvent::DisputeClosed { dispute, won, at });
        Ok(events)
    }

    pub(super) fn apply_dispute(mut self, event: &PurchaseEvent) -> Result<Self, ImpossibleHistory> {
        match event {
            PurchaseEvent::Disputed {
                dispute,
                amount,
                inquiry,
                reason,
                ..
            } => {
                let opened = Dispute {
                    amount: *amount,
                    inquiry: *inquiry,
                    reason: reason.clone(),
                    won: None,
                };
                if self.charge().is_none() || self.disputes.insert(dispute.clone(), opened).is_some() {
                    return Err(Self::impossible(
                        "only a charge is disputed, and each dispute is opened once",
                    ));
                }
            }
            PurchaseEvent::DisputeEscalated { dispute, .. } => match self.disputes.get_mut(dispute) {
                Some(open) if open.inquiry && open.won.is_none() => open.inquiry = false,
                _ => {
                    return Err(Self::impossible(
                        "only a bank's question that is open becomes more",
                    ));
                }
            },
            PurchaseEvent::DisputeClosed { dispute, won, .. } => match self.disputes.get_mut(dispute) {
                Some(open) if open.won.is_none() => open.won = Some(*won),
                _ => return Err(Self::impossible("a dispute is closed once, after it was opened")),
            },
            _ => return Err(Self::impossible("an event of something else is no dispute")),
        }
        Ok(self)
    }
}
