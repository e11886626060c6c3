//! Customers. <https://docs.stripe.com/api/customers>

use serde_json::{Value, json};

use super::metadata::{self, Metadata};
use super::payment_methods;
use super::sources;
use crate::core::books::Account;
use crate::core::error::ApiError;
use crate::core::list;
use crate::core::params::Params;
use crate::core::routes::{Call, Outcome};
use crate::core::search;
use crate::core::table::Object;

#[derive(Debug, Clone)]
pub(crate) struct Customer {
    pub(crate) id: String,
    created: i64,
    deleted: bool,
    email: Option<String>,
    name: Option<String>,
    phone: Option<String>,
    description: Option<String>,
    address: Value,
    shipping: Value,
    balance: i64,
    tax_exempt: String,
    preferred_locales: Vec<String>,
    invoice_prefix: String,
    /// Ids of saved cards and sources, oldest first.
    pub(crate) sources: Vec<String>,
    pub(crate) default_source: Option<String>,
    pub(crate) default_payment_method: Option<String>,
    metadata: Metadata,
}

impl Object for Customer {
    const NAME: &'static str = "customer";

    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> i64 {
        self.created
    }

    fn render(&self, _now: i64) -> Value {
        if self.deleted {
            return json!({ "id": self.id, "object": "customer", "deleted": true });
        }
        json!({
            "id": self.id,
            "object": "customer",
            "address": self.address,
            "balance": self.balance,
            "created": self.created,
            "currency": null,
            "customer_account": null,
            "default_source": self.default_source,
            "delinquent": false,
            "description": self.description,
            "discount": null,
            "email": self.email,
            "invoice_prefix": self.invoice_prefix,
            "invoice_settings": {
                "custom_fields": null,
                "default_payment_method": self.default_payment_method,
                "footer": null,
                "rendering_options": null,
            },
            "livemode": false,
            "metadata": self.metadata,
            "name": self.name,
            "next_invoice_sequence": 1,
            "phone": self.phone,
            "preferred_locales": self.preferred_locales,
            "shipping": self.shipping,
            "tax_exempt": self.tax_exempt,
            "test_clock": null,
        })
    }
}

/// A customer of the account that was not deleted, named by a parameter.
pub(super) fn named<'a>(own: &'a Account, id: &str, param: &str) -> Result<&'a Customer, ApiError> {
    own.customers
        .get(id)
        .filter(|customer| !customer.deleted)
        .ok_or_else(|| ApiError::missing("customer", id, param))
}

/// The same for a customer named by the path.
pub(super) fn in_path<'a>(own: &'a Account, id: &str) -> Result<&'a Customer, ApiError> {
    named(own, id, "id").map_err(|error| error.status(404))
}

fn apply(customer: &mut Customer, params: &Params) -> Result<(), ApiError> {
    let texts = [
        ("email", &mut customer.email),
        ("name", &mut customer.name),
        ("phone", &mut customer.phone),
        ("description", &mut customer.description),
    ];
    for (name, place) in texts {
        if params.has(name) {
            *place = params.owned(name);
        }
    }
    if customer
        .email
        .as_ref()
        .is_some_and(|email| !email.contains('@') || email.contains(char::is_whitespace))
    {
        let email = customer.email.clone().unwrap_or_default();
        return Err(ApiError::invalid(format!("Invalid email address: {email}"))
            .code("email_invalid")
            .param("email"));
    }
    for (name, place) in [
        ("address", &mut customer.address),
        ("shipping", &mut customer.shipping),
    ] {
        if params.has(name) {
            *place = params.json(name);
        }
    }
    if let Some(balance) = params.int("balance") {
        customer.balance = balance;
    }
    if let Some(exempt) = params.text("tax_exempt") {
        exempt.clone_into(&mut customer.tax_exempt);
    }
    if params.has("preferred_locales") {
        customer.preferred_locales = params
            .list("preferred_locales")
            .into_iter()
            .map(str::to_owned)
            .collect();
    }
    metadata::merge(&mut customer.metadata, params)
}

const UNSUPPORTED: [&str; 6] = [
    "coupon",
    "promotion_code",
    "test_clock",
    "tax_id_data",
    "cash_balance",
    "bank_account",
];

pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    call.refuse_unsupported(&UNSUPPORTED)?;
    let mut customer = Customer {
        id: call.world.ids.next("cus").chars().take(18).collect(),
        created: call.now(),
        deleted: false,
        email: None,
        name: None,
        phone: None,
        description: None,
        address: Value::Null,
        shipping: Value::Null,
        balance: 0,
        tax_exempt: "none".to_owned(),
        preferred_locales: Vec::new(),
        invoice_prefix: call.world.ids.secret(8).to_ascii_uppercase(),
        sources: Vec::new(),
        default_source: None,
        default_payment_method: None,
        metadata: Metadata::new(),
    };
    apply(&mut customer, &call.params)?;
    let id = customer.id.clone();
    call.own_mut()?.customers.insert(customer);
    if let Err(refused) = attach_all(call, &id) {
        // A card that was refused leaves no customer behind.
        call.own_mut()?.customers.remove(&id);
        return Err(refused);
    }
    let rendered = rendered(call, &id)?;
    let account = call.account.clone();
    call.world.emit(&account, "customer.created", &rendered);
    Ok(rendered)
}

