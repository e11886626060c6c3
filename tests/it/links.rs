//! Links: both sides agree, on terms that are fixed, and either may end it.

use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{Answer, Desk, OTHER_APPS_KEY, SINGLE, Store, World, fresh_key, on_both_stores};

on_both_stores!(
    a_link_takes_the_word_of_both_sides_on_the_same_terms,
    a_proposal_can_be_declined_and_taken_back,
    either_side_ends_a_link_and_no_purchase_begins_after_that,
    a_fee_changes_on_its_day_and_what_was_bought_before_keeps_the_old_one,
    the_engine_admin_states_both_sides_word,
);

#[track_caller]
fn problem(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/problem+json");
}

/// The two sides, each with a key of its own.
async fn sides(world: &World, operator: &str, app: &str) -> (Desk, Desk) {
    let desk = Desk::of(world);
    let operators = desk
        .hire(&json!({ "role": "operator_admin", "operator": operator }))
        .await;
    let apps = desk.hire(&json!({ "role": "app_admin", "app": app })).await;
    (operators, apps)
}

const BY_APP: &str = "/apps/railmate/links/bigbluebus";
const BY_OPERATOR: &str = "/operators/bigbluebus/links/railmate";

async fn unlinked(world: &World) -> (Desk, Desk) {
    let (bus, railmate) = sides(world, "bigbluebus", "railmate").await;
    let over = json!({ "reason": "renegotiating" });
    bus.post(&format!("{BY_OPERATOR}/unlink"), &over).await.ok();
    (bus, railmate)
}

async fn a_link_takes_the_word_of_both_sides_on_the_same_terms(store: Store) {
    let world = World::start(store).await;
    let (bus, railmate) = unlinked(&world).await;
    let fee = json!({ "basis_points": 400, "fixed": 1, "minimum": 5, "maximum": 90 });
    let terms = json!({ "fee": fee });
    let proposed = railmate.post(&format!("{BY_APP}/propose"), &terms).await.ok();
    let proposal = proposed.body["proposal"].clone();
    assert_eq!(
        (&proposal["proposed_by"], &proposal["fee"]),
        (&json!("app"), &fee)
    );
    let id = proposal["proposal_id"].as_str().unwrap().to_owned();
    // The same again is the same proposal, and the other side has to answer first.
    let again = railmate.post(&format!("{BY_APP}/propose"), &terms).await.ok();
    assert_eq!(again.body["proposal"]["proposal_id"], id.as_str());
    problem(&bus.post(&format!("{BY_OPERATOR}/propose"), &terms).await, 409);
    // Nobody agrees with themselves, with other terms, or with what was never proposed.
    let accept = json!({ "proposal_id": id });
    problem(&railmate.post(&format!("{BY_APP}/accept"), &accept).await, 409);
    let cheaper = json!({ "proposal_id": id, "fee": { "basis_points": 100 } });
    problem(&bus.post(&format!("{BY_OPERATOR}/accept"), &cheaper).await, 409);
    let other = json!({ "proposal_id": "lnk_other" });
    problem(&bus.post(&format!("{BY_OPERATOR}/accept"), &other).await, 404);
    // Neither side speaks for the other, and nobody for somebody else.
    problem(
        &railmate.post(&format!("{BY_OPERATOR}/accept"), &accept).await,
        404,
    );
    problem(&bus.post(&format!("{BY_APP}/accept"), &accept).await, 404);
    let key = fresh_key();
    let sure = json!({ "proposal_id": id, "fee": fee, "shows_tickets": true });
    let agree = || {
        let call = bus.call(Method::POST, &format!("{BY_OPERATOR}/accept"));
        call.header("Idempotency-Key", &key).json(&sure).send()
    };
    let agreed = agree().await.ok();
    assert_eq!(agree().await.ok().text, agreed.text);
    let link = &agreed.body["link"];
    assert_eq!((&link["status"], &link["fee"]), (&json!("standing"), &fee));
    assert_eq!(link["proposal_id"], id.as_str());
    for side in ["app", "operator"] {
        assert!(
            link["agreed"][side]["by"]
                .as_str()
                .unwrap()
                .starts_with("access:"),
            "{link}"
        );
    }
    assert_ne!(link["agreed"]["app"]["by"], link["agreed"]["operator"]["by"]);
    assert!(agreed.body.get("proposal").is_none());
    let listed = railmate.get("/apps/railmate/links").await.ok();
    let found = listed.body["data"].as_array().unwrap().iter();
    let found = found
        .into_iter()
        .find(|it| it["operator_id"] == "bigbluebus")
        .unwrap();
    assert_eq!(found["selling"]["transactable"], true, "{found}");
    problem(&bus.get("/apps/railmate/links").await, 404);
    world.audit().await;
}

async fn a_proposal_can_be_declined_and_taken_back(store: Store) {
    let world = World::start(store).await;
    let (bus, railmate) = unlinked(&world).await;
    let propose = async |basis_points: u32| -> Value {
        let terms = json!({ "fee": { "basis_points": basis_points } });
        let proposed = bus.post(&format!("{BY_OPERATOR}/propose"), &terms).await.ok();
        json!({ "proposal_id": proposed.body["proposal"]["proposal_id"], "reason": "too dear" })
    };
    let first = propose(900).await;
    let second = propose(800).await;
    problem(&railmate.post(&format!("{BY_APP}/decline"), &first).await, 404);
    let declined = railmate.post(&format!("{BY_APP}/decline"), &second).await.ok();
    assert!(declined.body.get("proposal").is_none(), "{}", declined.text);
    let third = propose(700).await;
    bus.post(&format!("{BY_OPERATOR}/decline"), &third).await.ok();
    let accept = json!({ "proposal_id": third["proposal_id"] });
    problem(&railmate.post(&format!("{BY_APP}/accept"), &accept).await, 404);
    problem(
        &bus.post(
            &format!("{BY_OPERATOR}/propose"),
            &json!({ "fee": { "basis_points": 10_001 } }),
        )
        .await,
        422,
    );
    world.audit().await;
}

