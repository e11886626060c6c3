//! The description of the API holds: it is valid, it is what is answered, and no input gets an answer outside of it.

use std::{path::PathBuf, process::Command};

use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{ADMIN_KEY, PUBLISHABLE_KEY, SECRET_KEY, SINGLE, Store, World};

/// What riders do. Logging out is not tried: whatever came after it would be a stranger's.
const RIDES: &[&str] = &["^/(user/login|agency|cart|purchase|pass|redeem|pass_transfer|validation)"];

/// The same without pass transfers, whose endpoints are ours: `fake` knows the published ones.
const PUBLISHED_RIDES: &[&str] = &["^/(user/login|agency|cart|purchase|pass(/|$)|redeem|validation)"];

const FAKE_KEY: &str = "sk_fake_1234567890abcXYZ";

/// All that `fake` asks of a JWT is to look like one and to name somebody.
const PLAUSIBLE_JWT: &str = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2ln";

/// `CONTRACT_PYTHON` names an interpreter that has these packages, if `python3` does not.
fn python(package: &str) -> Option<String> {
    let python = std::env::var("CONTRACT_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let import = format!("import {package}");
    let asked = Command::new(&python).args(["-c", &import]).output();
    if asked.is_ok_and(|output| output.status.success()) {
        return Some(python);
    }
    eprintln!("skipped: {python} has no package {package} (INSTALL_CLIENTS=1 tests/run fetches it)");
    None
}

async fn description(world: &World) -> Value {
    let asked = world.app().bare(Method::GET, "/openapi.json").send().await.ok();
    assert_eq!(asked.header("content-type"), "application/json");
    asked.body
}

/// Objects of answers as they are today: a member that nobody described is a difference.
fn strict(mut description: Value) -> Value {
    let schemas = description["components"]["schemas"].as_object_mut().unwrap();
    for schema in schemas.values_mut().filter(|it| it.get("properties").is_some()) {
        schema["additionalProperties"] = json!(false);
    }
    // An error is described as that of its status on top of the common one.
    schemas["Error"]
        .as_object_mut()
        .unwrap()
        .remove("additionalProperties");
    description
}

fn write(world: &World, name: &str, value: &Value) -> PathBuf {
    let file = world.folder().join(name);
    std::fs::write(&file, value.to_string()).unwrap();
    file
}

async fn run(mut command: Command) -> (bool, String) {
    let output = tokio::task::spawn_blocking(move || command.output())
        .await
        .unwrap()
        .unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    (output.status.success(), said.concat())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_description_is_valid_openapi() {
    let Some(python) = python("openapi_spec_validator") else {
        return;
    };
    let world = World::start(Store::Sqlite).await;
    let file = write(&world, "openapi.json", &description(&world).await);
    let mut command = Command::new(python);
    command.args(["-m", "openapi_spec_validator"]).arg(file);
    let (valid, said) = run(command).await;
    assert!(valid, "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_of_the_api_needs_nothing_from_elsewhere() {
    let world = World::start(Store::Sqlite).await;
    let page = world.app().bare(Method::GET, "/docs").send().await.ok();
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(
        page.header("content-security-policy")
            .starts_with("default-src 'none'")
    );
    assert!(page.text.contains("/agency/{agency_id}/fare/{fare_id}"));
}

/// Runs the fuzzer in somebody's name. What it sends follows from the seed, so that what fails fails again.
async fn fuzz(world: &World, who: &str, headers: &[String], only: &[&str], description: &Value) {
    let Some(python) = python("schemathesis") else {
        return;
    };
    let checks = "not_a_server_error,status_code_conformance,content_type_conformance,\
                  response_headers_conformance,response_schema_conformance";
    let file = write(world, &format!("{who}.json"), description);
    let mut command = Command::new(&python);
    command
        .args([
            "-c",
            "from schemathesis.cli import schemathesis; schemathesis()",
            "run",
        ])
        .arg(file)
        .args([
            "--url",
            world.server.http(),
            "--checks",
            checks,
            "--phases",
            "examples,coverage,fuzzing",
        ])
        .args([
            "--max-examples",
            "10",
            "--seed",
            "20200521",
            "--generation-deterministic",
            "--no-color",
        ])
        .args([
            "--continue-on-failure",
            "--warnings",
            "off",
            "--suppress-health-check",
            "all",
        ])
        .current_dir(world.folder());
    for header in headers {
        command.args(["-H", header]);
    }
    for path in only {
        command.args(["--include-path-regex", path]);
    }
    let (passed, said) = run(command).await;
    assert!(passed, "{who}: {said}");
    assert!(said.contains("passed"), "{who}: nothing was tried: {said}");
}

fn header(name: &str, value: &str) -> String {
    format!("{name}: {value}")
}

fn key(key: &str) -> Vec<String> {
    vec![
        header("Token-Transit-Api-Key", key),
        header("Token-Transit-Api-Version", "2020-05-21"),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_input_of_an_app_gets_an_answer_that_is_not_described() {
    let world = World::start(Store::Sqlite).await;
    let description = strict(description(&world).await);
    fuzz(&world, "nobody", &[], &[], &description).await;
    fuzz(&world, "phone", &key(PUBLISHABLE_KEY), &[], &description).await;
    world.audit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_input_of_a_rider_gets_an_answer_that_is_not_described() {
    let world = World::start(Store::Sqlite).await;
    let description = strict(description(&world).await);
    let rider = world.rider("ann").await;
    rider.buy(SINGLE, "pm_card_visa").await.ok();
    let state = rider.state().await;
    let mut headers = key(SECRET_KEY);
    headers.push(header("Cookie", &format!("user_session_id={}", rider.session)));
    headers.push(header("Token-Transit-Passes-State", &state));
    fuzz(&world, "rider", &headers, RIDES, &description).await;
    world.audit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_input_of_an_administrator_gets_an_answer_that_is_not_described() {
    let world = World::start(Store::Sqlite).await;
    let description = strict(description(&world).await);
    let headers = [header("Authorization", &format!("Bearer {ADMIN_KEY}"))];
    fuzz(&world, "admin", &headers, &["^/admin/"], &description).await;
}

/// Any well-formed key opens `fake`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_input_to_fake_gets_an_answer_that_is_not_described() {
    let world = World::start(Store::Sqlite).await;
    let description = strict(description(&world).await);
    let app = world.app_with(FAKE_KEY);
    let login = app.post("/user/login").bearer(PLAUSIBLE_JWT).send().await.ok();
    let session = login.session().expect("a JWT opens a session");
    let listed = app.get("/pass?ticket_format=none").session(&session).send();
    let state = listed.await.ok().state();
    let mut headers = key(FAKE_KEY);
    headers.push(header("Cookie", &format!("user_session_id={session}")));
    headers.push(header("Token-Transit-Passes-State", &state));
    fuzz(&world, "fake", &headers, PUBLISHED_RIDES, &description).await;
}
