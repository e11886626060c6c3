//! Customers on the platform account, and the cards kept on them.

use domain::{CustomerId, PaymentMethodId, SourceId, StripeCallKey};
use serde::Serialize;
use serde_json::Value;
use stripe_client_core::{RequestBuilder, StripeMethod};
use stripe_core::customer::{CreateCustomer, RetrievePaymentMethodCustomer};

use super::{
    call::Call,
    client::{Stripe, or_none},
};
use crate::{
    Credential, CustomerFacts, Metadata, NewCustomer, Outcome, Platform, SingleUseToken,
    facts::{Unreadable, payment_method_of, source_of},
};

/// `POST /v1/customers/{id}/sources`, which the typed API does not have.
#[derive(Serialize)]
struct AddSource<'a> {
    source: &'a str,
}

impl Stripe {
    pub(super) async fn make_customer(
        &self,
        platform: &Platform,
        key: &StripeCallKey,
        customer: &NewCustomer,
    ) -> Outcome<CustomerFacts> {
        let request = CreateCustomer::new().metadata(map_of(&customer.metadata));
        let request = match &customer.credential {
            None => request,
            Some(Credential::Token(token)) => request.source(token.expose()),
            Some(Credential::Source(source)) => request.source(source.as_str()),
            Some(Credential::PaymentMethod(method)) => request.payment_method(method.as_str()),
        };
        let call = Call::write("create_customer", platform, key);
        self.ask(call, &request, CustomerFacts::read).await
    }

    pub(super) async fn save_source(
        &self,
        platform: &Platform,
        key: &StripeCallKey,
        customer: &CustomerId,
        token: &SingleUseToken,
    ) -> Outcome<SourceId> {
        let path = format!("/customers/{customer}/sources");
        let request = RequestBuilder::new(StripeMethod::Post, path).form(&AddSource {
            source: token.expose(),
        });
        let call = Call::write("add_source", platform, key);
        self.ask_raw(call, request, source_of).await
    }

    pub(super) async fn look_for_source(
        &self,
        platform: &Platform,
        customer: &CustomerId,
        source: &SourceId,
    ) -> Outcome<Option<SourceId>> {
        let path = format!("/customers/{customer}/sources/{source}");
        let request = RequestBuilder::new(StripeMethod::Get, path);
        let call = Call::read("find_source", platform);
        let found = or_none(self.ask_raw(call, request, owned_source).await);
        found.map(|owned| owned.filter(|owned| owned.is_of(customer)).map(|owned| owned.id))
    }

    pub(super) async fn look_for_payment_method(
        &self,
        platform: &Platform,
        customer: &CustomerId,
        payment_method: &PaymentMethodId,
    ) -> Outcome<Option<PaymentMethodId>> {
        let request = RetrievePaymentMethodCustomer::new(customer.as_str(), payment_method.as_str());
        let call = Call::read("find_payment_method", platform);
        let found = or_none(self.ask(call, &request, owned_payment_method).await);
        found.map(|owned| owned.filter(|owned| owned.is_of(customer)).map(|owned| owned.id))
    }
}

/// A credential, and whose it says it is.
struct Owned<T> {
    id: T,
    owner: Option<String>,
}

impl<T> Owned<T> {
    /// Stripe only finds what is the customer's. That it names another one would be news, and is taken seriously.
    fn is_of(&self, customer: &CustomerId) -> bool {
        self.owner
            .as_deref()
            .is_none_or(|owner| owner == customer.as_str())
    }
}

fn owned_source(object: &Value) -> Result<Owned<SourceId>, Unreadable> {
    Ok(Owned {
        id: source_of(object)?,
        owner: owner_of(object),
    })
}

fn owned_payment_method(object: &Value) -> Result<Owned<PaymentMethodId>, Unreadable> {
    Ok(Owned {
        id: payment_method_of(object)?,
        owner: owner_of(object),
    })
}

fn owner_of(object: &Value) -> Option<String> {
    let owner = object.get("customer")?;
    let id = owner.as_str().or_else(|| owner.get("id").and_then(Value::as_str));
    id.map(str::to_owned)
}

/// Metadata in the type that the typed requests want. The transport puts it back in order.
pub(super) fn map_of(metadata: &Metadata) -> std::collections::HashMap<String, String> {
    let entries = metadata.iter();
    entries
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}
