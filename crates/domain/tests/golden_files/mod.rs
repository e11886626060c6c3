//! The stored shape of every event: one file in `golden/` for each sample.
//!
//! A file that once was released is a promise: whatever is stored can be read for ever. To change a shape, add a
//! sample of the new one and keep the old file, as its variant's further sample, for as long as such events may exist.
//! `UPDATE_GOLDEN=1` writes the files anew; look at what it changed.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
    fs,
    path::{Path, PathBuf},
};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::samples;

/// The `type` that an event is stored under.
pub(crate) fn tag(event: &impl Serialize) -> String {
    match serde_json::to_value(event).unwrap().get("type") {
        Some(Value::String(tag)) => tag.clone(),
        _ => panic!("an event has a type"),
    }
}

fn folder(noun: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(noun)
}

/// Each sample under the name of its file: `started.json`, `started-2.json`, …
fn named<E: Serialize>(samples: Vec<E>) -> BTreeMap<String, E> {
    let mut seen = BTreeMap::<String, u32>::new();
    let name = |event: E| {
        let tag = tag(&event);
        let count = seen.entry(tag.clone()).or_default();
        *count += 1;
        let name = if *count == 1 {
            format!("{tag}.json")
        } else {
            format!("{tag}-{count}.json")
        };
        (name, event)
    };
    samples.into_iter().map(name).collect()
}

fn written(event: &impl Serialize) -> String {
    serde_json::to_string_pretty(event).unwrap() + "\n"
}

fn files_in(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

fn update<E: Serialize>(folder: &Path, samples: &BTreeMap<String, E>) {
    fs::create_dir_all(folder).unwrap();
    for stale in files_in(folder)
        .iter()
        .filter(|name| !samples.contains_key(*name))
    {
        fs::remove_file(folder.join(stale)).unwrap();
    }
    for (name, event) in samples {
        fs::write(folder.join(name), written(event)).unwrap();
    }
}

fn keeps_its_shapes<E>(noun: &str, samples: Vec<E>)
where
    E: Serialize + DeserializeOwned + PartialEq + Debug,
{
    let (folder, samples) = (folder(noun), named(samples));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        update(&folder, &samples);
    }
    let expected: BTreeSet<_> = samples.keys().cloned().collect();
    assert_eq!(
        files_in(&folder),
        expected,
        "every shape of {noun} has a file, and every file a shape"
    );
    for (name, event) in samples {
        let file = fs::read_to_string(folder.join(&name)).unwrap();
        let read: E = serde_json::from_str(&file).unwrap_or_else(|error| panic!("{noun}/{name}: {error}"));
        assert_eq!(read, event, "{noun}/{name} is read as it was meant");
        assert_eq!(file, written(&event), "{noun}/{name} is written as it was");
    }
}

#[test]
fn every_stored_event_keeps_its_shape() {
    keeps_its_shapes("app", samples::app());
    keeps_its_shapes("operator", samples::operator());
    keeps_its_shapes("catalog", samples::catalog());
    keeps_its_shapes("occupancy", samples::occupancy());
    keeps_its_shapes("parking", samples::parking());
    keeps_its_shapes("purchase", samples::purchase());
    keeps_its_shapes("user", samples::user());
    keeps_its_shapes("wallet", samples::wallet());
    keeps_its_shapes("transfer", samples::transfer());
    keeps_its_shapes("series", samples::series());
    keeps_its_shapes("voucher", samples::voucher());
    keeps_its_shapes("notification", samples::notification());
    keeps_its_shapes("access", samples::access());
    keeps_its_shapes("disclosure", samples::disclosure());
    keeps_its_shapes("endpoint", samples::endpoint());
}
