//! Clients that generators make of `/openapi.json` compile, and do what an app does: buy a pass and ride with it. Skipped where
//! the generators are not installed: `INSTALL_CLIENTS=1 tests/run` fetches them.

use std::{
    path::{Path, PathBuf},
    process::Output,
};

use reqwest::Method;
use tokio::process::Command;

use crate::world::{ADMIN_KEY, SECRET_KEY, Store, World, on_both_stores, repository};

on_both_stores!(
    a_client_that_is_generated_for_python_buys_and_rides,
    a_client_that_is_generated_for_typescript_buys_and_rides,
);

/// What was generated is put below the world's folder, together with the journey that uses it.
fn folder(world: &World) -> PathBuf {
    let folder = world.folder().join("client");
    std::fs::create_dir(&folder).unwrap();
    for file in [
        "ride.py",
        "openapi-python-client.yaml",
        "ride.ts",
        "tsconfig.json",
    ] {
        let journey = repository().join("tests/clients/generated").join(file);
        std::fs::copy(journey, folder.join(file)).unwrap();
    }
    folder
}

async fn describe(world: &World, folder: &Path) {
    let description = world.app().bare(Method::GET, "/openapi.json").send().await.ok();
    std::fs::write(folder.join("openapi.json"), description.text).unwrap();
}

/// Runs a program to its end, which has to be a good one.
async fn runs(program: &Path, folder: &Path, args: &[&str]) -> String {
    let output = output(program, folder, args).await;
    let said = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    assert!(
        output.status.success(),
        "{} {args:?}\n{}",
        program.display(),
        said.concat()
    );
    said.concat()
}

async fn output(program: &Path, folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(program);
    command.args(args).current_dir(folder).kill_on_drop(true);
    command.output().await.unwrap()
}

/// The journey ends with the name of the pass, which is in the rider's wallet.
async fn rode(world: &World, said: &str) {
    let pass = said
        .lines()
        .find_map(|line| line.strip_prefix("rode on "))
        .expect(said);
    let rider = world.rider("ann").await;
    assert!(
        rider
            .wallet()
            .await
            .passes()
            .iter()
            .any(|it| it["pass_id"] == pass.trim())
    );
    world.books().await.agree_with(&[rider.wallet().await.body]);
    world.audit().await;
}

#[expect(
    clippy::print_stdout,
    reason = "whoever reads the output of the tests learns what was skipped"
)]
fn skipped(what: &str) {
    println!("skipped: no {what}; INSTALL_CLIENTS=1 tests/run fetches it");
}

/// `CONTRACT_PYTHON` names the interpreter of `tests/run`'s environment, if `python3` does not have the packages.
async fn a_client_that_is_generated_for_python_buys_and_rides(store: Store) {
    let python = std::env::var_os("CONTRACT_PYTHON").map_or_else(|| "python3".into(), PathBuf::from);
    let asked = Command::new(&python)
        .args(["-c", "import openapi_python_client, mypy"])
        .output()
        .await;
    if !asked.is_ok_and(|output| output.status.success()) {
        return skipped("openapi-python-client and mypy");
    }
    let world = World::start(store).await;
    let folder = folder(&world);
    describe(&world, &folder).await;
    let make = "from openapi_python_client.cli import app; app()";
    let mut args = vec!["-c", make, "generate", "--fail-on-warning", "--meta", "none"];
    args.extend(["--config", "openapi-python-client.yaml", "--path", "openapi.json"]);
    args.extend(["--output-path", "switchyard_client"]);
    runs(&python, &folder, &args).await;
    // What is described is the same on every store, and checking takes a while.
    if store == Store::Sqlite {
        let check = ["-m", "mypy", "--strict", "--cache-dir", "mypy_cache", "ride.py"];
        runs(&python, &folder, &check).await;
    }
    let args = ["ride.py", world.server.http(), SECRET_KEY, ADMIN_KEY];
    rode(&world, &runs(&python, &folder, &args).await).await;
}

/// `STRIPE_NODE_HOME` is where `tests/run` has put what npm has.
async fn a_client_that_is_generated_for_typescript_buys_and_rides(store: Store) {
    let home = std::env::var_os("STRIPE_NODE_HOME").map(PathBuf::from);
    let modules = home.map(|home| home.join("node_modules"));
    let wanted = ["openapi-typescript", "openapi-fetch", "typescript", "@types/node"];
    let Some(modules) = modules.filter(|it| wanted.iter().all(|name| it.join(name).is_dir())) else {
        return skipped("openapi-typescript, openapi-fetch and typescript");
    };
    let world = World::start(store).await;
    let folder = folder(&world);
    describe(&world, &folder).await;
    std::fs::write(folder.join("package.json"), r#"{ "type": "module" }"#).unwrap();
    std::os::unix::fs::symlink(&modules, folder.join("node_modules")).unwrap();
    let programs = modules.join(".bin");
    let make = [
        "openapi.json",
        "--default-non-nullable",
        "false",
        "--output",
        "api.d.ts",
    ];
    runs(&programs.join("openapi-typescript"), &folder, &make).await;
    runs(&programs.join("tsc"), &folder, &["--project", "tsconfig.json"]).await;
    let args = ["ride.js", world.server.http(), SECRET_KEY, ADMIN_KEY];
    rode(&world, &runs(Path::new("node"), &folder, &args).await).await;
}
