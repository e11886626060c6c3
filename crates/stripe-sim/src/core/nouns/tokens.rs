//! Tokens: a card for a single use. <https://docs.stripe.com/api/tokens>

use serde_json::{Value, json};

use super::card_input;
use super::card_render::card_object;
use super::customers;
use crate::core::cards::{Card, by_name};
use crate::core::error::ApiError;
use crate::core::params::Node;
use crate::core::routes::{Call, Outcome};
use crate::core::table::Object;

#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) id: String,
    created: i64,
    card_id: String,
    pub(crate) card: Card,
    pub(crate) used: bool,
}

impl Object for Token {
    const NAME: &'static str = "token";

    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> i64 {
        self.created
    }

    fn render(&self, _now: i64) -> Value {
        json!({
            "id": self.id,
            "object": "token",
            "card": card_object(&self.card_id, &self.card, None, &json!({})),
            "client_ip": null,
            "created": self.created,
            "livemode": false,
            "type": "card",
            "used": self.used,
        })
    }
}

pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    call.refuse_unsupported(&["account", "bank_account", "cvc_update", "person", "pii"])?;
    let card = if let Some(customer) = call.params.owned("customer") {
        if !call.has_secret_key() {
            return Err(ApiError::secret_key_required());
        }
        shared_card(call, &customer)?
    } else if let Some(Node::Parts(_)) = call.params.at("card") {
        card_input::read(&call.params, "card", call.now())?
    } else {
        return Err(ApiError::invalid(
            "You must supply either a card, customer, PII data, bank account, or account legal entity to create a token.",
        ));
    };
    let token = Token {
        id: call.world.ids.next("tok"),
        created: call.now(),
        card_id: call.world.ids.next("card"),
        card,
        used: false,
    };
    let rendered = token.render(call.now());
    call.own_mut()?.tokens.insert(token);
    Ok(rendered)
}

/// The card of a platform's customer, shared with the connected account that is acted in.
/// <https://docs.stripe.com/connect/direct-charges#shared-customers>
fn shared_card(call: &Call<'_>, customer_id: &str) -> Result<Card, ApiError> {
    let Some(platform) = call.platform() else {
        return Err(ApiError::invalid(
            "You must provide a Stripe-Account header to create a token from a customer: the token is made for a \
             connected account from a customer of your platform.",
        )
        .param("customer"));
    };
    let platform = call.world.account(platform)?;
    let customer = customers::named(platform, customer_id, "customer")?;
    let wanted = call.params.owned("card");
    let Some(id) = wanted.clone().or_else(|| customer.default_source.clone()) else {
        return Err(ApiError::card(
            "missing",
            None,
            "Cannot charge a customer that has no active card",
        )
        .param("card"));
    };
    let missing = || ApiError::missing("card", &id, "card");
    let card = if let Some(card) = platform.cards.get(&id).filter(|it| it.customer == customer_id) {
        &card.card
    } else if let Some(source) = platform
        .sources
        .get(&id)
        .filter(|it| it.customer.as_deref() == Some(customer_id))
    {
        &source.card
    } else if let Some(method) = platform
        .payment_methods
        .get(&id)
        .filter(|it| it.customer.as_deref() == Some(customer_id))
    {
        &method.card
    } else {
        return Err(missing());
    };
    Ok(card.clone())
}

pub(crate) fn retrieve(call: &mut Call<'_>) -> Outcome {
    let id = call.arg(0);
    let token = call
        .own()?
        .tokens
        .get(id)
        .ok_or_else(|| ApiError::not_found("token", id, "token"))?;
    Ok(token.render(call.now()))
}

/// Take the card out of a token, which is used up by it. Stripe's own test tokens can be used any number of times.
pub(super) fn consume(call: &mut Call<'_>, id: &str, param: &str) -> Result<Card, ApiError> {
    let now = call.now();
    if let Some(card) = by_name(id, now) {
        return Ok(card);
    }
    let Some(token) = call.own_mut()?.tokens.get_mut(id) else {
        return Err(ApiError::missing("token", id, param));
    };
    if token.used {
        return Err(
            ApiError::invalid(format!("You cannot use a Stripe token more than once: {id}."))
                .code("token_already_used")
                .param(param),
        );
    }
    token.used = true;
    Ok(token.card.clone())
}
