//! Confirming an intent: the challenge a bank may want, and the attempt to charge.

use serde_json::{Value, json};

use super::create::{check_owner, given_method, missing_method};
use super::object::{PaymentIntent, Status};
use super::run::{self, Run};
use super::{for_caller, in_path, unexpected_state};
use crate::core::command::CommandError;
use crate::core::error::ApiError;
use crate::core::nouns::charging::wants_challenge;
use crate::core::nouns::payment_methods::{self, Chargeable};
use crate::core::nouns::setup_intents;
use crate::core::params::Params;
use crate::core::routes::{Call, Outcome};
use crate::core::table::Object;
use crate::core::world::World;

pub(crate) fn confirm(call: &mut Call<'_>) -> Outcome {
    call.refuse_unsupported(&["confirmation_token", "mandate"])?;
    let intent = in_path(call)?;
    call.check_client_secret("payment_intent", &intent.id, &intent.client_secret)?;
    let (id, now) = (intent.id.clone(), call.now());
    if !intent.status.is_open() {
        let message = match intent.status {
            Status::Succeeded => {
                "You cannot confirm this PaymentIntent because it has already succeeded after being \
                                  previously confirmed."
                    .to_owned()
            }
            status => format!(
                "You cannot confirm this PaymentIntent because it has a status of {}. Only a PaymentIntent with one of \
                 the following statuses may be confirmed: requires_confirmation, requires_action.",
                status.as_str()
            ),
        };
        return Err(unexpected_state(intent, now, message));
    }
    if intent.confirmation_method == "manual" && !call.has_secret_key() {
        return Err(ApiError::secret_key_required());
    }
    let (stored, customer) = (intent.payment_method.clone(), intent.customer.clone());
    let method = match (given_method(call)?, stored) {
        (Some(method), _) => method,
        (None, Some(id)) => payment_methods::resolve(call, &id, "payment_method")?,
        (None, None) => return Err(missing_method().with("payment_intent", in_path(call)?.render(now))),
    };
    check_owner(&method, customer.as_deref())?;
    let usage = call.params.owned("setup_future_usage");
    let params = call.params.clone();
    if let Some(intent) = call.own_mut()?.payment_intents.get_mut(&id) {
        intent.payment_method = Some(method.id.clone());
        intent.setup_future_usage = usage.or(intent.setup_future_usage.take());
        intent.details.receipt_email = params
            .owned("receipt_email")
            .or(intent.details.receipt_email.take());
    }
    let rendered = with(call, &id, &method)?;
    Ok(for_caller(call, rendered))
}

/// `off_session` is a truth, or the older `one_off` and `recurring`.
fn off_session(params: &Params) -> bool {
    params
        .flag("off_session")
        .unwrap_or_else(|| params.text("off_session").is_some())
}

/// Charge an intent with a payment method, or ask for the customer.
pub(super) fn with(call: &mut Call<'_>, id: &str, method: &Chargeable) -> Outcome {
    let off_session = off_session(&call.params);
    let account = call.account.clone();
    let challenge = wants_challenge(&method.card, off_session);
    if challenge && call.params.flag("error_on_requires_action") == Some(true) {
        let error = ApiError::card(
            "card_declined",
            Some("authentication_not_handled"),
            "Your card was declined. This transaction requires authentication.",
        );
        return Err(run::fail(call.world, &account, id, &method.id, error));
    }
    if challenge && !off_session {
        return require_action(call, id);
    }
    let run = Run {
        intent: id,
        method,
        authenticated: false,
        unauthenticated: challenge,
    };
    run::run(call.world, &account, &run)?;
    rendered(call, id)
}

fn rendered(call: &Call<'_>, id: &str) -> Outcome {
    let intent = call.own()?.payment_intents.get(id);
    Ok(intent
        .ok_or_else(|| ApiError::not_found("payment_intent", id, "intent"))?
        .render(call.now()))
}

fn require_action(call: &mut Call<'_>, id: &str) -> Outcome {
    let return_url = call.params.owned("return_url");
    let account = call.account.clone();
    if let Some(intent) = call.own_mut()?.payment_intents.get_mut(id) {
        intent.next_action = next_action(intent, return_url.as_deref(), &account);
        intent.return_url = return_url;
        intent.status = Status::RequiresAction;
        intent.last_payment_error = Value::Null;
    }
    let rendered = rendered(call, id)?;
    call.world
        .emit(&account, "payment_intent.requires_action", &rendered);
    Ok(rendered)
}

/// A page to be sent to, when the caller gave an address to come back to; else something for Stripe's SDKs.
fn next_action(intent: &PaymentIntent, return_url: Option<&str>, account: &str) -> Value {
    let page = format!(
        "https://hooks.stripe.com/3d_secure_2/hosted?merchant={account}&payment_intent={}",
        intent.id
    );
    match return_url {
        Some(url) => {
            json!({ "type": "redirect_to_url", "redirect_to_url": { "return_url": url, "url": page } })
        }
        None => json!({
            "type": "use_stripe_sdk",
            "use_stripe_sdk": { "type": "three_d_secure_redirect", "stripe_js": page, "source": intent.id },
        }),
    }
}

/// The customer passes or fails the challenge; by command, as there is no browser here.
pub(crate) fn complete_authentication(
    world: &mut World,
    account: &str,
    id: &str,
    succeed: bool,
) -> Result<Value, CommandError> {
    if id.starts_with("seti_") {
        return setup_intents::complete_authentication(world, account, id, succeed);
    }
    let now = world.now;
    let own = world.existing(account)?;
    let no_such = || CommandError::NoSuch {
        noun: "payment intent",
        id: id.to_owned(),
    };
    let intent = own.payment_intents.get(id).ok_or_else(no_such)?;
    if intent.status != Status::RequiresAction {
        return Err(CommandError::NotNow(format!(
            "the intent {id} is {}",
            intent.status.as_str()
        )));
    }
    let method = intent.payment_method.clone().unwrap_or_default();
    let method = payment_methods::stored(own, &method).ok_or_else(no_such)?;
    if succeed {
        let run = Run {
            intent: id,
            method: &method,
            authenticated: true,
            unauthenticated: false,
        };
        // A decline after the challenge is an outcome as well; the intent tells of it.
        drop(run::run(world, account, &run));
    } else {
        let error = ApiError::invalid(
            "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new \
             PaymentMethod to attempt to fulfill this PaymentIntent again.",
        )
        .code("payment_intent_authentication_failure");
        run::fail(world, account, id, &method.id, error);
    }
    let intent = world
        .existing(account)?
        .payment_intents
        .get(id)
        .ok_or_else(no_such)?;
    Ok(intent.render(now))
}
