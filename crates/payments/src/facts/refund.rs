//! A refund.

use std::collections::BTreeMap;

use domain::{ChargeId, Money, PaymentIntentId, StripeRefundId};
use serde_json::Value;

use super::read::{self, Unreadable};

/// Where a refund stands. <https://docs.stripe.com/api/refunds/object#refund_object-status>
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RefundStatus {
    /// On its way.
    Pending,
    /// The rider must act, which cards never ask.
    RequiresAction,
    /// Done as far as Stripe is concerned; it can still fail at the issuer.
    Succeeded,
    /// The money came back to the operator's balance.
    Failed,
    /// Given up.
    Canceled,
    /// A status that came after this was written.
    Other(String),
}

impl RefundStatus {
    /// Reads a refund's `status`.
    #[must_use]
    pub fn read(status: &str) -> Self {
        match status {
            "pending" => Self::Pending,
            "requires_action" => Self::RequiresAction,
            "succeeded" => Self::Succeeded,
            "failed" => Self::Failed,
            "canceled" => Self::Canceled,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// What is known of a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundFacts {
    /// As Stripe names it.
    pub id: StripeRefundId,
    /// Where it stands.
    pub status: RefundStatus,
    /// How much goes back, if Stripe said so.
    pub amount: Option<Money>,
    /// Of which charge.
    pub charge: Option<ChargeId>,
    /// Of which PaymentIntent.
    pub payment_intent: Option<PaymentIntentId>,
    /// Why it failed: `expired_or_canceled_card`, `lost_or_stolen_card`, …
    pub failure_reason: Option<String>,
    /// What we wrote on it: `refund`, `purchase`.
    pub metadata: BTreeMap<String, String>,
}

impl RefundFacts {
    /// Reads a `refund`, as an answer or a webhook shows it.
    pub fn read(refund: &Value) -> Result<Self, Unreadable> {
        let missing = |field| Unreadable {
            object: "refund",
            field,
        };
        let id = read::id(refund, "id", StripeRefundId::parse).ok_or(missing("id"))?;
        let status = read::text(refund, "status").ok_or(missing("status"))?;
        Ok(Self {
            id,
            status: RefundStatus::read(status),
            amount: read::money(refund, "amount"),
            charge: read::id(refund, "charge", ChargeId::parse),
            payment_intent: read::id(refund, "payment_intent", PaymentIntentId::parse),
            failure_reason: read::text(refund, "failure_reason").map(str::to_owned),
            metadata: read::metadata(refund).unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_refund_needs_an_id_and_a_status_and_nothing_else() {
        let facts =
            RefundFacts::read(&json!({ "id": "re_1", "status": "pending", "charge": { "id": "ch_1" } }))
                .unwrap();
        assert_eq!((facts.status, facts.amount), (RefundStatus::Pending, None));
        assert_eq!(facts.charge.unwrap().as_str(), "ch_1");
        let refused = RefundFacts::read(&json!({ "id": "re_1" }));
        assert_eq!(
            refused,
            Err(Unreadable {
                object: "refund",
                field: "status"
            })
        );
    }
}
