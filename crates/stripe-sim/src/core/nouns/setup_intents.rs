//! SetupIntents: saving a card for later. <https://docs.stripe.com/api/setup_intents>

use serde_json::{Value, json};

use super::customers;
use super::metadata::{self, Metadata};
use super::payment_methods::{self, Chargeable};
use crate::core::cards::{Behaviour, Challenge};
use crate::core::command::CommandError;
use crate::core::error::ApiError;
use crate::core::list;
use crate::core::routes::{Call, Outcome};
use crate::core::table::Object;
use crate::core::world::World;

#[derive(Debug, Clone)]
pub(crate) struct SetupIntent {
    pub(crate) id: String,
    created: i64,
    client_secret: String,
    customer: Option<String>,
    payment_method: Option<String>,
    status: &'static str,
    usage: String,
    description: Option<String>,
    last_setup_error: Value,
    next_action: Value,
    cancellation_reason: Option<String>,
    metadata: Metadata,
}

impl Object for SetupIntent {
    const NAME: &'static str = "setup_intent";

    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> i64 {
        self.created
    }

    fn render(&self, _now: i64) -> Value {
        json!({
            "id": self.id,
            "object": "setup_intent",
            "application": null,
            "automatic_payment_methods": null,
            "cancellation_reason": self.cancellation_reason,
            "client_secret": self.client_secret,
            "created": self.created,
            "customer": self.customer,
            "customer_account": null,
            "description": self.description,
            "flow_directions": null,
            "last_setup_error": self.last_setup_error,
            "latest_attempt": null,
            "livemode": false,
            "mandate": null,
            "metadata": self.metadata,
            "next_action": self.next_action,
            "on_behalf_of": null,
            "payment_method": self.payment_method,
            "payment_method_configuration_details": null,
            "payment_method_options": { "card": { "mandate_options": null, "network": null, "request_three_d_secure": "automatic" } },
            "payment_method_types": ["card"],
            "single_use_mandate": null,
            "status": self.status,
            "usage": self.usage,
        })
    }
}

fn in_path<'a>(call: &'a Call<'_>) -> Result<&'a SetupIntent, ApiError> {
    let id = call.arg(0);
    call.own()?
        .setup_intents
        .get(id)
        .ok_or_else(|| ApiError::not_found("setupintent", id, "intent"))
}

pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    call.refuse_unsupported(&["attach_to_self", "on_behalf_of", "single_use", "flow_directions"])?;
    let customer = call.params.owned("customer");
    if let Some(customer) = &customer {
        customers::named(call.own()?, customer, "customer")?;
    }
    let method = given_method(call)?;
    let confirm = call.params.flag("confirm").unwrap_or(false);
    if confirm && method.is_none() {
        return Err(missing_method());
    }
    let id = call.world.ids.next("seti");
    let intent = SetupIntent {
        client_secret: format!("{id}_secret_{}", call.world.ids.secret(25)),
        id: id.clone(),
        created: call.now(),
        customer,
        payment_method: method.as_ref().map(|method| method.id.clone()),
        status: if method.is_some() {
            "requires_confirmation"
        } else {
            "requires_payment_method"
        },
        usage: call
            .params
            .owned("usage")
            .unwrap_or_else(|| "off_session".to_owned()),
        description: call.params.owned("description"),
        last_setup_error: Value::Null,
        next_action: Value::Null,
        cancellation_reason: None,
        metadata: metadata::fresh(&call.params)?,
    };
    let rendered = intent.render(call.now());
    call.own_mut()?.setup_intents.insert(intent);
    let account = call.account.clone();
    call.world.emit(&account, "setup_intent.created", &rendered);
    match (confirm, method) {
        (true, Some(method)) => run(call, &id, &method),
        _ => Ok(rendered),
    }
}

fn given_method(call: &mut Call<'_>) -> Result<Option<Chargeable>, ApiError> {
    if call.params.has("payment_method_data") {
        return payment_methods::from_data(call, "payment_method_data").map(Some);
    }
    call.params
        .owned("payment_method")
        .map(|id| payment_methods::resolve(call, &id, "payment_method"))
        .transpose()
}

fn missing_method() -> ApiError {
    ApiError::invalid("You cannot confirm this SetupIntent because it's missing a payment method.")
        .code("setup_intent_unexpected_state")
}

pub(crate) fn confirm(call: &mut Call<'_>) -> Outcome {
    let intent = in_path(call)?.clone();
    call.check_client_secret("setup_intent", &intent.id, &intent.client_secret)?;
    if matches!(intent.status, "succeeded" | "canceled") {
        return Err(ApiError::invalid(format!(
            "You cannot confirm this SetupIntent because it has a status of {}.",
            intent.status
        ))
        .code("setup_intent_unexpected_state")
        .with("setup_intent", intent.render(call.now())));
    }
    let method = match (given_method(call)?, intent.payment_method) {
        (Some(method), _) => method,
        (None, Some(id)) => payment_methods::resolve(call, &id, "payment_method")?,
        (None, None) => return Err(missing_method()),
    };
    run(call, &intent.id, &method)
}

