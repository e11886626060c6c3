//! `docs/EVENTS.md` is written from the events' own comments and golden files, and is never behind them.
//!
//! `UPDATE_GOLDEN=1` writes it anew.

#![expect(clippy::panic, reason = "what is not as these tests expect must fail them")]

use std::{
    collections::BTreeMap,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

/// The stream categories in the order of the document, and what each is about.
const CATEGORIES: &[(&str, &str)] = &[
    (
        "app",
        "A demand-side app: its keys, its key server, its platform account at Stripe.",
    ),
    (
        "operator",
        "An operator: its profile, its connected account, its links to apps, its announcements.",
    ),
    (
        "catalog",
        "What an operator sells, in versions: a purchase is pinned to the version it was priced from.",
    ),
    (
        "user",
        "An app's rider: identity, customer and card at Stripe, consents, the hold of a purchase under way.",
    ),
    ("wallet", "The passes and pass books of a rider."),
    (
        "purchase",
        "One intent to pay one operator: every call to Stripe, its key, and what became of it.",
    ),
    (
        "transfer",
        "Passes on their way from one wallet to another, by link.",
    ),
    (
        "series",
        "Vouchers that an operator issues under the same terms, to unlock its restricted fares.",
    ),
    (
        "voucher",
        "One code of a series, and the accounts that redeemed it.",
    ),
    (
        "notification",
        "What Stripe told us of one event, kept before it is acknowledged; what the object says is asked for.",
    ),
    (
        "access",
        "A key to the admin API: its role, what took its place, its end. Never the key itself.",
    ),
    (
        "disclosure",
        "One look at a rider's personal data: whose it was, and in the metadata whose eyes.",
    ),
    ("parking", "One stay at one parking location."),
    (
        "occupancy",
        "How many spaces are free at an operator's parking locations, as the operator counted.",
    ),
    (
        "endpoint",
        "A webhook endpoint of an app or an operator: where it is told what happens, and of what.",
    ),
];

const INTRODUCTION: &str = "# Events

Everything this engine knows follows from these events. Each stands in one stream, named `category-id` as
`purchase-pur_…`, and is stored under the kind `category.name` as canonical JSON (`decisions/0002`). The shapes here
are golden files under `crates/domain/tests/golden`, which tests hold against today's code: what they show can be read
for ever. How one changes is described in `recipes/change-an-event.md`.

Around each payload the log stores what this page does not repeat: position, stream, version, kind, schema number,
time, and metadata with `actor`, `app`, `causation`, `correlation` and `request`.

Amounts are whole minor units beside their currency. Text under `sealed` is personal data or a bearer credential,
encrypted under a key of its user that can be destroyed. Fields that are absent in an example are optional.

This page is generated: `UPDATE_GOLDEN=1 cargo test -p domain --test events_doc`.
";

#[derive(Debug, Default, PartialEq, Eq)]
struct Field {
    name: String,
    says: String,
    flattened: bool,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Kind {
    name: String,
    says: String,
    fields: Vec<Field>,
}

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// `PassesIssued` is stored as `passes_issued`.
fn stored(variant: &str) -> String {
    variant
        .chars()
        .enumerate()
        .fold(String::new(), |mut name, (at, letter)| {
            if letter.is_ascii_uppercase() && at > 0 {
                name.push('_');
            }
            name.push(letter.to_ascii_lowercase());
            name
        })
}

/// The variants of the one enum whose name ends in `Event`, with what is said of them and their fields. It relies on
/// the formatter's indentation.
fn kinds(source: &str) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = Vec::new();
    let (mut says, mut flattened) = (String::new(), false);
    let body = source
        .lines()
        .skip_while(|line| !(line.starts_with("pub enum ") && line.contains("Event {")))
        .skip(1)
        .take_while(|line| *line != "}");
    for line in body {
        let text = line.trim();
        if let Some(comment) = text.strip_prefix("///") {
            says.push_str(comment);
        } else if text.starts_with("#[serde(flatten)]") {
            flattened = true;
        } else if let Some(name) = variant(line) {
            kinds.push(Kind {
                name: stored(name),
                says: std::mem::take(&mut says).trim().to_owned(),
                fields: Vec::new(),
            });
        } else if let (Some(kind), Some((name, _))) = (kinds.last_mut(), field(line)) {
            kind.fields.push(Field {
                name: name.to_owned(),
                says: std::mem::take(&mut says).trim().to_owned(),
                flattened: std::mem::take(&mut flattened),
            });
        }
    }
    kinds
}

/// A variant stands four spaces in.
fn variant(line: &str) -> Option<&str> {
    let text = line
        .strip_prefix("    ")
        .filter(|text| text.starts_with(char::is_uppercase))?;
    text.split([' ', ',', '(']).next()
}

/// A field of a variant stands eight spaces in.
fn field(line: &str) -> Option<(&str, &str)> {
    let text = line
        .strip_prefix("        ")
        .filter(|text| text.starts_with(char::is_lowercase))?;
    text.split_once(": ")
}

/// The golden files of a category by kind, the first shape first.
fn shapes(category: &str) -> BTreeMap<String, Vec<String>> {
    let folder = here("tests/golden").join(category);
    let mut shapes: BTreeMap<String, Vec<(u32, String)>> = BTreeMap::new();
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let (kind, number) = match name.split_once('-') {
            Some((kind, number)) => (kind.to_owned(), number.parse().unwrap_or(u32::MAX)),
            None => (name, 1),
        };
        shapes.entry(kind).or_default().push((number, read(&path)));
    }
    let ordered = |mut files: Vec<(u32, String)>| {
        files.sort();
        files.into_iter().map(|(_, text)| text).collect()
    };
    shapes
        .into_iter()
        .map(|(kind, files)| (kind, ordered(files)))
        .collect()
}

