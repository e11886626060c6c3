//! A payment: a PaymentIntent, or a charge that was made without one.

use std::collections::BTreeMap;

use domain::{ChargeId, Money, PaymentIntentId};
use serde_json::Value;

use super::read::{self, Unreadable};

/// Where a payment stands, in the words of a PaymentIntent.
/// <https://docs.stripe.com/payments/paymentintents/lifecycle>
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PaymentStatus {
    /// The money was taken.
    Succeeded,
    /// It may still succeed or fail; Stripe will say.
    Processing,
    /// The rider must act.
    RequiresAction,
    /// It failed, or nothing was tried yet. A failed charge reads as this too.
    RequiresPaymentMethod,
    /// It was never confirmed.
    RequiresConfirmation,
    /// Authorized, not taken.
    RequiresCapture,
    /// Given up.
    Canceled,
    /// A status that came after this was written.
    Other(String),
}

impl PaymentStatus {
    /// Reads a PaymentIntent's `status`.
    #[must_use]
    pub fn of_intent(status: &str) -> Self {
        match status {
            "succeeded" => Self::Succeeded,
            "processing" => Self::Processing,
            "requires_action" | "requires_source_action" => Self::RequiresAction,
            "requires_payment_method" | "requires_source" => Self::RequiresPaymentMethod,
            "requires_confirmation" => Self::RequiresConfirmation,
            "requires_capture" => Self::RequiresCapture,
            "canceled" => Self::Canceled,
            other => Self::Other(other.to_owned()),
        }
    }

    /// Reads a charge's `status`; `captured` tells money taken from money held.
    #[must_use]
    pub fn of_charge(status: &str, captured: bool) -> Self {
        match (status, captured) {
            ("succeeded", true) => Self::Succeeded,
            ("succeeded", false) => Self::RequiresCapture,
            ("pending", _) => Self::Processing,
            ("failed", _) => Self::RequiresPaymentMethod,
            (other, _) => Self::Other(other.to_owned()),
        }
    }

    /// How much a payment weighs when several carry the same purchase: money taken before money that may yet be
    /// taken, before none.
    pub(crate) const fn weight(&self) -> u8 {
        match self {
            Self::Succeeded => 4,
            Self::Processing | Self::RequiresCapture => 3,
            Self::RequiresAction | Self::Other(_) => 2,
            Self::RequiresConfirmation | Self::RequiresPaymentMethod => 1,
            Self::Canceled => 0,
        }
    }
}

/// Why the last attempt to pay failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentProblem {
    /// Stripe's code: `card_declined`, `authentication_required`, …
    pub code: Option<String>,
    /// The issuer's reason: `insufficient_funds`, …
    pub decline_code: Option<String>,
}

/// What is known of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentFacts {
    /// The PaymentIntent, on the PaymentMethod route.
    pub payment_intent: Option<PaymentIntentId>,
    /// The charge: there is none before the card was tried.
    pub charge: Option<ChargeId>,
    /// Where it stands.
    pub status: PaymentStatus,
    /// What was asked for, if Stripe said so.
    pub amount: Option<Money>,
    /// How much of it was given back, if Stripe said so (it does where the charge is shown in full).
    pub amount_refunded: Option<Money>,
    /// Our fee, if there is one.
    pub fee: Option<Money>,
    /// Why the last attempt failed, if it did.
    pub problem: Option<PaymentProblem>,
    /// What we wrote on it: `purchase`, `app`, `user`.
    pub metadata: BTreeMap<String, String>,
}

impl PaymentFacts {
    /// Reads a `payment_intent` or a `charge`, as an answer or a webhook shows it.
    pub fn read(object: &Value) -> Result<Self, Unreadable> {
        match read::text(object, "object") {
            Some("charge") => Self::of_charge(object),
            Some("payment_intent") => Self::of_intent(object),
            // Without a name the ids still tell.
            _ if read::id(object, "id", PaymentIntentId::parse).is_some() => Self::of_intent(object),
            _ => Self::of_charge(object),
        }
    }

    fn of_intent(intent: &Value) -> Result<Self, Unreadable> {
        let missing = |field| Unreadable {
            object: "payment_intent",
            field,
        };
        let id = read::id(intent, "id", PaymentIntentId::parse).ok_or(missing("id"))?;
        let status = read::text(intent, "status").ok_or(missing("status"))?;
        let shown = shown_charge(intent);
        let charge = read::id(intent, "latest_charge", ChargeId::parse)
            .or_else(|| shown.and_then(|charge| read::id(charge, "id", ChargeId::parse)));
        Ok(Self {
            payment_intent: Some(id),
            charge,
            status: PaymentStatus::of_intent(status),
            amount: read::money(intent, "amount"),
            amount_refunded: shown.and_then(|charge| read::money(charge, "amount_refunded")),
            fee: read::money(intent, "application_fee_amount"),
            problem: intent.get("last_payment_error").and_then(problem_of_intent),
            metadata: read::metadata(intent).unwrap_or_default(),
        })
    }

