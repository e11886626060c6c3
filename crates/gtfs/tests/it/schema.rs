//! The overlay's published schema follows from the types. `UPDATE_GOLDEN=1` writes it anew.

use std::{fs, path::PathBuf};

use gtfs::Overlay;
use serde_json::Value;

fn schema() -> Value {
    serde_json::to_value(schemars::schema_for!(Overlay)).unwrap()
}

#[test]
fn the_published_schema_is_that_of_the_types() {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/gtfs-overlay.schema.json");
    let written = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&file, &written).unwrap();
    }
    assert!(
        fs::read_to_string(&file).unwrap_or_default() == written,
        "docs/gtfs-overlay.schema.json is behind the types: UPDATE_GOLDEN=1 cargo test -p gtfs"
    );
}

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
