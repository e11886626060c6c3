//! Standard Webhooks' own libraries, unmodified, verify what we send. Skipped where they are not installed.

use std::process::{Output, Stdio};

use serde_json::json;
use tokio::{io::AsyncWriteExt, process::Command};

use super::{APP, endpoint::Endpoint, local_world};
use crate::world::{Store, repository};

async fn can_run(program: &str, args: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(args).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().await.is_ok_and(|status| status.success())
}

/// Hands a delivery as it arrived to a script, with the secret as it was shown.
async fn verified_by(program: &str, args: &[&str]) {
    let world = local_world(Store::Sqlite).await;
    let app = Endpoint::of(&world, APP, &[]).await;
    app.ping(&world).await;
    let got = app.receiver.wait_for(1).await.remove(0);
    let delivery = json!({
        "secret": app.secret,
        "id": got.id,
        "timestamp": got.timestamp,
        "signature": got.signature,
        "body": got.body,
    });
    let mut child = Command::new(program)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(delivery.to_string().as_bytes()).await.unwrap();
    drop(input);
    let Output {
        status,
        stdout,
        stderr,
    } = child.wait_with_output().await.unwrap();
    let (out, err) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(status.success() && out.trim().ends_with("ok"), "{out}{err}");
}

fn script(name: &str) -> String {
    repository()
        .join("tests/clients")
        .join(name)
        .display()
        .to_string()
}

/// `WEBHOOKS_PYTHON` names an interpreter that has the `standardwebhooks` package, if `python3` does not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_python_library_accepts_what_is_sent_and_refuses_what_was_changed() {
    let python = std::env::var("WEBHOOKS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    if !can_run(&python, &["-c", "import standardwebhooks"]).await {
        println!("skipped: {python} has no standardwebhooks package");
        return;
    }
    verified_by(&python, &[&script("webhooks.py")]).await;
}

/// `WEBHOOKS_NODE_HOME` names a directory from which `standardwebhooks` can be required.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_javascript_library_accepts_what_is_sent_and_refuses_what_was_changed() {
    let home = std::env::var("WEBHOOKS_NODE_HOME").unwrap_or_else(|_| ".".to_owned());
    let package = format!("{home}/node_modules/standardwebhooks");
    let look = format!("require({})", json!(package));
    if !can_run("node", &["-e", &look]).await {
        println!("skipped: node finds no standardwebhooks package in {home}");
        return;
    }
    verified_by("node", &[&script("webhooks.cjs"), &package]).await;
}
