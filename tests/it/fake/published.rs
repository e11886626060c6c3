//! The published commands, run by the real `curl`, give the printed answers.
//!
//! `tests/published` has each command as it is printed and what it prints, numbered in the order of the document.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::{Fake, SECRET_KEY, shape::same};
use crate::world::{Store, World, repository};

/// Where the document's commands go, and where they keep their cookies. The folder of cookies is replaced too, so that
/// tests that run at the same time do not share them.
const HOST: &str = "https://api.tokentransit.com";
const COOKIES: &str = "/tmp/tt_fake_api_cookies";

fn commands() -> Vec<PathBuf> {
    let folder = std::fs::read_dir(repository().join("tests/published")).unwrap();
    let mut scripts: Vec<PathBuf> = folder
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "sh"))
        .collect();
    scripts.sort();
    assert_eq!(scripts.len(), 21, "the document has 21 commands");
    scripts
}

/// What a command prints. Its exit status says nothing: one of the printed commands lacks a backslash, so that the
/// shell takes its last lines for another command.
async fn output(script: &Path, host: &str, cookies: &Path) -> String {
    let text = std::fs::read_to_string(script).unwrap();
    assert!(text.contains(HOST), "{text}");
    let command = text
        .replace(HOST, host)
        .replace(COOKIES, &cookies.display().to_string());
    let run = move || {
        let output = Command::new("bash").arg("-c").arg(command).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_published_command_prints_what_is_published() {
    let world = World::start(Store::Sqlite).await;
    let (host, cookies) = (world.server.http(), world.folder().join("cookies"));
    let scripts = commands();
    let login = scripts.iter().find(|path| path.ends_with("05_login.sh")).unwrap();
    for script in &scripts {
        let name = script.file_stem().unwrap().to_str().unwrap();
        let got = output(script, host, &cookies).await;
        let printed = script.with_extension("txt");
        if printed.is_file() {
            assert_eq!(got, read(&printed).trim_end(), "{name}");
            continue;
        }
        let printed: Value = serde_json::from_str(&read(&script.with_extension("json"))).unwrap();
        let got: Value = serde_json::from_str(&got).unwrap_or_else(|_| panic!("{name}: {got}"));
        same(name, &printed, &got);
        if name == "06_logout" {
            assert!(!read(&cookies).contains("user_session_id"), "{}", read(&cookies));
            // "The following command assumes you have already sent a login request."
            output(login, host, &cookies).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_published_key_set_is_served_byte_for_byte_and_the_engines_own_beside_it() {
    let fake = Fake::start().await;
    let printed = read(&repository().join("tests/published/01_testing_jwks.json"));
    let (app, path) = (&fake.app, "/testing/jwks.json");
    let live = fake.world.app_with("sk_live_cityhop_demo_0000000000");
    for call in [
        app.bare(reqwest::Method::GET, path),
        app.get(path),
        live.get(path),
    ] {
        let served = call.send().await.ok();
        assert_eq!(served.text, printed);
        assert_eq!(served.header("content-type"), "application/json");
    }
    let own = fake.world.app().get(path).send().await.ok();
    let apart = app
        .bare(reqwest::Method::GET, "/testing/es256/jwks.json")
        .send()
        .await
        .ok();
    assert_eq!(own.body, apart.body);
    assert_eq!(own.body["keys"][0]["alg"], "ES256");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn moments_are_counted_from_now() {
    let fake = Fake::start().await;
    let before = Utc::now() - TimeDelta::milliseconds(1);
    let listed = fake
        .get("/pass?ticket_format=none&omit_unusable_passes=false")
        .send()
        .await
        .ok();
    let after = Utc::now();
    let moment = |pass: &str, name: &str| {
        let mut passes = listed.body["passes"].as_array().unwrap().iter();
        let pass = passes.find(|it| it["pass_id"] == pass).unwrap();
        let text = pass[name].as_str().unwrap();
        DateTime::parse_from_rfc3339(text).unwrap()
    };
    let now = moment("pass_active", "start_timestamp");
    assert!(before <= now && now <= after, "{now}");
    // A pass of several days ends with tomorrow.
    let end = moment("pass_stale_ticket", "end_timestamp");
    let zone = chrono_tz::America::Los_Angeles;
    let days = end.with_timezone(&zone).date_naive() - now.with_timezone(&zone).date_naive();
    assert_eq!(days, TimeDelta::days(2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_well_formed_fake_key_gets_the_same_answers() {
    let world = World::start(Store::Sqlite).await;
    let answer = async |key: &str| {
        let fares = world.app_with(key).get("/agency/bigbluebus/fare");
        fares.send().await.ok().text
    };
    let first = answer(SECRET_KEY).await;
    for key in ["sk_fake_1", "pk_fake_a_b-c", "sk_fake_cityhop_demo_0000000000"] {
        assert_eq!(answer(key).await, first, "{key}");
    }
}
