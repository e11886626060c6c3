//! Files as nobody should write them: the demo's, with anything in it missing or something else. They are read or
//! refused; nothing panics.

use proptest::{collection::vec, prelude::*, sample::Index};
use serde_json::{Value, json};

use super::{MarketplaceDocument, declaration};
use crate::api_key::Environment;

const DEMO: &str = include_str!("../../../../demo/marketplace.yaml");

/// What is put in the place of something.
fn any_other() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(null)),
        Just(json!([])),
        Just(json!({})),
        Just(json!(true)),
        Just(json!(-1)),
        Just(json!(0)),
        Just(json!(0.5)),
        Just(json!(u64::MAX)),
        Just(json!(i64::MIN)),
        Just(json!("")),
        Just(json!("24:00")),
        Just(json!("99:99")),
        Just(json!("2026-02-30")),
        Just(json!("America/Nowhere")),
        Just(json!("XXX")),
        "\\PC{0,20}".prop_map(Value::from),
        "[0-9:.,TZ+-]{1,20}".prop_map(Value::from),
    ]
}

fn places(value: &Value, here: &str, all: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| (index.to_string(), item))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    for (name, child) in children {
        let place = format!("{here}/{}", name.replace('~', "~0").replace('/', "~1"));
        places(child, &place, all);
        all.push(place);
    }
}

proptest! {
    #[test]
    fn a_file_that_is_wrong_somewhere_is_read_or_refused(
        changes in vec((any::<Index>(), any_other()), 1..4),
    ) {
        let mut file: Value = serde_saphyr::from_str(DEMO).unwrap();
        for (place, other) in changes {
            let mut all = Vec::new();
            places(&file, "", &mut all);
            if all.is_empty() {
                break;
            }
            if let Some(found) = file.pointer_mut(place.get(&all).as_str()) {
                *found = other;
            }
        }
        if let Ok(document) = serde_json::from_value::<MarketplaceDocument>(file) {
            for environment in [Environment::Test, Environment::Live] {
                let _ = declaration(&document, environment);
            }
        }
    }

    #[test]
    fn a_text_that_is_cut_or_garbled_is_read_or_refused(
        cut in any::<Index>(),
        place in any::<Index>(),
        garbage in "[\\[\\]{}&*!|>'\"%@`:#,? \n\t-]{0,6}|\\PC{0,6}",
    ) {
        let mut text: String = DEMO.chars().take(cut.index(DEMO.len())).collect();
        let chars = text.chars().count();
        let at = text.char_indices().nth(place.index(chars + 1)).map_or(text.len(), |(at, _)| at);
        text.insert_str(at, &garbage);
        if let Ok(document) = serde_saphyr::from_str::<MarketplaceDocument>(&text) {
            let _ = declaration(&document, Environment::Test);
        }
    }
}
