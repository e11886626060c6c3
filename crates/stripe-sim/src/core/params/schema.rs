//! What each operation accepts: Stripe's OpenAPI description of 2023-08-16, and what later versions added.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use serde::Deserialize;

const STRIPE_2023_08_16: &str = include_str!("../../../schema/2023-08-16.json");
const LATER: &str = include_str!("../../../schema/later.json");

/// The type of a parameter.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    String,
    Integer,
    Number,
    Boolean,
    /// Free names. Values are usually texts; later additions that are not described deeper use it too.
    Map,
    Enum(Vec<String>),
    Array(Box<Kind>),
    Object(BTreeMap<String, Kind>),
    Any(Vec<Kind>),
}

/// One operation's parameters.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Operation {
    pub(crate) required: Vec<String>,
    pub(crate) params: BTreeMap<String, Kind>,
}

/// All operations by method and path template, such as `POST /v1/charges`.
pub(crate) fn catalogue() -> &'static HashMap<String, Operation> {
    static CATALOGUE: OnceLock<HashMap<String, Operation>> = OnceLock::new();
    CATALOGUE.get_or_init(|| {
        let mut all = read(STRIPE_2023_08_16);
        for (name, later) in read(LATER) {
            let operation = all.entry(name).or_default();
            operation.required.extend(later.required);
            merge(&mut operation.params, later.params);
        }
        all
    })
}

/// Later descriptions add to objects and replace everything else.
fn merge(known: &mut BTreeMap<String, Kind>, later: BTreeMap<String, Kind>) {
    for (name, kind) in later {
        match (known.get_mut(&name), kind) {
            (Some(Kind::Object(inner)), Kind::Object(more)) => merge(inner, more),
            (_, kind) => {
                known.insert(name, kind);
            }
        }
    }
}

/// The files are part of the program; a test reads them, so a broken one never ships.
fn read(text: &str) -> HashMap<String, Operation> {
    serde_json::from_str(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_parameter_files_can_be_read() {
        assert_eq!(
            serde_json::from_str::<HashMap<String, Operation>>(STRIPE_2023_08_16)
                .unwrap()
                .len(),
            60
        );
        assert!(
            !serde_json::from_str::<HashMap<String, Operation>>(LATER)
                .unwrap()
                .is_empty()
        );
    }
}
