//! The one message that carries a secret: it asks an operator to charge, and holds the token, the first time it is sent.
//!
//! Messages are kept, tried again and replayed, and tokens are given out once. So the token stands in no message as it is
//! kept. Whoever sends one first writes down that the token is given out, and only then puts it in; what is sent after
//! that goes without. If it is not known whether the first one arrived, nobody sends the token again.

use domain::{
    PurchaseId,
    endpoint::{Endpoint, EndpointOwner, MessageType},
    operator::{Charging, Operator},
    purchase::{Delivery as Way, Purchase, PurchaseCommand},
};
use outbox::Delivery;
use serde_json::Value;

use super::courier::Courier;
use crate::{
    Context, Failure,
    handle::{ATTEMPTS, Loaded},
};

/// A message with a token in it.
pub(super) struct Given {
    purchase: PurchaseId,
    /// Never to be kept.
    pub(super) body: String,
}

impl Courier {
    /// The message with the token, if it is this endpoint that gets it and nobody had it before.
    pub(super) async fn give_token(
        &self,
        endpoint: &Endpoint,
        delivery: &Delivery,
    ) -> Result<Option<Given>, Failure> {
        if delivery.kind != MessageType::PurchaseChargeRequested.as_str() {
            return Ok(None);
        }
        let mut message: Value = serde_json::from_str(&delivery.body)
            .map_err(|_| Failure::Corrupt("a message of ours is no JSON".to_owned()))?;
        let named = message.pointer("/data/purchase_id").and_then(Value::as_str);
        let Some(purchase) = named.and_then(|id| PurchaseId::parse(id).ok()) else {
            return Ok(None);
        };
        let loaded: Loaded<Purchase> = self.engine.repository().load(purchase.as_str()).await?;
        let Some(known) = loaded.state() else {
            return Ok(None);
        };
        let operator = self.engine.directory().operator(&known.order().operator);
        if !operator.is_some_and(|operator| is_for_tokens(endpoint, &operator)) {
            return Ok(None);
        }
        let Some(token) = self.engine.token_of(known).await? else {
            return Ok(None);
        };
        if !self.write_down(&purchase, true).await? {
            return Ok(None);
        }
        if let Some(data) = message.get_mut("data").and_then(Value::as_object_mut) {
            data.insert("token".to_owned(), Value::String(token));
        }
        Ok(Some(Given {
            purchase,
            body: message.to_string(),
        }))
    }

    /// The message never left: the token may be given out after all.
    pub(super) async fn take_token_back(&self, given: &Given) -> Result<(), Failure> {
        self.write_down(&given.purchase, false).await.map(drop)
    }

    /// Whether it was us who wrote it down. That nobody knows whether we did counts as no: then nothing is sent.
    async fn write_down(&self, purchase: &PurchaseId, is_out: bool) -> Result<bool, Failure> {
        let engine = &self.engine;
        for _ in 0..ATTEMPTS {
            let loaded: Loaded<Purchase> = engine.repository().load(purchase.as_str()).await?;
            let app = loaded.state().map(|known| known.order().app.clone());
            let at = engine.host().now();
            let command = match is_out {
                true => PurchaseCommand::RecordDelivery { by: Way::Webhook, at },
                false => PurchaseCommand::RecordNotDelivered { at },
            };
            let Ok(change) = loaded.decide(command)? else {
                return Ok(false);
            };
            if change.is_empty() {
                return Ok(false);
            }
            let context = Context::of_resolver(app, purchase.as_str());
            if engine.keep(&context, at, &change, vec![]).await? {
                return Ok(true);
            }
        }
        Err(Failure::Contended)
    }
}

/// Whether an endpoint is one that its operator wants tokens at: the one that it named, or any that asks for this type by
/// its name. Who wants everything has not asked for secrets.
fn is_for_tokens(endpoint: &Endpoint, operator: &Operator) -> bool {
    let is_its = matches!(endpoint.owner(), EndpointOwner::Operator(owner) if owner == operator.id());
    let settings = endpoint.settings();
    let wants = settings.types.contains(&MessageType::PurchaseChargeRequested);
    let is_where = match operator.charging() {
        Charging::Operator {
            webhook: Some(url), ..
        } => *url == settings.url,
        Charging::Operator { webhook: None, .. } | Charging::Engine => true,
    };
    is_its && wants && is_where
}
