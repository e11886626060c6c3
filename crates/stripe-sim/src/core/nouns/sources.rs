//! Saved cards and sources of customers. <https://docs.stripe.com/api/cards>, <https://docs.stripe.com/api/sources>

mod attach;
mod objects;

use serde_json::{Value, json};

pub(crate) use attach::add_from_params;
pub(crate) use objects::{SavedCard, Source};

use super::card_input;
use super::customers;
use super::metadata;
use super::tokens;
use crate::core::books::Account;
use crate::core::error::ApiError;
use crate::core::list;
use crate::core::params::Node;
use crate::core::routes::{Call, Outcome};
use crate::core::table::Object;

/// A saved card or an attached source, rendered.
pub(super) fn render_saved(own: &Account, id: &str, now: i64) -> Option<Value> {
    own.cards
        .get(id)
        .map(|card| card.render(now))
        .or_else(|| own.sources.get(id).map(|source| source.render(now)))
}

pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let customer = call.arg(0).to_owned();
    customers::in_path(call.own()?, &customer)?;
    if !call.params.has("source") && !call.params.has("card") {
        return Err(ApiError::invalid("Missing required param: source.")
            .code("parameter_missing")
            .param("source"));
    }
    let id = attach::add_from_params(call, &customer, false)?;
    render_saved(call.own()?, &id, call.now()).ok_or_else(|| ApiError::not_found("source", &id, "id"))
}

pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let customer = call.arg(0);
    let own = call.own()?;
    let sources = &customers::in_path(own, customer)?.sources;
    let object = call.params.text("object");
    let wanted = |id: &str| match object {
        Some("card") => id.starts_with("card_"),
        Some("source") => id.starts_with("src_"),
        _ => true,
    };
    let page = list::Page::read(&call.params, "source", |id| {
        sources.iter().position(|known| known == id)
    })?;
    let (rows, has_more) = page.cut(sources.iter().enumerate().rev().filter(|(_, id)| wanted(id)));
    let data = rows
        .into_iter()
        .filter_map(|id| render_saved(own, id, call.now()))
        .collect();
    Ok(list::envelope(
        &format!("/v1/customers/{customer}/sources"),
        data,
        has_more,
    ))
}

/// The id in the path, if the customer in the path has it.
fn saved_id(call: &Call<'_>) -> Result<String, ApiError> {
    let id = call.arg(1);
    let customer = customers::in_path(call.own()?, call.arg(0))?;
    if customer.sources.iter().any(|known| known == id) {
        return Ok(id.to_owned());
    }
    Err(ApiError::not_found("source", id, "id"))
}

pub(crate) fn retrieve_saved(call: &mut Call<'_>) -> Outcome {
    let id = saved_id(call)?;
    render_saved(call.own()?, &id, call.now()).ok_or_else(|| ApiError::not_found("source", &id, "id"))
}

pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let id = saved_id(call)?;
    let params = call.params.clone();
    let own = call.own_mut()?;
    let (card, metadata) = if let Some(saved) = own.cards.get_mut(&id) {
        (&mut saved.card, &mut saved.metadata)
    } else if let Some(source) = own.sources.get_mut(&id) {
        (&mut source.card, &mut source.metadata)
    } else {
        return Err(ApiError::not_found("source", &id, "id"));
    };
    metadata::merge(metadata, &params)?;
    card.exp_month = params.int("exp_month").unwrap_or(card.exp_month);
    card.exp_year = params.int("exp_year").unwrap_or(card.exp_year);
    let address = &mut card.address;
    let texts = [
        ("name", &mut card.name),
        ("address_line1", &mut address.line1),
        ("address_line2", &mut address.line2),
        ("address_city", &mut address.city),
        ("address_state", &mut address.state),
        ("address_zip", &mut address.postal_code),
        ("address_country", &mut address.country),
    ];
    for (name, place) in texts {
        if params.has(name) {
            *place = params.owned(name);
        }
    }
    let rendered = retrieve_saved(call)?;
    let account = call.account.clone();
    call.world.emit(&account, "customer.source.updated", &rendered);
    Ok(rendered)
}

pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let id = saved_id(call)?;
    let customer = call.arg(0).to_owned();
    let before = retrieve_saved(call)?;
    let own = call.own_mut()?;
    if let Some(customer) = own.customers.get_mut(&customer) {
        customer.sources.retain(|known| known != &id);
        if customer.default_source.as_ref() == Some(&id) {
            customer.default_source = customer.sources.first().cloned();
        }
    }
    let is_card = own.cards.remove(&id).is_some();
    let account = call.account.clone();
    call.world.emit(&account, "customer.source.deleted", &before);
    if is_card {
        return Ok(json!({ "id": id, "object": "card", "deleted": true }));
    }
    let now = call.now();
    let source = call
        .own_mut()?
        .sources
        .get_mut(&id)
        .ok_or_else(|| ApiError::not_found("source", &id, "id"))?;
    source.customer = None;
    source.status = "consumed";
    Ok(source.render(now))
}

/// `POST /v1/sources`: a source of type `card`, from a token or a raw test card.
pub(crate) fn create_unattached(call: &mut Call<'_>) -> Outcome {
    if call.params.text("type") != Some("card") {
        return Err(
            ApiError::invalid("The source type is not supported by the simulator; only card is.")
                .param("type"),
        );
    }
    call.refuse_unsupported(&["customer", "original_source"])?;
    let card = if let Some(token) = call.params.owned("token") {
        tokens::consume(call, &token, "token")?
    } else if let Some(Node::Parts(_)) = call.params.at("card") {
        card_input::read(&call.params, "card", call.now())?
    } else {
        return Err(ApiError::invalid("Missing required param: card.")
            .code("parameter_missing")
            .param("card"));
    };
    let source = Source {
        id: call.world.ids.next("src"),
        created: call.now(),
        client_secret: format!("src_client_secret_{}", call.world.ids.secret(24)),
        card,
        customer: None,
        status: "chargeable",
        usage: call
            .params
            .owned("usage")
            .unwrap_or_else(|| "reusable".to_owned()),
        owner: call.params.json("owner"),
        metadata: metadata::fresh(&call.params)?,
    };
    let rendered = source.render(call.now());
    call.own_mut()?.sources.insert(source);
    let account = call.account.clone();
    call.world.emit(&account, "source.chargeable", &rendered);
    Ok(rendered)
}

pub(crate) fn retrieve_unattached(call: &mut Call<'_>) -> Outcome {
    let id = call.arg(0);
    let source = call
        .own()?
        .sources
        .get(id)
        .ok_or_else(|| ApiError::not_found("source", id, "source"))?;
    call.check_client_secret("source", id, &source.client_secret)?;
    Ok(source.render(call.now()))
}
