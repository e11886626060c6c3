//! Taking single fields out of an object, each on its own.

use std::collections::BTreeMap;

use domain::{Currency, InvalidId, Money};
use serde_json::Value;

/// An object without a part that it cannot do without. It names the part and never repeats its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Stripe's {object} has no readable {field}")]
pub struct Unreadable {
    /// What was read.
    pub object: &'static str,
    /// What was missing.
    pub field: &'static str,
}

pub(super) fn text<'a>(object: &'a Value, field: &str) -> Option<&'a str> {
    object.get(field).and_then(Value::as_str)
}

pub(super) fn flag(object: &Value, field: &str) -> Option<bool> {
    object.get(field).and_then(Value::as_bool)
}

/// An id, which Stripe replaces by the whole object where one asks for that.
pub(super) fn id<T>(object: &Value, field: &str, parse: fn(String) -> Result<T, InvalidId>) -> Option<T> {
    let value = object.get(field)?;
    let id = value.as_str().or_else(|| text(value, "id"))?;
    parse(id.to_owned()).ok()
}

/// Minor units in the object's own currency.
pub(super) fn money(object: &Value, field: &str) -> Option<Money> {
    let amount = object.get(field).and_then(Value::as_i64)?;
    let currency: Currency = text(object, "currency")?.parse().ok()?;
    Some(Money::new(amount, currency))
}

pub(super) fn texts(object: &Value, field: &str) -> Vec<String> {
    let items = object.get(field).and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The metadata, or nothing where the object shows none at all, which is not the same as an empty one.
pub(super) fn metadata(object: &Value) -> Option<BTreeMap<String, String>> {
    let entries = object.get("metadata")?.as_object()?;
    let texts = entries
        .iter()
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
    Some(texts.collect())
}
