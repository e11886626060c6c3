//! What differs between two catalogs, fare by fare and field by field: to be read before it is published.

use std::{collections::BTreeSet, fmt};

use serde::Serialize;
use serde_json::{Map, Value};

use super::{event::CatalogContent, parking_rate::ParkingLocation};
use crate::FareId;

/// Everything that differs, in the order of the newer catalog; what is gone stands before what is there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct CatalogDiff(pub Vec<Difference>);

/// One thing that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What it is.
    #[serde(flatten)]
    pub subject: Subject,
    /// What happens to it.
    #[serde(flatten)]
    pub how: How,
}

/// What differs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Subject {
    /// The catalog as a whole: its currency, its limit, the order of things.
    Catalog,
    /// A way of telling fares apart.
    Option {
        /// Which: `rider`.
        id: String,
    },
    /// One value of it.
    OptionValue {
        /// Which: `rider_regular`.
        id: String,
    },
    /// A fare.
    Fare {
        /// Which.
        id: String,
    },
    /// A parking location.
    Location {
        /// Which.
        id: String,
    },
    /// A fare cap.
    Cap {
        /// Whose passes count together, and within which time: `local/service_day`.
        id: String,
    },
}

/// What happens to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum How {
    /// It is new.
    Added {
        /// What it says.
        after: Value,
    },
    /// It goes.
    Removed {
        /// What it said.
        before: Value,
    },
    /// It says something else.
    Changed {
        /// What of it, by the name of the field.
        fields: Vec<FieldChange>,
    },
}

/// A field that says something else. What is absent is null.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// Which: `price`, or `name.translations.es`.
    pub field: String,
    /// What it said.
    pub before: Value,
    /// What it says.
    pub after: Value,
}

impl CatalogDiff {
    /// Whether the two are the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What differs between what was (nothing, perhaps) and what is to be. It is empty exactly where the two are equal.
#[must_use]
pub fn diff(before: Option<&CatalogContent>, after: &CatalogContent) -> CatalogDiff {
    let (old, new) = (before.map(parts).unwrap_or_default(), parts(after));
    let mut found = Vec::new();
    for (subject, said) in &old {
        if value_of(&new, subject).is_none() {
            found.push(Difference {
                subject: subject.clone(),
                how: How::Removed { before: said.clone() },
            });
        }
    }
    for (subject, says) in &new {
        let how = match value_of(&old, subject) {
            None => How::Added { after: says.clone() },
            Some(said) if said == says => continue,
            Some(said) => How::Changed {
                fields: field_changes(said, says),
            },
        };
        found.push(Difference {
            subject: subject.clone(),
            how,
        });
    }
    let ids = |parts: &[(Subject, Value)]| -> Vec<Value> {
        let names = parts.iter().filter(|(subject, _)| *subject != Subject::Catalog);
        names
            .map(|(subject, _)| Value::String(subject.to_string()))
            .collect()
    };
    let moved = found.is_empty() && before.is_some_and(|before| before != after);
    if moved || (before.is_some() && is_reordered(&old, &new)) {
        found.push(Difference {
            subject: Subject::Catalog,
            how: How::Changed {
                fields: vec![FieldChange {
                    field: "order".to_owned(),
                    before: Value::Array(ids(&old)),
                    after: Value::Array(ids(&new)),
                }],
            },
        });
    }
    CatalogDiff(found)
}

/// What differs between a parking location as it was, if there was one, and as it is to be.
#[must_use]
pub fn location_diff(before: Option<&ParkingLocation>, after: &ParkingLocation) -> CatalogDiff {
    let says = without(json(after), &["id"]);
    let how = match before.map(|before| without(json(before), &["id"])) {
        None => How::Added { after: says },
        Some(said) if said == says => return CatalogDiff::default(),
        Some(said) => How::Changed {
            fields: field_changes(&said, &says),
        },
    };
    let subject = Subject::Location {
        id: after.id.to_string(),
    };
    CatalogDiff(vec![Difference { subject, how }])
}

fn value_of<'a>(parts: &'a [(Subject, Value)], wanted: &Subject) -> Option<&'a Value> {
    let mut found = parts.iter().filter(|(subject, _)| subject == wanted);
    found.next().map(|(_, value)| value)
}

/// Whether what is in both stands in another order.
fn is_reordered(old: &[(Subject, Value)], new: &[(Subject, Value)]) -> bool {
    let known: BTreeSet<&Subject> = old.iter().map(|(subject, _)| subject).collect();
    let kept: BTreeSet<&Subject> = new.iter().map(|(subject, _)| subject).collect();
    let before = old
        .iter()
        .map(|(subject, _)| subject)
        .filter(|it| kept.contains(it));
    let after = new
        .iter()
        .map(|(subject, _)| subject)
        .filter(|it| known.contains(it));
    !before.eq(after)
}

