//! PaymentIntents. <https://docs.stripe.com/api/payment_intents>

mod confirm;
mod create;
mod finish;
mod object;
mod run;

pub(crate) use confirm::{complete_authentication, confirm};
pub(crate) use create::{create, update};
pub(crate) use finish::{cancel, capture, expire_capture};
pub(crate) use object::PaymentIntent;

use serde_json::Value;

use crate::core::error::ApiError;
use crate::core::list;
use crate::core::routes::{Call, Outcome};
use crate::core::search;
use crate::core::table::Object;

/// The intent in the path.
fn in_path<'a>(call: &'a Call<'_>) -> Result<&'a PaymentIntent, ApiError> {
    let id = call.arg(0);
    call.own()?
        .payment_intents
        .get(id)
        .ok_or_else(|| ApiError::not_found("payment_intent", id, "intent"))
}

/// The refusal of something that the intent's status does not allow; it carries the intent.
fn unexpected_state(intent: &PaymentIntent, now: i64, message: String) -> ApiError {
    ApiError::invalid(message)
        .code("payment_intent_unexpected_state")
        .with("payment_intent", intent.render(now))
}

/// With a publishable key Stripe shows only what a browser may know.
fn for_caller(call: &Call<'_>, mut rendered: Value) -> Value {
    if call.has_secret_key() {
        return rendered;
    }
    if let Value::Object(members) = &mut rendered {
        for hidden in [
            "application",
            "application_fee_amount",
            "customer",
            "latest_charge",
            "metadata",
            "transfer_group",
        ] {
            members.remove(hidden);
        }
    }
    rendered
}

pub(crate) fn retrieve(call: &mut Call<'_>) -> Outcome {
    let intent = in_path(call)?;
    call.check_client_secret("payment_intent", &intent.id, &intent.client_secret)?;
    Ok(for_caller(call, intent.render(call.now())))
}

pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let customer = call.params.text("customer");
    list::page(
        &call.params,
        &call.own()?.payment_intents,
        "/v1/payment_intents",
        call.now(),
        |intent| customer.is_none_or(|customer| intent.customer.as_deref() == Some(customer)),
    )
}

pub(crate) fn search(call: &mut Call<'_>) -> Outcome {
    search::search(
        &call.params,
        &call.own()?.payment_intents,
        "/v1/payment_intents/search",
        call.now(),
    )
}
