//! The rules of the house, as a test: lengths, layers, and what is said nowhere.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use crate::world::repository;

/// The crates from the top to the bottom: each may use those after it.
const LAYERS: [&str; 11] = [
    "switchyard",
    "edge",
    "engine",
    "projector",
    "outbox",
    "payments",
    "stripe-sim",
    "vault",
    "gtfs",
    "event-log",
    "domain",
];

/// The longest a file may be.
const LINES: usize = 400;

/// Every file below a folder with this ending, build results left out.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.file_type().unwrap().is_dir() {
                if !name.starts_with('.') && name != "target" && name != "node_modules" {
                    folders.push(entry.path());
                }
            } else if name.ends_with(ending) {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    assert!(
        !found.is_empty(),
        "nothing ends in {ending} in {}",
        folder.display()
    );
    found
}

fn rust() -> Vec<PathBuf> {
    let mut all = files(&repository().join("crates"), ".rs");
    all.extend(files(&repository().join("tests"), ".rs"));
    all
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// A path as people say it.
fn named(path: &Path) -> String {
    let inside = path.strip_prefix(repository()).unwrap_or(path);
    inside.display().to_string()
}

/// The dependencies of a crate by the section of its manifest.
fn dependencies(manifest: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let mut sections: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut section = String::new();
    for line in read(manifest).lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[') {
            name.trim_end_matches(']').clone_into(&mut section);
        } else if let Some((name, _)) = line.split_once('=').filter(|_| !line.starts_with('#')) {
            let name = name.trim().split('.').next().unwrap_or_default();
            sections
                .entry(section.clone())
                .or_default()
                .insert(name.to_owned());
        }
    }
    sections
}

fn manifest(name: &str) -> PathBuf {
    repository().join("crates").join(name).join("Cargo.toml")
}

fn none(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
}

#[test]
fn no_file_is_longer_than_a_person_reads() {
    let long: Vec<String> = rust()
        .iter()
        .map(|path| (named(path), read(path).lines().count()))
        .filter(|(_, lines)| *lines > LINES)
        .map(|(path, lines)| format!("{path}: {lines} lines"))
        .collect();
    none("files of more than 400 lines", &long);
}

#[test]
fn every_crate_has_its_layer() {
    let crates = std::fs::read_dir(repository().join("crates")).unwrap();
    let mut crates: Vec<String> = crates
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    crates.sort();
    let mut layers = LAYERS.map(str::to_owned);
    layers.sort();
    assert_eq!(crates, layers);
}

#[test]
fn crates_use_only_what_is_below_them() {
    let mut upwards = Vec::new();
    for (rank, name) in LAYERS.iter().enumerate() {
        for (section, used) in dependencies(&manifest(name)) {
            if !section.ends_with("dependencies") {
                continue;
            }
            // A crate's own features for its tests, and a simulated Stripe to test against, are no layers.
            let for_tests = section == "dev-dependencies";
            let above = LAYERS[..=rank].iter().filter(|above| used.contains(**above));
            let above = above.filter(|above| !(for_tests && *above == name));
            upwards.extend(above.map(|above| format!("{name} [{section}] uses {above}")));
            if !for_tests && *name != "switchyard" && used.contains("stripe-sim") {
                upwards.push(format!(
                    "{name} [{section}] uses stripe-sim, which is for tests and the binary"
                ));
            }
        }
    }
    none("arrows that point upwards", &upwards);
}

#[test]
fn only_payments_knows_stripes_library() {
    let mut strangers = Vec::new();
    for name in LAYERS.iter().filter(|name| **name != "payments") {
        let declared = dependencies(&manifest(name));
        let used = declared.get("dependencies").into_iter().flatten();
        strangers.extend(
            used.filter(|used| used.starts_with("async-stripe"))
                .map(|used| format!("{name} depends on {used}")),
        );
        for path in files(&repository().join("crates").join(name).join("src"), ".rs") {
            if read(&path).contains("async_stripe") {
                strangers.push(named(&path));
            }
        }
    }
    none("strangers to payments that name async-stripe", &strangers);
}

#[test]
fn only_the_event_log_touches_the_events_table() {
    let mut strangers = Vec::new();
    for name in LAYERS.iter().filter(|name| **name != "event-log") {
        let mut all = files(&repository().join("crates").join(name), ".rs");
        // Proofs that tampering is found have to tamper.
        all.retain(|path| !named(path).contains("/tests/"));
        for path in all {
            let text = read(&path).to_lowercase();
            let words: Vec<&str> = text.split_whitespace().collect();
            let sql = ["from", "into", "update", "join", "table", "on"];
            let touches = words.windows(2).any(|pair| {
                let table = pair[1].trim_matches(|c: char| !c.is_alphanumeric() && c != '_');
                sql.contains(&pair[0].trim_start_matches(['"', '(', '\''])) && table == "events"
            });
            if touches && text.contains("sqlx") {
                strangers.push(named(&path));
            }
        }
    }
    none("SQL on events outside the event log", &strangers);
}

