//! A purchase whose process dies at every operation in turn, before and after it: whatever comes next ends it once.

use std::sync::Arc;

use domain::UserId;
use engine::{Engine, Parts};
use serde_json::json;

use crate::{
    buying::{CARDS, ask, ask_until_answered, body, money_is_right, order, stage},
    fuse::{Fuse, FusedGateway, FusedLog},
    log_that_dies::Death,
    marketplace::SINGLE,
    world::{StoreKind, World, claim, on_both_stores},
};

on_both_stores!(
    a_purchase_that_dies_anywhere_is_charged_once_and_issued_once,
    a_decline_that_dies_anywhere_stays_a_decline,
    two_servers_that_take_up_the_same_crash_charge_once,
);

const DEATHS: [Death; 2] = [Death::Before, Death::After];

async fn mortal(world: &World, fuse: &Arc<Fuse>) -> Engine {
    let parts = world.parts().await;
    let parts = Parts {
        log: Arc::new(FusedLog(parts.log, fuse.clone())),
        gateway: Arc::new(FusedGateway(parts.gateway, fuse.clone())),
        ..parts
    };
    Engine::open(parts).await.unwrap()
}

/// Has a process buy that dies after so many operations. Whether it died.
async fn dies(world: &World, rider: &UserId, card: &str, operations: i64, death: Death) -> bool {
    let fuse = Fuse::new(operations, death);
    let engine = mortal(world, &fuse).await;
    let buy = order(rider, &[(SINGLE, 1)], card);
    let claim = claim(rider.as_str());
    let asked = Box::pin(ask(&engine, buy, Some(&claim)));
    let died = fuse.run(asked).await.is_none();
    if died {
        // The hold lasts two minutes, and whoever comes next must not need them to pass.
        world.unfinished().await;
    }
    died
}

async fn a_purchase_that_dies_anywhere_is_charged_once_and_issued_once(store: StoreKind) {
    let world = World::open(store).await;
    let mut riders = Vec::new();
    for card in CARDS {
        for death in DEATHS {
            let mut operations = 0;
            loop {
                let rider = world.rider(&format!("{card} {death:?} {operations}")).await;
                let died = dies(&world, &rider, card, operations, death).await;
                let next = world.another_engine(world.database.log()).await;
                let round = next.resolve_round(world.database.views(), true).await.unwrap();
                assert_eq!(round.open, 0, "{card} {death:?} {operations}");
                assert_eq!(world.unfinished().await, Vec::<String>::new());
                let buy = order(&rider, &[(SINGLE, 1)], card);
                let answer = ask(&next, buy, Some(&claim(rider.as_str()))).await.unwrap();
                assert_eq!(
                    (stage(&answer).as_str(), &body(&answer)["passes"]),
                    ("Completed", &json!(1)),
                    "{card} {death:?} {operations}"
                );
                riders.push(rider);
                if !died {
                    break;
                }
                operations += 1;
            }
            assert_eq!(
                operations, 11,
                "seven commits and four calls make a first purchase"
            );
        }
    }
    assert_eq!(world.at_stripe("charges").len(), riders.len());
    for rider in &riders {
        assert_eq!(world.wallet(rider).await.items().len(), 1);
    }
    money_is_right(&world).await;
}

async fn a_decline_that_dies_anywhere_stays_a_decline(store: StoreKind) {
    let world = World::open(store).await;
    for card in ["pm_card_chargeCustomerFail", "tok_chargeCustomerFail"] {
        for death in DEATHS {
            let mut operations = 0;
            loop {
                let rider = world.rider(&format!("{card} {death:?} {operations}")).await;
                let died = dies(&world, &rider, card, operations, death).await;
                world.resolve().await;
                let buy = order(&rider, &[(SINGLE, 1)], card);
                let answer = ask(&world.engine, buy, Some(&claim(rider.as_str())))
                    .await
                    .unwrap();
                assert_eq!(stage(&answer), "Declined", "{card} {death:?} {operations}");
                assert!(world.wallet(&rider).await.items().is_empty());
                if !died {
                    break;
                }
                operations += 1;
            }
            assert!(operations >= 10, "{operations}");
        }
    }
    assert_eq!(world.unfinished().await, Vec::<String>::new());
    money_is_right(&world).await;
}

async fn two_servers_that_take_up_the_same_crash_charge_once(store: StoreKind) {
    let world = World::open(store).await;
    for card in CARDS {
        for operations in 6..10 {
            let rider = world.rider(&format!("{card} {operations}")).await;
            assert!(dies(&world, &rider, card, operations, Death::After).await);
            let servers = [
                world.another_engine(world.database.log()).await,
                world.another_engine(world.database.log()).await,
            ];
            let rounds = servers
                .iter()
                .map(|server| server.resolve_round(world.database.views(), true));
            for round in futures::future::join_all(rounds).await {
                round.unwrap();
            }
            let buy = order(&rider, &[(SINGLE, 1)], card);
            let answer = ask_until_answered(&servers[0], buy, &claim(rider.as_str())).await;
            assert_eq!(stage(&answer), "Completed");
            assert_eq!(world.wallet(&rider).await.items().len(), 1);
        }
    }
    assert_eq!(world.at_stripe("charges").len(), 8);
    assert_eq!(world.unfinished().await, Vec::<String>::new());
    money_is_right(&world).await;
}
