//! Gathering names and values.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value as Json;

/// What came under one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(super) enum Value {
    /// One value.
    Text(String),
    /// `name[key]=value`, or an object in JSON.
    Map(BTreeMap<String, String>),
    /// Neither: nested deeper, a list, or both at once. It matters only if somebody asks for it.
    Malformed,
}

/// Names and values in the order in which they were read; what is read later replaces what was read before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct Collected(pub(super) BTreeMap<String, Value>);

impl Collected {
    /// Adds what `later` has on top.
    pub(super) fn overlay(&mut self, later: Self) {
        self.0.extend(later.0);
    }

    /// Reads `a=1&add_fares[x]=2`, as in a query string or a form.
    pub(super) fn from_pairs(text: &[u8]) -> Self {
        // Percent-decoding cannot fail: what is not UTF-8 becomes the replacement character.
        let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(text).unwrap_or_default();
        let mut collected = Self::default();
        for (name, value) in pairs {
            collected.add(&name, value);
        }
        collected
    }

    /// Reads the fields of a JSON object.
    pub(super) fn from_object(object: serde_json::Map<String, Json>) -> Self {
        let mut collected = Self::default();
        for (name, value) in object {
            match value {
                Json::Null => {}
                Json::Object(fields) => {
                    let value = flat(fields).map_or(Value::Malformed, Value::Map);
                    collected.0.insert(name, value);
                }
                scalar => match text_of(scalar) {
                    Some(text) => collected.add(&name, text),
                    None => drop(collected.0.insert(name, Value::Malformed)),
                },
            }
        }
        collected
    }

    fn add(&mut self, name: &str, value: String) {
        let Some((name, rest)) = name.split_once('[') else {
            let value = if is_text(&value) {
                Value::Text(value)
            } else {
                Value::Malformed
            };
            let mixed = matches!(self.0.get(name), Some(Value::Map(_) | Value::Malformed));
            self.0
                .insert(name.to_owned(), if mixed { Value::Malformed } else { value });
            return;
        };
        let key = rest
            .strip_suffix(']')
            .filter(|key| !key.is_empty() && !key.contains(['[', ']']));
        let held = self
            .0
            .entry(name.to_owned())
            .or_insert_with(|| Value::Map(BTreeMap::new()));
        match (held, key) {
            (Value::Map(map), Some(key)) if is_text(key) && is_text(&value) => {
                map.insert(key.to_owned(), value);
            }
            (held, _) => *held = Value::Malformed,
        }
    }
}

/// NUL has no place in a parameter, and PostgreSQL cannot store it.
fn is_text(text: &str) -> bool {
    !text.contains('\0')
}

fn flat(fields: serde_json::Map<String, Json>) -> Option<BTreeMap<String, String>> {
    let mut map = BTreeMap::new();
    for (key, value) in fields {
        if value.is_null() {
            continue;
        }
        let text = text_of(value).filter(|text| is_text(text) && is_text(&key))?;
        map.insert(key, text);
    }
    Some(map)
}

/// A value as a form would carry it; `None` for what has parts.
fn text_of(value: Json) -> Option<String> {
    match value {
        Json::Bool(value) => Some(value.to_string()),
        Json::Number(value) => Some(value.to_string()),
        Json::String(value) => Some(value),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}
