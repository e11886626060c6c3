//! Putting a card on a customer.

use super::objects::SavedCard;
use crate::core::cards::Card;
use crate::core::error::ApiError;
use crate::core::nouns::{card_input, customers, metadata::Metadata, tokens};
use crate::core::params::Node;
use crate::core::routes::Call;
use crate::core::table::Object;

/// Add the request's `source` (or the older `card`) to a customer: a token, a source, or a raw test card.
/// With `replace_default` it becomes the default and takes the place of the former one, as Stripe does on update.
pub(crate) fn add_from_params(
    call: &mut Call<'_>,
    customer: &str,
    replace_default: bool,
) -> Result<String, ApiError> {
    let name = if call.params.has("source") {
        "source"
    } else {
        "card"
    };
    let id = match call.params.at(name) {
        Some(Node::Parts(_)) => {
            let card = card_input::read(&call.params, name, call.now())?;
            save(call, card, customer)?
        }
        Some(Node::Text(id)) if id.starts_with("src_") => {
            let id = id.clone();
            attach_source(call, &id, customer, name)?
        }
        Some(Node::Text(id)) => {
            let id = id.clone();
            let card = tokens::consume(call, &id, name)?;
            save(call, card, customer)?
        }
        None => {
            return Err(ApiError::invalid("Missing required param: source.")
                .code("parameter_missing")
                .param("source"));
        }
    };
    let own = call.own_mut()?;
    if let Some(customer) = own.customers.get_mut(customer) {
        let former = customer.default_source.clone();
        if replace_default || former.is_none() {
            customer.default_source = Some(id.clone());
        }
        if replace_default && let Some(former) = former {
            customer.sources.retain(|known| known != &former);
            own.cards.remove(&former);
        }
        customer.sources.push(id.clone());
    }
    let account = call.account.clone();
    if let Some(rendered) = super::render_saved(call.own()?, &id, call.now()) {
        call.world.emit(&account, "customer.source.created", &rendered);
    }
    Ok(id)
}

fn save(call: &mut Call<'_>, card: Card, customer: &str) -> Result<String, ApiError> {
    if let Some(decline) = card.attach_decline() {
        return Err(decline.error());
    }
    let saved = SavedCard {
        id: call.world.ids.next("card"),
        created: call.now(),
        card,
        customer: customer.to_owned(),
        metadata: Metadata::new(),
    };
    let id = saved.id().to_owned();
    call.own_mut()?.cards.insert(saved);
    Ok(id)
}

fn attach_source(call: &mut Call<'_>, id: &str, customer: &str, param: &str) -> Result<String, ApiError> {
    customers::named(call.own()?, customer, "customer")?;
    let source = call
        .own_mut()?
        .sources
        .get_mut(id)
        .ok_or_else(|| ApiError::missing("source", id, param))?;
    if let Some(decline) = source.card.attach_decline() {
        return Err(decline.error());
    }
    if source.customer.is_some() || source.status != "chargeable" || source.usage != "reusable" {
        return Err(ApiError::invalid(
            "The source you provided cannot be attached to the customer. It must be chargeable and reusable.",
        )
        .param(param));
    }
    source.customer = Some(customer.to_owned());
    Ok(id.to_owned())
}
