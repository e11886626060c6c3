//! Buying: what is paid, what is issued, what is answered.

use serde_json::{Value, json};

use crate::world::{BOOK, Order, Rider, SINGLE, Store, World, fields, on_both_stores};

on_both_stores!(
    a_purchase_is_answered_as_published,
    prices_and_options_are_shown_as_wanted,
    a_token_is_good_once_and_leaves_a_card_to_buy_with,
    a_payment_method_buys_again_and_again,
    the_operator_is_paid_and_the_engine_keeps_its_fee,
    a_book_is_issued_with_its_rides,
    a_day_pass_is_sold_in_another_currency_and_time_zone,
    a_purchase_without_a_key_is_made,
);

const PASS: [&str; 12] = [
    "agency_id",
    "details",
    "end_timestamp",
    "fare",
    "logo_url",
    "pass_id",
    "payment_processor",
    "purchase_receipt",
    "purchase_timestamp",
    "start_timestamp",
    "status",
    "stripe_source",
];

async fn a_purchase_is_answered_as_published(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let empty = rider.wallet().await;
    assert_eq!(empty.body, json!({ "pass_books": null, "passes": [] }));
    let order = Order::single(&empty.state)
        .card("tok_visa")
        .with("include_fare_price", "false");
    let bought = rider.place(&order).await.ok();
    assert_eq!(fields(&bought.body), ["pass_books", "passes"]);
    assert_eq!(bought.body["pass_books"], Value::Null);
    let pass = &bought.body["passes"][0];
    // The example of the document has these members and no others, but for the receipt that its table promises.
    assert_eq!(fields(pass), PASS);
    let words = "Valid on all local Big Blue Bus routes. Single ride is valid for 30 minutes after use.";
    assert_eq!(
        pass["details"],
        json!({ "agency_name": "Big Blue Bus", "description": words, "name": "Regular Single Ride" })
    );
    assert_eq!(
        pass["fare"],
        json!({
            "agency_id": "bigbluebus", "agency_name": "Big Blue Bus", "description": words,
            "fare_id": SINGLE, "fare_name": "Regular Single Ride", "product_type": "single_pass",
        })
    );
    assert_eq!(pass["status"], "unactivated");
    assert_eq!(pass["payment_processor"], "Stripe");
    assert!(pass["stripe_source"].as_str().unwrap().starts_with("card_"));
    for stamp in ["purchase_timestamp", "start_timestamp", "end_timestamp"] {
        let stamp = pass[stamp].as_str().unwrap();
        let parsed = chrono::DateTime::parse_from_rfc3339(stamp).unwrap();
        assert!(parsed.offset().local_minus_utc() < 0, "{stamp} is Californian");
    }
    let seen = rider.wallet().await;
    assert_eq!(
        seen.state,
        bought.state(),
        "the answer's state is the present one"
    );
    assert_ne!(seen.state, empty.state);
    assert!(
        seen.passes()[0].get("stripe_source").is_none(),
        "shown to the purchase only"
    );
    world.books().await.agree_with(&[seen.body]);
}

async fn prices_and_options_are_shown_as_wanted(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let order = Order::single(&rider.state().await).with("include_fare_options", "true");
    let bought = rider.place(&order).await.ok();
    let fare = &bought.body["passes"][0]["fare"];
    assert_eq!(fare["price"], json!({ "amount": 125, "currency": "USD" }));
    assert_eq!(fare["options"].as_array().unwrap().len(), 2);
    assert_eq!(bought.body["fare_options"][0]["type"], "rider");
    let plain = rider.get("/pass?ticket_format=none").send().await.ok();
    assert!(plain.body.get("fare_options").is_none());
    assert!(plain.body["passes"][0]["fare"].get("options").is_none());
    assert_eq!(plain.body["passes"][0]["fare"]["price"]["amount"], 125);
    let path = "/pass?ticket_format=none&include_fare_price=false&include_fare_options=true";
    let listed = rider.get(path).send().await.ok();
    assert!(listed.body["passes"][0]["fare"].get("price").is_none());
    assert_eq!(listed.body["fare_options"].as_array().unwrap().len(), 2);
}

async fn a_token_is_good_once_and_leaves_a_card_to_buy_with(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let first = rider.buy(SINGLE, "tok_mastercard").await.ok();
    let card = first.body["passes"][0]["stripe_source"]
        .as_str()
        .unwrap()
        .to_owned();
    let second = rider.buy(SINGLE, &card).await.ok();
    let sources = |body: &Value| -> Vec<String> {
        let passes = body["passes"].as_array().unwrap().iter();
        passes
            .filter_map(|pass| pass["stripe_source"].as_str().map(str::to_owned))
            .collect()
    };
    assert_eq!(
        sources(&second.body),
        [card.as_str()],
        "only what was bought now tells its card"
    );
    let stranger = world.rider("bob").await;
    stranger
        .buy(SINGLE, &card)
        .await
        .refused_for(400, Some("stripe_invalid_request"), "stripe_token");
    assert_eq!(world.books().await.kept().len(), 2);
    world.audit().await;
}

