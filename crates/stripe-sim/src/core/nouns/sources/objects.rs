//! What is kept of a saved card and of a source.

use serde_json::{Value, json};

use crate::core::cards::Card;
use crate::core::nouns::card_render::{card_object, in_payment_method};
use crate::core::nouns::metadata::Metadata;
use crate::core::table::Object;

/// `card_…`: a card saved on a customer by token.
#[derive(Debug, Clone)]
pub(crate) struct SavedCard {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) card: Card,
    pub(crate) customer: String,
    pub(crate) metadata: Metadata,
}

impl Object for SavedCard {
    const NAME: &'static str = "card";

    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> i64 {
        self.created
    }

    fn render(&self, _now: i64) -> Value {
        card_object(&self.id, &self.card, Some(&self.customer), &json!(self.metadata))
    }
}

/// `src_…`: a source of type card.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) client_secret: String,
    pub(crate) card: Card,
    pub(crate) customer: Option<String>,
    pub(crate) status: &'static str,
    pub(crate) usage: String,
    pub(crate) owner: Value,
    pub(crate) metadata: Metadata,
}

impl Object for Source {
    const NAME: &'static str = "source";

    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> i64 {
        self.created
    }

    fn render(&self, _now: i64) -> Value {
        json!({
            "id": self.id,
            "object": "source",
            "allow_redisplay": "unspecified",
            "amount": null,
            "card": in_payment_method(&self.card),
            "client_secret": self.client_secret,
            "created": self.created,
            "currency": null,
            "customer": self.customer,
            "flow": "none",
            "livemode": false,
            "metadata": self.metadata,
            "owner": self.owner,
            "statement_descriptor": null,
            "status": self.status,
            "type": "card",
            "usage": self.usage,
        })
    }
}
