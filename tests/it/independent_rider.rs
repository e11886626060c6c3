//! A rider of an app that is scripted in Python, with an independent JWT library: it knows the published document and nothing
//! of the engine, brings its own marketplace, and does everything that riders do. Skipped where that library is not
//! installed: `INSTALL_CLIENTS=1 tests/run` fetches it.

use std::process::Stdio;

use tokio::process::Command;

use crate::world::{ADMIN_KEY, Setting, Store, World, on_both_stores, repository};

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

/// A world in which nothing is sold yet.
fn empty(store: Store) -> Setting {
    Setting {
        marketplace: None,
        ..Setting::on(store)
    }
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
    let world = World::of(empty(store)).await;
    let limited = empty(store)
        .with("SWITCHYARD_RATE_LIMIT", "1")
        .with("SWITCHYARD_RATE_LIMIT_BURST", "5");
    let limited = World::of(limited).await;
    let rider = Command::new(python)
        .arg("-B")
        .arg(repository().join("tests/clients/rider.py"))
        .args(["--server", world.server.http()])
        .args(["--limited", limited.server.http()])
        .args(["--stripe", world.server.stripe()])
        .env("SWITCHYARD_ADMIN_KEY", ADMIN_KEY)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    let steps = String::from_utf8_lossy(&rider.stdout);
    let complaint = String::from_utf8_lossy(&rider.stderr);
    assert!(
        rider.status.success() && steps.trim_end().ends_with("\nok"),
        "{steps}{complaint}"
    );
    world.audit().await;
}
