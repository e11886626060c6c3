//! Stripe's official libraries, unmodified, against the simulator. Skipped where they are not installed.

use std::path::PathBuf;
use std::process::Stdio;

use tokio::process::Command;

use crate::support::Sim;

fn script(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/clients")
        .join(path)
}

async fn can_run(program: &str, args: &[&str], home: Option<&str>) -> bool {
    let mut command = Command::new(program);
    command.args(args).stdout(Stdio::null()).stderr(Stdio::null());
    if let Some(home) = home {
        command.current_dir(home);
    }
    command.status().await.is_ok_and(|status| status.success())
}

async fn run(program: &str, path: &str) {
    let sim = Sim::start().await;
    let output = Command::new(program)
        .arg(script(path))
        .arg(sim.server.url())
        .output()
        .await
        .unwrap();
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(
        output.status.success() && out.trim().ends_with("ok"),
        "{out}{err}"
    );
}

/// `STRIPE_PYTHON` names an interpreter that has the `stripe` package, if `python3` does not.
#[tokio::test]
async fn stripes_python_library_works_unmodified() {
    let python = std::env::var("STRIPE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    if !can_run(&python, &["-c", "import stripe"], None).await {
        println!("skipped: {python} has no stripe package");
        return;
    }
    run(&python, "python/money_path.py").await;
}

/// `STRIPE_NODE_HOME` names a directory from which `stripe` can be required.
#[tokio::test]
async fn stripes_node_library_works_unmodified() {
    let home = std::env::var("STRIPE_NODE_HOME").unwrap_or_else(|_| ".".to_owned());
    if !can_run("node", &["-e", "require('stripe')"], Some(&home)).await {
        println!("skipped: node finds no stripe package in {home}");
        return;
    }
    run("node", "node/money_path.mjs").await;
}
