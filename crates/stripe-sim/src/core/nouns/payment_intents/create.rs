//! Creating and updating intents.

use serde_json::{Value, json};

use super::confirm;
use super::object::{PaymentIntent, Status};
use super::{in_path, unexpected_state};
use crate::core::error::ApiError;
use crate::core::money;
use crate::core::nouns::charges::check_fee;
use crate::core::nouns::charging::Details;
use crate::core::nouns::payment_methods::{self, Chargeable};
use crate::core::nouns::{customers, metadata};
use crate::core::params::Params;
use crate::core::routes::{Call, Outcome};
use crate::core::table::Object;

const UNSUPPORTED: [&str; 5] = [
    "transfer_data",
    "on_behalf_of",
    "confirmation_token",
    "mandate",
    "allocated_funds",
];

/// What makes sense only together with `confirm=true`.
const ONLY_WITH_CONFIRM: [&str; 5] = [
    "off_session",
    "error_on_requires_action",
    "return_url",
    "mandate_data",
    "radar_options",
];

pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    call.refuse_unsupported(&UNSUPPORTED)?;
    let confirm = call.params.flag("confirm").unwrap_or(false);
    check_confirmation(&call.params, confirm)?;
    let amount = call.params.int("amount").unwrap_or_default();
    let currency = money::currency(call.params.text("currency").unwrap_or_default())?;
    money::check_amount(amount, &currency)?;
    check_fee(call, call.params.int("application_fee_amount"), amount)?;
    let customer = call.params.owned("customer");
    if let Some(customer) = &customer {
        customers::named(call.own()?, customer, "customer")?;
    }
    let metadata = metadata::fresh(&call.params)?;
    let method = given_method(call)?;
    if let Some(method) = &method {
        check_owner(method, customer.as_deref())?;
    }
    if confirm && method.is_none() {
        return Err(missing_method());
    }
    let id = call.world.ids.next("pi");
    let intent = PaymentIntent {
        client_secret: format!("{id}_secret_{}", call.world.ids.secret(25)),
        id: id.clone(),
        created: call.now(),
        amount,
        amount_received: 0,
        amount_capturable: 0,
        currency,
        customer,
        status: if method.is_some() {
            Status::RequiresConfirmation
        } else {
            Status::RequiresPaymentMethod
        },
        payment_method: method.as_ref().map(|method| method.id.clone()),
        capture_method: call
            .params
            .owned("capture_method")
            .unwrap_or_else(|| "automatic".to_owned()),
        confirmation_method: call
            .params
            .owned("confirmation_method")
            .unwrap_or_else(|| "automatic".to_owned()),
        payment_method_types: method_types(&call.params),
        automatic_payment_methods: automatic_methods(&call.params),
        setup_future_usage: call.params.owned("setup_future_usage"),
        application_fee_amount: call.params.int("application_fee_amount"),
        platform: call.platform().map(str::to_owned),
        latest_charge: None,
        last_payment_error: Value::Null,
        next_action: Value::Null,
        canceled_at: None,
        cancellation_reason: None,
        return_url: None,
        details: Details::default(),
        metadata,
    };
    let intent = with_details(intent, &call.params);
    let rendered = intent.render(call.now());
    call.own_mut()?.payment_intents.insert(intent);
    let account = call.account.clone();
    call.world.emit(&account, "payment_intent.created", &rendered);
    match (confirm, method) {
        (true, Some(method)) => confirm::with(call, &id, &method),
        _ => Ok(rendered),
    }
}

fn check_confirmation(params: &Params, confirm: bool) -> Result<(), ApiError> {
    let name = ONLY_WITH_CONFIRM.iter().find(|name| !confirm && params.has(name));
    name.map_or(Ok(()), |name| {
        Err(ApiError::invalid(format!(
            "The parameter `{name}` cannot be passed when creating a PaymentIntent unless \
             `confirm` is set to true."
        ))
        .param(name))
    })
}

fn with_details(mut intent: PaymentIntent, params: &Params) -> PaymentIntent {
    let details = &mut intent.details;
    for (name, place) in [
        ("description", &mut details.description),
        ("receipt_email", &mut details.receipt_email),
        ("statement_descriptor", &mut details.statement_descriptor),
        (
            "statement_descriptor_suffix",
            &mut details.statement_descriptor_suffix,
        ),
        ("transfer_group", &mut details.transfer_group),
    ] {
        if params.has(name) {
            *place = params.owned(name);
        }
    }
    if params.has("shipping") {
        details.shipping = params.json("shipping");
    }
    intent
}

