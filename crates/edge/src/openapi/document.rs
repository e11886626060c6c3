//! The whole description.

use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use super::{
    calls, choices, errors,
    schemas::{ApiVersion, Error, TicketFormat},
};

const ABOUT: &str = "The ticketing API as published in version 2020-05-21, Coord's Users API, and the \
                     admin API of this engine. docs/api.md tells what the publications leave open.";

/// The description of everything that is served, as OpenAPI 3.1.
#[must_use]
pub fn document() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let paths = paths(&mut generator);
    generator.subschema_for::<Error>();
    generator.subschema_for::<ApiVersion>();
    generator.subschema_for::<TicketFormat>();
    let mut schemas = generator.take_definitions(true);
    schemas.values_mut().for_each(without_nulls);
    choices::name(&mut schemas);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Switchyard",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "tags": calls::TAGS.map(|(name, description)| json!({ "name": name, "description": description })),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": errors::responses(),
            "headers": headers(),
            "parameters": parameters(),
            "securitySchemes": security(),
        },
    })
}

fn paths(generator: &mut SchemaGenerator) -> Map<String, Value> {
    let mut paths = Map::new();
    for call in calls::all() {
        let operation = call.operation(generator);
        let path = paths.entry(call.path).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(call.method.to_owned(), operation);
        }
    }
    paths
}

/// What is unset is left out of answers and never null: an optional member is of its own type only.
fn without_nulls(schema: &mut Value) {
    let required: Vec<String> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect();
    let Some(members) = schema.get_mut("properties").and_then(Value::as_object_mut) else {
        return;
    };
    for (_, member) in members.iter_mut().filter(|(name, _)| !required.contains(name)) {
        strip_null(member);
    }
}

fn strip_null(member: &mut Value) {
    let Some(object) = member.as_object_mut() else {
        return;
    };
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(choices)) = object.remove("anyOf") {
        let kept: Vec<Value> = choices
            .into_iter()
            .filter(|choice| choice.get("type") != Some(&json!("null")))
            .collect();
        // A reference may stand beside a description in an allOf of one.
        let name = if kept.len() == 1 { "allOf" } else { "anyOf" };
        object.insert(name.to_owned(), Value::Array(kept));
    }
    if object.get("default") == Some(&Value::Null) {
        object.remove("default");
    }
}

fn headers() -> Value {
    json!({
        "RequestId": { "description": "The name of the request in events and logs.", "schema": { "type": "string" } },
        "RetryAfter": { "description": "Seconds to wait.", "schema": { "type": "integer", "minimum": 0 } },
        "PassesState": {
            "description": "The state of the rider's passes, to be sent back with purchase and activate.",
            "schema": { "type": "string" },
        },
    })
}

fn parameters() -> Value {
    json!({
        "Version": {
            "name": "Token-Transit-Api-Version",
            "in": "header",
            "required": true,
            "description": "The version of the API that the client was written for.",
            "schema": { "$ref": "#/components/schemas/ApiVersion" },
        },
        "Language": {
            "name": "Accept-Language",
            "in": "header",
            "required": false,
            "description": "The rider's languages (RFC 9110, section 12.5.4).",
            "schema": { "type": "string", "default": "en-US" },
        },
    })
}

fn security() -> Value {
    let key = |place: &str, name: &str, description: &str| json!({ "type": "apiKey", "in": place, "name": name, "description": description });
    let bearer =
        |description: &str| json!({ "type": "http", "scheme": "bearer", "description": description });
    json!({
        "api_key": key("header", "Token-Transit-Api-Key", "sk_ or pk_, then fake_, test_ or live_."),
        "session": key("cookie", "user_session_id", "Set by any call with a JWT."),
        "jwt": bearer("A JWT of the app: RS256 or ES256, signed by a key of its JWKS."),
        "access_key": key("query", "access_key", "The app's API key, as Coord's APIs have it."),
        "server_token": bearer("The app's secret API key, sk_..."),
        "admin_key": bearer("The key of whoever runs the marketplace."),
    })
}
