//! Buying what is in a cart: one purchase, one charge, for what the cart showed.

use serde_json::Value;
use stripe_sim::{Fault, FaultRule, core::Method};

use crate::{
    carts::adds_up,
    world::{Order, Store, World, eventually, fresh_key, on_both_stores, token},
};

on_both_stores!(
    what_a_cart_showed_is_what_is_charged,
    a_direct_purchase_pays_the_usual_price,
    a_cart_of_several_fares_is_one_purchase,
    a_cart_that_costs_nothing_needs_no_card,
    a_cart_purchase_is_repeated_under_its_key,
    two_purchases_of_one_cart_at_once_are_one_or_two_but_never_half,
    a_cart_of_another_version_is_bought_by_nobody,
);

fn due(cart: &Value) -> i64 {
    let discounted = cart.get("discounted_total_price");
    let price = discounted.unwrap_or(&cart["total_price"]);
    price["amount"].as_i64().unwrap()
}

async fn what_a_cart_showed_is_what_is_charged(store: Store) {
    let world = World::of_fares(store).await;
    let rider = world.rider("ann").await;
    let carts: [&[(&str, &str)]; 5] = [
        &[("add_fares[day]", "1")],
        &[("add_fares[single]", "7")],
        &[("add_fares[outer_single]", "5"), ("add_fares[day]", "3")],
        &[("add_fares[five_rides]", "2"), ("add_fares[single]", "1")],
        &[("add_fares[shuttle]", "2"), ("add_fares[outer_single]", "1")],
    ];
    let (mut shown, mut fees) = (Vec::new(), Vec::new());
    for fares in carts {
        let mut form = vec![("a", "metro")];
        form.extend(fares);
        let cart = rider.cart(&form).await.ok().body;
        adds_up(&cart);
        rider.buy_cart(token(&cart)).await.ok();
        let due = due(&cart);
        shown.push(due);
        // 3.33 % and a cent, rounded half up.
        fees.push((due * 333 + 5_000) / 10_000 + 1);
    }
    let kept = world.books().await.kept();
    let mut paid: Vec<_> = kept.iter().map(|it| (it.amount, it.fee)).collect();
    let mut expected: Vec<_> = shown.into_iter().zip(fees).collect();
    paid.sort_unstable();
    expected.sort_unstable();
    assert_eq!(paid, expected);
    world.audit().await;
}

async fn a_direct_purchase_pays_the_usual_price(store: Store) {
    let world = World::of_fares(store).await;
    let rider = world.rider("ann").await;
    let mut order = Order::of("day", "pm_card_visa", &rider.state().await);
    "metro".clone_into(&mut order.agency);
    rider.place(&order).await.ok();
    assert_eq!(world.books().await.kept()[0].amount, 707);
    let cart = rider.cart(&[("a", "metro"), ("add_fares[day]", "1")]).await.ok();
    rider.buy_cart(token(&cart.body)).await.ok();
    assert_eq!(
        world.books().await.kept().iter().map(|it| it.amount).sum::<i64>(),
        707 + 649
    );
    // The price of a pass is the usual one of its fare, whatever was paid for it.
    let prices = rider.wallet().await.body["passes"].clone();
    for pass in prices.as_array().unwrap() {
        assert_eq!(pass["fare"]["price"]["amount"], 707);
    }
}

async fn a_cart_of_several_fares_is_one_purchase(store: Store) {
    let world = World::of_fares(store).await;
    let rider = world.rider("ann").await;
    let cart = rider
        .cart(&[
            ("a", "metro"),
            ("add_fares[day]", "2"),
            ("add_fares[five_rides]", "1"),
            ("add_fares[single]", "1"),
        ])
        .await
        .ok()
        .body;
    let bought = rider.buy_cart(token(&cart)).await.ok();
    let single = |pass: &&Value| pass.get("pass_book_id").is_none();
    let passes = bought.body["passes"].as_array().unwrap();
    assert_eq!(passes.iter().filter(single).count(), 3);
    assert_eq!(passes.len(), 8, "and five rides of a book");
    assert_eq!(bought.body["pass_books"].as_array().unwrap().len(), 1);
    assert_eq!(rider.state().await, bought.state());
    let kept = world.books().await.kept();
    let paid: Vec<_> = kept.iter().map(|it| (it.account.as_str(), it.amount)).collect();
    assert_eq!(paid, [("acct_metro", due(&cart))]);
    world.audit().await;
}

