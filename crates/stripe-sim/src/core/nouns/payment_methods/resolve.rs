//! What a request means by a payment method: a PaymentMethod, a saved card, a source, or one of Stripe's test names.

use serde_json::Value;

use super::PaymentMethod;
use crate::core::books::Account;
use crate::core::cards::{Card, by_name};
use crate::core::error::ApiError;
use crate::core::nouns::card_render::{billing_details_of, no_billing_details};
use crate::core::nouns::metadata::Metadata;
use crate::core::nouns::{card_input, tokens};
use crate::core::params::Node;
use crate::core::routes::Call;
use crate::core::table::Object;

/// Something that can be charged.
#[derive(Debug, Clone)]
pub(in crate::core) struct Chargeable {
    pub(in crate::core::nouns) id: String,
    pub(in crate::core::nouns) card: Card,
    pub(in crate::core) customer: Option<String>,
    pub(in crate::core::nouns) billing_details: Value,
    /// It was used without a customer before, and may not be used again.
    pub(in crate::core::nouns) spent: bool,
}

/// The error for an id that is not in this account, with Stripe's hint when another account that is within reach has it.
fn missing(call: &Call<'_>, id: &str, param: &str) -> ApiError {
    let own = &call.account;
    let elsewhere = call.world.links.get(own).into_iter().flatten().any(|account| {
        call.world
            .accounts
            .get(account)
            .is_some_and(|account| account.payment_methods.get(id).is_some())
    });
    let mut error = ApiError::missing("PaymentMethod", id, param);
    if elsewhere {
        error.message.push_str(
            "; It's possible this PaymentMethod exists on one of your connected accounts, in which case you should \
             retry this request on that connected account. Learn more at https://stripe.com/docs/connect/authentication",
        );
    } else if call
        .platform()
        .and_then(|platform| call.world.accounts.get(platform))
        .is_some_and(|platform| platform.payment_methods.get(id).is_some())
    {
        error.message.push_str(
            "; OAuth key or Stripe-Account header was used but API request was provided with a platform-owned payment \
             method ID. Please ensure that the provided payment method matches the specified account.",
        );
    }
    error
}

/// Find what can be charged under an id. Stripe's test names make a fresh PaymentMethod each time.
pub(in crate::core::nouns) fn resolve(
    call: &mut Call<'_>,
    id: &str,
    param: &str,
) -> Result<Chargeable, ApiError> {
    let now = call.now();
    if id.starts_with("pm_card_")
        && let Some(card) = by_name(id, now)
    {
        return insert(call, card, no_billing_details());
    }
    match stored(call.own()?, id) {
        Some(found) => Ok(found),
        None => Err(missing(call, id, param)),
    }
}

/// What an account has under an id: a PaymentMethod, a saved card or a source.
pub(in crate::core) fn stored(own: &Account, id: &str) -> Option<Chargeable> {
    let method = as_payment_method(own, id)?;
    Some(Chargeable {
        id: method.id,
        card: method.card,
        customer: method.customer,
        billing_details: method.billing_details,
        spent: method.spent,
    })
}

/// The same in the shape of a PaymentMethod.
fn as_payment_method(own: &Account, id: &str) -> Option<PaymentMethod> {
    if let Some(method) = own.payment_methods.get(id) {
        return Some(method.clone());
    }
    let (card, customer, created) = if let Some(saved) = own.cards.get(id) {
        (saved.card.clone(), Some(saved.customer.clone()), saved.created)
    } else {
        let source = own.sources.get(id)?;
        (source.card.clone(), source.customer.clone(), source.created)
    };
    Some(PaymentMethod {
        id: id.to_owned(),
        created,
        billing_details: billing_details_of(&card),
        card,
        customer,
        allow_redisplay: "unspecified".to_owned(),
        metadata: Metadata::new(),
        spent: false,
    })
}

/// The same rendered.
pub(in crate::core::nouns) fn render_any(own: &Account, id: &str, now: i64) -> Option<Value> {
    as_payment_method(own, id).map(|method| method.render(now))
}

/// Make a PaymentMethod out of `payment_method_data` or the parameters of a create.
pub(in crate::core::nouns) fn from_data(call: &mut Call<'_>, prefix: &str) -> Result<Chargeable, ApiError> {
    let at = |name: &str| {
        if prefix.is_empty() {
            name.to_owned()
        } else {
            format!("{prefix}.{name}")
        }
    };
    match call.params.text(&at("type")) {
        Some("card") => {}
        None if call.params.has(&at("card")) => {}
        None => {
            return Err(ApiError::invalid("Missing required param: type.")
                .code("parameter_missing")
                .param("type"));
        }
        Some(other) => {
            return Err(ApiError::invalid(format!(
                "The payment method type \"{other}\" is not supported by the simulator; only card is."
            ))
            .param("type"));
        }
    }
    let card = if let Some(token) = call.params.owned(&at("card.token")) {
        tokens::consume(call, &token, "card[token]")?
    } else if let Some(Node::Parts(_)) = call.params.at(&at("card")) {
        card_input::read(&call.params, &at("card"), call.now())?
    } else {
        return Err(ApiError::invalid("Missing required param: card.")
            .code("parameter_missing")
            .param("card"));
    };
    let billing_details = merged_billing_details(
        billing_details_of(&card),
        &call.params.json(&at("billing_details")),
    );
    insert(call, card, billing_details)
}

/// Billing details with the given members put over the existing ones.
pub(in crate::core::nouns) fn merged_billing_details(mut existing: Value, given: &Value) -> Value {
    if let (Value::Object(existing), Value::Object(given)) = (&mut existing, given) {
        for (name, value) in given {
            match (existing.get_mut(name), value) {
                (Some(Value::Object(inner)), Value::Object(parts)) => {
                    inner.extend(parts.iter().map(|(name, value)| (name.clone(), value.clone())));
                }
                _ => {
                    existing.insert(name.clone(), value.clone());
                }
            }
        }
    }
    existing
}

pub(in crate::core::nouns) fn insert(
    call: &mut Call<'_>,
    card: Card,
    billing_details: Value,
) -> Result<Chargeable, ApiError> {
    let mut card = card;
    if let Some(postal_code) = billing_details
        .pointer("/address/postal_code")
        .and_then(Value::as_str)
    {
        card.address.postal_code = Some(postal_code.to_owned());
    }
    let method = PaymentMethod {
        id: call.world.ids.next("pm"),
        created: call.now(),
        card,
        customer: None,
        billing_details,
        allow_redisplay: "unspecified".to_owned(),
        metadata: Metadata::new(),
        spent: false,
    };
    let chargeable = Chargeable {
        id: method.id.clone(),
        card: method.card.clone(),
        customer: None,
        billing_details: method.billing_details.clone(),
        spent: false,
    };
    call.own_mut()?.payment_methods.insert(method);
    Ok(chargeable)
}
