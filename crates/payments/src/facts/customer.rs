//! A customer on the platform account, and the credentials kept on it or made from it.

use domain::{CustomerId, PaymentMethodId, SourceId};
use serde_json::Value;

use super::read::{self, Unreadable};
use crate::SingleUseToken;

/// What is known of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerFacts {
    /// The customer.
    pub customer: CustomerId,
    /// The card or source that Stripe charges when none is named.
    pub default_source: Option<SourceId>,
    /// The PaymentMethod that invoices are charged to, if one was set.
    pub default_payment_method: Option<PaymentMethodId>,
}

impl CustomerFacts {
    /// Reads a `customer`, as an answer or a webhook shows it.
    pub fn read(customer: &Value) -> Result<Self, Unreadable> {
        let settings = customer.get("invoice_settings").unwrap_or(&Value::Null);
        Ok(Self {
            customer: required(customer, "customer", CustomerId::parse)?,
            default_source: read::id(customer, "default_source", SourceId::parse),
            default_payment_method: read::id(settings, "default_payment_method", PaymentMethodId::parse),
        })
    }
}

/// The id of a PaymentMethod.
pub(crate) fn payment_method_of(object: &Value) -> Result<PaymentMethodId, Unreadable> {
    required(object, "payment_method", PaymentMethodId::parse)
}

/// The id of a card or source.
pub(crate) fn source_of(object: &Value) -> Result<SourceId, Unreadable> {
    required(object, "source", SourceId::parse)
}

/// A token.
pub(crate) fn token_of(object: &Value) -> Result<SingleUseToken, Unreadable> {
    let id = read::text(object, "id").and_then(|id| SingleUseToken::parse(id).ok());
    id.ok_or(Unreadable {
        object: "token",
        field: "id",
    })
}

fn required<T>(
    object: &Value,
    name: &'static str,
    parse: fn(String) -> Result<T, domain::ids::InvalidId>,
) -> Result<T, Unreadable> {
    read::id(object, "id", parse).ok_or(Unreadable {
        object: name,
        field: "id",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_customer_without_a_card_has_no_default() {
        let facts = CustomerFacts::read(&json!({ "id": "cus_1", "default_source": null })).unwrap();
        assert_eq!((facts.customer.as_str(), facts.default_source), ("cus_1", None));
    }

    #[test]
    fn a_default_source_may_be_shown_in_full() {
        let facts =
            CustomerFacts::read(&json!({ "id": "cus_1", "default_source": { "id": "card_1" } })).unwrap();
        assert_eq!(facts.default_source.unwrap().as_str(), "card_1");
    }
}
