//! PaymentMethods: create, clone, attach, detach. <https://docs.stripe.com/api/payment_methods>

mod operations;
mod resolve;

use serde_json::{Value, json};

pub(super) use operations::spent;
pub(crate) use operations::{
    attach, attach_to, create, detach, list, list_of_customer, retrieve, retrieve_of_customer, update,
};
pub(in crate::core) use resolve::stored;
pub(super) use resolve::{Chargeable, from_data, render_any, resolve};

use super::card_render::in_payment_method;
use super::metadata::Metadata;
use crate::core::cards::Card;
use crate::core::table::Object;

#[derive(Debug, Clone)]
pub(crate) struct PaymentMethod {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) card: Card,
    pub(crate) customer: Option<String>,
    pub(crate) billing_details: Value,
    pub(crate) allow_redisplay: String,
    pub(crate) metadata: Metadata,
    /// Used without a customer, or detached from one: it cannot be used again.
    pub(crate) spent: bool,
}

impl Object for PaymentMethod {
    const NAME: &'static str = "PaymentMethod";

    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> i64 {
        self.created
    }

    fn render(&self, _now: i64) -> Value {
        json!({
            "id": self.id,
            "object": "payment_method",
            "allow_redisplay": self.allow_redisplay,
            "billing_details": self.billing_details,
            "card": in_payment_method(&self.card),
            "created": self.created,
            "customer": self.customer,
            "customer_account": null,
            "livemode": false,
            "metadata": self.metadata,
            "radar_options": {},
            "type": "card",
        })
    }
}