async fn either_side_ends_a_link_and_no_purchase_begins_after_that(store: Store) {
    let world = World::start(store).await;
    let desk = Desk::of(&world);
    for (operator, path) in [
        ("bigbluebus", "/operators/bigbluebus/links/cityhop/unlink"),
        ("linia_wislana", "/apps/cityhop/links/linia_wislana/unlink"),
    ] {
        let (theirs, apps) = sides(&world, operator, "cityhop").await;
        let over = json!({ "reason": "over" });
        let side = if path.starts_with("/operators") {
            theirs
        } else {
            apps
        };
        let ended = side.post(path, &over).await.ok();
        assert_eq!(ended.body["link"]["status"], "ended");
        side.post(path, &over).await.ok();
        let (transactable, obstacles) = desk.selling(operator, "cityhop").await;
        assert!(
            !transactable && obstacles.contains(&"not_linked".to_owned()),
            "{obstacles:?}"
        );
    }
    let rider = world.rider("ann").await;
    let refused = rider.buy(SINGLE, "pm_card_visa").await;
    assert!((400..500).contains(&refused.status), "{}", refused.text);
    assert!(world.books().await.kept().is_empty());
    world.audit().await;
}

async fn a_fee_changes_on_its_day_and_what_was_bought_before_keeps_the_old_one(store: Store) {
    let world = World::start(store).await;
    let desk = Desk::of(&world);
    let rider = world.rider("ann").await;
    rider.buy(SINGLE, "pm_card_visa").await.ok();
    let path = "/operators/bigbluebus/links/cityhop/fee";
    let fee = json!({ "basis_points": 1_000 });
    let later = json!({ "fee": { "basis_points": 5_000 }, "effective_from": "2099-01-01T00:00:00Z" });
    let now = desk.post(path, &json!({ "fee": fee })).await.ok();
    assert_eq!(now.body["link"]["fee"]["basis_points"], 1_000);
    let planned = desk.post(path, &later).await.ok();
    assert_eq!(
        planned.body["link"]["scheduled_fees"][0]["fee"]["basis_points"],
        5_000
    );
    assert_eq!(planned.body["link"]["fee"]["basis_points"], 1_000);
    rider.buy(SINGLE, "pm_card_visa").await.ok();
    let mut fees: Vec<i64> = world.books().await.kept().iter().map(|it| it.fee).collect();
    fees.sort_unstable();
    // 250 basis points of 1.25 are 3 cents, and 3 more; 1,000 are 13.
    assert_eq!(fees, [6, 13]);
    let theirs = desk
        .hire(&json!({ "role": "operator_admin", "operator": "bigbluebus" }))
        .await;
    problem(&theirs.post(path, &json!({ "fee": fee })).await, 403);
    problem(
        &desk
            .post(
                "/operators/linia_wislana/links/railmate/fee",
                &json!({ "fee": fee }),
            )
            .await,
        404,
    );
    world.audit().await;
}

async fn the_engine_admin_states_both_sides_word(store: Store) {
    let world = World::start(store).await;
    let desk = Desk::of(&world);
    let path = "/operators/linia_wislana/links/railmate";
    let terms = json!({
        "fee": { "basis_points": 150 }, "agreed_by_app": "RailMate partnerships",
        "agreed_by_operator": "dział sprzedaży", "agreed_at": "2026-05-01T00:00:00Z",
    });
    let linked = desk.put(path, &terms).await.ok();
    assert_eq!(linked.body["link"]["agreed"]["app"]["at"], "2026-05-01T00:00:00Z");
    // What Stripe says of the account meanwhile may join the history; the link may not, twice.
    let links = async || {
        let told = desk.events("linia_wislana").await;
        told.iter().filter(|event| *event == "linked").count()
    };
    let before = links().await;
    desk.put(path, &terms).await.ok();
    assert_eq!(links().await, before);
    let mut dearer = terms.clone();
    dearer["fee"]["basis_points"] = json!(250);
    assert_eq!(
        desk.put(path, &dearer).await.ok().body["link"]["fee"]["basis_points"],
        250
    );
    let mut nobody = terms.clone();
    nobody["agreed_by_operator"] = json!("ann@example.com");
    problem(&desk.put(path, &nobody).await, 422);
    desk.post(&format!("{path}/unlink"), &json!({ "reason": "over" }))
        .await
        .ok();
    // An old word brings back nothing; a new one does.
    problem(&desk.put(path, &terms).await, 409);
    let mut anew = terms.clone();
    anew.as_object_mut().unwrap().remove("agreed_at");
    desk.put(path, &anew).await.ok();
    let (bus, _) = sides(&world, "linia_wislana", "railmate").await;
    problem(&bus.put(path, &anew).await, 403);
    problem(
        &desk.put("/operators/linia_wislana/links/nobody", &anew).await,
        404,
    );
    // RailMate's riders see the operator from now on.
    let agencies = world.app_with(OTHER_APPS_KEY).get("/agency").send().await.ok();
    assert!(agencies.text.contains("linia_wislana"), "{}", agencies.text);
    world.audit().await;
}