    fn of_charge(charge: &Value) -> Result<Self, Unreadable> {
        let missing = |field| Unreadable {
            object: "charge",
            field,
        };
        let id = read::id(charge, "id", ChargeId::parse).ok_or(missing("id"))?;
        let status = read::text(charge, "status").ok_or(missing("status"))?;
        // Everything we make is captured at once, so a charge that does not say is one of those.
        let captured = read::flag(charge, "captured").unwrap_or(true);
        Ok(Self {
            payment_intent: read::id(charge, "payment_intent", PaymentIntentId::parse),
            charge: Some(id),
            status: PaymentStatus::of_charge(status, captured),
            amount: read::money(charge, "amount"),
            amount_refunded: read::money(charge, "amount_refunded"),
            fee: read::money(charge, "application_fee_amount"),
            problem: problem_of_charge(charge),
            metadata: read::metadata(charge).unwrap_or_default(),
        })
    }
}

/// The charge where it is shown in full: in place of its id or, before 2022-11-15, in a list.
fn shown_charge(intent: &Value) -> Option<&Value> {
    let latest = intent.get("latest_charge").filter(|charge| charge.is_object());
    latest.or_else(|| intent.pointer("/charges/data/0"))
}

fn problem_of_intent(error: &Value) -> Option<PaymentProblem> {
    let code = read::text(error, "code").map(str::to_owned);
    let decline_code = read::text(error, "decline_code").map(str::to_owned);
    error.is_object().then_some(PaymentProblem { code, decline_code })
}

fn problem_of_charge(charge: &Value) -> Option<PaymentProblem> {
    let code = read::text(charge, "failure_code")?.to_owned();
    let reason = charge
        .get("outcome")
        .and_then(|outcome| read::text(outcome, "reason"));
    Some(PaymentProblem {
        code: Some(code),
        decline_code: reason.map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Currency;
    use serde_json::json;

    #[test]
    fn a_payment_intent_reads_the_same_whichever_way_its_charge_is_shown() {
        let base = json!({
            "object": "payment_intent", "id": "pi_1", "status": "succeeded", "amount": 250, "currency": "usd",
            "application_fee_amount": 25, "metadata": { "purchase": "pur_1" }
        });
        let shown = json!({ "id": "ch_1", "amount_refunded": 50, "currency": "usd" });
        for (field, value) in [
            ("latest_charge", json!("ch_1")),
            ("latest_charge", shown.clone()),
            ("charges", json!({ "data": [shown] })),
        ] {
            let mut intent = base.clone();
            intent[field] = value;
            let facts = PaymentFacts::read(&intent).unwrap();
            assert_eq!(facts.charge.unwrap().as_str(), "ch_1");
            assert_eq!(facts.status, PaymentStatus::Succeeded);
            assert_eq!(facts.fee, Some(Money::new(25, Currency::USD)));
            assert_eq!(facts.metadata["purchase"], "pur_1");
        }
    }

    #[test]
    fn a_success_that_lacks_all_but_id_and_status_is_still_a_success() {
        let facts = PaymentFacts::read(&json!({ "id": "pi_1", "status": "succeeded" })).unwrap();
        assert_eq!(
            (facts.status, facts.amount, facts.charge),
            (PaymentStatus::Succeeded, None, None)
        );
    }

    #[test]
    fn a_payment_without_a_status_is_not_guessed() {
        let unreadable = PaymentFacts::read(&json!({ "id": "pi_1" }));
        assert_eq!(
            unreadable,
            Err(Unreadable {
                object: "payment_intent",
                field: "status"
            })
        );
        assert!(PaymentFacts::read(&json!({ "id": "cus_1", "status": "succeeded" })).is_err());
        assert!(PaymentFacts::read(&json!([1, 2])).is_err());
    }

    #[test]
    fn money_that_is_only_held_was_not_taken() {
        assert_eq!(
            PaymentStatus::of_charge("succeeded", false),
            PaymentStatus::RequiresCapture
        );
        assert_eq!(
            PaymentStatus::of_charge("succeeded", true),
            PaymentStatus::Succeeded
        );
    }

    #[test]
    fn a_failed_charge_says_why() {
        let charge = json!({
            "object": "charge", "id": "ch_1", "status": "failed", "failure_code": "card_declined",
            "outcome": { "reason": "insufficient_funds" }
        });
        let facts = PaymentFacts::read(&charge).unwrap();
        assert_eq!(facts.status, PaymentStatus::RequiresPaymentMethod);
        assert_eq!(
            facts.problem.unwrap().decline_code.as_deref(),
            Some("insufficient_funds")
        );
    }

    #[test]
    fn a_status_nobody_knows_yet_is_kept_as_it_is() {
        let facts = PaymentFacts::read(&json!({ "id": "pi_1", "status": "requires_moonlight" })).unwrap();
        assert_eq!(
            facts.status,
            PaymentStatus::Other("requires_moonlight".to_owned())
        );
    }
}
