//! Linking an account by OAuth: one app's platform at a time, each answer once, and a clear page for whoever comes back.

use reqwest::Client;
use serde_json::json;
use stripe_sim::Control;

use crate::world::{Answer, Desk, Setting, Store, World, on_both_stores};

on_both_stores!(
    an_account_is_linked_for_each_app_by_consent,
    whatever_else_comes_back_links_nothing,
    a_permission_is_given_up_here_and_at_stripe,
);

#[track_caller]
fn problem(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/problem+json");
}

async fn ferry(world: &World, id: &str) -> Desk {
    let desk = Desk::of(world);
    let operator = json!({ "id": id, "kind": "transit", "name": "Ferry", "timezone": "UTC" });
    desk.post("/operators", &operator).await.ok();
    for app in ["cityhop", "railmate"] {
        let terms = json!({ "agreed_by_app": "partnerships", "agreed_by_operator": "sales" });
        desk.put(&format!("/operators/{id}/links/{app}"), &terms)
            .await
            .ok();
    }
    desk
}

/// The `state` of an address of Stripe's consent page.
async fn state(desk: &Desk, operator: &str, app: &str) -> String {
    let page = desk
        .post(&format!("/operators/{operator}/oauth"), &json!({ "app": app }))
        .await
        .ok();
    let url = page.body["url"].as_str().unwrap().to_owned();
    for part in [
        "/oauth/authorize?response_type=code&",
        &format!("client_id=ca_{app}&"),
        "scope=read_write&",
        "redirect_uri=http%3A%2F%2F127.0.0.1",
    ] {
        assert!(url.contains(part), "{part} in {url}");
    }
    let (_, state) = url.split_once("state=").unwrap();
    state.split('&').next().unwrap().to_owned()
}

