//! The operations on PaymentMethods.

use serde_json::Value;

use super::PaymentMethod;
use super::resolve::{
    from_data, insert, merged_billing_details, render_any, resolve, stored as stored_anywhere,
};
use crate::core::error::ApiError;
use crate::core::list;
use crate::core::nouns::{accounts, customers, metadata};
use crate::core::routes::{Call, Outcome};
use crate::core::table::Object;

pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let id = if call.params.has("customer") || call.params.has("payment_method") {
        clone_from_platform(call)?
    } else {
        from_data(call, "")?.id
    };
    let (params, now) = (call.params.clone(), call.now());
    let method = stored(call, &id)?;
    metadata::merge(&mut method.metadata, &params)?;
    if let Some(allow) = params.owned("allow_redisplay") {
        method.allow_redisplay = allow;
    }
    Ok(method.render(now))
}

/// A customer's PaymentMethod of the platform, copied into the connected account that is acted in.
/// <https://docs.stripe.com/connect/direct-charges-multiple-accounts>
fn clone_from_platform(call: &mut Call<'_>) -> Result<String, ApiError> {
    if !call.has_secret_key() {
        return Err(ApiError::secret_key_required());
    }
    let Some(platform_id) = call.platform().map(str::to_owned) else {
        return Err(ApiError::invalid(
            "You must provide a Stripe-Account header: the `customer` and `payment_method` parameters copy a payment \
             method of your platform to a connected account.",
        )
        .param("customer"));
    };
    let Some(method) = call.params.owned("payment_method") else {
        return Err(ApiError::invalid("Missing required param: payment_method.")
            .code("parameter_missing")
            .param("payment_method"));
    };
    let customer = call.params.owned("customer");
    let platform = call.world.account(&platform_id)?;
    if let Some(customer) = &customer {
        customers::named(platform, customer, "customer")?;
    }
    let Some(found) = stored_anywhere(platform, &method) else {
        return Err(ApiError::missing("PaymentMethod", &method, "payment_method"));
    };
    let (card, owner, billing_details) = (found.card, found.customer, found.billing_details);
    match (&owner, &customer) {
        (Some(_), None) => {
            return Err(ApiError::invalid(format!(
                "The payment method {method} belongs to a Customer. Please include the Customer in the `customer` \
                 parameter."
            ))
            .param("customer"));
        }
        (owner, Some(customer)) if owner.as_ref() != Some(customer) => {
            return Err(ApiError::invalid(format!(
                "The customer does not have a payment method with the ID {method}. The payment method must be attached \
                 to the customer."
            ))
            .code("resource_missing")
            .param("payment_method"));
        }
        _ => {}
    }
    Ok(insert(call, card, billing_details)?.id)
}

fn stored<'a>(call: &'a mut Call<'_>, id: &str) -> Result<&'a mut PaymentMethod, ApiError> {
    call.own_mut()?
        .payment_methods
        .get_mut(id)
        .ok_or_else(|| ApiError::missing("PaymentMethod", id, "payment_method"))
}

/// The PaymentMethod in the path; a test name makes a fresh one.
fn in_path(call: &mut Call<'_>) -> Result<String, ApiError> {
    let id = call.arg(0).to_owned();
    if call.own()?.cards.get(&id).is_some() || call.own()?.sources.get(&id).is_some() {
        return Ok(id);
    }
    Ok(resolve(call, &id, "payment_method")
        .map_err(|error| error.status(404))?
        .id)
}

/// A saved card or source also shows itself as a PaymentMethod.
fn render(call: &Call<'_>, id: &str) -> Outcome {
    render_any(call.own()?, id, call.now())
        .ok_or_else(|| ApiError::not_found("PaymentMethod", id, "payment_method"))
}

pub(crate) fn retrieve(call: &mut Call<'_>) -> Outcome {
    let id = in_path(call)?;
    render(call, &id)
}

pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let id = in_path(call)?;
    let (params, now) = (call.params.clone(), call.now());
    let method = stored(call, &id).map_err(|error| error.status(404))?;
    let before = method.render(now);
    let mut changed = method.clone();
    metadata::merge(&mut changed.metadata, &params)?;
    changed.billing_details =
        merged_billing_details(changed.billing_details, &params.json("billing_details"));
    changed.card.exp_month = params.int("card.exp_month").unwrap_or(changed.card.exp_month);
    changed.card.exp_year = params.int("card.exp_year").unwrap_or(changed.card.exp_year);
    *method = changed;
    let after = method.render(now);
    let account = call.account.clone();
    let previous = accounts::changed(&before, &after);
    call.world
        .emit_change(&account, "payment_method.updated", &after, Some(&previous));
    Ok(after)
}

