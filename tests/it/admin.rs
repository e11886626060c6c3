//! Administering the marketplace: as declared, all of it or nothing.

use std::path::PathBuf;

use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{ADMIN_KEY, Answer, SINGLE, Setting, Store, World, demo_marketplace, on_both_stores, run};

on_both_stores!(
    applying_a_file_twice_changes_nothing_the_second_time,
    a_dry_run_tells_what_would_change_and_changes_nothing,
    only_the_admin_key_administers,
    a_flawed_file_changes_nothing_and_every_flaw_is_named,
    a_new_price_holds_for_what_is_bought_from_then_on,
);

/// A world whose marketplace is still empty.
async fn empty(store: Store) -> World {
    World::of(Setting {
        marketplace: None,
        ..Setting::on(store)
    })
    .await
}

/// `switchyard apply --json`: what it printed.
async fn apply(world: &World, file: &str, more: &[&str]) -> Value {
    let mut args = vec![
        "apply",
        file,
        "--json",
        "--url",
        world.server.http(),
        "--admin-key",
        ADMIN_KEY,
    ];
    args.extend(more);
    let output = run(world.folder(), &args).await;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn events(applied: &Value) -> usize {
    let changes = applied["changes"].as_array().unwrap();
    changes
        .iter()
        .map(|change| change["events"].as_array().unwrap().len())
        .sum()
}

/// A file of the test's own, made from the demo's.
fn file(world: &World, name: &str, change: impl Fn(String) -> String) -> PathBuf {
    let text = std::fs::read_to_string(demo_marketplace()).unwrap();
    let path = world.folder().join(name);
    std::fs::write(&path, change(text)).unwrap();
    path
}

async fn post(world: &World, key: Option<&str>, path: &str, body: &Value) -> Answer {
    let mut call = world.app().bare(Method::POST, path).json(body);
    if let Some(key) = key {
        call = call.bearer(key);
    }
    call.send().await
}

async fn applying_a_file_twice_changes_nothing_the_second_time(store: Store) {
    let world = empty(store).await;
    let demo = demo_marketplace().display().to_string();
    assert!(events(&apply(&world, &demo, &[]).await) > 10);
    assert_eq!(events(&apply(&world, &demo, &[]).await), 0);
    world.rider("ann").await.buy(SINGLE, "pm_card_visa").await.ok();
    assert_eq!(events(&apply(&world, &demo, &[]).await), 0);
    let url = world.server.http().to_owned();
    let args = ["apply", &demo, "--url", &url, "--admin-key", ADMIN_KEY];
    let told = run(world.folder(), &args).await;
    assert_eq!(String::from_utf8_lossy(&told.stdout), "Nothing to change.\n");
    world.audit().await;
}

async fn a_dry_run_tells_what_would_change_and_changes_nothing(store: Store) {
    let world = empty(store).await;
    let demo = demo_marketplace().display().to_string();
    let previewed = apply(&world, &demo, &["--dry-run"]).await;
    assert_eq!(previewed["dry_run"], true);
    world.app().get("/agency").send().await.refused(401, None);
    let did = apply(&world, &demo, &[]).await;
    assert_eq!(previewed["changes"], did["changes"]);
    let nothing = apply(&world, &demo, &["--dry-run"]).await;
    assert_eq!(events(&nothing), 0);
}

async fn only_the_admin_key_administers(store: Store) {
    let world = World::start(store).await;
    let document = json!({ "apps": [], "operators": [] });
    let paths = [
        "/admin/v1/test/marketplace",
        "/admin/v1/live/marketplace",
        "/admin/v1/test/operators/bigbluebus/refresh",
    ];
    let wrong = [
        None,
        Some(crate::world::SECRET_KEY),
        Some("ak_tests_only_0000000000000001"),
    ];
    for path in paths {
        for key in wrong {
            let refused = post(&world, key, path, &document).await;
            problem(&refused, 401);
            assert_eq!(refused.header("www-authenticate"), "Bearer");
        }
        post(&world, Some(ADMIN_KEY), path, &document).await.ok();
    }
    problem(
        &post(&world, Some(ADMIN_KEY), "/admin/v1/fake/marketplace", &document).await,
        404,
    );
    let nobody = "/admin/v1/test/operators/nobody/refresh";
    problem(&post(&world, Some(ADMIN_KEY), nobody, &document).await, 404);
    let demo = demo_marketplace().display().to_string();
    let args = [
        "apply",
        &demo,
        "--url",
        world.server.http(),
        "--admin-key",
        "wrong",
    ];
    let told = run(world.folder(), &args).await;
    assert!(!told.status.success());
}

/// RFC 9457
#[track_caller]
fn problem(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.body["status"], status);
    assert!(answer.body["title"].is_string() && answer.body["detail"].is_string());
}

async fn a_flawed_file_changes_nothing_and_every_flaw_is_named(store: Store) {
    let world = empty(store).await;
    let flawed = json!({
        "apps": [
            { "id": "good", "name": "Good", "keys": ["sk_test_good_000000000000000000"] },
            { "id": "bad id", "name": "Bad" },
        ],
        "operators": [
            { "id": "somewhere", "kind": "transit", "name": "Somewhere", "timezone": "Mars/Olympus" },
            { "id": "bus", "kind": "boat", "name": "Bus", "timezone": "Europe/Warsaw" },
        ],
    });
    let refused = post(&world, Some(ADMIN_KEY), "/admin/v1/test/marketplace", &flawed).await;
    problem(&refused, 422);
    let errors = refused.body["errors"].as_array().unwrap();
    for place in ["apps[1]", "operators[0]", "operators[1]"] {
        let named = errors
            .iter()
            .filter_map(Value::as_str)
            .any(|error| error.starts_with(place));
        assert!(named, "{place}: {errors:?}");
    }
    let good = world.app_with("sk_test_good_000000000000000000");
    good.get("/agency").send().await.refused(401, None);
    let unknown = json!({ "apps": [], "opperators": [] });
    let refused = post(&world, Some(ADMIN_KEY), "/admin/v1/test/marketplace", &unknown).await;
    assert!(matches!(refused.status, 400 | 422), "{}", refused.text);
    let negative = file(&world, "negative.yaml", |text| {
        text.replace("price: 125", "price: -125")
    });
    let args = [
        "apply",
        &negative.display().to_string(),
        "--url",
        world.server.http(),
        "--admin-key",
        ADMIN_KEY,
    ];
    let told = run(world.folder(), &args).await;
    assert!(!told.status.success());
    world.app().get("/agency").send().await.refused(401, None);
}

async fn a_new_price_holds_for_what_is_bought_from_then_on(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    rider.buy(SINGLE, "pm_card_visa").await.ok();
    let dearer = file(&world, "dearer.yaml", |text| {
        text.replace("price: 125", "price: 175")
    });
    let applied = apply(&world, &dearer.display().to_string(), &[]).await;
    assert_eq!(events(&applied), 1, "{applied}");
    let bought = rider.buy(SINGLE, "pm_card_visa").await.ok();
    let mut shown: Vec<i64> = bought.body["passes"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|pass| pass["fare"]["price"]["amount"].as_i64())
        .collect();
    shown.sort_unstable();
    assert_eq!(shown, [125, 175], "each at the price of its sale");
    let mut paid: Vec<i64> = world.books().await.kept().iter().map(|it| it.amount).collect();
    paid.sort_unstable();
    assert_eq!(paid, [125, 175]);
    world.audit().await;
}