fn method_types(params: &Params) -> Vec<String> {
    let given = params.list("payment_method_types");
    if given.is_empty() {
        vec!["card".to_owned()]
    } else {
        given.into_iter().map(str::to_owned).collect()
    }
}

fn automatic_methods(params: &Params) -> Value {
    params
        .flag("automatic_payment_methods.enabled")
        .map_or(Value::Null, |enabled| {
            let redirects = params
                .text("automatic_payment_methods.allow_redirects")
                .unwrap_or("always");
            json!({ "allow_redirects": redirects, "enabled": enabled })
        })
}

/// The payment method a request brings, if it brings one.
pub(super) fn given_method(call: &mut Call<'_>) -> Result<Option<Chargeable>, ApiError> {
    if call.params.has("payment_method_data") {
        return payment_methods::from_data(call, "payment_method_data").map(Some);
    }
    let Some(id) = call.params.owned("payment_method") else {
        return Ok(None);
    };
    payment_methods::resolve(call, &id, "payment_method").map(Some)
}

pub(super) fn missing_method() -> ApiError {
    ApiError::invalid(
        "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the \
         PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment \
         method or ConfirmationToken.",
    )
    .code("payment_intent_unexpected_state")
}

/// A saved method is charged for its own customer, and a used-up one not at all.
pub(super) fn check_owner(method: &Chargeable, customer: Option<&str>) -> Result<(), ApiError> {
    if method.spent {
        return Err(payment_methods::spent());
    }
    let id = &method.id;
    match (method.customer.as_deref(), customer) {
        (Some(owner), None) => Err(ApiError::invalid(format!(
            "The provided PaymentMethod cannot be attached or charged: The payment method {id} belongs to the Customer \
             {owner}. Please include the Customer in the `customer` parameter on the PaymentIntent."
        ))
        .param("payment_method")),
        (Some(owner), Some(customer)) if owner != customer => Err(ApiError::invalid(format!(
            "The payment method you provided is not attached to this customer: {id} belongs to another Customer."
        ))
        .param("payment_method")),
        _ => Ok(()),
    }
}

pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    call.refuse_unsupported(&UNSUPPORTED)?;
    let mut intent = in_path(call)?.clone();
    let money_changes = [
        "amount",
        "currency",
        "customer",
        "payment_method",
        "payment_method_data",
    ];
    if !intent.status.is_open()
        && let Some(name) = money_changes.iter().find(|name| call.params.has(name))
    {
        let message = format!(
            "This PaymentIntent's {name} could not be updated because it has a status of {}. You may only update the \
             {name} of a PaymentIntent with one of the following statuses: requires_payment_method, \
             requires_confirmation, requires_action.",
            intent.status.as_str()
        );
        return Err(unexpected_state(&intent, call.now(), message));
    }
    if let Some(currency) = call.params.text("currency") {
        intent.currency = money::currency(currency)?;
    }
    intent.amount = call.params.int("amount").unwrap_or(intent.amount);
    money::check_amount(intent.amount, &intent.currency)?;
    let fee = call.params.int("application_fee_amount");
    check_fee(call, fee, intent.amount)?;
    intent.application_fee_amount = fee.or(intent.application_fee_amount);
    if let Some(customer) = call.params.owned("customer") {
        customers::named(call.own()?, &customer, "customer")?;
        intent.customer = Some(customer);
    }
    metadata::merge(&mut intent.metadata, &call.params)?;
    if let Some(method) = given_method(call)? {
        check_owner(&method, intent.customer.as_deref())?;
        intent.payment_method = Some(method.id);
        intent.status = Status::RequiresConfirmation;
        intent.next_action = Value::Null;
    }
    if call.params.has("setup_future_usage") {
        intent.setup_future_usage = call.params.owned("setup_future_usage");
    }
    if let Some(capture_method) = call.params.owned("capture_method") {
        intent.capture_method = capture_method;
    }
    let intent = with_details(intent, &call.params);
    let rendered = intent.render(call.now());
    if let Some(place) = call.own_mut()?.payment_intents.get_mut(&intent.id) {
        *place = intent;
    }
    Ok(rendered)
}
