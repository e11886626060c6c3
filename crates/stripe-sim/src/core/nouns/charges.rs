//! Charges. <https://docs.stripe.com/api/charges>

mod create;
mod object;

pub(crate) use create::create;
pub(crate) use object::Charge;
pub(super) use object::ChargeFields;

use super::charging;
use super::metadata;
use crate::core::error::ApiError;
use crate::core::list;
use crate::core::routes::{Call, Outcome};
use crate::core::search;
use crate::core::table::Object;

/// The charge in the path.
pub(super) fn in_path<'a>(call: &'a Call<'_>) -> Result<&'a Charge, ApiError> {
    let id = call.arg(0);
    call.own()?
        .charges
        .get(id)
        .ok_or_else(|| ApiError::not_found("charge", id, "charge"))
}

pub(crate) fn retrieve(call: &mut Call<'_>) -> Outcome {
    Ok(in_path(call)?.render(call.now()))
}

pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let (customer, intent, group) = (
        call.params.text("customer"),
        call.params.text("payment_intent"),
        call.params.text("transfer_group"),
    );
    list::page(
        &call.params,
        &call.own()?.charges,
        "/v1/charges",
        call.now(),
        |charge| {
            customer.is_none_or(|customer| charge.customer.as_deref() == Some(customer))
                && intent.is_none_or(|intent| charge.payment_intent.as_deref() == Some(intent))
                && group.is_none_or(|group| charge.details.transfer_group.as_deref() == Some(group))
        },
    )
}

pub(crate) fn search(call: &mut Call<'_>) -> Outcome {
    search::search(
        &call.params,
        &call.own()?.charges,
        "/v1/charges/search",
        call.now(),
    )
}

pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let mut charge = in_path(call)?.clone();
    metadata::merge(&mut charge.metadata, &call.params)?;
    let details = &mut charge.details;
    for (name, place) in [
        ("description", &mut details.description),
        ("receipt_email", &mut details.receipt_email),
        ("transfer_group", &mut details.transfer_group),
    ] {
        if call.params.has(name) {
            *place = call.params.owned(name);
        }
    }
    if call.params.has("shipping") {
        details.shipping = call.params.json("shipping");
    }
    if let Some(report) = call.params.owned("fraud_details.user_report") {
        charge.user_report = Some(report);
    }
    let rendered = charge.render(call.now());
    if let Some(place) = call.own_mut()?.charges.get_mut(&charge.id) {
        *place = charge;
    }
    let account = call.account.clone();
    call.world.emit(&account, "charge.updated", &rendered);
    Ok(rendered)
}

pub(crate) fn capture(call: &mut Call<'_>) -> Outcome {
    call.refuse_unsupported(&["transfer_data"])?;
    let charge = in_path(call)?.clone();
    if charge.payment_intent.is_some() {
        return Err(ApiError::invalid(format!(
            "This charge belongs to the PaymentIntent {}; capture that instead.",
            charge.payment_intent.unwrap_or_default()
        )));
    }
    let amount = call.params.int("amount").unwrap_or(charge.amount);
    let fee = call
        .params
        .int("application_fee_amount")
        .or_else(|| call.params.int("application_fee"));
    check_capture(&charge, amount)?;
    check_fee(call, fee, amount)?;
    let account = call.account.clone();
    charging::capture(call.world, &account, &charge.id, amount, fee);
    retrieve(call)
}

/// Whether an authorized charge can be captured for this amount.
pub(super) fn check_capture(charge: &Charge, amount: i64) -> Result<(), ApiError> {
    if charge.is_captured() {
        return Err(
            ApiError::invalid(format!("Charge {} has already been captured.", charge.id))
                .code("charge_already_captured"),
        );
    }
    if charge.released || charge.failure.is_some() {
        return Err(ApiError::invalid(format!(
            "Charge {} has expired for capture or has failed.",
            charge.id
        ))
        .code("charge_expired_for_capture"));
    }
    if amount < 1 || amount > charge.amount {
        return Err(ApiError::invalid(
            "Amount to capture must be at least 1 and at most the authorized amount.",
        )
        .code("amount_too_large")
        .param("amount"));
    }
    Ok(())
}

/// Fees are for platforms, and never more than the payment.
pub(super) fn check_fee(call: &Call<'_>, fee: Option<i64>, amount: i64) -> Result<(), ApiError> {
    let Some(fee) = fee else { return Ok(()) };
    if call.platform().is_none() {
        return Err(ApiError::invalid(
            "Can only apply an application_fee_amount when the PaymentIntent is attempting a direct payment (using an \
             OAuth key or Stripe-Account header) or destination payment (using `transfer_data[destination]`).",
        )
        .param("application_fee_amount"));
    }
    if fee < 0 {
        return Err(
            ApiError::invalid("This value must be greater than or equal to 0.")
                .code("parameter_invalid_integer")
                .param("application_fee_amount"),
        );
    }
    if fee > amount {
        return Err(
            ApiError::invalid("Your application fee amount cannot exceed the amount of the charge.")
                .param("application_fee_amount"),
        );
    }
    Ok(())
}
