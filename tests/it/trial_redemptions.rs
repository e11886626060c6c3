//! The redemption links that the document has for trying things out.

use reqwest::Method;
use serde_json::json;

use crate::world::{ADMIN_KEY, Store, World, look, on_both_stores};

on_both_stores!(
    a_trial_link_behaves_in_test_as_published,
    a_trial_link_means_nothing_in_live,
);

/// The published table: with a login, and without one.
const TABLE: [(&str, Option<&str>, Option<&str>); 7] = [
    (
        "test_redemption_already_used",
        Some("redemption_already_used"),
        Some("redemption_used_by_another_account"),
    ),
    ("test_redemption_ineligible", Some("redemption_ineligible"), None),
    (
        "test_redemption_invalid",
        Some("redemption_invalid"),
        Some("redemption_invalid"),
    ),
    (
        "test_redemption_limits_exceeded",
        Some("redemption_limits_exceeded"),
        None,
    ),
    (
        "test_redemption_into_source_account",
        Some("pass_transfer_into_source_account"),
        None,
    ),
    ("test_redemption_success", None, None),
    (
        "test_redemption_used_by_another_account",
        Some("redemption_used_by_another_account"),
        Some("redemption_used_by_another_account"),
    ),
];

fn status(code: &str) -> u16 {
    match code {
        "redemption_ineligible" | "redemption_used_by_another_account" => 403,
        "redemption_limits_exceeded" => 428,
        _ => 400,
    }
}

async fn a_trial_link_behaves_in_test_as_published(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    for (link, logged_in, anybody) in TABLE {
        for (answer, code) in [
            (rider.look_at(link).await, logged_in),
            (world.app().get(&look(link)).send().await, anybody),
        ] {
            if let Some(code) = code {
                answer.refused(status(code), Some(code));
            } else {
                let shown = answer.ok().body;
                assert_eq!(shown["title"], "Redeem Fares");
                assert_eq!(
                    shown["message"],
                    "The following fares will be made available in your account:\n  - Adult Single Ride, Quantity: 1"
                );
            }
        }
        let key = format!("key of {link}");
        let post = || {
            let call = rider.post("/redeem").header("Idempotency-Key", &key);
            call.form(&[("link", link)]).send()
        };
        for answer in [post().await, post().await, rider.redeem(link).await] {
            match logged_in {
                Some(code) => answer.refused(status(code), Some(code)),
                None => assert_eq!(answer.ok().body, json!({})),
            }
        }
        let other = rider.post("/redeem").header("Idempotency-Key", &key);
        let other = other.form(&[("link", "something else")]).send().await;
        other.refused(409, Some("idempotency_key_in_use"));
        let nobody = world.app().post("/redeem").form(&[("link", link)]).send().await;
        nobody.refused(401, Some("login_required"));
    }
    assert!(rider.wallet().await.passes().is_empty(), "it holds nothing");
    world.audit().await;
}

async fn a_trial_link_means_nothing_in_live(store: Store) {
    let world = World::start(store).await;
    let key = "sk_live_trial_0000000000000000";
    let app = json!({ "apps": [{ "id": "trial", "name": "Trial", "keys": [key] }] });
    let declared = world
        .app()
        .bare(Method::POST, "/admin/v1/live/marketplace")
        .bearer(ADMIN_KEY);
    declared.json(&app).send().await.ok();
    for (link, _, _) in TABLE {
        let answer = world.app_with(key).get(&look(link)).send().await;
        answer.refused(400, Some("redemption_invalid"));
    }
}
