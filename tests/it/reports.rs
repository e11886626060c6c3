//! What operators see of their own business.

use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{ADMIN_KEY, BOOK, Rider, SINGLE, Store, World, fields, fresh_key, on_both_stores};

on_both_stores!(
    sales_are_listed_with_what_went_back_of_them,
    sales_are_found_by_app_fare_status_and_time_and_page_by_page,
    a_summary_adds_up_to_the_sales,
    passes_that_were_used_are_listed_for_whoever_sold_them,
    stripes_books_are_joined_to_ours_and_strangers_are_named,
    books_that_cannot_be_had_are_a_refusal_and_not_a_wait,
);

const ACCOUNT: &str = "acct_bigbluebus";

async fn shown(world: &World, path: &str) -> Value {
    world
        .administer(Method::GET, path, &json!({}), None)
        .await
        .ok()
        .body
}

async fn refund(world: &World, body: &Value) -> Value {
    let key = fresh_key();
    let answer = world.administer(Method::POST, "refunds", body, Some(&key));
    answer.await.ok().body
}

fn rows(page: &Value) -> &[Value] {
    page["data"].as_array().unwrap()
}

/// Two sales, a part of one of which went back.
async fn sell(world: &World) -> (Rider, String, String) {
    let ann = world.rider("ann").await;
    let pass = ann.buy_item(SINGLE).await;
    let book = ann.buy_item(BOOK).await;
    let purchase = format!("pur_{}", book["book_".len()..].rsplit_once('_').unwrap().0);
    let body = json!({ "purchase": purchase, "amount": 100, "reason": "sorry" });
    refund(world, &body).await;
    (ann, pass, purchase)
}

async fn sales_are_listed_with_what_went_back_of_them(store: Store) {
    let world = World::start(store).await;
    let (_, _, purchase) = sell(&world).await;
    let page = shown(&world, "sales").await;
    let [book, single] = rows(&page) else {
        panic!("{page}");
    };
    assert_eq!(
        fields(book),
        [
            "amount",
            "app_id",
            "currency",
            "day",
            "disputed",
            "engine_fee",
            "engine_fee_returned",
            "fares",
            "net",
            "purchase_id",
            "refunded",
            "sold_at",
            "status",
            "stripe_payment_id",
        ]
    );
    assert_eq!(book["purchase_id"], purchase);
    assert_eq!((&book["amount"], &book["refunded"]), (&json!(350), &json!(100)));
    assert_eq!(book["status"], "partly_refunded");
    assert_eq!(book["fares"], json!([{ "fare_id": BOOK, "quantity": 1 }]));
    let number = |row: &Value, name: &str| row[name].as_i64().unwrap();
    let net = 350 - 100 - number(book, "engine_fee") + number(book, "engine_fee_returned");
    assert_eq!(number(book, "net"), net);
    assert_eq!(
        (&single["amount"], &single["status"]),
        (&json!(125), &json!("completed"))
    );
    assert!(single["stripe_payment_id"].as_str().unwrap().starts_with("pi_"));
    assert!(page["as_of"].as_u64().unwrap() > 0);
    let other = world
        .app()
        .bare(Method::GET, "/admin/v1/test/operators/linia_wislana/sales")
        .bearer(ADMIN_KEY);
    assert_eq!(other.send().await.ok().body["data"], json!([]));
    world.audit().await;
}

async fn sales_are_found_by_app_fare_status_and_time_and_page_by_page(store: Store) {
    let world = World::start(store).await;
    sell(&world).await;
    for (query, count) in [
        ("app=cityhop", 2),
        ("app=railmate", 0),
        ("fare=regular_single_ride", 1),
        ("status=partly_refunded", 1),
        ("status=refunded", 0),
        ("from=2020-01-01T00:00:00Z", 2),
        ("to=2020-01-01T00:00:00Z", 0),
    ] {
        let page = shown(&world, &format!("sales?{query}")).await;
        assert_eq!(rows(&page).len(), count, "{query}: {page}");
    }
    let first = shown(&world, "sales?limit=1").await;
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = shown(&world, &format!("sales?limit=1&cursor={cursor}")).await;
    assert!(second.get("next_cursor").is_none(), "{second}");
    let all = shown(&world, "sales").await;
    assert_eq!(all["data"], json!([first["data"][0], second["data"][0]]));
    for bad in [
        "sales?status=odd",
        "sales?cursor=bad",
        "sales?from=today",
        "sales/summary?from=2030-01-01",
    ] {
        let answer = world.administer(Method::GET, bad, &json!({}), None).await;
        assert_eq!(answer.status, 400, "{bad}: {}", answer.text);
    }
}

