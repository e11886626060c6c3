//! The errors of the ticketing API, by status: which codes each has is asked of the code that answers them.

use serde_json::{Map, Value, json};

use crate::ticketing::ErrorCode;

/// Every status the ticketing API refuses with, and what the publication says of it.
const STATUSES: [(u16, &str); 11] = [
    (400, "Requested parameters or format were invalid."),
    (401, "API key, user JWT, or session was missing or invalid."),
    (403, "This key or rider may not."),
    (404, "There is no such resource."),
    (
        408,
        "The outcome is not known yet. Repeat with the same Idempotency-Key.",
    ),
    (409, "The Idempotency-Key belongs to another request."),
    (412, "The client has not seen the latest passes."),
    (428, "It could succeed once the account, or the day, has changed."),
    (429, "Too many requests."),
    (500, "An internal error that repeating does not help."),
    (503, "An internal error that repeating helps."),
];

/// What a response of a status is called.
pub(super) fn reference(status: u16) -> Value {
    json!({ "$ref": format!("#/components/responses/Error{status}") })
}

/// All of them, to be referred to.
pub(super) fn responses() -> Map<String, Value> {
    STATUSES
        .iter()
        .map(|(status, description)| (format!("Error{status}"), response(*status, description)))
        .collect()
}

fn response(status: u16, description: &str) -> Value {
    let codes: Vec<&str> = ErrorCode::ALL
        .iter()
        .filter(|code| code.status().as_u16() == status && code.shown() == **code)
        .map(|code| code.name())
        .collect();
    let description = match codes.is_empty() {
        true => description.to_owned(),
        false => format!("{description} Codes: {}.", codes.join(", ")),
    };
    let mut headers = json!({ "x-request-id": { "$ref": "#/components/headers/RequestId" } });
    if matches!(status, 429 | 503)
        && let Some(headers) = headers.as_object_mut()
    {
        headers.insert(
            "Retry-After".to_owned(),
            json!({ "$ref": "#/components/headers/RetryAfter" }),
        );
    }
    json!({
        "description": description,
        "headers": headers,
        "content": { "application/json": { "schema": schema(&codes) } },
    })
}

/// The error object, with the codes of one status.
fn schema(codes: &[&str]) -> Value {
    let mut schema = json!({ "allOf": [{ "$ref": "#/components/schemas/Error" }] });
    if !codes.is_empty()
        && let Some(members) = schema.as_object_mut()
    {
        members.insert("properties".to_owned(), json!({ "code": { "enum": codes } }));
    }
    schema
}