async fn a_payment_method_buys_again_and_again(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let first = rider.buy(SINGLE, "pm_card_visa").await.ok();
    let method = first.body["passes"][0]["stripe_source"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(method.starts_with("pm_"), "{method}");
    for _ in 0..2 {
        rider.buy(SINGLE, &method).await.ok();
    }
    let books = world.books().await;
    let platform = stripe_sim::Control::platform_of("sk_test_cityhop").unwrap();
    assert_eq!(
        books.customers(&platform).len(),
        1,
        "a rider is one customer, whatever they buy"
    );
    assert_eq!(books.kept().len(), 3);
    books.agree_with(&[rider.wallet().await.body]);
}

async fn the_operator_is_paid_and_the_engine_keeps_its_fee(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    rider.buy(BOOK, "pm_card_visa").await.ok();
    rider.buy(SINGLE, "tok_visa").await.ok();
    let mut kept = world.books().await.kept();
    kept.sort_by_key(|charge| charge.amount);
    let paid: Vec<_> = kept
        .iter()
        .map(|it| (it.account.as_str(), it.amount, it.fee))
        .collect();
    // 2.5 % and three cents, as both agreed: 3.125 + 3 and 8.75 + 3, rounded half to even.
    assert_eq!(paid, [("acct_bigbluebus", 125, 6), ("acct_bigbluebus", 350, 12)]);
    world.audit().await;
}

async fn a_book_is_issued_with_its_rides(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let bought = rider.buy(BOOK, "pm_card_visa").await.ok();
    let book = &bought.body["pass_books"][0];
    let expected = [
        "fare",
        "logo_url",
        "pass_book_id",
        "payment_processor",
        "purchase_receipt",
        "purchase_timestamp",
        "stripe_source",
        "unactivated_remaining_count",
    ];
    assert_eq!(fields(book), expected);
    assert_eq!(book["unactivated_remaining_count"], 3);
    assert_eq!(book["fare"]["passes_count"], 3);
    assert_eq!(book["fare"]["product_type"], "pass_book");
    let sub_passes = bought.body["passes"].as_array().unwrap();
    assert_eq!(sub_passes.len(), 3);
    for (ride, number) in sub_passes.iter().zip(1..) {
        let expected = [
            "agency_id",
            "details",
            "end_timestamp",
            "logo_url",
            "pass_book_id",
            "pass_id",
            "payment_processor",
            "start_timestamp",
            "status",
            "stripe_source",
        ];
        assert_eq!(
            fields(ride),
            expected,
            "what was bought, and when, is told of the book"
        );
        assert_eq!(ride["pass_book_id"], book["pass_book_id"]);
        assert_eq!(ride["details"]["name"], "Regular 3 Ride (1 Ride)");
        let id = ride["pass_id"].as_str().unwrap();
        assert!(id.ends_with(&format!(".sub_pass_{number}")), "{id}");
    }
    let first = sub_passes[0]["pass_id"].as_str().unwrap();
    let used = rider.activate(first).await.ok();
    assert_eq!(used.body["pass_books"][0]["unactivated_remaining_count"], 2);
    assert_eq!(world.books().await.kept().len(), 1, "a book is paid once");
}

async fn a_day_pass_is_sold_in_another_currency_and_time_zone(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let mut order = Order::of("day_pass", "pm_card_visa", &rider.state().await);
    "linia_wislana".clone_into(&mut order.agency);
    let bought = rider.place(&order).await.ok();
    let pass = &bought.body["passes"][0];
    assert_eq!(
        pass["fare"]["price"],
        json!({ "amount": 1500, "currency": "PLN" })
    );
    let end = pass["end_timestamp"].as_str().unwrap();
    assert!(
        end.contains("T02:30:00+0"),
        "a service day in Warsaw ends at half past two: {end}"
    );
    let kept = world.books().await.kept();
    assert_eq!(
        (kept[0].account.as_str(), kept[0].amount, kept[0].fee),
        ("acct_liniawislana", 1500, 30)
    );
    rider.buy(SINGLE, "pm_card_visa").await.ok();
    world.audit().await;
}

async fn a_purchase_without_a_key_is_made(store: Store) {
    let world = World::start(store).await;
    let rider: Rider = world.rider("ann").await;
    let form = [
        ("a", "bigbluebus"),
        ("fare_id", SINGLE),
        ("stripe_token", "pm_card_visa"),
        ("ticket_format", "none"),
    ];
    let state = rider.state().await;
    let send = || {
        rider
            .post("/purchase")
            .header("Token-Transit-Passes-State", &state)
            .form(&form)
            .send()
    };
    send().await.ok();
    send().await.refused(412, Some("account_state_out_of_sync"));
    assert_eq!(world.books().await.kept().len(), 1);
}
