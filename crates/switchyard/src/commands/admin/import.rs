//! `switchyard import`: an operator's fares out of its GTFS feed.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use reqwest::multipart::{Form, Part};
use serde_json::Value;

use super::{client::AdminClient, print};
use crate::config::ImportArgs;

pub(crate) async fn import(args: ImportArgs) -> anyhow::Result<ExitCode> {
    let feed = files_of(&args.feed)?;
    let overlay = read(&args.overlay)?;
    let form = || {
        let mut form = Form::new().part("overlay", Part::bytes(overlay.clone()).file_name("overlay.yaml"));
        for (name, bytes) in &feed {
            form = form.part("feed", Part::bytes(bytes.clone()).file_name(name.clone()));
        }
        match &args.effective_from {
            Some(time) => form.text("effective_from", time.clone()),
            None => form,
        }
    };
    let path = format!(
        "/operators/{}/catalogs/gtfs?dry_run={}",
        args.operator, args.dry_run
    );
    let imported = AdminClient::new(&args.server)?.send(&path, &form).await?;
    print::say(args.server.json, &imported, &told(&imported))?;
    Ok(ExitCode::SUCCESS)
}

/// What is different, a line each, then what there is to know, then how it stands.
fn told(imported: &Value) -> String {
    let texts = |place: &str, show: &dyn Fn(&Value) -> String| -> Vec<String> {
        let values = imported.get(place).and_then(Value::as_array);
        values.into_iter().flatten().map(show).collect()
    };
    let plain = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let field = |value: &Value, name: &str| match value.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    };
    let note = |note: &Value| {
        let place = [field(note, "file"), field(note, "row"), field(note, "field")];
        let place: Vec<String> = place.into_iter().filter(|part| !part.is_empty()).collect();
        format!("note: {}: {}", place.join(":"), field(note, "reason"))
    };
    let mut lines = texts("lines", &plain);
    lines.extend(texts("notes", &note));
    let version = field(imported, "version");
    let dry = imported.get("dry_run") == Some(&Value::Bool(true));
    let changed = imported.get("changed") == Some(&Value::Bool(true));
    lines.push(match (changed, dry) {
        (false, _) => format!(
            "Nothing to change: version {version} is the same, and is {}.",
            field(imported, "status")
        ),
        (true, true) => format!("Would be version {version}."),
        (true, false) => format!(
            "Version {version}, {} from {}.",
            field(imported, "status"),
            field(imported, "effective_from")
        ),
    });
    lines.join("\n")
}

/// The zip file itself, or every table of a folder.
fn files_of(feed: &Path) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    if !feed.is_dir() {
        return Ok(vec![(name_of(feed), read(feed)?)]);
    }
    let listed = std::fs::read_dir(feed).with_context(|| format!("cannot read {}", feed.display()))?;
    let mut tables: Vec<PathBuf> = listed
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    tables.sort();
    if tables.is_empty() {
        bail!("{} holds no tables of a feed", feed.display());
    }
    tables
        .iter()
        .map(|table| Ok((name_of(table), read(table)?)))
        .collect()
}

fn name_of(file: &Path) -> String {
    file.file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}
