//! A rider whose JWTs are made by an independent library, scripted in Python. Skipped where that library is not
//! installed: `INSTALL_CLIENTS=1 tests/run` fetches it.

use std::process::Stdio;

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    process::{Child, Command},
};

use crate::world::{
    PUBLISHABLE_KEY, SECRET_KEY, Setting, Store, World, demo_marketplace, on_both_stores, repository,
};

on_both_stores!(a_rider_with_tokens_of_an_independent_library_can_do_everything);

/// `STRIPE_PYTHON` names the interpreter of `tests/run`'s environment, if `python3` does not have the packages.
async fn python() -> Option<String> {
    let python = std::env::var("STRIPE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut command = Command::new(&python);
    command.args(["-c", "import cryptography, jwt"]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let has_both = command.status().await.is_ok_and(|status| status.success());
    has_both.then_some(python)
}

fn rider(python: &str) -> Child {
    Command::new(python)
        .arg("-B")
        .arg(repository().join("tests/clients/rider.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

/// The demo's marketplace, but that CityHop has keys of its own at this address.
async fn world(store: Store, folder: &TempDir, jwks_url: &str) -> World {
    let demo = std::fs::read_to_string(demo_marketplace()).unwrap();
    let name = "    name: CityHop\n";
    let own_keys = demo.replacen(name, &format!("{name}    jwks_url: {jwks_url}\n"), 1);
    assert_ne!(own_keys, demo, "the demo names CityHop");
    let marketplace = folder.path().join("marketplace.yaml");
    std::fs::write(&marketplace, own_keys).unwrap();
    let setting = Setting {
        marketplace: Some(marketplace),
        ..Setting::on(store)
    };
    World::of(setting).await
}

#[expect(
    clippy::print_stdout,
    reason = "whoever reads the output of the tests learns what was skipped"
)]
async fn a_rider_with_tokens_of_an_independent_library_can_do_everything(store: Store) {
    let Some(python) = python().await else {
        println!("skipped: no Python with PyJWT and cryptography; INSTALL_CLIENTS=1 tests/run fetches them");
        return;
    };
    let folder = TempDir::new().unwrap();
    let mut script = rider(&python);
    let mut said = BufReader::new(script.stdout.take().unwrap());
    let mut jwks_url = String::new();
    said.read_line(&mut jwks_url).await.unwrap();
    let world = world(store, &folder, jwks_url.trim()).await;
    let told = format!("{} {SECRET_KEY} {PUBLISHABLE_KEY}\n", world.server.http());
    let mut input = script.stdin.take().unwrap();
    input.write_all(told.as_bytes()).await.unwrap();
    drop(input);
    let mut steps = String::new();
    said.read_to_string(&mut steps).await.unwrap();
    let output = script.wait_with_output().await.unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && steps.trim_end().ends_with("\nok"),
        "{steps}{complaint}"
    );
    world.audit().await;
}
