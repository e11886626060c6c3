//! A stock client in another language. Skipped where grpcio is not installed: `INSTALL_CLIENTS=1 tests/run` fetches it.

use std::process::Stdio;

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    process::Command,
};

use crate::world::{SECRET_KEY, Store, World, on_both_stores, repository};

on_both_stores!(a_client_in_python_finds_the_services_buys_and_follows_across_a_kill);

/// `STRIPE_PYTHON` names the interpreter of `tests/run`'s environment, if `python3` does not have the packages.
async fn python() -> Option<String> {
    let python = std::env::var("STRIPE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut command = Command::new(&python);
    command.args(["-c", "import grpc, grpc_reflection"]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let has_both = command.status().await.is_ok_and(|status| status.success());
    has_both.then_some(python)
}

#[expect(
    clippy::print_stdout,
    reason = "whoever reads the output of the tests learns what was skipped"
)]
async fn a_client_in_python_finds_the_services_buys_and_follows_across_a_kill(store: Store) {
    let Some(python) = python().await else {
        println!(
            "skipped: no Python with grpcio and grpcio-reflection; INSTALL_CLIENTS=1 tests/run fetches them"
        );
        return;
    };
    let mut world = World::start(store).await;
    let rider = world.rider("ann").await;
    let mut client = Command::new(python)
        .arg("-B")
        .arg(repository().join("tests/clients/grpc_rider.py"))
        .args([world.server.grpc(), SECRET_KEY, &rider.jwt])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut steps = BufReader::new(client.stdout.take().unwrap()).lines();
    let mut said = Vec::new();
    while let Some(line) = steps.next_line().await.unwrap() {
        if line == "kill me" {
            world.kill();
            world.restart().await;
            let address = format!("{}\n", world.server.grpc());
            let mut stdin = client.stdin.take().unwrap();
            stdin.write_all(address.as_bytes()).await.unwrap();
        }
        said.push(line);
    }
    let ended = client.wait().await.unwrap();
    assert!(
        ended.success() && said.last().is_some_and(|it| it == "ok"),
        "{said:#?}"
    );
    world.books().await.agree_with(&[rider.wallet().await.body]);
    world.audit().await;
}
