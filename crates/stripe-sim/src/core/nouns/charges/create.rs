//! `POST /v1/charges`: the older way to charge, by token, saved card or customer.

use serde_json::{Value, json};

use super::check_fee;
use crate::core::cards::Card;
use crate::core::error::ApiError;
use crate::core::money;
use crate::core::nouns::card_render::{billing_details_of, card_object};
use crate::core::nouns::charging::{self, Attempt, Details, wants_challenge};
use crate::core::nouns::{card_input, customers, metadata, sources, tokens};
use crate::core::params::{Node, Params};
use crate::core::routes::{Call, Outcome};
use crate::core::table::Object;

/// What a charge takes money from.
struct Payer {
    id: String,
    card: Card,
    source: Value,
    customer: Option<String>,
}

pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    call.refuse_unsupported(&["destination", "transfer_data", "on_behalf_of"])?;
    let amount = required_int(&call.params, "amount")?;
    let Some(currency) = call.params.text("currency") else {
        return Err(ApiError::invalid("Missing required param: currency.")
            .code("parameter_missing")
            .param("currency"));
    };
    let currency = money::currency(currency)?;
    money::check_amount(amount, &currency)?;
    let fee = call
        .params
        .int("application_fee_amount")
        .or_else(|| call.params.int("application_fee"));
    check_fee(call, fee, amount)?;
    let metadata = metadata::fresh(&call.params)?;
    let payer = payer(call)?;
    let off_session = payer.customer.is_some();
    let attempt = Attempt {
        amount,
        currency,
        billing_details: billing_details_of(&payer.card),
        unauthenticated: wants_challenge(&payer.card, off_session),
        card: payer.card,
        payment_method: payer.id,
        source: payer.source,
        customer: payer.customer,
        capture: call.params.flag("capture").unwrap_or(true),
        application_fee_amount: fee,
        platform: call.platform().map(str::to_owned),
        payment_intent: None,
        authenticated: false,
        details: details(&call.params),
        metadata,
    };
    let account = call.account.clone();
    match charging::attempt(call.world, &account, attempt) {
        Ok(id) => {
            let charge = call
                .own()?
                .charges
                .get(&id)
                .ok_or_else(|| ApiError::not_found("charge", &id, "charge"))?;
            Ok(charge.render(call.now()))
        }
        Err(refused) => Err(*refused.error),
    }
}

fn required_int(params: &Params, name: &str) -> Result<i64, ApiError> {
    params.int(name).ok_or_else(|| {
        ApiError::invalid(format!("Missing required param: {name}."))
            .code("parameter_missing")
            .param(name)
    })
}

/// The pass-through texts of a request.
pub(in crate::core::nouns) fn details(params: &Params) -> Details {
    Details {
        description: params.owned("description"),
        receipt_email: params.owned("receipt_email"),
        shipping: params.json("shipping"),
        statement_descriptor: params.owned("statement_descriptor"),
        statement_descriptor_suffix: params.owned("statement_descriptor_suffix"),
        transfer_group: params.owned("transfer_group"),
    }
}

fn payer(call: &mut Call<'_>) -> Result<Payer, ApiError> {
    let name = if call.params.has("source") {
        "source"
    } else {
        "card"
    };
    let customer = call.params.owned("customer");
    if let Some(customer) = &customer {
        customers::named(call.own()?, customer, "customer")?;
    }
    match (call.params.at(name).cloned(), customer) {
        (Some(Node::Text(id)), Some(customer)) => saved(call, &id, &customer, name),
        (Some(Node::Text(id)), None) => once(call, &id, name),
        (Some(Node::Parts(_)), customer) => {
            let card = card_input::read(&call.params, name, call.now())?;
            Ok(fresh_card(call, card, customer))
        }
        (None, Some(customer)) => {
            let default = customers::named(call.own()?, &customer, "customer")?
                .default_source
                .clone();
            let Some(default) = default else {
                return Err(ApiError::card(
                    "missing",
                    None,
                    "Cannot charge a customer that has no active card",
                )
                .param("card"));
            };
            saved(call, &default, &customer, name)
        }
        (None, None) => Err(ApiError::invalid("Must provide source or customer.").code("parameter_missing")),
    }
}

fn fresh_card(call: &mut Call<'_>, card: Card, customer: Option<String>) -> Payer {
    let id = call.world.ids.next("card");
    let source = card_object(&id, &card, customer.as_deref(), &json!({}));
    Payer {
        id,
        card,
        source,
        customer,
    }
}

/// A token, or a source without a customer, which is used up.
fn once(call: &mut Call<'_>, id: &str, param: &str) -> Result<Payer, ApiError> {
    if id.starts_with("src_") {
        let now = call.now();
        let source = call
            .own_mut()?
            .sources
            .get_mut(id)
            .ok_or_else(|| ApiError::missing("source", id, param))?;
        if source.status != "chargeable" || source.customer.is_some() {
            return Err(ApiError::invalid(
                "The source you provided is not in a chargeable state, or belongs to a customer that was not given.",
            )
            .param(param));
        }
        source.status = "consumed";
        let (card, rendered) = (source.card.clone(), source.render(now));
        return Ok(Payer {
            id: id.to_owned(),
            card,
            source: rendered,
            customer: None,
        });
    }
    if id.starts_with("pm_") {
        return Err(ApiError::missing("token", id, param));
    }
    if let Some(saved) = call.own()?.cards.get(id) {
        return Err(ApiError::invalid(format!(
            "Customer {} must be given with its card {id}.",
            saved.customer
        ))
        .code("missing")
        .param("customer"));
    }
    let card = tokens::consume(call, id, param)?;
    Ok(fresh_card(call, card, None))
}

/// A card or source of the customer.
fn saved(call: &mut Call<'_>, id: &str, customer: &str, param: &str) -> Result<Payer, ApiError> {
    let own = call.own()?;
    let known = customers::named(own, customer, "customer")?
        .sources
        .iter()
        .any(|known| known == id);
    let card = own.cards.get(id).map(|saved| saved.card.clone());
    let card = card.or_else(|| own.sources.get(id).map(|source| source.card.clone()));
    match (known, card, sources::render_saved(own, id, call.now())) {
        (true, Some(card), Some(source)) => Ok(Payer {
            id: id.to_owned(),
            card,
            source,
            customer: Some(customer.to_owned()),
        }),
        _ => Err(ApiError::invalid(format!(
            "Customer {customer} does not have a linked source with ID {id}."
        ))
        .code("missing")
        .param(param)
        .status(404)),
    }
}
