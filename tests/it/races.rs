//! Two at once.

use stripe_sim::{Fault, FaultRule, core::Method};

use crate::world::{Answer, Order, SINGLE, Store, World, eventually, on_both_stores};

on_both_stores!(
    of_two_devices_that_saw_the_same_passes_one_buys,
    while_one_purchase_is_at_stripe_another_is_turned_away,
    of_two_devices_one_activates,
    many_riders_buy_at_once,
);

async fn of_two_devices_that_saw_the_same_passes_one_buys(store: Store) {
    let world = World::start(store).await;
    let phone = world.rider("ann").await;
    let tablet = world.rider_on("ann", "ann-tablet").await;
    for _ in 0..5 {
        let state = phone.state().await;
        let (one, other) = (Order::single(&state), Order::single(&state));
        let (one, other) = tokio::join!(phone.place(&one), tablet.place(&other));
        let (won, lost): (Vec<_>, Vec<_>) = [one, other].into_iter().partition(|it| it.status == 200);
        assert_eq!(won.len(), 1, "{lost:?}");
        turned_away(&lost[0]);
    }
    let wallet = phone.wallet().await;
    assert_eq!(wallet.passes().len(), 5);
    world.books().await.agree_with(&[wallet.body]);
}

/// The wallet changed, or it is about to.
#[track_caller]
fn turned_away(answer: &Answer) {
    match answer.status {
        412 => answer.refused(412, Some("account_state_out_of_sync")),
        408 => answer.refused(408, Some("stripe_idempotency_key_in_use")),
        // Spelled as published.
        _ => answer.refused(428, Some("existing_purchase_in_progess")),
    }
}

async fn while_one_purchase_is_at_stripe_another_is_turned_away(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let state = rider.state().await;
    let wait = Fault::DelayReply { ms: 1_000 };
    world
        .stripe()
        .add_fault(FaultRule::next(wait, Method::Post, "/v1/payment_intents", 1));
    let (first, second) = (Order::single(&state), Order::single(&state));
    let meanwhile = async {
        eventually("the first purchase is at Stripe", async || {
            world.stripe().faults_left().is_empty()
        })
        .await;
        rider.place(&second).await
    };
    let (first, second) = tokio::join!(rider.place(&first), meanwhile);
    let bought = first.ok();
    second.refused(428, Some("existing_purchase_in_progess"));
    assert_eq!(world.books().await.kept().len(), 1);
    rider.place(&Order::single(&bought.state())).await.ok();
}

async fn of_two_devices_one_activates(store: Store) {
    let world = World::start(store).await;
    let phone = world.rider("ann").await;
    let tablet = world.rider_on("ann", "ann-tablet").await;
    for _ in 0..5 {
        let bought = phone.buy(SINGLE, "pm_card_visa").await.ok();
        let passes = bought.body["passes"].as_array().unwrap();
        let fresh = passes.iter().find(|it| it["status"] == "unactivated").unwrap();
        let pass = fresh["pass_id"].as_str().unwrap();
        let state = bought.state();
        let (one, other) = tokio::join!(phone.activate_in(pass, &state), tablet.activate_in(pass, &state));
        let (won, lost): (Vec<_>, Vec<_>) = [one, other].into_iter().partition(|it| it.status == 200);
        assert_eq!((won.len(), lost.len()), (1, 1));
        match lost[0].status {
            412 => lost[0].refused(412, Some("account_state_out_of_sync")),
            _ => lost[0].refused(428, Some("pass_active_on_another_device")),
        }
        let (on_phone, on_tablet) = (phone.wallet().await, tablet.wallet().await);
        let mut seen = [on_phone.status_of(pass), on_tablet.status_of(pass)];
        seen.sort_unstable();
        assert_eq!(seen, ["active", "active_on_another_device"]);
    }
}

async fn many_riders_buy_at_once(store: Store) {
    let world = World::start(store).await;
    let mut riders = Vec::new();
    for number in 0..12 {
        riders.push(world.rider(&format!("rider-{number}")).await);
    }
    let tasks: Vec<_> = riders
        .iter()
        .cloned()
        .map(|rider| {
            tokio::spawn(async move {
                for _ in 0..3 {
                    rider.buy(SINGLE, "pm_card_visa").await.ok();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let mut wallets = Vec::new();
    for rider in &riders {
        wallets.push(rider.wallet().await.body);
    }
    let books = world.books().await;
    assert_eq!(books.kept().len(), 36);
    books.agree_with(&wallets);
    world.audit().await;
}
