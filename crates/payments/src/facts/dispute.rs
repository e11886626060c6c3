//! A dispute.

use domain::{ChargeId, DisputeId, Money};
use serde_json::Value;

use super::read::{self, Unreadable};

/// Where a dispute stands. <https://docs.stripe.com/api/disputes/object#dispute_object-status>
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum DisputeStatus {
    /// The bank only asks. Nothing was taken.
    Inquiry,
    /// The bank asked, and took nothing.
    InquiryClosed,
    /// The money was taken, and it is not decided whose it is.
    Open,
    /// The operator has it again.
    Won,
    /// It is gone.
    Lost,
    /// A status that came after this was written.
    Other(String),
}

impl DisputeStatus {
    /// Reads a dispute's `status`.
    #[must_use]
    pub fn read(status: &str) -> Self {
        match status {
            "warning_needs_response" | "warning_under_review" => Self::Inquiry,
            "warning_closed" => Self::InquiryClosed,
            "needs_response" | "under_review" => Self::Open,
            "won" | "prevented" => Self::Won,
            "lost" => Self::Lost,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// What is known of a dispute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeFacts {
    /// As Stripe names it.
    pub id: DisputeId,
    /// Of which charge.
    pub charge: ChargeId,
    /// How much the bank wants.
    pub amount: Money,
    /// Where it stands.
    pub status: DisputeStatus,
    /// Why: `fraudulent`, `product_not_received`, …
    pub reason: Option<String>,
}

impl DisputeFacts {
    /// Reads a `dispute`.
    pub fn read(dispute: &Value) -> Result<Self, Unreadable> {
        let missing = |field| Unreadable {
            object: "dispute",
            field,
        };
        let status = read::text(dispute, "status").ok_or(missing("status"))?;
        Ok(Self {
            id: read::id(dispute, "id", DisputeId::parse).ok_or(missing("id"))?,
            charge: read::id(dispute, "charge", ChargeId::parse).ok_or(missing("charge"))?,
            amount: read::money(dispute, "amount").ok_or(missing("amount"))?,
            status: DisputeStatus::read(status),
            reason: read::text(dispute, "reason").map(str::to_owned),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_dispute_is_read_with_its_charge_named_or_shown_and_never_without_a_status() {
        let mut dispute = json!({
            "object": "dispute", "id": "dp_1", "charge": "ch_1", "amount": 250, "currency": "usd",
            "status": "warning_needs_response", "reason": "general"
        });
        let facts = DisputeFacts::read(&dispute).unwrap();
        assert_eq!(
            (facts.charge.as_str(), facts.status),
            ("ch_1", DisputeStatus::Inquiry)
        );
        dispute["charge"] = json!({ "id": "ch_1" });
        assert_eq!(DisputeFacts::read(&dispute).unwrap().charge.as_str(), "ch_1");
        dispute["status"] = json!("argued_in_moonlight");
        let status = DisputeFacts::read(&dispute).unwrap().status;
        assert_eq!(status, DisputeStatus::Other("argued_in_moonlight".to_owned()));
        dispute["status"] = Value::Null;
        assert!(DisputeFacts::read(&dispute).is_err());
    }
}
