//! What is kept of a charge, and how Stripe shows it.

use serde_json::{Value, json};

use crate::core::cards::{Card, Decline};
use crate::core::ids::derived;
use crate::core::nouns::card_render::{in_charge, outcome};
use crate::core::nouns::charging::{Attempt, Details};
use crate::core::nouns::metadata::Metadata;
use crate::core::table::Object;

#[derive(Debug, Clone)]
pub(crate) struct Charge {
    pub(crate) id: String,
    created: i64,
    pub(crate) amount: i64,
    pub(crate) amount_captured: i64,
    pub(crate) amount_refunded: i64,
    /// Whether a part of it was refunded without its share of the application fee.
    pub(crate) fee_kept: bool,
    pub(crate) currency: String,
    pub(crate) card: Card,
    payment_method: String,
    source: Value,
    billing_details: Value,
    pub(crate) customer: Option<String>,
    pub(crate) platform: Option<String>,
    pub(crate) application_fee: Option<String>,
    pub(crate) application_fee_amount: Option<i64>,
    pub(crate) payment_intent: Option<String>,
    pub(crate) captured_at: Option<i64>,
    /// The authorization was given up without a capture.
    pub(crate) released: bool,
    pub(crate) failure: Option<Decline>,
    pub(crate) balance_transaction: Option<String>,
    pub(crate) dispute: Option<String>,
    pub(crate) user_report: Option<String>,
    authenticated: bool,
    pub(in crate::core::nouns) details: Details,
    pub(crate) metadata: Metadata,
}

/// What a new charge is made of.
pub(in crate::core::nouns) struct ChargeFields {
    pub(in crate::core::nouns) id: String,
    pub(in crate::core::nouns) created: i64,
    pub(in crate::core::nouns) decline: Option<Decline>,
    pub(in crate::core::nouns) attempt: Attempt,
}

impl Charge {
    pub(in crate::core::nouns) fn new(fields: ChargeFields) -> Self {
        let ChargeFields {
            id,
            created,
            decline,
            attempt,
        } = fields;
        let captured = attempt.capture && decline.is_none();
        Self {
            id,
            created,
            amount: attempt.amount,
            amount_captured: if captured { attempt.amount } else { 0 },
            amount_refunded: 0,
            fee_kept: false,
            currency: attempt.currency,
            card: attempt.card,
            payment_method: attempt.payment_method,
            source: attempt.source,
            billing_details: attempt.billing_details,
            customer: attempt.customer,
            platform: attempt.platform,
            application_fee: None,
            application_fee_amount: attempt.application_fee_amount,
            payment_intent: attempt.payment_intent,
            captured_at: captured.then_some(created),
            released: false,
            failure: decline,
            balance_transaction: None,
            dispute: None,
            user_report: None,
            authenticated: attempt.authenticated,
            details: attempt.details,
            metadata: attempt.metadata,
        }
    }

    pub(crate) fn is_captured(&self) -> bool {
        self.captured_at.is_some()
    }

    /// Whether money was taken.
    pub(crate) fn paid(&self) -> bool {
        self.failure.is_none()
    }

    /// What has not been given back.
    pub(crate) fn refundable(&self) -> i64 {
        self.amount.saturating_sub(self.amount_refunded)
    }
}

impl Object for Charge {
    const NAME: &'static str = "charge";

    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> i64 {
        self.created
    }

    fn render(&self, _now: i64) -> Value {
        let fraud = self
            .user_report
            .as_ref()
            .map_or_else(|| json!({}), |report| json!({ "user_report": report }));
        let receipt = self
            .paid()
            .then(|| format!("https://pay.stripe.com/receipts/payment/{}", self.id));
        json!({
            "id": self.id,
            "object": "charge",
            "amount": self.amount,
            "amount_captured": self.amount_captured,
            "amount_refunded": self.amount_refunded,
            "application": self.platform.as_ref().map(|platform| derived("ca", platform, 24)),
            "application_fee": self.application_fee,
            "application_fee_amount": self.application_fee_amount,
            "balance_transaction": self.balance_transaction,
            "billing_details": self.billing_details,
            "calculated_statement_descriptor": self.details.statement_descriptor.as_deref().unwrap_or("SIMULATED"),
            "captured": self.is_captured(),
            "created": self.created,
            "currency": self.currency,
            "customer": self.customer,
            "description": self.details.description,
            "destination": null,
            "dispute": self.dispute,
            "disputed": self.dispute.is_some(),
            "failure_balance_transaction": null,
            "failure_code": self.failure.map(|decline| decline.code),
            "failure_message": self.failure.map(|decline| decline.message),
            "fraud_details": fraud,
            "livemode": false,
            "metadata": self.metadata,
            "on_behalf_of": null,
            "order": null,
            "outcome": outcome(&self.card, self.failure.map(|decline| decline.reason())),
            "paid": self.paid(),
            "payment_intent": self.payment_intent,
            "payment_method": self.payment_method,
            "payment_method_details": in_charge(&self.card, self.amount, self.authenticated),
            "presentment_details": null,
            "radar_options": {},
            "receipt_email": self.details.receipt_email,
            "receipt_number": null,
            "receipt_url": receipt,
            "refunded": self.paid() && self.amount_refunded >= self.amount,
            "review": null,
            "shipping": self.details.shipping,
            "source": self.source,
            "source_transfer": null,
            "statement_descriptor": self.details.statement_descriptor,
            "statement_descriptor_suffix": self.details.statement_descriptor_suffix,
            "status": if self.paid() { "succeeded" } else { "failed" },
            "transfer_data": null,
            "transfer_group": self.details.transfer_group,
        })
    }
}
