//! What an operator sells, version by version: tried out, published with a date, compared, rolled back.

use chrono::{SecondsFormat, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{ADMIN_KEY, Answer, SINGLE, Store, World, fresh_key, on_both_stores};

on_both_stores!(
    a_catalog_is_read_edited_tried_out_and_put_back,
    what_is_published_with_a_date_is_not_sold_before,
    what_was_sold_before_comes_back_and_purchases_keep_what_they_were_sold_as,
    a_catalog_that_cannot_be_sold_is_refused_with_everything_that_is_wrong,
    a_pass_that_stays_with_its_buyer_is_not_sent,
);

async fn get(world: &World, path: &str) -> Answer {
    world.administer(Method::GET, path, &json!({}), None).await
}

async fn post(world: &World, path: &str, body: &Value) -> Answer {
    world
        .administer(Method::POST, path, body, Some(&fresh_key()))
        .await
}

/// How many events of catalogs there are.
async fn events(world: &World) -> usize {
    world.events_like("catalog.%").await.len()
}

/// The first version, with the single ride at another price.
async fn priced(world: &World, price: i64) -> Value {
    let mut catalog = get(world, "catalogs/1").await.ok().body["catalog"].clone();
    assert_eq!(catalog["fares"][0]["id"], SINGLE);
    catalog["fares"][0]["price"] = price.into();
    catalog
}

async fn shown_price(world: &World) -> Value {
    let fare = world.app().get(&format!("/agency/bigbluebus/fare/{SINGLE}"));
    fare.send().await.ok().body["price"]["amount"].clone()
}

async fn a_catalog_is_read_edited_tried_out_and_put_back(store: Store) {
    let world = World::start(store).await;
    let listed = get(&world, "catalogs").await.ok().body;
    assert_eq!(listed["data"].as_array().unwrap().len(), 1);
    let first = &listed["data"][0];
    assert_eq!(
        (&first["version"], &first["status"]),
        (&json!(1), &json!("in_force"))
    );
    assert_eq!(
        (&first["source"], &first["fares"]),
        (&json!("marketplace"), &json!(4))
    );
    let (before, catalog) = (events(&world).await, priced(&world, 150).await);

    let tried = post(&world, "catalogs?dry_run=true", &json!({ "catalog": catalog })).await;
    let tried = tried.ok().body;
    assert_eq!(
        (&tried["dry_run"], &tried["changed"]),
        (&json!(true), &json!(true))
    );
    assert_eq!((&tried["version"], &tried["replaces"]), (&json!(2), &json!(1)));
    assert_eq!(
        tried["lines"],
        json!(["~ fare regular_single_ride: price: 125 USD -> 150 USD"])
    );
    assert_eq!(tried["changes"][0]["fields"][0]["after"]["amount"], 150);
    assert_eq!(events(&world).await, before);
    assert_eq!(shown_price(&world).await, 125);

    let key = fresh_key();
    let body = json!({ "catalog": catalog });
    for _ in 0..2 {
        let done = world
            .administer(Method::POST, "catalogs", &body, Some(&key))
            .await
            .ok()
            .body;
        assert_eq!(
            (&done["dry_run"], &done["changed"]),
            (&json!(false), &json!(true))
        );
        assert_eq!(
            (&done["version"], &done["status"]),
            (&json!(2), &json!("in_force"))
        );
        assert_eq!(done["lines"], tried["lines"]);
    }
    assert_eq!(events(&world).await, before + 1);
    assert_eq!(shown_price(&world).await, 150);

    let again = post(&world, "catalogs", &body).await.ok().body;
    assert_eq!(
        (&again["changed"], &again["changes"]),
        (&json!(false), &json!([]))
    );
    assert_eq!(events(&world).await, before + 1);

    let page = get(&world, "catalogs?limit=1").await.ok().body;
    assert_eq!(page["data"][0]["status"], "superseded");
    let cursor = page["next_cursor"].as_str().unwrap();
    let page = get(&world, &format!("catalogs?limit=1&cursor={cursor}"))
        .await
        .ok()
        .body;
    assert_eq!(page["data"][0]["published_by"], "admin");
    assert_eq!(page["data"][0]["source"], "admin");
    assert!(page.get("next_cursor").is_none());
    let differs = get(&world, "catalogs/1/diff?against=2").await.ok().body;
    assert_eq!(
        differs["lines"],
        json!(["~ fare regular_single_ride: price: 150 USD -> 125 USD"])
    );
    let same = get(&world, "catalogs/1/diff").await.ok().body;
    assert_eq!((&same["against"], &same["lines"]), (&json!(2), &differs["lines"]));
    for path in ["catalogs/9", "catalogs/x", "catalogs/1/diff?against=9"] {
        assert_eq!(get(&world, path).await.status, 404, "{path}");
    }
    world.audit().await;
}

async fn what_is_published_with_a_date_is_not_sold_before(store: Store) {
    let world = World::start(store).await;
    let tomorrow = (Utc::now() + TimeDelta::days(1)).to_rfc3339_opts(SecondsFormat::Secs, true);
    let body = json!({ "catalog": priced(&world, 150).await, "effective_from": tomorrow });
    let done = post(&world, "catalogs", &body).await.ok().body;
    assert_eq!(
        (&done["status"], &done["effective_from"]),
        (&json!("scheduled"), &json!(tomorrow))
    );
    assert_eq!(shown_price(&world).await, 125);
    world.rider("ann").await.buy(SINGLE, "pm_card_visa").await.ok();
    assert_eq!(world.books().await.kept()[0].amount, 125);
    let statuses = get(&world, "catalogs").await.ok().body;
    let statuses: Vec<_> = statuses["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["status"])
        .collect();
    assert_eq!(statuses, ["in_force", "scheduled"]);

    // What would be in force then is what a third version is compared with.
    let later = json!({ "catalog": priced(&world, 175).await, "effective_from": tomorrow });
    let tried = post(&world, "catalogs?dry_run=true", &later).await.ok().body;
    assert_eq!(tried["replaces"], 2);
    assert_eq!(
        tried["lines"],
        json!(["~ fare regular_single_ride: price: 150 USD -> 175 USD"])
    );
    let now = json!({ "catalog": priced(&world, 175).await });
    let tried = post(&world, "catalogs?dry_run=true", &now).await.ok().body;
    assert_eq!(tried["replaces"], 1);

    // A word with immediate effect takes back what was only scheduled.
    let back = post(&world, "catalogs/1/rollback", &json!({})).await.ok().body;
    assert_eq!((&back["changed"], &back["replaces"]), (&json!(true), &json!(1)));
    let scheduled = get(&world, "catalogs/2").await.ok().body;
    assert_eq!(scheduled["status"], "superseded");
    world.audit().await;
}

async fn what_was_sold_before_comes_back_and_purchases_keep_what_they_were_sold_as(store: Store) {
    let world = World::start(store).await;
    let body = json!({ "catalog": priced(&world, 150).await });
    post(&world, "catalogs", &body).await.ok();
    let ann = world.rider("ann").await;
    ann.buy(SINGLE, "pm_card_visa").await.ok();
    let before = events(&world).await;
    let tried = post(&world, "catalogs/1/rollback?dry_run=true", &json!({}))
        .await
        .ok()
        .body;
    assert_eq!(
        tried["lines"],
        json!(["~ fare regular_single_ride: price: 150 USD -> 125 USD"])
    );
    assert_eq!(
        (events(&world).await, shown_price(&world).await),
        (before, json!(150))
    );
    let done = post(&world, "catalogs/1/rollback", &json!({})).await.ok().body;
    assert_eq!((&done["version"], &done["replaces"]), (&json!(1), &json!(2)));
    let again = post(&world, "catalogs/1/rollback", &json!({})).await.ok().body;
    assert_eq!(again["changed"], false);
    assert_eq!(
        (events(&world).await, shown_price(&world).await),
        (before + 1, json!(125))
    );
    let first = get(&world, "catalogs/1").await.ok().body;
    assert_eq!(
        (&first["status"], &first["rollbacks"][0]["decided_by"]),
        (&json!("in_force"), &json!("admin"))
    );
    let wallet = ann.wallet().await;
    assert_eq!(wallet.passes()[0]["fare"]["price"]["amount"], 150);
    ann.buy(SINGLE, "pm_card_visa").await.ok();
    let mut paid: Vec<i64> = world.books().await.kept().iter().map(|it| it.amount).collect();
    paid.sort_unstable();
    assert_eq!(paid, [125, 150]);
    assert_eq!(post(&world, "catalogs/7/rollback", &json!({})).await.status, 404);
    world.audit().await;
}

async fn a_catalog_that_cannot_be_sold_is_refused_with_everything_that_is_wrong(store: Store) {
    let world = World::start(store).await;
    let before = events(&world).await;
    let mut catalog = priced(&world, -1).await;
    catalog["fares"][1]["valid_for"] = json!({ "minutes": 0 });
    catalog["passes_per_order"] = json!(0);
    for path in ["catalogs", "catalogs?dry_run=true"] {
        let refused = post(&world, path, &json!({ "catalog": catalog })).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        assert_eq!(
            refused.body["errors"],
            json!([
                "passes_per_order: the limit is zero",
                "fares[0].price: the amount is negative",
                "fares[1].validity: it is valid for no time",
            ])
        );
    }
    catalog["farez"] = json!([]);
    let misspelt = post(&world, "catalogs", &json!({ "catalog": catalog })).await;
    assert_eq!(misspelt.status, 400, "{}", misspelt.text);
    assert_eq!(events(&world).await, before);
    let nobody = world
        .app()
        .bare(Method::GET, "/admin/v1/test/operators/nobody/catalogs");
    assert_eq!(nobody.bearer(ADMIN_KEY).send().await.status, 404);
    let anybody = world
        .app()
        .bare(Method::GET, "/admin/v1/test/operators/bigbluebus/catalogs");
    assert_eq!(anybody.send().await.status, 401);
}

async fn a_pass_that_stays_with_its_buyer_is_not_sent(store: Store) {
    let world = World::start(store).await;
    let office = world.rider("office").await;
    let sendable = office.buy_item(SINGLE).await;
    let mut catalog = priced(&world, 125).await;
    catalog["fares"][0]["transferable"] = json!(false);
    post(&world, "catalogs", &json!({ "catalog": catalog }))
        .await
        .ok();
    let own = office.buy_item(SINGLE).await;
    office.send(&[&own], None).await.refused_for(403, None, "items");
    // What was sold before stays what it was sold as.
    office.send(&[&sendable], None).await.ok();
    world.audit().await;
}