/// A catalog in parts that can be compared one by one, in its own order.
fn parts(content: &CatalogContent) -> Vec<(Subject, Value)> {
    let mut whole = Map::new();
    whole.insert("currency".to_owned(), json(&content.currency));
    whole.insert("passes_per_order".to_owned(), json(&content.passes_per_order));
    let mut parts = vec![(Subject::Catalog, Value::Object(whole))];
    for option in &content.options {
        let id = option.option_type.clone();
        parts.push((Subject::Option { id }, without(json(option), &["type", "values"])));
        for value in &option.values {
            let mut said = without(json(value), &["id"]);
            put(&mut said, "option", Value::String(option.option_type.clone()));
            parts.push((Subject::OptionValue { id: value.id.clone() }, said));
        }
    }
    for fare in &content.fares {
        let mut said = without(json(fare), &["id"]);
        // By their names: what an option is called says more than its place in a list.
        let chosen = fare.options.iter();
        let chosen: Map<_, _> = chosen
            .map(|choice| (choice.option_type.clone(), Value::String(choice.id.clone())))
            .collect();
        put(&mut said, "options", Value::Object(chosen));
        put(&mut said, "for_sale", Value::Bool(is_for_sale(content, &fare.id)));
        put(&mut said, "transferable", Value::Bool(fare.transferable));
        parts.push((
            Subject::Fare {
                id: fare.id.to_string(),
            },
            said,
        ));
    }
    for cap in &content.caps {
        let period = json(&cap.period);
        let id = format!("{}/{}", cap.group, period.as_str().unwrap_or_default());
        parts.push((Subject::Cap { id }, without(json(cap), &["group", "period"])));
    }
    parts
}

fn is_for_sale(content: &CatalogContent, fare: &FareId) -> bool {
    !content.not_for_sale.contains(fare)
}

/// What is stored as JSON can be written as JSON.
fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

fn without(mut value: Value, names: &[&str]) -> Value {
    if let Value::Object(members) = &mut value {
        members.retain(|name, _| !names.contains(&name.as_str()));
    }
    value
}

fn put(value: &mut Value, name: &str, said: Value) {
    if let Value::Object(members) = value {
        members.insert(name.to_owned(), said);
    }
}

/// The fields in which two objects differ, objects in objects by path.
fn field_changes(before: &Value, after: &Value) -> Vec<FieldChange> {
    let mut found = Vec::new();
    compare("", before, after, &mut found);
    found
}

/// Amounts, lengths and products are read as a whole.
const WHOLE: [&str; 5] = ["amount", "type", "minutes", "days", "months"];

fn compare(path: &str, before: &Value, after: &Value, found: &mut Vec<FieldChange>) {
    if before == after {
        return;
    }
    let is_whole = |members: &Map<String, Value>| WHOLE.iter().any(|name| members.contains_key(*name));
    match (before, after) {
        (Value::Object(old), Value::Object(new)) if path.is_empty() || !(is_whole(old) || is_whole(new)) => {
            let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            for name in names {
                let inside = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                let of = |members: &Map<String, Value>| members.get(name).cloned().unwrap_or_default();
                compare(&inside, &of(old), &of(new), found);
            }
        }
        _ => found.push(FieldChange {
            field: path.to_owned(),
            before: before.clone(),
            after: after.clone(),
        }),
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Catalog => f.write_str("catalog"),
            Self::Option { id } => write!(f, "option {id}"),
            Self::OptionValue { id } => write!(f, "option value {id}"),
            Self::Fare { id } => write!(f, "fare {id}"),
            Self::Location { id } => write!(f, "location {id}"),
            Self::Cap { id } => write!(f, "cap {id}"),
        }
    }
}

impl fmt::Display for CatalogDiff {
    /// A line for each thing that comes or goes, and for each field that changes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Difference { subject, how } in &self.0 {
            match how {
                How::Added { .. } => writeln!(f, "+ {subject}")?,
                How::Removed { .. } => writeln!(f, "- {subject}")?,
                How::Changed { fields } => {
                    for FieldChange { field, before, after } in fields {
                        writeln!(f, "~ {subject}: {field}: {} -> {}", Shown(before), Shown(after))?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// A value as people read it: amounts with their currency, texts without braces.
struct Shown<'a>(&'a Value);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(value) = self;
        match (value.get("amount"), value.get("currency")) {
            (Some(amount), Some(Value::String(currency))) => write!(f, "{amount} {currency}"),
            _ if value.is_null() => f.write_str("nothing"),
            _ => write!(f, "{value}"),
        }
    }
}
