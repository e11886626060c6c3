//! Suspension, unlinking and withdrawal stop new purchases at once, and strand none that is under way.

use serde_json::json;
use stripe_sim::{Control, Fault};

use crate::world::{Answer, Desk, Order, Rider, SINGLE, Store, World, eventually, on_both_stores};

on_both_stores!(
    what_was_charged_before_the_end_is_issued_after_it,
    what_is_unknown_at_the_end_is_resolved_after_it,
    what_was_bought_is_refunded_after_the_end,
    a_refund_waits_in_sight_while_the_platform_may_not_make_it,
);

const CHARGE: &str = "/v1/payment_intents";

/// How a purchase may be overtaken.
const ENDS: [(&str, &str); 2] = [
    ("/operators/bigbluebus/suspend", "suspended"),
    ("/operators/bigbluebus/links/cityhop/unlink", "not_linked"),
];

/// Sends a purchase whose charge is under way, and has something happen meanwhile.
async fn overtaken(world: &World, rider: &Rider, order: &Order, fault: Fault, end: impl AsyncFn()) -> Answer {
    world.next_call_fails(fault, CHARGE);
    let sent = tokio::spawn(rider.purchase(order).send());
    let stripe = world.stripe();
    eventually("the charge", async || stripe.faults_left().is_empty()).await;
    end().await;
    sent.await.unwrap()
}

async fn settled(rider: &Rider, order: &Order, first: Answer) -> Answer {
    let mut answer = first;
    while answer.body["retryable"] == true {
        answer = rider.place(order).await;
    }
    answer
}

async fn what_was_charged_before_the_end_is_issued_after_it(store: Store) {
    for (path, code) in ENDS {
        let world = World::start(store).await;
        let desk = Desk::of(&world);
        let rider = world.rider("ann").await;
        let order = Order::single(&rider.state().await);
        let end = async || {
            desk.post(path, &json!({ "reason": "over" })).await.ok();
        };
        let answer = overtaken(&world, &rider, &order, Fault::DelayReply { ms: 1_500 }, end).await;
        let bought = settled(&rider, &order, answer).await.ok();
        assert_eq!(bought.body["passes"].as_array().unwrap().len(), 1, "{code}");
        assert!(
            desk.selling("bigbluebus", "cityhop")
                .await
                .1
                .contains(&code.to_owned())
        );
        let refused = rider.buy(SINGLE, "pm_card_visa").await;
        assert!((400..500).contains(&refused.status), "{code}: {}", refused.text);
        let books = world.books().await;
        assert_eq!((books.kept().len(), books.refunds()), (1, 0), "{code}");
        books.agree_with(&[rider.wallet().await.body]);
        world.audit().await;
    }
}

async fn what_is_unknown_at_the_end_is_resolved_after_it(store: Store) {
    for (path, code) in ENDS {
        for fault in [Fault::LoseReply, Fault::DropBefore] {
            let mut world = World::start(store).await;
            let desk = Desk::of(&world);
            let rider = world.rider("ann").await;
            let order = Order::single(&rider.state().await);
            // The answer to the charge is lost and the server dies before it can ask again.
            world.next_call_fails(Fault::DelayReply { ms: 3_000 }, CHARGE);
            let sent = tokio::spawn(rider.purchase(&order).try_send());
            let stripe = world.stripe();
            eventually("the charge", async || stripe.faults_left().is_empty()).await;
            desk.post(path, &json!({ "reason": "over" })).await.ok();
            world.next_call_fails(fault, CHARGE);
            world.kill();
            assert!(sent.await.unwrap().is_err());
            world.restart().await;
            let first = rider.place(&order).await;
            let bought = settled(&rider, &order, first).await.ok();
            assert_eq!(
                bought.body["passes"].as_array().unwrap().len(),
                1,
                "{code} {fault:?}"
            );
            let books = world.books().await;
            assert_eq!((books.kept().len(), books.refunds()), (1, 0), "{code} {fault:?}");
            books.agree_with(&[rider.wallet().await.body]);
            world.audit().await;
        }
    }
}

/// Buys a ride, puts it into a link, and gives the link's refund, ready to be asked for.
async fn sent(rider: &Rider) -> String {
    let pass = rider.buy_item(SINGLE).await;
    let sent = rider.send(&[&pass], None).await.ok();
    format!("/pass_transfer/{}/refund", sent.body["id"].as_str().unwrap())
}

async fn what_was_bought_is_refunded_after_the_end(store: Store) {
    for (path, code) in ENDS {
        let world = World::start(store).await;
        let desk = Desk::of(&world);
        let rider = world.rider("ann").await;
        let refund = sent(&rider).await;
        desk.post(path, &json!({ "reason": "over" })).await.ok();
        let refunded = rider.post(&refund).keyed().send().await;
        assert_eq!(refunded.status, 200, "{code}: {}", refunded.text);
        let books = world.books().await;
        assert_eq!((books.kept().len(), books.refunds()), (0, 1), "{code}");
        world.audit().await;
    }
}

async fn a_refund_waits_in_sight_while_the_platform_may_not_make_it(store: Store) {
    let mut world = World::start(store).await;
    let rider = world.rider("ann").await;
    let refund = sent(&rider).await;
    let platform = Control::platform_of("sk_test_cityhop").unwrap();
    world.stripe().unlink(&platform, "acct_bigbluebus").unwrap();
    let key = crate::world::fresh_key();
    let ask = async || rider.post(&refund).header("Idempotency-Key", &key).send().await;
    let waiting = ask().await;
    assert_ne!(waiting.status, 200, "{}", waiting.text);
    assert_eq!(world.books().await.refunds(), 0);
    let told = world.server.log().join("\n");
    assert!(
        told.contains("a person must look at this purchase"),
        "it is in sight"
    );
    world.stripe().link(&platform, "acct_bigbluebus").unwrap();
    world.restart().await;
    let made = async || world.books().await.refunds() == 1;
    eventually("the refund", made).await;
    world.audit().await;
}
