//! A browser on its way to a permission page, and back.

use reqwest::Method;
use serde_json::json;

use crate::world::{
    App, CURRENT, Desk, Kept, LIVE_KEY, PARKING, SECRET_KEY, Setting, Store, World, between, coord_world,
    failed, follow, on_both_stores, parking_file, test_jwt,
};

on_both_stores!(
    a_test_user_gives_permission_on_our_demo_page,
    a_test_user_who_refuses_or_lacks_something_links_nothing,
    a_riders_account_is_linked_on_the_operators_word,
    a_browser_that_comes_back_proves_nothing,
    only_the_operator_confirms_what_it_was_asked,
    a_permission_that_is_over_is_taken_back,
    a_return_address_is_one_of_the_apps_own,
    a_link_is_asked_for_at_a_system_that_has_accounts_and_a_page,
    a_jwt_in_an_address_stays_out_of_the_log,
);

const HOME: &str = "https://cityhop.example/linked?x=1";
const ACCOUNTS: &str = "/operators/curbside/linked_accounts";

fn address(world: &World, jwt: &str, system: &str, home: Option<&str>) -> String {
    let mut url = reqwest::Url::parse(world.server.http())
        .unwrap()
        .join("/v1/users/link_account")
        .unwrap();
    url.query_pairs_mut()
        .append_pair("access_key", SECRET_KEY)
        .append_pair("jwt", jwt)
        .append_pair("system_id", system)
        .extend_pairs(home.map(|home| ("return_url", home)));
    url.into()
}

/// Sends a user's browser to the permission page.
async fn sent(world: &World, jwt: &str, home: Option<&str>) -> Kept {
    let sent = follow(&address(world, jwt, PARKING, home), None).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    assert_eq!(sent.headers["referrer-policy"], "no-referrer");
    assert_eq!(sent.headers["cache-control"], "no-store");
    sent
}

fn linked() -> serde_json::Value {
    json!([{ "system_id": PARKING, "linked_account": true }, { "system_id": "openlot", "linked_account": false }])
}

fn not_linked() -> serde_json::Value {
    json!([{ "system_id": "openlot", "linked_account": false }])
}

