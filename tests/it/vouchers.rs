//! Codes by which an operator unlocks restricted fares.

use chrono::{SecondsFormat, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{
    ADMIN_KEY, Answer, OTHER_APPS_KEY, REDUCED, Rider, SINGLE, Store, World, eventually, fields, fresh_key,
    look, on_both_stores,
};

on_both_stores!(
    a_voucher_unlocks_a_restricted_fare_that_can_then_be_bought,
    a_code_is_good_for_as_many_accounts_as_was_said_and_an_account_for_as_many_codes,
    who_has_it_already_or_lacks_what_is_required_is_not_eligible,
    what_was_withdrawn_or_has_expired_is_redeemed_by_nobody,
    vouchers_are_issued_once_under_a_key_and_only_by_administrators,
    an_operator_unlocks_a_fare_for_one_rider_and_locks_it_again,
);

const BOOK_REDUCED: &str = "reduced_3_ride";

async fn issue(world: &World, terms: &Value) -> Value {
    let mut body = json!({ "name": "Spring", "fares": [REDUCED] });
    body.as_object_mut()
        .unwrap()
        .extend(terms.as_object().unwrap().clone());
    let issued = world
        .administer(Method::POST, "vouchers", &body, Some(&fresh_key()))
        .await;
    issued.ok().body
}

fn code(issued: &Value, nth: usize) -> &str {
    issued["codes"][nth]["code"].as_str().unwrap()
}

async fn is_restricted(rider: &Rider, fare: &str) -> bool {
    let shown = rider
        .get(&format!("/agency/bigbluebus/fare/{fare}"))
        .send()
        .await
        .ok()
        .body;
    let listed = rider.get("/agency/bigbluebus/fare").send().await.ok().body;
    let listed = listed["fares"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["fare_id"] == fare)
        .unwrap()
        .clone();
    assert_eq!(listed, shown);
    shown.get("restricted_purchase").is_some()
}

async fn a_voucher_unlocks_a_restricted_fare_that_can_then_be_bought(store: Store) {
    let world = World::start(store).await;
    let ann = world.rider("ann").await;
    assert!(is_restricted(&ann, REDUCED).await);
    ann.buy(REDUCED, "pm_card_visa")
        .await
        .refused(403, Some("restricted_purchase"));
    let issued = issue(&world, &json!({ "unlocked": { "days": 30 } })).await;
    let code = code(&issued, 0);

    for told in [
        world.phone().get(&look(code)).send().await,
        ann.look_at(code).await,
    ] {
        let told = told.ok().body;
        assert_eq!(told["title"], "Unlock Fares");
        let message = told["message"].as_str().unwrap();
        assert!(
            message.starts_with("You will be able to purchase the following fares:\n  - S/D/M Single Ride\n"),
            "{message}"
        );
        assert_eq!(told["agency"]["agency_id"], "bigbluebus");
        assert_eq!(told["universal_url"], issued["codes"][0]["universal_url"]);
    }
    let page = told_page(&world, &issued).await;
    for app in [
        format!("<a href=\"https://cityhop.example/redeem?code={code}\">CityHop</a>"),
        format!("<a href=\"https://railmate.example/app/redeem?code={code}\">RailMate</a>"),
    ] {
        assert!(page.contains(&app), "{page}");
    }

    let key = fresh_key();
    let link = format!("https://cityhop.example/redeem?code={code}");
    let once = || {
        let call = ann.post("/redeem").header("Idempotency-Key", &key);
        call.form(&[("link", link.as_str())]).send()
    };
    assert_eq!(once().await.ok().body, json!({}));
    assert_eq!(once().await.ok().body, json!({}));
    assert!(!is_restricted(&ann, REDUCED).await);
    assert!(is_restricted(&ann, BOOK_REDUCED).await);
    assert!(is_restricted(&world.rider("ben").await, REDUCED).await);
    ann.buy(REDUCED, "pm_card_visa").await.ok();
    assert_eq!(world.books().await.kept()[0].amount, 50);
    ann.redeem(code)
        .await
        .refused(400, Some("redemption_already_used"));
    world.audit().await;
}

async fn told_page(world: &World, issued: &Value) -> String {
    let url = issued["codes"][0]["universal_url"].as_str().unwrap();
    let path = url.strip_prefix(world.server.http()).unwrap();
    world.app().bare(Method::GET, path).send().await.ok().text
}

async fn a_code_is_good_for_as_many_accounts_as_was_said_and_an_account_for_as_many_codes(store: Store) {
    let world = World::start(store).await;
    let (ann, ben, cleo) = (
        world.rider("ann").await,
        world.rider("ben").await,
        world.rider("cleo").await,
    );
    let terms = json!({ "count": 2, "accounts_per_code": 2, "codes_per_account": 1 });
    let issued = issue(&world, &terms).await;
    let (one, two) = (code(&issued, 0), code(&issued, 1));
    ann.redeem(one).await.ok();
    for answer in [ann.redeem(two).await, ann.look_at(two).await] {
        answer.refused(428, Some("redemption_limits_exceeded"));
    }
    ann.look_at(one)
        .await
        .refused(400, Some("redemption_already_used"));
    ben.redeem(one).await.ok();
    let nobody = world.app().get(&look(one)).send().await;
    for answer in [cleo.redeem(one).await, cleo.look_at(one).await, nobody] {
        answer.refused(403, Some("redemption_used_by_another_account"));
    }
    cleo.redeem(two).await.ok();
    let series = format!("vouchers/{}", issued["series_id"].as_str().unwrap());
    let shown = world
        .administer(Method::GET, &series, &json!({}), None)
        .await
        .ok()
        .body;
    let statuses: Vec<&Value> = shown["vouchers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["status"])
        .collect();
    assert_eq!(statuses, ["used_up", "open"]);
    assert_eq!(shown["vouchers"][0]["redemptions"].as_array().unwrap().len(), 2);
    assert!(!shown.to_string().contains(one), "codes are shown once");
    let first = world
        .administer(Method::GET, &format!("{series}?limit=1"), &json!({}), None)
        .await
        .ok()
        .body;
    let after = first["next_cursor"].as_str().unwrap();
    let rest = world
        .administer(Method::GET, &format!("{series}?cursor={after}"), &json!({}), None)
        .await;
    let rest = rest.ok().body;
    assert_eq!(rest["vouchers"][0], shown["vouchers"][1]);
    assert!(rest.get("next_cursor").is_none());
    world.audit().await;
}

async fn who_has_it_already_or_lacks_what_is_required_is_not_eligible(store: Store) {
    let world = World::start(store).await;
    let ann = world.rider("ann").await;
    let add_on = issue(&world, &json!({ "fares": [BOOK_REDUCED], "requires": REDUCED })).await;
    for answer in [
        ann.redeem(code(&add_on, 0)).await,
        ann.look_at(code(&add_on, 0)).await,
    ] {
        answer.refused(403, Some("redemption_ineligible"));
    }
    world.app().get(&look(code(&add_on, 0))).send().await.ok();
    let plain = issue(&world, &json!({ "count": 2 })).await;
    ann.redeem(code(&plain, 0)).await.ok();
    ann.redeem(code(&plain, 1))
        .await
        .refused(403, Some("redemption_ineligible"));
    ann.redeem(code(&add_on, 0)).await.ok();
    assert!(!is_restricted(&ann, BOOK_REDUCED).await);
    let ben = world.rider("ben").await;
    ben.redeem(code(&plain, 1)).await.ok();
    world.audit().await;
}

async fn what_was_withdrawn_or_has_expired_is_redeemed_by_nobody(store: Store) {
    let world = World::start(store).await;
    let ann = world.rider("ann").await;
    let issued = issue(&world, &json!({ "count": 3 })).await;
    let series = format!("vouchers/{}", issued["series_id"].as_str().unwrap());
    let voucher = |nth: usize| issued["codes"][nth]["voucher_id"].as_str().unwrap();
    ann.redeem(code(&issued, 0)).await.ok();
    let post = |path: String| {
        let world = &world;
        async move {
            world
                .administer(Method::POST, &path, &json!({}), Some(&fresh_key()))
                .await
        }
    };
    let used_up = post(format!("{series}/codes/{}/withdraw", voucher(0))).await;
    problem(&used_up, 409);
    for _ in 0..2 {
        let one = post(format!("{series}/codes/{}/withdraw", voucher(1))).await.ok();
        assert_eq!(one.body["status"], "withdrawn");
    }
    let invalid = async |nth: usize| {
        let ben = world.rider("ben").await;
        let nobody = world.app().get(&look(code(&issued, nth))).send().await;
        for answer in [
            ben.redeem(code(&issued, nth)).await,
            ben.look_at(code(&issued, nth)).await,
            nobody,
        ] {
            answer.refused(400, Some("redemption_invalid"));
        }
    };
    invalid(1).await;
    world.app().get(&look(code(&issued, 2))).send().await.ok();
    assert_eq!(
        post(format!("{series}/withdraw")).await.ok().body["status"],
        "withdrawn"
    );
    invalid(2).await;
    problem(&post(format!("{series}/codes")).await, 409);
    assert!(!is_restricted(&ann, REDUCED).await, "what was unlocked stays so");

    let soon = (Utc::now() + TimeDelta::milliseconds(700)).to_rfc3339_opts(SecondsFormat::Millis, true);
    let brief = issue(&world, &json!({ "expires_at": soon })).await;
    let look_at = || world.app().get(&look(code(&brief, 0))).send();
    eventually("the expiry", async || look_at().await.status == 400).await;
    look_at().await.refused(400, Some("redemption_invalid"));
    let listed = world
        .administer(Method::GET, "vouchers", &json!({}), None)
        .await
        .ok()
        .body;
    let statuses: Vec<&Value> = listed["series"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["status"])
        .collect();
    assert_eq!(statuses, ["withdrawn", "expired"]);
    world.audit().await;
}

#[track_caller]
fn problem(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/problem+json");
}

async fn vouchers_are_issued_once_under_a_key_and_only_by_administrators(store: Store) {
    let world = World::start(store).await;
    let terms = |fares: Value, count: u32| json!({ "name": "Spring", "fares": fares, "count": count });
    let (good, key) = (terms(json!([REDUCED]), 2), fresh_key());
    let issue = |body: Value, key: String| {
        let world = &world;
        async move {
            world
                .administer(Method::POST, "vouchers", &body, Some(&key))
                .await
        }
    };
    let (one, two) = tokio::join!(issue(good.clone(), key.clone()), issue(good.clone(), key.clone()));
    let issued = issue(good.clone(), key.clone()).await.ok();
    assert_eq!((&one.ok().text, &two.ok().text), (&issued.text, &issued.text));
    assert_eq!(issued.body["issued"], 2);
    assert_eq!(
        fields(&issued.body["codes"][0]),
        ["code", "universal_url", "voucher_id"]
    );
    problem(&issue(terms(json!([REDUCED]), 3), key).await, 409);
    let series = issued.body["series_id"].as_str().unwrap();
    let more = format!("vouchers/{series}/codes");
    let more = world
        .administer(Method::POST, &more, &json!({ "count": 1 }), None)
        .await
        .ok();
    assert_eq!(more.body["issued"], 3);
    let listed = world
        .administer(Method::GET, "vouchers", &json!({}), None)
        .await
        .ok();
    assert_eq!(listed.body["series"].as_array().unwrap().len(), 1);

    let key = fresh_key();
    for _ in 0..2 {
        problem(&issue(terms(json!(["no_such_fare"]), 1), key.clone()).await, 422);
    }
    for refused in [
        terms(json!([SINGLE]), 1),
        terms(json!([]), 1),
        terms(json!([REDUCED]), 0),
        terms(json!([REDUCED]), 1_001),
    ] {
        problem(&issue(refused, fresh_key()).await, 422);
    }
    problem(&issue(json!({ "nam": "Spring" }), fresh_key()).await, 400);
    problem(&issue(good.clone(), "k".repeat(129)).await, 400);
    for (operator, key, status) in [
        ("nobody", ADMIN_KEY, 404),
        ("bigbluebus", "ak_tests_only_0000000000000001", 401),
        ("bigbluebus", crate::world::SECRET_KEY, 401),
    ] {
        for path in ["vouchers", "entitlements"] {
            let path = format!("/admin/v1/test/operators/{operator}/{path}");
            let call = world.app().bare(Method::POST, &path).bearer(key).json(&good);
            problem(&call.send().await, status);
        }
    }
    let elsewhere = format!("/admin/v1/test/operators/linia_wislana/vouchers/{series}");
    let elsewhere = world
        .app()
        .bare(Method::GET, &elsewhere)
        .bearer(ADMIN_KEY)
        .send()
        .await;
    problem(&elsewhere, 404);
    world.audit().await;
}

async fn an_operator_unlocks_a_fare_for_one_rider_and_locks_it_again(store: Store) {
    let world = World::start(store).await;
    let body = json!({ "app": "cityhop", "subject": "ann", "fare": REDUCED });
    let key = fresh_key();
    let granted = world
        .administer(Method::POST, "entitlements", &body, Some(&key))
        .await
        .ok();
    assert_eq!(granted.body["unlocked"], true);
    assert!(
        !granted.text.contains("\"ann\""),
        "what an app calls a rider is not repeated"
    );
    let ann = world.rider("ann").await;
    assert!(!is_restricted(&ann, REDUCED).await, "authorized before they came");
    ann.buy(REDUCED, "pm_card_visa").await.ok();
    let withdrawn = world
        .administer(Method::POST, "entitlements/withdraw", &body, None)
        .await
        .ok();
    assert_eq!(
        (&withdrawn.body["unlocked"], &withdrawn.body["user_id"]),
        (&json!(false), &granted.body["user_id"])
    );
    assert!(is_restricted(&ann, REDUCED).await);
    ann.buy(REDUCED, "pm_card_visa")
        .await
        .refused(403, Some("restricted_purchase"));
    let again = world
        .administer(Method::POST, "entitlements", &body, Some(&key))
        .await
        .ok();
    assert_eq!(again.text, granted.text, "answered, and not done again");
    assert!(is_restricted(&ann, REDUCED).await);
    let past = (Utc::now() - TimeDelta::seconds(1)).to_rfc3339_opts(SecondsFormat::Secs, true);
    for (field, value) in [
        ("fare", json!(SINGLE)),
        ("fare", json!("no_such_fare")),
        ("app", json!("nobody")),
        ("until", json!(past)),
        ("subject", json!("")),
    ] {
        let mut refused = body.clone();
        refused[field] = value;
        problem(
            &world
                .administer(Method::POST, "entitlements", &refused, None)
                .await,
            422,
        );
    }
    let other = world
        .app_with(OTHER_APPS_KEY)
        .get("/agency/bigbluebus/fare")
        .send()
        .await
        .ok();
    assert!(
        other.body["fares"]
            .as_array()
            .unwrap()
            .iter()
            .any(|it| it.get("restricted_purchase").is_some())
    );
    world.audit().await;
}