/// Comes back from the consent page: the status, and what the page says.
async fn back(world: &World, query: &[(&str, &str)]) -> (u16, String) {
    // Everything that is brought back is made of characters that need no escaping.
    let query: Vec<String> = query
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let address = format!(
        "{}/onboarding/oauth/callback?{}",
        world.server.http(),
        query.join("&")
    );
    let answer = Client::new().get(address).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8");
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn account_of(desk: &Desk, operator: &str) -> Option<String> {
    let shown = desk.get(&format!("/operators/{operator}")).await.ok();
    shown.body["account"]["account_id"].as_str().map(str::to_owned)
}

async fn an_account_is_linked_for_each_app_by_consent(store: Store) {
    let world = World::start(store).await;
    let desk = ferry(&world, "ferry").await;
    let first = state(&desk, "ferry", "cityhop").await;
    let (status, page) = back(&world, &[("state", &first), ("code", "ac_acct_ferry")]).await;
    assert_eq!((status, page.contains("is linked")), (200, true), "{page}");
    let shown = desk.get("/operators/ferry").await.ok();
    let account = &shown.body["account"];
    assert_eq!(
        (&account["account_id"], &account["connected_by"]),
        (&json!("acct_ferry"), &json!("oauth"))
    );
    assert_eq!(
        (&account["charges_enabled"], &account["status"]),
        (&json!(true), &json!("connected"))
    );
    let (_, obstacles) = desk.selling("ferry", "cityhop").await;
    assert_eq!(obstacles, ["nothing_to_sell"]);
    let (_, obstacles) = desk.selling("ferry", "railmate").await;
    assert_eq!(obstacles, ["platform_not_authorized", "nothing_to_sell"]);
    // Each answer counts once.
    let (status, _) = back(&world, &[("state", &first), ("code", "ac_acct_ferry")]).await;
    assert_eq!(status, 410);
    let second = state(&desk, "ferry", "railmate").await;
    back(&world, &[("state", &second), ("code", "ac_acct_ferry")]).await;
    let events = desk.events("ferry").await;
    let connected = events.iter().filter(|it| *it == "account_connected").count();
    // The simulator's codes are good once, whichever platform asks: RailMate's operator needs a code of its own.
    assert_eq!(connected, 1, "{events:?}");
    let history = desk.get("/operators/ferry/history?about=payment").await.ok();
    let told = history.body["data"].as_array().unwrap();
    let linked = told.iter().find(|it| it["event"] == "account_connected").unwrap();
    assert_eq!(
        (&linked["actor"], &linked["app_id"]),
        (&json!("operator:ferry"), &json!("cityhop"))
    );
    let started = told.iter().find(|it| it["event"] == "oauth_started").unwrap();
    assert_eq!(linked["correlation_id"], started["data"]["attempt"]);
    world.audit().await;
}

async fn whatever_else_comes_back_links_nothing(store: Store) {
    let world = World::start(store).await;
    let desk = ferry(&world, "ferry").await;
    let good = state(&desk, "ferry", "cityhop").await;
    let (status, page) = back(&world, &[("state", &good), ("error", "access_denied")]).await;
    assert_eq!((status, page.contains("did not agree")), (200, true), "{page}");
    for bad in [
        "",
        "test.",
        "live.a.b",
        "nowhere.a.b",
        &format!("{good}x"),
        &good.replace("test.", "live."),
    ] {
        let (status, page) = back(&world, &[("state", bad), ("code", "ac_acct_ferry")]).await;
        assert_eq!(
            (status, page.contains("Nothing was linked")),
            (400, true),
            "{bad}: {page}"
        );
    }
    let newer = state(&desk, "ferry", "cityhop").await;
    let (status, _) = back(&world, &[("state", &good), ("code", "ac_acct_ferry")]).await;
    assert_eq!(status, 410, "only the newest address counts");
    let (status, _) = back(&world, &[("state", &newer), ("code", "nonsense")]).await;
    assert_eq!(status, 502);
    assert_eq!(account_of(&desk, "ferry").await, None);
    // An account that is another operator's.
    let theirs = state(&desk, "ferry", "cityhop").await;
    let (status, page) = back(&world, &[("state", &theirs), ("code", "ac_acct_bigbluebus")]).await;
    assert_eq!((status, page.contains("another operator")), (409, true), "{page}");
    assert_eq!(account_of(&desk, "ferry").await, None);
    assert_eq!(
        desk.selling("bigbluebus", "cityhop").await,
        (true, vec![]),
        "whose it is keeps it"
    );
    // Another account than the operator's own.
    let other = state(&desk, "bigbluebus", "cityhop").await;
    let (status, page) = back(&world, &[("state", &other), ("code", "ac_acct_elsewhere")]).await;
    assert_eq!(
        (status, page.contains("another Stripe account")),
        (409, true),
        "{page}"
    );
    assert_eq!(
        account_of(&desk, "bigbluebus").await.as_deref(),
        Some("acct_bigbluebus")
    );
    let url = format!("{}/v1/accounts/acct_elsewhere", world.server.stripe());
    let asked = Client::new()
        .get(url)
        .bearer_auth("sk_test_cityhop")
        .send()
        .await
        .unwrap();
    assert_eq!(
        asked.status(),
        403,
        "a permission that nobody needs is given back"
    );
    problem(
        &desk
            .post("/operators/ferry/oauth", &json!({ "app": "nobody" }))
            .await,
        422,
    );
    problem(
        &desk
            .post("/operators/nobody/oauth", &json!({ "app": "cityhop" }))
            .await,
        404,
    );
    world.audit().await;
}

async fn a_permission_is_given_up_here_and_at_stripe(store: Store) {
    let world = World::of(Setting::on(store)).await;
    let desk = Desk::of(&world);
    let path = "/operators/bigbluebus/deauthorize";
    let given_up = desk.post(path, &json!({ "app": "cityhop" })).await.ok();
    assert_eq!(given_up.body["at_stripe"], true);
    let (_, obstacles) = desk.selling("bigbluebus", "cityhop").await;
    assert_eq!(obstacles, ["platform_not_authorized"]);
    assert_eq!(desk.selling("bigbluebus", "railmate").await, (true, vec![]));
    let platform = Control::platform_of("sk_test_cityhop").unwrap();
    let url = format!("{}/v1/accounts/acct_bigbluebus", world.server.stripe());
    let asked = Client::new()
        .get(url)
        .bearer_auth("sk_test_cityhop")
        .send()
        .await
        .unwrap();
    assert_eq!(asked.status(), 403, "{platform}");
    assert_eq!(
        desk.post(path, &json!({ "app": "cityhop" })).await.ok().body["at_stripe"],
        true
    );
    // Consent brings it back.
    let again = state(&desk, "bigbluebus", "cityhop").await;
    let (status, page) = back(&world, &[("state", &again), ("code", "ac_acct_bigbluebus")]).await;
    assert_eq!(status, 200, "{page}");
    assert_eq!(desk.selling("bigbluebus", "cityhop").await, (true, vec![]));
    world.audit().await;
}