async fn demo(world: &World, page: &Kept, decision: &str) -> Kept {
    let shown = follow(&page.location, None).await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    assert!(shown.text.contains("Curbside") && shown.text.contains("CityHop"));
    assert!(
        shown.headers["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("frame-ancestors 'none'")
    );
    let state = between(&shown.text, "name=\"state\" value=\"", "\"");
    let url = format!("{}/v1/users/link_account/demo", world.server.http());
    follow(&url, Some(&[("state", state), ("decision", decision)])).await
}

async fn a_test_user_gives_permission_on_our_demo_page(store: Store) {
    let world = coord_world(store).await;
    let app = world.app();
    let jwt = test_jwt(&app, "1234").await;
    app.drive(&jwt).await;
    let page = sent(&world, &jwt, Some(HOME)).await;
    assert!(
        page.location.starts_with(world.server.http()),
        "{}",
        page.location
    );
    let home = demo(&world, &page, "consent").await;
    assert_eq!(home.status, 303);
    assert_eq!(
        home.location,
        "https://cityhop.example/linked?x=1&system_id=curbside&linked_account=true"
    );
    assert_eq!(app.own_systems(&jwt).await, linked());
    let without = sent(&world, &jwt, None).await;
    let told = demo(&world, &without, "consent").await;
    assert!(
        told.status == 200 && told.text.contains("Your account is linked"),
        "{}",
        told.text
    );
    // The header does as well, for a client that shows the page by itself.
    let path = format!("/v1/users/link_account?access_key={SECRET_KEY}&system_id={PARKING}");
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let asked = client
        .get(format!("{}{path}", world.server.http()))
        .bearer_auth(&jwt);
    assert_eq!(asked.send().await.unwrap().status().as_u16(), 303);
}

async fn a_test_user_who_refuses_or_lacks_something_links_nothing(store: Store) {
    let world = coord_world(store).await;
    let app = world.app();
    let jwt = test_jwt(&app, "1234").await;
    let lacking = demo(&world, &sent(&world, &jwt, Some(HOME)).await, "consent").await;
    let told = (lacking.told("linked_account"), lacking.told("error"));
    assert_eq!(
        told,
        (Some("false".to_owned()), Some("missing_user_data".to_owned()))
    );
    app.drive(&jwt).await;
    let refused = demo(&world, &sent(&world, &jwt, Some(HOME)).await, "refuse").await;
    let told = (refused.told("linked_account"), refused.told("error"));
    assert_eq!(told, (Some("false".to_owned()), Some("access_denied".to_owned())));
    assert_eq!(app.own_systems(&jwt).await, not_linked());
    for no_state in ["", "?state=", "?state=test.made.up", "?state=live.x.y"] {
        let url = format!("{}/v1/users/link_account/demo{no_state}", world.server.http());
        assert_eq!(follow(&url, None).await.status, 400, "{no_state}");
        assert_eq!(follow(&url, Some(&[("decision", "consent")])).await.status, 400);
    }
}

async fn operator(world: &World, id: &str) -> Desk {
    Desk::of(world)
        .hire(&json!({ "role": "operator_admin", "operator": id }))
        .await
}

async fn a_riders_account_is_linked_on_the_operators_word(store: Store) {
    let world = coord_world(store).await;
    let app = world.app();
    let jwt = app.jwt("ann", "phone").await;
    app.drive(&jwt).await;
    let page = sent(&world, &jwt, Some(HOME)).await;
    assert!(
        page.location
            .starts_with("https://curbside.example/permission?lang=en&"),
        "{}",
        page.location
    );
    assert_eq!(page.told("app_id").as_deref(), Some("cityhop"));
    let back = format!("{}/v1/users/link_account/callback", world.server.http());
    assert_eq!(page.told("redirect_uri").as_deref(), Some(back.as_str()));
    assert!(
        !page.location.contains("ann") && !page.location.contains(&jwt),
        "nobody is named"
    );
    let state = page.told("state").unwrap();
    let desk = operator(&world, PARKING).await;
    let body = json!({ "state": state });
    let confirmed = desk.post(ACCOUNTS, &body).await.ok();
    assert_eq!(confirmed.body["operator_id"], PARKING);
    assert_eq!(confirmed.body["linked_account"], true);
    assert!(confirmed.body["user_id"].as_str().unwrap().starts_with("user_"));
    let again = desk.post(ACCOUNTS, &body).await.ok();
    assert_eq!(again.body, confirmed.body, "repeating it changes nothing");
    assert_eq!(world.events_like("user.operator_account_linked").await.len(), 1);
    assert_eq!(app.own_systems(&jwt).await, linked());
    let home = follow(&format!("{back}?state={state}"), None).await;
    assert_eq!(
        home.location,
        "https://cityhop.example/linked?x=1&system_id=curbside&linked_account=true"
    );
    world.audit().await;
}

async fn a_browser_that_comes_back_proves_nothing(store: Store) {
    let world = coord_world(store).await;
    let app = world.app();
    let jwt = app.jwt("ann", "phone").await;
    app.drive(&jwt).await;
    let state = sent(&world, &jwt, Some(HOME)).await.told("state").unwrap();
    let back = format!("{}/v1/users/link_account/callback", world.server.http());
    let home = follow(&format!("{back}?state={state}&code=anything"), None).await;
    let told = (home.told("linked_account"), home.told("error"));
    assert_eq!(told, (Some("false".to_owned()), Some("access_denied".to_owned())));
    assert_eq!(app.own_systems(&jwt).await, not_linked());
    let without = sent(&world, &jwt, None).await.told("state").unwrap();
    let page = follow(&format!("{back}?state={without}"), None).await;
    assert!(page.status == 200 && page.text.contains("Nothing was linked"));
    for no_state in [
        "",
        "?state=test.x.y",
        "?state=live.x.y",
        "?state=fake.x.y",
        "?state=%FF",
    ] {
        let page = follow(&format!("{back}{no_state}"), None).await;
        assert_eq!((page.status, page.location.as_str()), (400, ""), "{no_state}");
    }
    // A rider's state is of no use on the page for test users.
    let demo = format!("{}/v1/users/link_account/demo?state={state}", world.server.http());
    assert_eq!(follow(&demo, None).await.status, 400);
}

async fn only_the_operator_confirms_what_it_was_asked(store: Store) {
    let world = coord_world(store).await;
    let app = world.app();
    let jwt = app.jwt("ann", "phone").await;
    let state = sent(&world, &jwt, None).await.told("state").unwrap();
    let desk = operator(&world, PARKING).await;
    let other = operator(&world, CARD).await;
    let body = json!({ "state": state });
    assert_eq!(other.post(ACCOUNTS, &body).await.status, 404);
    let elsewhere = format!("/operators/{CARD}/linked_accounts");
    assert_eq!(
        other.post(&elsewhere, &body).await.status,
        422,
        "asked of another operator"
    );
    let test = test_jwt(&app, "1234").await;
    let of_test_user = sent(&world, &test, None).await.told("state").unwrap();
    let (claim, signature) = state.rsplit_once('.').unwrap();
    for forged in [
        of_test_user,
        format!("{claim}A.{signature}"),
        format!("{claim}.AAAA"),
        String::new(),
    ] {
        let refused = desk.post(ACCOUNTS, &json!({ "state": forged })).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
    }
    assert_eq!(desk.post(ACCOUNTS, &json!({})).await.status, 400);
    assert_eq!(
        app.bare(Method::POST, &format!("/admin/v1/test{ACCOUNTS}"))
            .send()
            .await
            .status,
        401
    );
    let finance = Desk::of(&world).hire(&json!({ "role": "finance" })).await;
    assert_eq!(finance.post(ACCOUNTS, &body).await.status, 403);
    assert_eq!(world.events_like("user.operator_account_%").await.len(), 0);
}

const CARD: &str = crate::world::CARD_AND_ACCOUNT;

async fn a_permission_that_is_over_is_taken_back(store: Store) {
    let world = coord_world(store).await;
    let app = world.app();
    let jwt = app.jwt("ann", "phone").await;
    app.drive(&jwt).await;
    let state = sent(&world, &jwt, None).await.told("state").unwrap();
    let desk = operator(&world, PARKING).await;
    let confirm = || {
        let body = json!({ "state": state });
        let call = desk.call(Method::POST, ACCOUNTS).json(&body);
        call.header("Idempotency-Key", "once").send()
    };
    let confirmed = confirm().await.ok();
    let user = confirmed.body["user_id"].as_str().unwrap().to_owned();
    for _ in 0..2 {
        let path = format!("{ACCOUNTS}/{user}");
        let over = desk.call(Method::DELETE, &path).send().await.ok();
        let expected = json!({ "operator_id": PARKING, "user_id": user, "linked_account": false });
        assert_eq!(over.body, expected);
    }
    assert_eq!(app.own_systems(&jwt).await, not_linked());
    // The confirmation arrives once more, late: it was answered, and links nothing again.
    assert_eq!(confirm().await.ok().body, confirmed.body);
    assert_eq!(app.own_systems(&jwt).await, not_linked());
    let other = desk
        .call(Method::POST, ACCOUNTS)
        .json(&json!({ "state": "test.other" }));
    assert_eq!(other.header("Idempotency-Key", "once").send().await.status, 409);
    for nobody in ["user_00000000-0000-8000-8000-000000000000", "nobody"] {
        let path = format!("{ACCOUNTS}/{nobody}");
        assert_eq!(
            desk.call(Method::DELETE, &path).send().await.status,
            404,
            "{nobody}"
        );
    }
}

async fn a_return_address_is_one_of_the_apps_own(store: Store) {
    let world = coord_world(store).await;
    let app = world.app();
    let jwt = test_jwt(&app, "1234").await;
    for foreign in [
        "https://evil.example/",
        "https://cityhop.example.evil.example/",
        "https://cityhop.example:8443/",
        "http://cityhop.example/",
        "https://cityhop.example@evil.example/",
        "https://evil.example\\@cityhop.example/",
        "//cityhop.example/",
        "/linked",
        "javascript:alert(1)",
        "cityhop://linked",
        "",
    ] {
        let path = address(&world, &jwt, PARKING, Some(foreign));
        let path = path.strip_prefix(world.server.http()).unwrap();
        let refused = app.bare(Method::GET, path).send().await;
        failed(&refused, 400, "invalid_return_url", Some("return_url"));
    }
    sent(&world, &jwt, Some("https://cityhop.example")).await;
    sent(&world, &jwt, Some("https://CityHop.example/deep/link#there")).await;
}

async fn get(app: &App, path: &str) -> crate::world::Answer {
    app.coord(Method::GET, path).send().await
}

async fn a_link_is_asked_for_at_a_system_that_has_accounts_and_a_page(store: Store) {
    let world = coord_world(store).await;
    let app = world.app();
    let jwt = app.jwt("ann", "phone").await;
    let path = |system: &str| format!("/v1/users/link_account?jwt={jwt}&system_id={system}");
    for (system, status, code) in [
        ("nowhere", 404, "unknown_system"),
        ("bigbluebus", 404, "unknown_system"),
        ("openlot", 400, "no_linked_account_needed"),
        (CARD, 400, "no_permission_page"),
    ] {
        failed(&get(&app, &path(system)).await, status, code, Some("system_id"));
    }
    let without = format!("/v1/users/link_account?jwt={jwt}");
    failed(
        &get(&app, &without).await,
        400,
        "missing_parameter",
        Some("system_id"),
    );
    for no_jwt in ["", "&jwt=", "&jwt=made.up.jwt"] {
        let path = format!("/v1/users/link_account?system_id={PARKING}{no_jwt}");
        failed(&get(&app, &path).await, 401, "invalid_jwt", None);
    }
    // Nowhere else does an address say who somebody is.
    let elsewhere = format!("{CURRENT}?jwt={jwt}");
    failed(&get(&app, &elsewhere).await, 401, "invalid_jwt", None);
}

async fn a_jwt_in_an_address_stays_out_of_the_log(store: Store) {
    let (_folder, file) = parking_file(&[]);
    let setting = Setting {
        log: "trace",
        ..Setting::on(store).marketplace(file)
    };
    let mut world = World::of(setting).await;
    let app = world.app_with(LIVE_KEY);
    let jwt = test_jwt(&app, "1234").await;
    app.drive(&jwt).await;
    let page = sent(&world, &jwt, Some(HOME)).await;
    let state = page.told("state").unwrap();
    demo(&world, &page, "consent").await;
    world.server.terminate();
    assert!(world.server.ended().await.success());
    let log = world.server.log().join("\n");
    assert!(log.len() > 1_000, "there is something to look at");
    let signatures = [jwt.rsplit('.').next().unwrap(), state.rsplit('.').next().unwrap()];
    for secret in signatures.into_iter().chain([SECRET_KEY, "foo@bar.com"]) {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}
