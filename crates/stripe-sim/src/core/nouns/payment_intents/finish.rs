//! Capturing and cancelling intents.

use super::object::{PaymentIntent, Status};
use super::{in_path, unexpected_state};
use crate::core::error::ApiError;
use crate::core::nouns::charges::{check_capture, check_fee};
use crate::core::nouns::{charging, metadata};
use crate::core::routes::{Call, Outcome};
use crate::core::table::Object;
use crate::core::world::World;

pub(crate) fn capture(call: &mut Call<'_>) -> Outcome {
    call.refuse_unsupported(&["transfer_data"])?;
    let intent = in_path(call)?.clone();
    if intent.status != Status::RequiresCapture {
        let message = format!(
            "This PaymentIntent could not be captured because it has a status of {}. Only a PaymentIntent with one of \
             the following statuses may be captured: requires_capture.",
            intent.status.as_str()
        );
        return Err(unexpected_state(&intent, call.now(), message));
    }
    let amount = call
        .params
        .int("amount_to_capture")
        .unwrap_or(intent.amount_capturable);
    let fee = call.params.int("application_fee_amount");
    let charge_id = intent.latest_charge.clone().unwrap_or_default();
    let charge = call.own()?.charges.get(&charge_id);
    let charge = charge.ok_or_else(|| ApiError::missing("charge", &charge_id, "intent"))?;
    check_capture(charge, amount).map_err(|error| error.param("amount_to_capture"))?;
    check_fee(
        call,
        fee.or(intent.application_fee_amount)
            .filter(|_| call.platform().is_some()),
        amount,
    )?;
    let mut metadata = intent.metadata.clone();
    metadata::merge(&mut metadata, &call.params)?;
    let account = call.account.clone();
    charging::capture(call.world, &account, &charge_id, amount, fee);
    let now = call.now();
    let id = intent.id;
    let Some(intent) = call.own_mut()?.payment_intents.get_mut(&id) else {
        return Err(ApiError::not_found("payment_intent", &id, "intent"));
    };
    intent.status = Status::Succeeded;
    intent.amount_received = amount;
    intent.amount_capturable = 0;
    intent.application_fee_amount = fee.or(intent.application_fee_amount);
    intent.metadata = metadata;
    let rendered = intent.render(now);
    call.world.emit(&account, "payment_intent.succeeded", &rendered);
    Ok(rendered)
}

pub(crate) fn cancel(call: &mut Call<'_>) -> Outcome {
    let intent = in_path(call)?;
    if matches!(intent.status, Status::Canceled | Status::Succeeded) {
        let message = format!(
            "You cannot cancel this PaymentIntent because it has a status of {}. Only a PaymentIntent with one of the \
             following statuses may be canceled: requires_payment_method, requires_capture, requires_confirmation, \
             requires_action, processing.",
            intent.status.as_str()
        );
        return Err(unexpected_state(intent, call.now(), message));
    }
    let (id, account) = (intent.id.clone(), call.account.clone());
    let reason = call.params.owned("cancellation_reason");
    give_up(call.world, &account, &id, reason);
    Ok(in_path(call)?.render(call.now()))
}

/// Cancel an intent and release what was authorized.
fn give_up(world: &mut World, account: &str, id: &str, reason: Option<String>) {
    let now = world.now;
    let Some(own) = world.accounts.get_mut(account) else {
        return;
    };
    let Some(intent) = own.payment_intents.get_mut(id) else {
        return;
    };
    let authorized = (intent.status == Status::RequiresCapture)
        .then(|| intent.latest_charge.clone())
        .flatten();
    intent.status = Status::Canceled;
    intent.canceled_at = Some(now);
    intent.cancellation_reason = reason;
    intent.amount_capturable = 0;
    intent.next_action = serde_json::Value::Null;
    let rendered = intent.render(now);
    if let Some(charge) = authorized {
        release(world, account, &charge);
        charging::emit(world, account, &charge, "charge.refunded");
    }
    world.emit(account, "payment_intent.canceled", &rendered);
}

fn release(world: &mut World, account: &str, charge: &str) {
    if let Some(charge) = world
        .accounts
        .get_mut(account)
        .and_then(|own| own.charges.get_mut(charge))
    {
        charge.released = true;
        charge.amount_refunded = charge.amount;
    }
}

/// An authorization that was never captured ends by itself.
pub(crate) fn expire_capture(world: &mut World, account: &str, charge: &str) {
    let Some(own) = world.accounts.get(account) else {
        return;
    };
    let Some(held) = own
        .charges
        .get(charge)
        .filter(|held| !held.is_captured() && !held.released)
    else {
        return;
    };
    let intent = held.payment_intent.clone();
    let waiting = |intent: &PaymentIntent| intent.status == Status::RequiresCapture;
    match intent {
        Some(intent) if own.payment_intents.get(&intent).is_some_and(waiting) => {
            give_up(world, account, &intent, Some("automatic".to_owned()));
        }
        _ => release(world, account, charge),
    }
    charging::emit(world, account, charge, "charge.expired");
}
