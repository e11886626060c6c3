//! Passes that are active as soon as they are bought, whatever dies or is late meanwhile.

use std::{sync::Arc, time::Duration};

use domain::{
    DeviceId, PassId, UserId,
    purchase::{AT_ONCE, AtOnce},
    wallet::PassStatus,
};
use engine::{Buy, BuyProblem, Engine, Parts};
use event_log::{Filter, Position};
use stripe_sim::{Fault, FaultRule, core::Method};

use crate::{
    buying::{CARDS, ask, ask_until_answered, money_is_right, order, stage},
    fuse::{Fuse, FusedGateway, FusedLog},
    log_that_dies::Death,
    marketplace::{BOOK, FREE, SINGLE},
    world::{StoreKind, World, claim, on_both_stores, pass},
};

on_both_stores!(
    a_pass_is_issued_active_in_one_commit,
    a_purchase_that_dies_anywhere_leaves_one_pass_that_is_active,
    a_pass_that_comes_late_is_issued_and_waits,
    a_pass_that_could_not_be_active_is_not_charged,
    one_device_that_asks_two_servers_at_once_buys_one_pass,
);

fn phone() -> DeviceId {
    DeviceId::parse("phone").unwrap()
}

fn boarding(rider: &UserId, fare: &str, card: &str, device: Option<DeviceId>) -> Buy {
    Buy {
        at_once: Some(AtOnce { device }),
        ..order(rider, &[(fare, 1)], card)
    }
}

/// The passes of a rider and what they are on a device.
async fn statuses(world: &World, rider: &UserId, device: Option<&DeviceId>) -> Vec<PassStatus> {
    let now = world.now();
    let wallet = world.wallet(rider).await;
    wallet.passes().map(|pass| pass.status(device, now)).collect()
}

async fn a_pass_is_issued_active_in_one_commit(store: StoreKind) {
    let world = World::open(store).await;
    for (card, device) in CARDS.into_iter().zip([Some(phone()), None]) {
        let rider = world.rider(card).await;
        let buy = boarding(&rider, SINGLE, card, device.clone());
        let answer = ask(&world.engine, buy, None).await.unwrap();
        assert_eq!(stage(&answer), "Completed");
        assert_eq!(
            statuses(&world, &rider, device.as_ref()).await,
            [PassStatus::Active]
        );
    }
    let free = world.rider("free").await;
    let buy = Buy {
        card: None,
        ..boarding(&free, FREE, CARDS[0], Some(phone()))
    };
    ask(&world.engine, buy, None).await.unwrap();
    assert_eq!(
        statuses(&world, &free, Some(&phone())).await,
        [PassStatus::Active]
    );
    let log = world.database.log();
    let all = log.read(Position::START, 100_000, &Filter::All).await.unwrap();
    let kinds: Vec<_> = all.iter().map(|it| it.kind.as_str()).collect();
    let ends: Vec<_> = kinds
        .windows(4)
        .filter(|window| window[0] == "purchase.completed")
        .collect();
    let end = [
        "purchase.completed",
        "wallet.passes_issued",
        "wallet.pass_activated",
        "user.purchase_closed",
    ];
    assert_eq!(ends, [end; 3]);
    money_is_right(&world).await;
}

async fn mortal(world: &World, fuse: &Arc<Fuse>) -> Engine {
    let parts = world.parts().await;
    let parts = Parts {
        log: Arc::new(FusedLog(parts.log, fuse.clone())),
        gateway: Arc::new(FusedGateway(parts.gateway, fuse.clone())),
        ..parts
    };
    Engine::open(parts).await.unwrap()
}

async fn a_purchase_that_dies_anywhere_leaves_one_pass_that_is_active(store: StoreKind) {
    let world = World::open(store).await;
    let mut riders = Vec::new();
    for death in [Death::Before, Death::After] {
        let mut operations = 0;
        loop {
            let rider = world.rider(&format!("{death:?} {operations}")).await;
            let key = claim(rider.as_str());
            let buy = || boarding(&rider, SINGLE, "pm_card_visa", Some(phone()));
            let fuse = Fuse::new(operations, death);
            let engine = mortal(&world, &fuse).await;
            let died = fuse.run(ask(&engine, buy(), Some(&key))).await.is_none();
            // The resolver knows of no client and no device but what the log tells.
            let next = world.another_engine(world.database.log()).await;
            world.unfinished().await;
            next.resolve_round(world.database.views(), true).await.unwrap();
            assert_eq!(world.unfinished().await, Vec::<String>::new());
            let answer = ask(&next, buy(), Some(&key)).await.unwrap();
            assert_eq!(stage(&answer), "Completed", "{death:?} {operations}");
            assert_eq!(
                statuses(&world, &rider, Some(&phone())).await,
                [PassStatus::Active],
                "{death:?} {operations}"
            );
            riders.push(rider);
            if !died {
                break;
            }
            operations += 1;
        }
        assert!(operations >= 10, "{operations}");
    }
    assert_eq!(world.at_stripe("charges").len(), riders.len());
    money_is_right(&world).await;
}

