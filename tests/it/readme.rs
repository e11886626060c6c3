//! What the README tells to paste does what it says.

use std::process::Stdio;

use tokio::process::Command;

use crate::world::{ADMIN_KEY, Setting, Store, World, binary, on_both_stores, repository};

on_both_stores!(what_is_told_to_be_pasted_works);

/// The block of shell commands below a heading.
fn block<'a>(readme: &'a str, heading: &str) -> &'a str {
    let (_, section) = readme.split_once(&format!("\n## {heading}\n")).expect(heading);
    let (_, block) = section.split_once("```sh\n").expect("a block");
    block.split_once("```").expect("its end").0
}

/// Runs a script in the world's folder, and gives what it printed.
async fn paste(world: &World, script: &str) -> String {
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", script])
        .current_dir(world.folder())
        .env("SWITCHYARD_URL", world.server.http())
        .env("SWITCHYARD_ADMIN_KEY", ADMIN_KEY)
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}\n{complaint}", brief(&said));
    said
}

/// What was printed, without the pages of tickets.
fn brief(said: &str) -> String {
    let lines = said
        .lines()
        .map(|line| line.chars().take(200).collect::<String>());
    lines.collect::<Vec<_>>().join("\n")
}

async fn what_is_told_to_be_pasted_works(store: Store) {
    let world = World::of(Setting {
        embedded: true,
        ..Setting::on(store)
    })
    .await;
    let demo = world.folder().join("demo");
    std::os::unix::fs::symlink(repository().join("demo"), demo).unwrap();
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let script = [
        block(&readme, "Try it"),
        block(&readme, "Bring an operator on board"),
    ]
    .join("\n");
    let script = script
        .replace("http://127.0.0.1:8080", world.server.http())
        .replace("http://127.0.0.1:PORT", world.server.stripe())
        .replace("cargo run --quiet --release --", &binary().display().to_string());
    let said = paste(&world, &script).await;
    let mut answers = said.lines().filter(|line| line.starts_with("HTTP "));
    // Bought in the first block; the form, the consent, what Riverline sold, and what it does not sell any more.
    for status in ["200", "200", "200", "200", "403"] {
        assert_eq!(
            answers.next(),
            Some(format!("HTTP {status}").as_str()),
            "{}",
            brief(&said)
        );
    }
    assert_eq!(answers.next(), None);
    for told in [
        "the same answer",
        "Nothing to change: version 1 is the same, and is in_force.",
        "account_connected",
    ] {
        assert!(said.contains(told), "{told}: {}", brief(&said));
    }
    world.audit().await;
}
