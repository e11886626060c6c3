//! What is to be done next with a purchase.

use chrono::{DateTime, Utc};

use super::{PlannedCall, Purchase, RefundState, Route, Stage, Step};
use crate::RefundId;

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
    /// Hand the token over.
    HandOver,
    /// Wait for the operator until then.
    AwaitOperator {
        /// When waiting ends.
        charge_before: DateTime<Utc>,
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
    fn call(&self, step: Step) -> Next {
        match self.calls.get(&step) {
            Some((call, planned_at)) => Next::Call {
                call: call.clone(),
                planned_at: *planned_at,
            },
            None => Next::Nothing,
        }
    }

    /// What is to be done next.
    #[must_use]
    pub fn next(&self) -> Next {
        let pending = self
            .refunds
            .iter()
            .find(|(_, refund)| refund.state == RefundState::Pending);
        match &self.stage {
            Stage::Started if self.payment.is_none() => Next::Issue,
            Stage::Started => self.call(Step::DeriveCredential),
            Stage::CredentialReady if self.route() == Some(Route::TokenHandedOver) => Next::HandOver,
            Stage::CredentialReady => self.call(Step::Charge),
            Stage::ActionRequired { .. } => self.call(Step::Cancel),
            Stage::HandedOver { charge_before } => Next::AwaitOperator {
                charge_before: *charge_before,
            },
            _ if pending.is_some() => match pending {
                Some((refund, _)) => Next::Refund {
                    refund: refund.clone(),
                },
                None => Next::Nothing,
            },
            Stage::Charged if self.refunds.is_empty() && !self.charged_too_late => Next::Issue,
            Stage::Charged if self.refunds.is_empty() => Next::RefundAll,
            Stage::Charged | Stage::Completed { .. } | Stage::Declined { .. } | Stage::Voided { .. } => {
                Next::Nothing
            }
        }
    }
}