#[test]
fn a_database_is_named_only_where_there_is_one() {
    let with_tables = ["event-log", "vault", "projector", "outbox"];
    let strangers: Vec<String> = LAYERS
        .iter()
        .filter(|name| !with_tables.contains(name))
        .filter(|name| {
            let declared = dependencies(&manifest(name));
            declared
                .get("dependencies")
                .is_some_and(|used| used.contains("sqlx"))
        })
        .map(|name| (*name).to_owned())
        .collect();
    none("crates without tables that name sqlx", &strangers);
}

#[test]
fn the_domain_is_pure() {
    let impure = [
        "tokio",
        "sqlx",
        "rand",
        "getrandom",
        "reqwest",
        "futures",
        "async-trait",
        "tracing",
    ];
    let declared = dependencies(&manifest("domain"));
    let mut found: Vec<String> = declared
        .iter()
        .filter(|(section, _)| section.ends_with("dependencies"))
        .flat_map(|(_, used)| used.iter().filter(|used| impure.contains(&used.as_str())))
        .cloned()
        .collect();
    let clocks = [
        "Utc::now",
        "SystemTime",
        "Instant::now",
        "new_v4",
        "now_v7",
        "async fn",
        "std::fs",
        "std::env",
    ];
    for path in files(&repository().join("crates/domain/src"), ".rs") {
        let text = read(&path);
        let said = clocks.iter().filter(|word| text.contains(**word));
        found.extend(said.map(|word| format!("{}: {word}", named(&path))));
    }
    none("what a pure crate does without", &found);
}

#[test]
fn nothing_is_left_for_later() {
    // Put together here, so that this file does not say them.
    let banned = [
        concat!("to", "do!("),
        concat!("unimple", "mented!("),
        concat!("db", "g!("),
        concat!("#[ig", "nore]"),
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
    ];
    let mut found = Vec::new();
    for path in rust() {
        for (number, line) in read(&path).lines().enumerate() {
            let said = banned.iter().filter(|word| line.contains(**word));
            found.extend(said.map(|word| format!("{}:{}: {word}", named(&path), number + 1)));
        }
    }
    none("left for later", &found);
}

#[test]
fn every_name_says_something() {
    let banned = concat!("uti", "ls");
    let mut found = Vec::new();
    for path in rust() {
        let text = read(&path).to_lowercase();
        let words = text.split(|c: char| !c.is_alphanumeric());
        if named(&path).contains(banned) || words.into_iter().any(|word| word == banned) {
            found.push(named(&path));
        }
    }
    none("a name that says nothing", &found);
}

#[test]
fn every_file_is_part_of_its_crate() {
    let mut dead = Vec::new();
    for path in rust() {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let folder = path.parent().unwrap();
        let is_root = ["main", "lib", "build"].contains(&name.as_str());
        let is_target = ["examples", "tests", "benches"]
            .iter()
            .any(|it| folder.ends_with(it));
        if is_root || is_target {
            continue;
        }
        let (module, holders) = if name == "mod" {
            let module = folder.file_name().unwrap().to_string_lossy().into_owned();
            (module, parents(folder.parent().unwrap()))
        } else {
            (name, parents(folder))
        };
        let declared = holders.iter().filter(|holder| holder.is_file()).any(|holder| {
            let line = format!("mod {module};");
            read(holder).lines().any(|it| it.trim_start().ends_with(&line))
        });
        if !declared {
            dead.push(named(&path));
        }
    }
    none("files that nothing declares", &dead);
}

/// The files that may declare the modules of a folder: any in it, and the one named like it.
fn parents(folder: &Path) -> Vec<PathBuf> {
    let beside = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut holders: Vec<PathBuf> = beside
        .filter(|path| path.extension().is_some_and(|it| it == "rs"))
        .collect();
    holders.push(folder.with_extension("rs"));
    holders
}

#[test]
fn decisions_are_numbered() {
    let mut numbers = BTreeSet::new();
    let mut wrong = Vec::new();
    for path in files(&repository().join("docs/decisions"), ".md") {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let number = name
            .split_once('-')
            .map(|(number, _)| number.to_owned())
            .unwrap_or_default();
        let is_number = number.len() == 4 && number.bytes().all(|digit| digit.is_ascii_digit());
        if name != "README.md" && (!is_number || !numbers.insert(number)) {
            wrong.push(named(&path));
        }
    }
    none("decisions without a number of their own", &wrong);
}