async fn a_pass_that_comes_late_is_issued_and_waits(store: StoreKind) {
    let world = World::open(store).await;
    for (card, charge) in CARDS.into_iter().zip(["/v1/payment_intents", "/v1/charges"]) {
        let rider = world.rider(card).await;
        let lost = FaultRule::next(Fault::LoseReply, Method::Post, charge, 1_000);
        world.stripe.control().add_fault(lost);
        let key = claim(card);
        let waits = ask(
            &world.engine,
            boarding(&rider, SINGLE, card, Some(phone())),
            Some(&key),
        )
        .await;
        assert!(matches!(waits, Err(BuyProblem::Pending)));
        world.stripe.control().clear_faults();
        world.clock.advance(AT_ONCE.to_std().unwrap());
        world.resolve().await;
        assert_eq!(
            statuses(&world, &rider, Some(&phone())).await,
            [PassStatus::Unactivated]
        );
        let answer = ask(
            &world.engine,
            boarding(&rider, SINGLE, card, Some(phone())),
            Some(&key),
        )
        .await;
        assert_eq!(stage(&answer.unwrap()), "Completed");
        let bought = world.wallet(&rider).await.items()[0].clone();
        let bought: PassId = pass(&bought);
        world.clock.advance(Duration::from_hours(1));
        world.activate(&rider, &bought).await.unwrap();
    }
    assert_eq!(world.at_stripe("charges").len(), 2);
    assert_eq!(world.given_back(), (0, 0));
    money_is_right(&world).await;
}

async fn a_pass_that_could_not_be_active_is_not_charged(store: StoreKind) {
    let world = World::open(store).await;
    let rider = world.rider("rider").await;
    let book = ask(
        &world.engine,
        boarding(&rider, BOOK, CARDS[0], Some(phone())),
        None,
    )
    .await;
    assert!(matches!(book, Err(BuyProblem::NotOnePass)));
    let ride = || boarding(&rider, SINGLE, CARDS[0], Some(phone()));
    ask(&world.engine, ride(), None).await.unwrap();
    let second = ask(&world.engine, ride(), None).await;
    assert!(matches!(second, Err(BuyProblem::ActiveOnDevice)));
    // When the first has run out, the next one may be bought.
    world.clock.advance(Duration::from_mins(30));
    ask(&world.engine, ride(), None).await.unwrap();
    assert_eq!(
        statuses(&world, &rider, Some(&phone())).await,
        [PassStatus::Expired, PassStatus::Active]
    );
    assert_eq!(world.at_stripe("charges").len(), 2);
    money_is_right(&world).await;
}

async fn one_device_that_asks_two_servers_at_once_buys_one_pass(store: StoreKind) {
    let world = World::open(store).await;
    let other = world.another_engine(world.database.log()).await;
    let rider = world.rider("rider").await;
    // With a card that is known, nothing but the pass keeps the two apart.
    world.buy(&rider, &[(FREE, 1)]).await;
    for round in 0..3 {
        let requests = [world.engine.clone(), other.clone()].map(|engine| {
            let buy = boarding(&rider, SINGLE, "pm_card_visa", Some(phone()));
            tokio::spawn(async move { ask(&engine, buy, None).await })
        });
        let mut bought = 0;
        for request in requests {
            match request.await.unwrap() {
                Ok(answer) => {
                    assert_eq!(stage(&answer), "Completed");
                    bought += 1;
                }
                // Which of them it is depends on how far the other had come.
                Err(
                    BuyProblem::PurchaseInProgress
                    | BuyProblem::ActiveOnDevice
                    | BuyProblem::Card(engine::CardProblem::Busy | engine::CardProblem::Pending),
                ) => {}
                Err(problem) => panic!("{problem}"),
            }
        }
        assert_eq!(bought, 1, "{round}");
        world.clock.advance(Duration::from_hours(1));
    }
    assert_eq!(world.at_stripe("charges").len(), 3);
    // One request that reaches both is one purchase, and answered the same.
    let key = claim("once");
    let requests = [world.engine.clone(), other].map(|engine| {
        let (buy, key) = (
            boarding(&rider, SINGLE, "pm_card_visa", Some(phone())),
            key.clone(),
        );
        tokio::spawn(async move { ask_until_answered(&engine, buy, &key).await })
    });
    let mut answers = Vec::new();
    for request in requests {
        answers.push(request.await.unwrap());
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(world.at_stripe("charges").len(), 4);
    money_is_right(&world).await;
}
