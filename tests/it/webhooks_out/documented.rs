//! What the page for receivers shows is what they get.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{APP, OPERATOR, endpoint::Endpoint, local_world, ride};
use crate::world::{SINGLE, Store, repository};

/// The examples of the page by their type.
fn examples() -> BTreeMap<String, Value> {
    let page = std::fs::read_to_string(repository().join("docs/webhooks.md")).unwrap();
    let blocks = page.split("```json\n").skip(1);
    let blocks = blocks.map(|rest| rest.split("\n```").next().unwrap());
    let examples = blocks.filter_map(|block| serde_json::from_str::<Value>(block).ok());
    examples
        .filter_map(|example| {
            example["data"].is_object().then_some(())?;
            Some((example["type"].as_str()?.to_owned(), example))
        })
        .collect()
}

/// The shape of a value: the names of its fields and the kinds of what they hold.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), shape(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Value::Array(items) => items.iter().take(1).map(shape).collect::<Vec<_>>().into(),
        Value::String(_) => "text".into(),
        Value::Number(_) => "number".into(),
        Value::Bool(_) => "yes or no".into(),
        Value::Null => Value::Null,
    }
}

/// Whether there is nothing in it that is not documented. What says nothing is left out.
fn is_within(told: &Value, documented: &Value) -> bool {
    match (told, documented) {
        (Value::Object(told), Value::Object(documented)) => told.iter().all(|(name, value)| {
            documented
                .get(name)
                .is_some_and(|documented| is_within(value, documented))
        }),
        (Value::Array(told), Value::Array(documented)) => {
            let mut told = told.iter();
            told.all(|value| documented.iter().any(|documented| is_within(value, documented)))
        }
        (told, documented) => told == documented,
    }
}

/// Of these every field that is documented is there.
const WHOLE: [&str; 6] = [
    "purchase.completed",
    "purchase.declined",
    "pass.issued",
    "pass.activated",
    "ping",
    "catalog.published",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_have_the_shape_that_is_documented() {
    let world = local_world(Store::Sqlite).await;
    let app = Endpoint::of(&world, APP, &[]).await;
    let operator = Endpoint::of(&world, OPERATOR, &[]).await;
    let ann = ride(&world, "ann").await;
    ann.buy(SINGLE, "pm_card_visa_chargeCustomerFailStolenCard").await;
    app.ping(&world).await;
    world
        .apply(|text| text.replace("Regular Single Ride", "Single Ride"))
        .await;
    for kind in WHOLE {
        app.receiver.wait_for_kind(kind).await;
    }
    operator.receiver.wait_for_kind("catalog.published").await;
    let examples = examples();
    for received in app.receiver.got().iter().chain(&operator.receiver.got()) {
        let example = examples
            .get(&received.kind())
            .unwrap_or_else(|| panic!("{} is not documented", received.kind()));
        let (kind, told) = (received.kind(), received.json());
        assert!(
            is_within(&shape(&told), &shape(example)),
            "{told} is not as documented"
        );
        if WHOLE.contains(&kind.as_str()) {
            assert_eq!(shape(&told), shape(example), "{kind}");
        }
    }
}
