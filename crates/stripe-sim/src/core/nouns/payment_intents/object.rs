//! What is kept of a PaymentIntent, and how Stripe shows it.

use serde_json::{Value, json};

use crate::core::ids::derived;
use crate::core::nouns::charging::Details;
use crate::core::nouns::metadata::Metadata;
use crate::core::table::Object;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    RequiresPaymentMethod,
    RequiresConfirmation,
    RequiresAction,
    RequiresCapture,
    Canceled,
    Succeeded,
}

impl Status {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::RequiresPaymentMethod => "requires_payment_method",
            Self::RequiresConfirmation => "requires_confirmation",
            Self::RequiresAction => "requires_action",
            Self::RequiresCapture => "requires_capture",
            Self::Canceled => "canceled",
            Self::Succeeded => "succeeded",
        }
    }

    /// Whether money can still be asked for.
    pub(crate) fn is_open(self) -> bool {
        matches!(
            self,
            Self::RequiresPaymentMethod | Self::RequiresConfirmation | Self::RequiresAction
        )
    }
}

#[derive(Debug, Clone)]
pub(crate) struct PaymentIntent {
    pub(crate) id: String,
    pub(super) created: i64,
    pub(crate) client_secret: String,
    pub(super) amount: i64,
    pub(super) amount_received: i64,
    pub(super) amount_capturable: i64,
    pub(super) currency: String,
    pub(crate) customer: Option<String>,
    pub(super) payment_method: Option<String>,
    pub(super) status: Status,
    pub(super) capture_method: String,
    pub(super) confirmation_method: String,
    pub(super) payment_method_types: Vec<String>,
    pub(super) automatic_payment_methods: Value,
    pub(super) setup_future_usage: Option<String>,
    pub(super) application_fee_amount: Option<i64>,
    pub(super) platform: Option<String>,
    pub(crate) latest_charge: Option<String>,
    pub(super) last_payment_error: Value,
    pub(super) next_action: Value,
    pub(super) canceled_at: Option<i64>,
    pub(super) cancellation_reason: Option<String>,
    pub(super) return_url: Option<String>,
    pub(super) details: Details,
    pub(super) metadata: Metadata,
}

impl Object for PaymentIntent {
    const NAME: &'static str = "payment_intent";

    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> i64 {
        self.created
    }

    fn render(&self, _now: i64) -> Value {
        json!({
            "id": self.id,
            "object": "payment_intent",
            "amount": self.amount,
            "amount_capturable": self.amount_capturable,
            "amount_details": { "tip": {} },
            "amount_received": self.amount_received,
            "application": self.platform.as_ref().map(|platform| derived("ca", platform, 24)),
            "application_fee_amount": self.application_fee_amount,
            "automatic_payment_methods": self.automatic_payment_methods,
            "canceled_at": self.canceled_at,
            "cancellation_reason": self.cancellation_reason,
            "capture_method": self.capture_method,
            "client_secret": self.client_secret,
            "confirmation_method": self.confirmation_method,
            "created": self.created,
            "currency": self.currency,
            "customer": self.customer,
            "customer_account": null,
            "description": self.details.description,
            "excluded_payment_method_types": null,
            "last_payment_error": self.last_payment_error,
            "latest_charge": self.latest_charge,
            "livemode": false,
            "metadata": self.metadata,
            "next_action": self.next_action,
            "on_behalf_of": null,
            "payment_method": self.payment_method,
            "payment_method_configuration_details": null,
            "payment_method_options": {
                "card": {
                    "installments": null,
                    "mandate_options": null,
                    "network": null,
                    "request_three_d_secure": "automatic",
                },
            },
            "payment_method_types": self.payment_method_types,
            "processing": null,
            "receipt_email": self.details.receipt_email,
            "review": null,
            "setup_future_usage": self.setup_future_usage,
            "shipping": self.details.shipping,
            "source": null,
            "statement_descriptor": self.details.statement_descriptor,
            "statement_descriptor_suffix": self.details.statement_descriptor_suffix,
            "status": self.status.as_str(),
            "transfer_data": null,
            "transfer_group": self.details.transfer_group,
        })
    }
}
