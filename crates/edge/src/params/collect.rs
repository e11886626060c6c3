//! Gathering names and values.

use std::collections::{BTreeMap, btree_map::Entry};

use percent_encoding::percent_decode;
use serde::Serialize;

use super::json::Field;

/// What came under one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(super) enum Value {
    /// One value.
    Text(String),
    /// `name[key]=value`, or an object in JSON.
    Map(BTreeMap<String, String>),
    /// Neither: given twice, nested deeper, a list, both at once, or no text. It matters only if somebody asks for it.
    Malformed,
}

/// Names and values. A name that is given twice has no value that everybody would read the same, so that it has none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct Collected(pub(super) BTreeMap<String, Value>);

impl Collected {
    /// Puts what `later` has in place of what is here.
    pub(super) fn overlay(&mut self, later: Self) {
        self.0.extend(later.0);
    }

    /// Reads `a=1&add_fares[x]=2`, as in a query string or a form.
    pub(super) fn from_pairs(text: &[u8]) -> Self {
        let mut collected = Self::default();
        for pair in text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            let mut parts = pair.splitn(2, |byte| *byte == b'=');
            let (name, value) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            // A name that is no text is none that anybody asks for.
            if let Some(name) = decoded(name) {
                collected.add(&name, decoded(value));
            }
        }
        collected
    }

    /// Reads the members of a JSON object.
    pub(super) fn from_object(members: Vec<(String, Field)>) -> Self {
        let mut collected = Self::default();
        for (name, field) in members {
            match field {
                Field::Null => {}
                Field::Text(text) => collected.add(&name, Some(text)),
                Field::Map(entries) => collected.insert(&name, flat(entries)),
                Field::Malformed => collected.insert(&name, Value::Malformed),
            }
        }
        collected
    }

    /// `None` is a value that is no text.
    fn add(&mut self, name: &str, value: Option<String>) {
        let value = value.filter(|value| is_text(value));
        match name.split_once('[') {
            None => self.insert(name, value.map_or(Value::Malformed, Value::Text)),
            Some((name, rest)) => self.add_entry(name, rest, value),
        }
    }

    fn insert(&mut self, name: &str, value: Value) {
        match self.0.entry(name.to_owned()) {
            Entry::Vacant(free) => drop(free.insert(value)),
            Entry::Occupied(mut taken) => drop(taken.insert(Value::Malformed)),
        }
    }

    fn add_entry(&mut self, name: &str, rest: &str, value: Option<String>) {
        let key = rest
            .strip_suffix(']')
            .filter(|key| !key.is_empty() && !key.contains(['[', ']']) && is_text(key));
        let held = self
            .0
            .entry(name.to_owned())
            .or_insert_with(|| Value::Map(BTreeMap::new()));
        match (held, key, value) {
            (Value::Map(map), Some(key), Some(value)) if !map.contains_key(key) => {
                map.insert(key.to_owned(), value);
            }
            (held, _, _) => *held = Value::Malformed,
        }
    }
}

/// Undoes what a form does to a text: `+` for a space, and percent signs. `None` if that gives no text.
fn decoded(part: &[u8]) -> Option<String> {
    let spaced: Vec<u8> = part
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    String::from_utf8(percent_decode(&spaced).collect()).ok()
}

/// NUL has no place in a parameter, and PostgreSQL cannot store it.
fn is_text(text: &str) -> bool {
    !text.contains('\0')
}

fn flat(entries: Vec<(String, Field)>) -> Value {
    let mut map = BTreeMap::new();
    for (key, field) in entries {
        let text = match field {
            Field::Null => continue,
            Field::Text(text) if is_text(&text) && is_text(&key) => text,
            Field::Text(_) | Field::Map(_) | Field::Malformed => return Value::Malformed,
        };
        if map.insert(key, text).is_some() {
            return Value::Malformed;
        }
    }
    Value::Map(map)
}
