//! The marketplace file: its published schema follows from the types, and the demo's file is a good one.
//!
//! `UPDATE_GOLDEN=1` writes the schema anew.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::{fs, path::PathBuf};

use edge::{
    api_key::Environment,
    marketplace::{MarketplaceDocument, declaration},
};
use serde_json::Value;

fn at_root(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn demo() -> MarketplaceDocument {
    let text = fs::read_to_string(at_root("demo/marketplace.yaml")).unwrap();
    serde_saphyr::from_str(&text).unwrap()
}

fn schema() -> Value {
    serde_json::to_value(schemars::schema_for!(MarketplaceDocument)).unwrap()
}

#[test]
fn the_published_schema_is_that_of_the_types() {
    let file = at_root("docs/marketplace.schema.json");
    let written = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&file, &written).unwrap();
    }
    assert!(
        fs::read_to_string(&file).unwrap() == written,
        "docs/marketplace.schema.json is behind the types: UPDATE_GOLDEN=1 cargo test -p edge --test schema"
    );
}

/// An object that allows what it does not know would let a misspelt field pass in silence.
#[test]
fn no_object_of_the_schema_allows_fields_it_does_not_name() {
    let schema = schema();
    let open: Vec<&String> = schema["$defs"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, definition)| definition.get("properties").is_some())
        .filter(|(_, definition)| definition["additionalProperties"] != Value::Bool(false))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(open, Vec::<&String>::new());
    assert_eq!(schema["additionalProperties"], Value::Bool(false));
}

#[test]
fn the_demo_marketplace_can_be_declared_in_test_and_live() {
    let document = demo();
    for environment in [Environment::Test, Environment::Live] {
        let declared = declaration(&document, environment).unwrap();
        assert_eq!(declared.apps.len(), document.apps.len());
        assert_eq!(declared.operators.len(), document.operators.len());
        assert_eq!(declared.catalogs.len(), 2);
        assert_eq!(declared.locations.len(), 3);
    }
}

#[test]
fn a_key_belongs_to_the_environment_that_its_infix_names() {
    let document = demo();
    let keys = |environment| declaration(&document, environment).unwrap().apps[0].keys.len();
    assert_eq!(keys(Environment::Test), 2, "one publishable, one secret");
    assert_eq!(keys(Environment::Live), 0, "the demo has no live keys");
}

#[test]
fn a_misspelt_field_is_refused_and_named() {
    let misspelt = "operators: [{ id: a, kind: transit, name: A, timezone: UTC, conutry: US }]";
    let refused = serde_saphyr::from_str::<MarketplaceDocument>(misspelt).unwrap_err();
    assert!(refused.to_string().contains("conutry"), "{refused}");
}
