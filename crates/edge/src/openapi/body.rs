//! The body of a call: an object of its own, or parameters as JSON or as a form.

use schemars::SchemaGenerator;
use serde_json::{Map, Value, json};

use super::{choices::pascal, param::Param};

const EITHER: &str =
    "The same parameters may stand in the query string; the body counts where both have one.";

/// A body that is an object.
pub(super) fn object(schema: &Value) -> Value {
    json!({ "required": true, "content": { "application/json": { "schema": schema } } })
}

/// Parameters. Each way of writing them has a schema of its own, so that a client that is made of the description knows
/// by the type which way it was asked to go.
pub(super) fn parameters(id: &str, params: &[Param], generator: &mut SchemaGenerator) -> Value {
    let named = |ending: &str| format!("{}{ending}", pascal(id));
    let (as_json, as_form) = (named("Request"), named("Form"));
    let definitions = generator.definitions_mut();
    for name in [&as_json, &as_form] {
        definitions.insert(name.clone(), schema(params));
    }
    let reference = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let mut form = json!({ "schema": reference(&as_form) });
    let deep = deep(params);
    if let (false, Some(form)) = (deep.is_empty(), form.as_object_mut()) {
        form.insert("encoding".to_owned(), Value::Object(deep));
    }
    json!({
        "required": params.iter().any(|param| param.required),
        "description": EITHER,
        "content": {
            "application/json": { "schema": reference(&as_json) },
            "application/x-www-form-urlencoded": form,
        },
    })
}

fn schema(params: &[Param]) -> Value {
    let required = params.iter().filter(|param| param.required);
    let required: Vec<&str> = required.map(|param| param.name).collect();
    let members = params.iter().map(|param| (param.name.to_owned(), param.member()));
    let members: Map<String, Value> = members.collect();
    json!({ "type": "object", "properties": members, "required": required })
}

/// How a form writes maps: `add_fares[regular_single_ride]=2`.
fn deep(params: &[Param]) -> Map<String, Value> {
    let maps = params
        .iter()
        .filter(|param| param.schema.get("type") == Some(&json!("object")));
    maps.map(|param| {
        let style = json!({ "style": "deepObject", "explode": true });
        (param.name.to_owned(), style)
    })
    .collect()
}
