//! `switchyard import`: an operator's fares out of its GTFS feed.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use reqwest::multipart::{Form, Part};

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
        form = form.text("dry_run", args.dry_run.to_string());
        match &args.effective_from {
            Some(time) => form.text("effective_from", time.clone()),
            None => form,
        }
    };
    let path = format!("/operators/{}/catalogs/gtfs", args.operator);
    let imported = AdminClient::new(&args.server)?.send(&path, &form).await?;
    print::one(args.server.json, &imported)?;
    Ok(ExitCode::SUCCESS)
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