fn section(document: &mut String, category: &str, about: &str) -> std::fmt::Result {
    let mut shapes = shapes(category);
    writeln!(document, "\n## {category}\n\n{about}")?;
    for kind in kinds(&read(&here("src").join(category).join("event.rs"))) {
        let name = format!("{category}.{}", kind.name);
        assert!(!kind.says.is_empty(), "{name} has a sentence");
        let examples = shapes
            .remove(&kind.name)
            .unwrap_or_else(|| panic!("{name} has a golden file"));
        writeln!(document, "\n### `{name}`\n\n{}\n", kind.says)?;
        for field in &kind.fields {
            let beside = if field.flattened {
                " Its fields stand beside the others."
            } else {
                ""
            };
            writeln!(document, "- `{}`: {}{beside}", field.name, field.says)?;
        }
        for example in examples {
            writeln!(document, "\n```json\n{}\n```", example.trim_end())?;
        }
    }
    assert!(
        shapes.is_empty(),
        "golden files of no event of {category}: {:?}",
        shapes.keys()
    );
    Ok(())
}

fn document() -> String {
    let mut document = INTRODUCTION.to_owned();
    for (category, about) in CATEGORIES {
        if let Err(error) = section(&mut document, category, about) {
            panic!("{category}: {error}");
        }
    }
    document
}

#[test]
fn the_page_of_events_shows_every_event_as_it_is_stored_today() {
    let file = here("../../docs/EVENTS.md");
    let written = document();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&file, &written).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
    assert!(
        read(&file) == written,
        "docs/EVENTS.md is behind the events: UPDATE_GOLDEN=1 cargo test -p domain --test events_doc"
    );
}

#[test]
fn every_stream_category_has_a_section() {
    let folders = fs::read_dir(here("tests/golden")).unwrap_or_else(|error| panic!("{error}"));
    let mut folders: Vec<String> = folders
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    folders.sort();
    let mut sections = CATEGORIES
        .iter()
        .map(|(category, _)| (*category).to_owned())
        .collect::<Vec<_>>();
    sections.sort();
    assert_eq!(sections, folders);
}

#[test]
fn kinds_and_fields_are_read_from_the_comments_of_an_event() {
    let source = "/// Not this.\npub enum Cause {\n    /// No.\n    Other,\n}\npub enum ThingEvent {\n    /// It\n    /// began.\n    ItBegan {\n        /// Who.\n        #[serde(flatten)]\n        who: Who,\n    },\n    /// Over.\n    Ended,\n}\n";
    let field = Field {
        name: "who".to_owned(),
        says: "Who.".to_owned(),
        flattened: true,
    };
    let began = Kind {
        name: "it_began".to_owned(),
        says: "It began.".to_owned(),
        fields: vec![field],
    };
    let ended = Kind {
        name: "ended".to_owned(),
        says: "Over.".to_owned(),
        fields: Vec::new(),
    };
    assert_eq!(kinds(source), [began, ended]);
}
