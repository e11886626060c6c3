//! No card data, secret or personal data in clear (invariant M8).

use event_log::{RawMetadata, Recorded};
use serde_json::Value;

use super::scan::{self, Find};

/// Streams of people. What stands in others, such as how to reach an operator, is public.
const OF_PEOPLE: [&str; 6] = ["user", "wallet", "purchase", "transfer", "voucher", "parking"];

/// What an operator says about a fare, frozen where it is sold. It may name a telephone number of the operator's.
const PUBLIC: &str = "terms";

/// What stands in clear in an event, each kind of find once.
pub(super) fn in_clear(recorded: &Recorded, payload: &Value) -> Vec<Find> {
    let mut finds = Vec::new();
    walk(
        payload,
        OF_PEOPLE.contains(&recorded.stream.category()),
        &mut finds,
    );
    finds.extend(scan::secrets(recorded.stream.as_str()));
    finds.extend(scan::personal(recorded.stream.as_str()));
    finds.extend(of_metadata(&recorded.metadata));
    finds.sort_unstable();
    finds.dedup();
    finds
}

fn of_metadata(metadata: &RawMetadata) -> Vec<Find> {
    let mut finds = Vec::new();
    if let Ok(value) = serde_json::from_str(metadata.as_str()) {
        walk(&value, true, &mut finds);
    }
    finds
}

fn walk(value: &Value, of_people: bool, finds: &mut Vec<Find>) {
    match value {
        Value::String(text) if scan::is_sealed(text) => {}
        Value::String(text) => {
            finds.extend(scan::secrets(text));
            if of_people {
                finds.extend(scan::personal(text));
            }
        }
        Value::Number(number) => finds.extend(scan::card_number(&number.to_string())),
        Value::Array(items) => items.iter().for_each(|item| walk(item, of_people, finds)),
        Value::Object(members) => {
            for (key, member) in members {
                // Keys may come from outside, too: translations are named by language.
                finds.extend(scan::secrets(key));
                walk(member, of_people && key != PUBLIC, finds);
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}