async fn a_cart_that_costs_nothing_needs_no_card(store: Store) {
    let world = World::of_fares(store).await;
    let rider = world.rider("ann").await;
    let cart = rider
        .cart(&[("a", "metro"), ("add_fares[shuttle]", "2")])
        .await
        .ok()
        .body;
    let state = rider.state().await;
    let buy = rider
        .post("/purchase")
        .keyed()
        .header("Token-Transit-Passes-State", &state)
        .form(&[("cart_token", token(&cart)), ("ticket_format", "none")]);
    let bought = buy.send().await.ok();
    assert_eq!(bought.body["passes"].as_array().unwrap().len(), 2);
    assert!(world.books().await.kept().is_empty());
    world.audit().await;
}

async fn a_cart_purchase_is_repeated_under_its_key(store: Store) {
    let world = World::of_fares(store).await;
    let rider = world.rider("ann").await;
    let cart = rider
        .cart(&[("a", "metro"), ("add_fares[day]", "2")])
        .await
        .ok()
        .body;
    let (state, key) = (rider.state().await, fresh_key());
    let first = rider.buy_cart_as(token(&cart), &state, &key).await.ok();
    // What was answered stands, whatever has become of the catalog.
    world.apply(|text| text.replace("price: 707", "price: 808")).await;
    let again = rider.buy_cart_as(token(&cart), &state, &key).await;
    assert_eq!(
        (again.status, &again.text, again.state()),
        (200, &first.text, first.state())
    );
    let other = rider
        .cart(&[("a", "metro"), ("add_fares[day]", "1")])
        .await
        .ok()
        .body;
    rider
        .buy_cart_as(token(&other), &state, &key)
        .await
        .refused(409, Some("idempotency_key_in_use"));
    assert_eq!(world.books().await.kept().len(), 1);
}

async fn two_purchases_of_one_cart_at_once_are_one_or_two_but_never_half(store: Store) {
    let world = World::of_fares(store).await;
    let rider = world.rider("ann").await;
    let cart = rider
        .cart(&[("a", "metro"), ("add_fares[day]", "1")])
        .await
        .ok()
        .body;
    // With one key they are the same purchase.
    let (state, key) = (rider.state().await, fresh_key());
    let (one, other) = tokio::join!(
        rider.buy_cart_as(token(&cart), &state, &key),
        rider.buy_cart_as(token(&cart), &state, &key),
    );
    assert_eq!(one.ok().text, other.ok().text);
    assert_eq!(world.books().await.kept().len(), 1);
    // With two keys, one goes through and the other has to look again: a cart can be bought twice, but not unseen.
    let state = rider.state().await;
    let wait = Fault::DelayReply { ms: 1_000 };
    world
        .stripe()
        .add_fault(FaultRule::next(wait, Method::Post, "/v1/payment_intents", 1));
    let (first_key, second_key) = (fresh_key(), fresh_key());
    let meanwhile = async {
        eventually("the first purchase is at Stripe", async || {
            world.stripe().faults_left().is_empty()
        })
        .await;
        rider.buy_cart_as(token(&cart), &state, &second_key).await
    };
    let first = rider.buy_cart_as(token(&cart), &state, &first_key);
    let (first, second) = tokio::join!(first, meanwhile);
    first.ok();
    second.refused(428, Some("existing_purchase_in_progess"));
    let books = world.books().await;
    assert_eq!(books.kept().len(), 2);
    books.agree_with(&[rider.wallet().await.body]);
    rider.buy_cart(token(&cart)).await.ok();
    world.audit().await;
}

async fn a_cart_of_another_version_is_bought_by_nobody(store: Store) {
    let world = World::of_fares(store).await;
    let rider = world.rider("ann").await;
    let cart = rider
        .cart(&[("a", "metro"), ("add_fares[single]", "1")])
        .await
        .ok()
        .body;
    // Not even where nothing in it costs anything else now.
    world.apply(|text| text.replace("price: 707", "price: 808")).await;
    rider
        .buy_cart(token(&cart))
        .await
        .refused(400, Some("stale_cart"));
    let fresh = rider.cart(&[("cart_token", token(&cart))]).await.ok().body;
    assert_eq!(fresh["total_price"], cart["total_price"]);
    rider.buy_cart(token(&fresh)).await.ok();
    assert_eq!(world.books().await.kept().len(), 1);
    world.books().await.agree_with(&[rider.wallet().await.body]);
}