pub(crate) fn attach(call: &mut Call<'_>) -> Outcome {
    let id = call.arg(0).to_owned();
    let customer = call.params.owned("customer").unwrap_or_default();
    customers::named(call.own()?, &customer, "customer")?;
    if call
        .own()?
        .cards
        .get(&id)
        .is_some_and(|card| card.customer == customer)
    {
        return render(call, &id);
    }
    let id =
        attach_to(call, &id, &customer, "payment_method").map_err(|error| match error.code.as_deref() {
            Some("resource_missing") => error.status(404),
            _ => error,
        })?;
    render(call, &id)
}

/// Attach a PaymentMethod to a customer. A test name is attached as a fresh one.
pub(crate) fn attach_to(
    call: &mut Call<'_>,
    id: &str,
    customer: &str,
    param: &str,
) -> Result<String, ApiError> {
    customers::named(call.own()?, customer, "customer")?;
    let found = resolve(call, id, param)?;
    if found.customer.as_deref() == Some(customer) {
        return Ok(found.id);
    }
    if found.customer.is_some() {
        return Err(ApiError::invalid(
            "The payment method you provided has already been attached to a customer.",
        )
        .code("payment_method_unexpected_state")
        .param(param));
    }
    if found.spent {
        return Err(spent());
    }
    if let Some(decline) = found.card.attach_decline() {
        return Err(decline.error());
    }
    let now = call.now();
    let method = stored(call, &found.id)?;
    method.customer = Some(customer.to_owned());
    let rendered = method.render(now);
    let account = call.account.clone();
    call.world.emit(&account, "payment_method.attached", &rendered);
    Ok(found.id)
}

/// The refusal of a PaymentMethod that was used up.
pub(in crate::core::nouns) fn spent() -> ApiError {
    ApiError::invalid(
        "This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, \
         and may not be used again.",
    )
    .param("payment_method")
}

pub(crate) fn detach(call: &mut Call<'_>) -> Outcome {
    let id = in_path(call)?;
    let now = call.now();
    let method = stored(call, &id).map_err(|error| error.status(404))?;
    let Some(customer) = method.customer.take() else {
        return Err(ApiError::invalid(
            "The payment method you provided is not attached to a customer so detachment is impossible.",
        )
        .param("payment_method"));
    };
    method.spent = true;
    let rendered = method.render(now);
    if let Some(customer) = call.own_mut()?.customers.get_mut(&customer)
        && customer.default_payment_method.as_ref() == Some(&id)
    {
        customer.default_payment_method = None;
    }
    let account = call.account.clone();
    let previous = serde_json::json!({ "customer": customer });
    call.world
        .emit_change(&account, "payment_method.detached", &rendered, Some(&previous));
    Ok(rendered)
}

fn list_for(call: &Call<'_>, customer: Option<&str>, url: &str) -> Outcome {
    let kind = call.params.text("type").unwrap_or("card");
    list::page(
        &call.params,
        &call.own()?.payment_methods,
        url,
        call.now(),
        |method| kind == "card" && customer.is_some() && method.customer.as_deref() == customer,
    )
}

pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    if let Some(customer) = call.params.text("customer") {
        customers::named(call.own()?, customer, "customer")?;
    }
    list_for(call, call.params.text("customer"), "/v1/payment_methods")
}

pub(crate) fn list_of_customer(call: &mut Call<'_>) -> Outcome {
    let customer = call.arg(0);
    customers::in_path(call.own()?, customer)?;
    list_for(
        call,
        Some(customer),
        &format!("/v1/customers/{customer}/payment_methods"),
    )
}

pub(crate) fn retrieve_of_customer(call: &mut Call<'_>) -> Outcome {
    let (customer, id) = (call.arg(0), call.arg(1));
    customers::in_path(call.own()?, customer)?;
    let rendered = render(call, id)?;
    if rendered.get("customer").and_then(Value::as_str) != Some(customer) {
        return Err(ApiError::not_found("PaymentMethod", id, "payment_method"));
    }
    Ok(rendered)
}
