//! What is to be done next with a purchase.

use chrono::{DateTime, Utc};

use super::{PlannedCall, Purchase, Refund, RefundState, Stage, Step};
use crate::{ChargeId, RefundId};

/// What is to be done next. Whoever drives a purchase does this and chooses nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Make this call.
    Call {
        /// Which, and under which key.
        call: PlannedCall,
        /// When it was written down: Stripe keeps its key for a day from about then.
        planned_at: DateTime<Utc>,
    },
    /// Leave it to the rider, who may have the card tried again until then.
    AwaitRetry {
        /// When waiting ends.
        until: DateTime<Utc>,
    },
    /// Hand the token over.
    HandOver,
    /// Wait for the operator until then.
    AwaitOperator {
        /// When waiting ends.
        charge_before: DateTime<Utc>,
    },
    /// Hold a charge that the operator reported against Stripe's books.
    Verify {
        /// Which.
        charge: ChargeId,
    },
    /// Issue the items and complete, in one commit.
    Issue,
    /// Give the whole charge back: it came after the purchase had ended.
    RefundAll,
    /// Ask Stripe for a refund that is written down.
    Refund {
        /// Which.
        refund: RefundId,
    },
    /// Nothing: it is over.
    Nothing,
}

impl Purchase {
    /// The step whose call is the next thing to make, if a call is.
    pub(super) fn due_step(&self) -> Option<Step> {
        match &self.stage {
            Stage::Started => self.payment.as_ref().map(|_| Step::DeriveCredential),
            Stage::CredentialReady => {
                (self.is_at_charge() && self.declined_for_now.is_none()).then_some(Step::Charge)
            }
            Stage::ActionRequired { .. } => Some(Step::Cancel),
            Stage::HandedOver { .. }
            | Stage::Charged
            | Stage::Completed { .. }
            | Stage::Declined { .. }
            | Stage::Voided { .. } => None,
        }
    }

    /// What is to be done next. What was paid is settled first; before anything else, what the operator says is
    /// looked into, since it may be that the rider has paid.
    #[must_use]
    pub fn next(&self) -> Next {
        match (self.next_by_itself(), self.report_to_verify()) {
            (next @ (Next::Issue | Next::RefundAll | Next::Refund { .. }), _) | (next, None) => next,
            (_, Some(charge)) => Next::Verify {
                charge: charge.clone(),
            },
        }
    }

    fn next_by_itself(&self) -> Next {
        if let Some((call, planned_at)) = self.due_step().and_then(|step| self.calls.get(&step)) {
            return Next::Call {
                call: call.clone(),
                planned_at: *planned_at,
            };
        }
        match &self.stage {
            Stage::Started => Next::Issue,
            Stage::CredentialReady if self.declined_for_now.is_some() => Next::AwaitRetry {
                until: self.retry_until(),
            },
            Stage::CredentialReady => Next::HandOver,
            Stage::HandedOver { charge_before } => Next::AwaitOperator {
                charge_before: *charge_before,
            },
            Stage::Charged if self.may_issue() => Next::Issue,
            Stage::Charged if self.refunds.is_empty() => Next::RefundAll,
            Stage::Charged | Stage::Completed { .. } => self.next_refund(),
            Stage::ActionRequired { .. } | Stage::Declined { .. } | Stage::Voided { .. } => Next::Nothing,
        }
    }

    fn next_refund(&self) -> Next {
        let pending = |refund: &Refund| refund.state == RefundState::Pending;
        match self.refunds.iter().find(|(_, refund)| pending(refund)) {
            Some((refund, _)) => Next::Refund {
                refund: refund.clone(),
            },
            None => Next::Nothing,
        }
    }
}
