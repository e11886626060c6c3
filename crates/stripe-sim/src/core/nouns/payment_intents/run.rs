//! One attempt to fulfil an intent, and what it leaves behind.

use serde_json::Value;

use super::object::Status;
use crate::core::error::ApiError;
use crate::core::nouns::charging::{self, Attempt};
use crate::core::nouns::payment_methods::{self, Chargeable};
use crate::core::table::Object;
use crate::core::world::World;

pub(super) struct Run<'a> {
    pub(super) intent: &'a str,
    pub(super) method: &'a Chargeable,
    /// The customer passed a challenge.
    pub(super) authenticated: bool,
    /// The bank wants one, and there is no customer to give it.
    pub(super) unauthenticated: bool,
}

/// Charge. A decline is recorded in the intent and given as the error, which carries the intent.
pub(super) fn run(world: &mut World, account: &str, run: &Run<'_>) -> Result<(), ApiError> {
    let Some(intent) = world
        .accounts
        .get(account)
        .and_then(|own| own.payment_intents.get(run.intent))
        .cloned()
    else {
        return Err(ApiError::not_found("payment_intent", run.intent, "intent"));
    };
    let manual = intent.capture_method == "manual";
    let attempt = Attempt {
        amount: intent.amount,
        currency: intent.currency,
        card: run.method.card.clone(),
        payment_method: run.method.id.clone(),
        source: Value::Null,
        billing_details: run.method.billing_details.clone(),
        customer: intent.customer.clone(),
        capture: !manual,
        application_fee_amount: intent.application_fee_amount,
        platform: intent.platform,
        payment_intent: Some(intent.id),
        authenticated: run.authenticated,
        unauthenticated: run.unauthenticated,
        details: intent.details,
        metadata: intent.metadata,
    };
    match charging::attempt(world, account, attempt) {
        Ok(charge) => {
            keep_or_spend(
                world,
                account,
                run,
                intent.customer.as_deref(),
                intent.setup_future_usage.is_some(),
            );
            succeed(world, account, run.intent, &charge, manual);
            Ok(())
        }
        Err(refused) => {
            if let Some(intent) = world
                .accounts
                .get_mut(account)
                .and_then(|own| own.payment_intents.get_mut(run.intent))
            {
                intent.latest_charge = Some(refused.charge);
            }
            Err(fail(world, account, run.intent, &run.method.id, *refused.error))
        }
    }
}

fn succeed(world: &mut World, account: &str, id: &str, charge: &str, manual: bool) {
    let now = world.now;
    let Some(intent) = world
        .accounts
        .get_mut(account)
        .and_then(|own| own.payment_intents.get_mut(id))
    else {
        return;
    };
    intent.latest_charge = Some(charge.to_owned());
    intent.last_payment_error = Value::Null;
    intent.next_action = Value::Null;
    if manual {
        intent.status = Status::RequiresCapture;
        intent.amount_capturable = intent.amount;
    } else {
        intent.status = Status::Succeeded;
        intent.amount_received = intent.amount;
    }
    let rendered = intent.render(now);
    let kind = if manual {
        "payment_intent.amount_capturable_updated"
    } else {
        "payment_intent.succeeded"
    };
    world.emit(account, kind, &rendered);
}

/// A method that is to be used again is attached to the customer; one that is not may be used only this once.
fn keep_or_spend(world: &mut World, account: &str, run: &Run<'_>, customer: Option<&str>, keep: bool) {
    let now = world.now;
    let Some(own) = world.accounts.get_mut(account) else {
        return;
    };
    if let (true, Some(saved)) = (keep && run.authenticated, own.cards.get_mut(&run.method.id)) {
        saved.card.set_up = true;
    }
    let Some(method) = own.payment_methods.get_mut(&run.method.id) else {
        return;
    };
    if keep {
        method.card.set_up = true;
    }
    if method.customer.is_some() {
        return;
    }
    match (keep, customer) {
        (true, Some(customer)) => {
            method.customer = Some(customer.to_owned());
            let rendered = method.render(now);
            world.emit(account, "payment_method.attached", &rendered);
        }
        _ => method.spent = true,
    }
}

/// Record a failed attempt in the intent; gives the error as the caller sees it.
pub(super) fn fail(world: &mut World, account: &str, id: &str, method: &str, error: ApiError) -> ApiError {
    let now = world.now;
    let Some(own) = world.accounts.get_mut(account) else {
        return error;
    };
    let method = payment_methods::render_any(own, method, now).unwrap_or_default();
    let error = error.with("payment_method", method);
    let Some(intent) = own.payment_intents.get_mut(id) else {
        return error;
    };
    intent.status = Status::RequiresPaymentMethod;
    intent.payment_method = None;
    intent.next_action = Value::Null;
    intent.last_payment_error = Value::Object(error.object());
    let rendered = intent.render(now);
    world.emit(account, "payment_intent.payment_failed", &rendered);
    error.with("payment_intent", rendered)
}
