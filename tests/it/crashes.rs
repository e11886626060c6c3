//! Stripe misbehaves, or the server dies: never charged twice, never paid for nothing.

use stripe_sim::Fault;

use crate::world::{Answer, Order, Rider, Setting, Store, World, eventually, on_both_stores};

on_both_stores!(
    whatever_happens_to_a_call_the_rider_is_charged_once_and_has_the_pass,
    a_server_killed_between_charge_and_pass_issues_it_when_it_is_back,
    a_server_killed_before_the_charge_charges_when_it_is_back,
    a_server_killed_while_it_saves_a_card_goes_on_when_it_is_back,
    the_built_in_stripe_outlives_the_server,
);

const CLONE: &str = "/v1/payment_methods";
const CHARGE: &str = "/v1/payment_intents";

async fn whatever_happens_to_a_call_the_rider_is_charged_once_and_has_the_pass(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let by_method = [CLONE, CHARGE];
    let by_token = ["/v1/tokens", "/v1/charges"];
    let saved = rider.buy("regular_single_ride", "tok_visa").await.ok();
    let card = saved.body["passes"][0]["stripe_source"]
        .as_str()
        .unwrap()
        .to_owned();
    let faults = [
        Fault::LoseReply,
        Fault::DropBefore,
        Fault::RateLimit,
        Fault::Conflict,
        Fault::Garbage,
        Fault::Truncate,
    ];
    let mut bought = 1;
    for fault in faults {
        for (card, paths) in [("pm_card_visa", by_method), (card.as_str(), by_token)] {
            for path in paths {
                world.next_call_fails(fault, path);
                let order = Order::single(&rider.state().await).card(card);
                let answer = settled(&rider, &order).await;
                assert!(
                    world.stripe().faults_left().is_empty(),
                    "{fault:?} never struck {path}"
                );
                bought += 1;
                let held = answer.ok().body["passes"].as_array().unwrap().len();
                assert_eq!(held, bought, "{fault:?} at {path}");
            }
        }
    }
    let books = world.books().await;
    assert_eq!((books.kept().len(), books.refunds()), (bought, 0));
    books.agree_with(&[rider.wallet().await.body]);
    world.audit().await;
}

/// Asks until there is an answer that is not "ask again".
async fn settled(rider: &Rider, order: &Order) -> Answer {
    loop {
        let answer = rider.place(order).await;
        if answer.body["retryable"] != true {
            return answer;
        }
    }
}

/// Sends a purchase, kills the server as soon as something is so, and brings it back.
async fn killed_when(
    world: &mut World,
    rider: &Rider,
    order: &Order,
    what: &str,
    is_so: impl AsyncFn() -> bool,
) {
    let purchase = rider.purchase(order);
    let sent = tokio::spawn(purchase.try_send());
    eventually(what, is_so).await;
    world.kill();
    assert!(
        sent.await.unwrap().is_err(),
        "the reply came before the server died"
    );
    world.restart().await;
}

async fn a_server_killed_between_charge_and_pass_issues_it_when_it_is_back(store: Store) {
    let mut world = World::start(store).await;
    let rider = world.rider("ann").await;
    let order = Order::single(&rider.state().await);
    world.next_call_fails(Fault::DelayReply { ms: 3_000 }, CHARGE);
    let stripe = world.stripe();
    let charged = async || {
        let books = stripe.books();
        let charges = &books["accounts"]["acct_bigbluebus"]["charges"];
        charges.as_array().is_some_and(|charges| !charges.is_empty())
    };
    killed_when(&mut world, &rider, &order, "the charge", charged).await;
    came_through(&world, &rider, &order).await;
}

async fn a_server_killed_before_the_charge_charges_when_it_is_back(store: Store) {
    for (path, card) in [
        (CHARGE, "pm_card_visa"),
        (CLONE, "pm_card_visa"),
        ("/v1/tokens", "tok_visa"),
    ] {
        let mut world = World::start(store).await;
        let rider = world.rider("ann").await;
        let order = Order::single(&rider.state().await).card(card);
        world.next_call_fails(Fault::Delay { ms: 3_000 }, path);
        let stripe = world.stripe();
        let asked = async || stripe.faults_left().is_empty();
        killed_when(&mut world, &rider, &order, "the call", asked).await;
        came_through(&world, &rider, &order).await;
    }
}

async fn a_server_killed_while_it_saves_a_card_goes_on_when_it_is_back(store: Store) {
    for (path, card) in [("/v1/customers", "tok_visa"), ("/v1/customers", "pm_card_visa")] {
        let mut world = World::start(store).await;
        let rider = world.rider("ann").await;
        let order = Order::single(&rider.state().await).card(card);
        world.next_call_fails(Fault::DelayReply { ms: 3_000 }, path);
        let stripe = world.stripe();
        let asked = async || stripe.faults_left().is_empty();
        killed_when(&mut world, &rider, &order, "the call", asked).await;
        assert!(
            world.books().await.kept().is_empty(),
            "nobody pays for a purchase that was never begun"
        );
        came_through(&world, &rider, &order).await;
        let platform = stripe_sim::Control::platform_of("sk_test_cityhop").unwrap();
        assert_eq!(world.books().await.customers(&platform).len(), 1);
    }
}

/// The same request gets its pass, and so does it again; it was paid once.
async fn came_through(world: &World, rider: &Rider, order: &Order) {
    let first = settled(rider, order).await.ok();
    assert_eq!(first.body["passes"].as_array().unwrap().len(), 1);
    let again = rider.place(order).await;
    assert_eq!(
        (first.text.as_str(), first.state()),
        (again.text.as_str(), again.state())
    );
    let books = world.books().await;
    assert_eq!((books.kept().len(), books.refunds()), (1, 0));
    books.agree_with(&[rider.wallet().await.body]);
    world.audit().await;
}

async fn the_built_in_stripe_outlives_the_server(store: Store) {
    let setting = Setting {
        embedded: true,
        ..Setting::on(store)
    };
    let mut world = World::of(setting).await;
    let rider = world.rider("ann").await;
    let first = rider.buy("regular_single_ride", "tok_visa").await.ok();
    let card = first.body["passes"][0]["stripe_source"]
        .as_str()
        .unwrap()
        .to_owned();
    for _ in 0..2 {
        world.restart().await;
        rider.buy("regular_single_ride", &card).await.ok();
    }
    let books = world.books().await;
    assert_eq!(books.kept().len(), 3);
    books.agree_with(&[rider.wallet().await.body]);
    world.kill();
    world.audit().await;
}