/// The card or PaymentMethod that came with a create.
fn attach_all(call: &mut Call<'_>, customer: &str) -> Result<(), ApiError> {
    if call.params.has("source") || call.params.has("card") {
        sources::add_from_params(call, customer, true)?;
    }
    if let Some(method) = call.params.owned("payment_method") {
        payment_methods::attach_to(call, &method, customer, "payment_method")?;
    }
    set_default_payment_method(call, customer)
}

fn set_default_payment_method(call: &mut Call<'_>, customer: &str) -> Result<(), ApiError> {
    if !call.params.has("invoice_settings.default_payment_method") {
        return Ok(());
    }
    let method = call.params.owned("invoice_settings.default_payment_method");
    if let Some(method) = &method {
        let own = call.own()?;
        let attached = own
            .payment_methods
            .get(method)
            .is_some_and(|it| it.customer.as_deref() == Some(customer))
            || own.cards.get(method).is_some_and(|it| it.customer == customer);
        if !attached {
            return Err(ApiError::invalid(format!(
                "The customer does not have a payment method with the ID {method}. The payment method must be \
                 attached to the customer."
            ))
            .code("resource_missing")
            .param("invoice_settings[default_payment_method]"));
        }
    }
    if let Some(customer) = call.own_mut()?.customers.get_mut(customer) {
        customer.default_payment_method = method;
    }
    Ok(())
}

fn rendered(call: &Call<'_>, id: &str) -> Outcome {
    Ok(in_path(call.own()?, id)?.render(call.now()))
}

pub(crate) fn retrieve(call: &mut Call<'_>) -> Outcome {
    let id = call.arg(0);
    // Unlike other operations, retrieving answers for a deleted customer, with `deleted: true`.
    let customer = call
        .own()?
        .customers
        .get(id)
        .ok_or_else(|| ApiError::not_found("customer", id, "id"))?;
    Ok(customer.render(call.now()))
}

pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    call.refuse_unsupported(&UNSUPPORTED)?;
    let id = call.arg(0).to_owned();
    let mut customer = in_path(call.own()?, &id)?.clone();
    let before = customer.render(call.now());
    apply(&mut customer, &call.params)?;
    if let Some(default) = call
        .params
        .owned("default_source")
        .or_else(|| call.params.owned("default_card"))
    {
        if !customer.sources.contains(&default) {
            return Err(ApiError::missing("source", &default, "default_source"));
        }
        customer.default_source = Some(default);
    }
    if call.params.has("source") || call.params.has("card") {
        sources::add_from_params(call, &id, true)?;
        let stored = in_path(call.own()?, &id)?;
        customer.sources.clone_from(&stored.sources);
        customer.default_source.clone_from(&stored.default_source);
    }
    if let Some(place) = call.own_mut()?.customers.get_mut(&id) {
        *place = customer;
    }
    set_default_payment_method(call, &id)?;
    let after = rendered(call, &id)?;
    let account = call.account.clone();
    let previous = super::accounts::changed(&before, &after);
    call.world
        .emit_change(&account, "customer.updated", &after, Some(&previous));
    Ok(after)
}

pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let id = call.arg(0).to_owned();
    let before = in_path(call.own()?, &id)?.render(call.now());
    let own = call.own_mut()?;
    if let Some(customer) = own.customers.get_mut(&id) {
        customer.deleted = true;
        for source in std::mem::take(&mut customer.sources) {
            own.cards.remove(&source);
        }
    }
    for method in own
        .payment_methods
        .iter_mut()
        .filter(|it| it.customer.as_deref() == Some(&id))
    {
        method.customer = None;
        method.spent = true;
    }
    let account = call.account.clone();
    call.world.emit(&account, "customer.deleted", &before);
    Ok(json!({ "id": id, "object": "customer", "deleted": true }))
}

pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let email = call.params.text("email");
    list::page(
        &call.params,
        &call.own()?.customers,
        "/v1/customers",
        call.now(),
        |customer| !customer.deleted && email.is_none_or(|email| customer.email.as_deref() == Some(email)),
    )
}

pub(crate) fn search(call: &mut Call<'_>) -> Outcome {
    search::search(
        &call.params,
        &call.own()?.customers,
        "/v1/customers/search",
        call.now(),
    )
}

/// The `sources` list inside a customer, when it is expanded.
pub(crate) fn sources_of(own: &Account, id: &str, now: i64) -> Option<Value> {
    let customer = own.customers.get(id)?;
    let data: Vec<Value> = customer
        .sources
        .iter()
        .rev()
        .filter_map(|id| sources::render_saved(own, id, now))
        .collect();
    let count = data.len();
    let mut list = list::envelope(&format!("/v1/customers/{id}/sources"), data, false);
    if let Value::Object(members) = &mut list {
        members.insert("total_count".to_owned(), json!(count));
    }
    Some(list)
}
