//! Bad settings end the program at once, with one clear line.

use tempfile::TempDir;

use crate::world::{ADMIN_KEY, Store, World, run};

/// Good settings for everything.
const GOOD: [[&str; 2]; 5] = [
    ["--http", "127.0.0.1:0"],
    ["--grpc", "127.0.0.1:0"],
    ["--database", "sqlite:live.db"],
    ["--test-database", "sqlite:test.db"],
    ["--admin-key", ADMIN_KEY],
];

/// Runs `serve` with one setting wrong, and gives the line it ended with.
async fn refused(flag: &str, value: &str) -> String {
    let folder = TempDir::new().unwrap();
    let good = GOOD.iter().filter(|[name, _]| *name != flag).flatten().copied();
    let args: Vec<&str> = ["serve"].into_iter().chain(good).chain([flag, value]).collect();
    let output = run(folder.path(), &args).await;
    assert!(!output.status.success(), "{flag} {value} was taken");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let mut last = said
        .lines()
        .filter(|line| line.starts_with("switchyard: ") || line.starts_with("error: "));
    match (last.next(), last.next()) {
        (Some(line), None) => line.to_owned(),
        _ => panic!("{flag} {value}: not one clear line:\n{said}"),
    }
}

#[tokio::test]
async fn a_bad_setting_is_named() {
    let cases = [
        ("--http", "nowhere", "--http"),
        ("--no-such-flag", "1", "--no-such-flag"),
        ("--database", "mysql://localhost/x", "live environment"),
        (
            "--test-database",
            "sqlite:/no/such/folder/x.db",
            "/no/such/folder",
        ),
        ("--admin-key", "short", "admin key"),
        ("--master-key", "short", "master key"),
        ("--marketplace", "missing.yaml", "missing.yaml"),
        ("--stripe-url", "not a url", "Stripe"),
    ];
    for (flag, value, named) in cases {
        let said = refused(flag, value).await;
        assert!(said.contains(named), "{flag} {value}: {said}");
    }
}

#[tokio::test]
async fn a_database_that_does_not_answer_is_named_without_its_password() {
    let said = refused("--database", "postgres://ann:hunter2@127.0.0.1:1/x").await;
    assert!(
        said.contains("live environment") && !said.contains("hunter2"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_in_use_is_named() {
    let world = World::start(Store::Sqlite).await;
    let taken = world.server.http().trim_start_matches("http://");
    let said = refused("--http", taken).await;
    assert!(said.contains(taken), "{said}");
}
