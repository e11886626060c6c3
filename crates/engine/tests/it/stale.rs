//! Purchases that were left lying, and clocks that are wrong.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use domain::purchase::{Next, Stage};
use engine::BuyProblem;
use stripe_sim::{Fault, FaultRule, core::Method};

use crate::{
    buying::{ask, money_is_right, order, stage},
    clock::Clock,
    marketplace::SINGLE,
    world::{StoreKind, World, claim, on_both_stores},
};

on_both_stores!(
    an_old_charge_is_looked_up_and_never_sent_again,
    a_charge_that_comes_after_the_end_goes_back,
    what_was_never_charged_is_given_up_and_the_rider_is_free,
    a_server_whose_clock_is_behind_charges_nothing_and_still_finds_what_was_charged,
);

const ROUTES: [(&str, &str, &str); 2] = [
    ("pm_card_visa", "/v1/payment_methods", "/v1/payment_intents"),
    ("tok_visa", "/v1/tokens", "/v1/charges"),
];

fn goes_wrong(world: &World, fault: Fault, path: &str, times: u32) {
    let rule = FaultRule::next(fault, Method::Post, path, times);
    world.stripe.control().add_fault(rule);
}

async fn an_old_charge_is_looked_up_and_never_sent_again(store: StoreKind) {
    let world = World::open(store).await;
    for (card, _, charge) in ROUTES {
        let rider = world.rider(card).await;
        goes_wrong(&world, Fault::LoseReply, charge, 1_000);
        let waits = ask(
            &world.engine,
            order(&rider, &[(SINGLE, 1)], card),
            Some(&claim(card)),
        )
        .await;
        assert!(matches!(waits, Err(BuyProblem::Pending)));
        world.stripe.control().clear_faults();
        // Stripe has forgotten the key: sending it again would charge again.
        let day = Duration::from_hours(25);
        world.clock.advance(day);
        world
            .stripe
            .control()
            .advance_time(i64::try_from(day.as_secs()).unwrap())
            .unwrap();
        world.resolve().await;
        let answer = ask(
            &world.engine,
            order(&rider, &[(SINGLE, 1)], card),
            Some(&claim(card)),
        )
        .await
        .unwrap();
        assert_eq!(stage(&answer), "Completed");
        assert_eq!(world.wallet(&rider).await.items().len(), 1);
    }
    assert_eq!(world.at_stripe("charges").len(), 2);
    assert_eq!(world.unfinished().await, Vec::<String>::new());
    money_is_right(&world).await;
}

async fn a_charge_that_comes_after_the_end_goes_back(store: StoreKind) {
    let world = World::open(store).await;
    for (card, _, charge) in ROUTES {
        let rider = world.rider(card).await;
        // Long enough for another server to look meanwhile, and within every deadline.
        goes_wrong(&world, Fault::Delay { ms: 3_000 }, charge, 1);
        let engine = world.engine.clone();
        let buy = order(&rider, &[(SINGLE, 1)], card);
        let slow = tokio::spawn(async move { ask(&engine, buy, Some(&claim(card))).await });
        while !world.stripe.control().faults_left().is_empty() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        world.clock.advance(Duration::from_mins(20));
        let other = world.another_engine(world.database.log()).await;
        world.unfinished().await;
        other.resolve_round(world.database.views(), true).await.unwrap();
        let answer = ask(&other, order(&rider, &[(SINGLE, 1)], card), Some(&claim(card)))
            .await
            .unwrap();
        assert_eq!(stage(&answer), "Voided");

        assert_eq!(slow.await.unwrap().unwrap(), answer, "the answer stands");

        assert_eq!(world.wallet(&rider).await.items().len(), 0);
        world.resolve().await;
        assert_eq!(world.unfinished().await, Vec::<String>::new());
    }
    assert_eq!(world.given_back(), (500, 2));
    assert_eq!(world.engine_fees(), (50, 50));
    money_is_right(&world).await;
}

async fn what_was_never_charged_is_given_up_and_the_rider_is_free(store: StoreKind) {
    let world = World::open(store).await;
    for (card, derive, _) in ROUTES {
        let rider = world.rider(card).await;
        world.buy_with(&rider, &[(SINGLE, 1)], card).await.unwrap();
        goes_wrong(&world, Fault::DropBefore, derive, 1_000);
        let waits = ask(
            &world.engine,
            order(&rider, &[(SINGLE, 1)], card),
            Some(&claim(card)),
        )
        .await;
        assert!(matches!(waits, Err(BuyProblem::Pending)));
        let held = world.buy_with(&rider, &[(SINGLE, 1)], card).await;
        assert!(matches!(held, Err(BuyProblem::PurchaseInProgress)));
        world.clock.advance(Duration::from_mins(15));
        world.resolve().await;
        world.stripe.control().clear_faults();
        let answer = ask(
            &world.engine,
            order(&rider, &[(SINGLE, 1)], card),
            Some(&claim(card)),
        )
        .await
        .unwrap();
        assert_eq!(stage(&answer), "Voided");
        let user = world.engine.rider(&rider).await.unwrap().unwrap();
        assert_eq!(
            user.purchase_in_progress(world.now() - TimeDelta::minutes(15)),
            None
        );
        world.buy_with(&rider, &[(SINGLE, 1)], card).await.unwrap();
    }
    assert_eq!(world.unfinished().await, Vec::<String>::new());
    assert_eq!(world.at_stripe("charges").len(), 4);
    money_is_right(&world).await;
}

async fn a_server_whose_clock_is_behind_charges_nothing_and_still_finds_what_was_charged(store: StoreKind) {
    let world = World::open(store).await;
    for (card, _, charge) in ROUTES {
        for (fault, end) in [
            (Fault::LoseReply, "Completed"),
            (Fault::DropBefore, "CredentialReady"),
        ] {
            let rider = world.rider(&format!("{card} {fault:?}")).await;
            let key = claim(rider.as_str());
            goes_wrong(&world, fault, charge, 1_000);
            let waits = ask(&world.engine, order(&rider, &[(SINGLE, 1)], card), Some(&key)).await;
            assert!(matches!(waits, Err(BuyProblem::Pending)));
            world.stripe.control().clear_faults();
            let charges = world.at_stripe("charges").len();
            let behind = Arc::new(Clock::at(world.now() - TimeDelta::hours(3)));
            let server = world.another_engine_at(world.database.log(), &behind).await;
            let asked = ask(&server, order(&rider, &[(SINGLE, 1)], card), Some(&key)).await;
            match asked {
                Ok(answer) => assert_eq!(stage(&answer), end),
                Err(BuyProblem::Pending) => assert_eq!("CredentialReady", end),
                Err(problem) => panic!("{problem}"),
            }
            assert_eq!(world.at_stripe("charges").len(), charges, "{card} {fault:?}");
            // The server whose clock is right goes on.
            world.resolve().await;
        }
    }
    for purchase in world.purchases().await {
        assert!(matches!(purchase.stage(), Stage::Completed { .. }));
        assert_eq!(purchase.next(), Next::Nothing);
    }
    assert_eq!(world.at_stripe("charges").len(), 4);
    money_is_right(&world).await;
}