async fn a_summary_adds_up_to_the_sales(store: Store) {
    let world = World::start(store).await;
    sell(&world).await;
    let (summary, sales) = (shown(&world, "sales/summary").await, shown(&world, "sales").await);
    for name in ["amount", "engine_fee", "refunded", "engine_fee_returned", "net"] {
        let sum = |page: &Value| {
            rows(page)
                .iter()
                .map(|row| row[name].as_i64().unwrap())
                .sum::<i64>()
        };
        assert_eq!(sum(&summary), sum(&sales), "{name}: {summary}");
    }
    let counted = |name: &str| {
        rows(&summary)
            .iter()
            .map(|row| row[name].as_i64().unwrap())
            .sum::<i64>()
    };
    assert_eq!((counted("sales"), counted("refunds")), (2, 1));
    assert!(
        rows(&summary)
            .iter()
            .all(|row| row["app_id"] == "cityhop" && row["currency"] == "USD")
    );
}

async fn passes_that_were_used_are_listed_for_whoever_sold_them(store: Store) {
    let world = World::start(store).await;
    let (ann, pass, _) = sell(&world).await;
    ann.activate(&pass).await.ok();
    let wallet = ann.wallet().await;
    let ride = wallet
        .passes()
        .iter()
        .find(|it| it.get("pass_book_id").is_some())
        .unwrap();
    let ride = ride["pass_id"].as_str().unwrap().to_owned();
    ann.activate(&ride).await.ok();
    let page = shown(&world, "validations").await;
    let used: Vec<&str> = rows(&page)
        .iter()
        .map(|it| it["pass_id"].as_str().unwrap())
        .collect();
    assert_eq!(used, [&ride, &pass]);
    assert!(rows(&page).iter().all(|it| it["kind"] == "activated"));
    assert_eq!(rows(&page)[0]["fare_id"], BOOK);
    assert_eq!(
        fields(&rows(&page)[0]),
        ["at", "fare_id", "kind", "pass_id"],
        "nobody's name"
    );
    let first = shown(&world, "validations?limit=1").await;
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = shown(&world, &format!("validations?limit=1&cursor={cursor}")).await;
    assert_eq!(page["data"], json!([first["data"][0], second["data"][0]]));
}

async fn stripes_books_are_joined_to_ours_and_strangers_are_named(store: Store) {
    let world = World::start(store).await;
    let (_, _, purchase) = sell(&world).await;
    let stranger = reqwest::Client::new()
        .post(format!("{}/v1/charges", world.server.stripe()))
        .bearer_auth("sk_test_cityhop")
        .header("Stripe-Account", ACCOUNT)
        .form(&[("amount", "999"), ("currency", "usd"), ("source", "tok_visa")])
        .send()
        .await
        .unwrap();
    assert!(
        stranger.status().is_success(),
        "{}",
        stranger.text().await.unwrap()
    );
    let page = shown(&world, "settlements").await;
    let of = |matching: &str| -> Vec<&Value> {
        rows(&page)
            .iter()
            .filter(|row| row["matching"] == matching)
            .collect()
    };
    assert_eq!(of("matched").len(), 3, "two charges and a refund: {page}");
    let given_back = of("matched")
        .into_iter()
        .find(|row| row["kind"] == "refund")
        .unwrap();
    assert_eq!(given_back["purchase_id"], purchase);
    assert!(given_back["refund_id"].as_str().unwrap().starts_with("rfd_"));
    let strange = of("unmatched");
    assert_eq!((strange.len(), &strange[0]["amount"]), (1, &json!(999)), "{page}");

    world.stripe().advance_time(10 * 24 * 60 * 60).unwrap();
    world.stripe().pay_out(ACCOUNT).unwrap();
    let payouts = shown(&world, "payouts").await;
    let paid = rows(&payouts).first().expect("something went to the bank");
    let id = paid["payout_id"].as_str().unwrap();
    let within = shown(&world, &format!("settlements?payout={id}")).await;
    assert!(!rows(&within).is_empty());
    let first = shown(&world, "settlements?limit=1").await;
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = shown(&world, &format!("settlements?limit=1&cursor={cursor}")).await;
    assert_ne!(first["data"], second["data"]);
}

async fn books_that_cannot_be_had_are_a_refusal_and_not_a_wait(store: Store) {
    let world = World::start(store).await;
    let status = async |path: &str| {
        let asked = world.administer(Method::GET, path, &json!({}), None).await;
        asked.status
    };
    // Base64 of `txn_none`, which is what a list could have given.
    for path in ["settlements?cursor=dHhuX25vbmU", "payouts?cursor=dHhuX25vbmU"] {
        assert_eq!(status(path).await, 400, "{path}");
    }
    for app in ["cityhop", "railmate"] {
        let given_up = json!({ "app": app });
        world
            .administer(Method::POST, "deauthorize", &given_up, Some(&fresh_key()))
            .await
            .ok();
    }
    for path in ["settlements", "payouts"] {
        assert_eq!(status(path).await, 409, "{path}");
    }
}