/// Ask the bank: a card that declines everything cannot be saved, and some want the customer first.
fn run(call: &mut Call<'_>, id: &str, method: &Chargeable) -> Outcome {
    let account = call.account.clone();
    if method.spent {
        return Err(payment_methods::spent());
    }
    if let Some(intent) = call.own_mut()?.setup_intents.get_mut(id) {
        intent.payment_method = Some(method.id.clone());
    }
    if let Some(decline) = method.card.attach_decline() {
        return Err(fail(call.world, &account, id, decline.error()));
    }
    let challenged = matches!(
        method.card.behaviour,
        Behaviour::Challenges(Challenge::Always | Challenge::UnlessSetUp)
    );
    if challenged {
        if let Some(intent) = call.own_mut()?.setup_intents.get_mut(id) {
            intent.status = "requires_action";
            intent.next_action =
                json!({ "type": "use_stripe_sdk", "use_stripe_sdk": { "type": "three_d_secure_redirect" } });
        }
        let rendered = retrieve_by_id(call, id)?;
        call.world
            .emit(&account, "setup_intent.requires_action", &rendered);
        return Ok(rendered);
    }
    succeed(call.world, &account, id);
    retrieve_by_id(call, id)
}

fn retrieve_by_id(call: &Call<'_>, id: &str) -> Outcome {
    let intent = call.own()?.setup_intents.get(id);
    Ok(intent
        .ok_or_else(|| ApiError::not_found("setupintent", id, "intent"))?
        .render(call.now()))
}

fn succeed(world: &mut World, account: &str, id: &str) {
    let now = world.now;
    let Some(own) = world.accounts.get_mut(account) else {
        return;
    };
    let Some(intent) = own.setup_intents.get_mut(id) else {
        return;
    };
    intent.status = "succeeded";
    intent.next_action = Value::Null;
    intent.last_setup_error = Value::Null;
    let rendered = intent.render(now);
    let (customer, method) = (
        intent.customer.clone(),
        intent.payment_method.clone().unwrap_or_default(),
    );
    let mut attached = None;
    if let Some(method) = own.payment_methods.get_mut(&method) {
        method.card.set_up = true;
        if method.customer.is_none() && customer.is_some() {
            method.customer = customer;
            attached = Some(method.render(now));
        }
    }
    if let Some(attached) = attached {
        world.emit(account, "payment_method.attached", &attached);
    }
    world.emit(account, "setup_intent.succeeded", &rendered);
}

fn fail(world: &mut World, account: &str, id: &str, error: ApiError) -> ApiError {
    let now = world.now;
    let Some(intent) = world
        .accounts
        .get_mut(account)
        .and_then(|own| own.setup_intents.get_mut(id))
    else {
        return error;
    };
    intent.status = "requires_payment_method";
    intent.payment_method = None;
    intent.next_action = Value::Null;
    intent.last_setup_error = Value::Object(error.object());
    let rendered = intent.render(now);
    world.emit(account, "setup_intent.setup_failed", &rendered);
    error.with("setup_intent", rendered)
}

/// The customer passes or fails the challenge of a SetupIntent.
pub(crate) fn complete_authentication(
    world: &mut World,
    account: &str,
    id: &str,
    pass: bool,
) -> Result<Value, CommandError> {
    let no_such = || CommandError::NoSuch {
        noun: "setup intent",
        id: id.to_owned(),
    };
    let intent = world
        .existing(account)?
        .setup_intents
        .get(id)
        .ok_or_else(no_such)?;
    if intent.status != "requires_action" {
        return Err(CommandError::NotNow(format!(
            "the intent {id} is {}",
            intent.status
        )));
    }
    if pass {
        succeed(world, account, id);
    } else {
        let error = ApiError::invalid("The provided PaymentMethod has failed authentication.")
            .code("setup_intent_authentication_failure");
        fail(world, account, id, error);
    }
    let now = world.now;
    Ok(world
        .existing(account)?
        .setup_intents
        .get(id)
        .ok_or_else(no_such)?
        .render(now))
}

pub(crate) fn retrieve(call: &mut Call<'_>) -> Outcome {
    let intent = in_path(call)?;
    call.check_client_secret("setup_intent", &intent.id, &intent.client_secret)?;
    Ok(intent.render(call.now()))
}

pub(crate) fn cancel(call: &mut Call<'_>) -> Outcome {
    let intent = in_path(call)?;
    if matches!(intent.status, "succeeded" | "canceled") {
        return Err(ApiError::invalid(format!(
            "You cannot cancel this SetupIntent because it has a status of {}.",
            intent.status
        ))
        .code("setup_intent_unexpected_state"));
    }
    let (id, reason, now) = (
        intent.id.clone(),
        call.params.owned("cancellation_reason"),
        call.now(),
    );
    let Some(intent) = call.own_mut()?.setup_intents.get_mut(&id) else {
        return Err(ApiError::not_found("setupintent", &id, "intent"));
    };
    intent.status = "canceled";
    intent.cancellation_reason = reason;
    intent.next_action = Value::Null;
    let rendered = intent.render(now);
    let account = call.account.clone();
    call.world.emit(&account, "setup_intent.canceled", &rendered);
    Ok(rendered)
}

pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let (customer, method) = (call.params.text("customer"), call.params.text("payment_method"));
    list::page(
        &call.params,
        &call.own()?.setup_intents,
        "/v1/setup_intents",
        call.now(),
        |intent| {
            customer.is_none_or(|customer| intent.customer.as_deref() == Some(customer))
                && method.is_none_or(|method| intent.payment_method.as_deref() == Some(method))
        },
    )
}
