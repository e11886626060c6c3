//! Cards that are refused for now, and failures that Stripe has stored: who may go on, and that nothing is charged twice.

use std::time::Duration;

use chrono::TimeDelta;
use engine::BuyProblem;
use stripe_sim::{
    Fault, FaultRule,
    core::{IssuerCode, Method},
};

use crate::{
    buying::{ask, money_is_right, order, stage},
    marketplace::SINGLE,
    world::{StoreKind, World, claim, on_both_stores},
};

on_both_stores!(
    nobody_but_the_rider_has_a_refused_card_tried_again,
    without_a_key_a_refused_card_is_refused_for_good_and_keeps_nobody_out,
    two_servers_that_are_asked_again_at_once_charge_once,
    a_lost_reply_of_the_second_go_is_not_taken_for_the_failure_of_the_first,
    a_second_go_that_never_reached_stripe_ends_without_a_charge,
    what_stripe_has_stored_as_failed_is_looked_up_at_once,
    what_stripe_has_stored_as_failed_and_never_did_is_given_up_in_the_end,
);

const ROUTES: [(&str, &str); 2] = [
    ("pm_card_visa", "/v1/payment_intents"),
    ("tok_visa", "/v1/charges"),
];

fn goes_wrong(world: &World, fault: Fault, path: &str, times: u32) {
    let rule = FaultRule::next(fault, Method::Post, path, times);
    world.stripe.control().add_fault(rule);
}

const BUSY: Fault = Fault::Decline {
    issuer: IssuerCode::IssuerNotAvailable,
};

fn charges_taken(world: &World) -> usize {
    let charges = world.at_stripe("charges");
    charges
        .iter()
        .filter(|charge| charge["status"] == "succeeded")
        .count()
}

async fn nobody_but_the_rider_has_a_refused_card_tried_again(store: StoreKind) {
    let world = World::open(store).await;
    for (card, path) in ROUTES {
        let rider = world.rider(card).await;
        goes_wrong(&world, BUSY, path, 1);
        let refused = ask(
            &world.engine,
            order(&rider, &[(SINGLE, 1)], card),
            Some(&claim(card)),
        )
        .await;
        assert!(matches!(refused, Err(BuyProblem::DeclinedForNow)), "{refused:?}");
        for _ in 0..3 {
            world.resolve().await;
            world.clock.advance(Duration::from_secs(35));
        }
        assert_eq!(charges_taken(&world), 0, "{card}");
        // The time is up: others may have bought meanwhile.
        world.clock.advance(Duration::from_secs(20));
        world.resolve().await;
        let late = ask(
            &world.engine,
            order(&rider, &[(SINGLE, 1)], card),
            Some(&claim(card)),
        )
        .await;
        assert_eq!(stage(&late.unwrap()), "Voided");
        assert_eq!(world.unfinished().await, Vec::<String>::new());
    }
    assert_eq!(charges_taken(&world), 0);
    money_is_right(&world).await;
}

async fn without_a_key_a_refused_card_is_refused_for_good_and_keeps_nobody_out(store: StoreKind) {
    let world = World::open(store).await;
    for (card, path) in ROUTES {
        let rider = world.rider(card).await;
        goes_wrong(&world, BUSY, path, 1);
        let refused = ask(&world.engine, order(&rider, &[(SINGLE, 1)], card), None).await;
        assert_eq!(stage(&refused.unwrap()), "Declined");
        world.buy_with(&rider, &[(SINGLE, 1)], card).await.unwrap();
    }
    assert_eq!(charges_taken(&world), 2);
    assert_eq!(world.unfinished().await, Vec::<String>::new());
    money_is_right(&world).await;
}

async fn two_servers_that_are_asked_again_at_once_charge_once(store: StoreKind) {
    let world = World::open(store).await;
    let other = world.another_engine(world.database.log()).await;
    for (number, (card, path)) in ROUTES.into_iter().enumerate() {
        let rider = world.rider(card).await;
        goes_wrong(&world, BUSY, path, 1);
        let wish = || order(&rider, &[(SINGLE, 1)], card);
        let refused = ask(&world.engine, wish(), Some(&claim(card))).await;
        assert!(matches!(refused, Err(BuyProblem::DeclinedForNow)));
        let key = claim(card);
        let (here, there) = tokio::join!(
            ask(&world.engine, wish(), Some(&key)),
            ask(&other, wish(), Some(&key))
        );
        let answers: Vec<_> = [here, there].into_iter().flatten().collect();
        assert!(!answers.is_empty());
        let last = ask(&other, wish(), Some(&key)).await.unwrap();
        assert_eq!(stage(&last), "Completed");
        assert!(answers.iter().all(|answer| *answer == last));
        assert_eq!(charges_taken(&world), number + 1);
    }
    money_is_right(&world).await;
}

async fn a_lost_reply_of_the_second_go_is_not_taken_for_the_failure_of_the_first(store: StoreKind) {
    let world = World::open(store).await;
    for (number, (card, path)) in ROUTES.into_iter().enumerate() {
        let rider = world.rider(card).await;
        let wish = || order(&rider, &[(SINGLE, 1)], card);
        goes_wrong(&world, BUSY, path, 1);
        let refused = ask(&world.engine, wish(), Some(&claim(card))).await;
        assert!(matches!(refused, Err(BuyProblem::DeclinedForNow)));
        goes_wrong(&world, Fault::LoseReply, path, 1_000);
        let waits = ask(&world.engine, wish(), Some(&claim(card))).await;
        assert!(matches!(waits, Err(BuyProblem::Pending)), "{waits:?}");
        world.stripe.control().clear_faults();
        // Too late to send it again: only Stripe's books can tell.
        world.clock.advance(Duration::from_mins(16));
        world.resolve().await;
        let found = ask(&world.engine, wish(), Some(&claim(card))).await.unwrap();
        assert_eq!(stage(&found), "Completed");
        assert_eq!(charges_taken(&world), number + 1);
    }
    money_is_right(&world).await;
}

async fn a_second_go_that_never_reached_stripe_ends_without_a_charge(store: StoreKind) {
    let world = World::open(store).await;
    for (card, path) in ROUTES {
        let rider = world.rider(card).await;
        let wish = || order(&rider, &[(SINGLE, 1)], card);
        goes_wrong(&world, BUSY, path, 1);
        let refused = ask(&world.engine, wish(), Some(&claim(card))).await;
        assert!(matches!(refused, Err(BuyProblem::DeclinedForNow)));
        goes_wrong(&world, Fault::DropBefore, path, 1_000);
        let waits = ask(&world.engine, wish(), Some(&claim(card))).await;
        assert!(matches!(waits, Err(BuyProblem::Pending)));
        world.stripe.control().clear_faults();
        world.clock.advance(Duration::from_mins(16));
        world.resolve().await;
        // The books show the failure of the first go, which says nothing of the second.
        let still = ask(&world.engine, wish(), Some(&claim(card))).await;
        assert!(matches!(still, Err(BuyProblem::Pending)), "{still:?}");
        world.clock.advance(Duration::from_mins(2));
        world.resolve().await;
        let ended = ask(&world.engine, wish(), Some(&claim(card))).await.unwrap();
        assert_eq!(stage(&ended), "Voided");
    }
    assert_eq!(charges_taken(&world), 0);
    money_is_right(&world).await;
}

async fn what_stripe_has_stored_as_failed_is_looked_up_at_once(store: StoreKind) {
    let world = World::open(store).await;
    for (number, (card, path)) in ROUTES.into_iter().enumerate() {
        let rider = world.rider(card).await;
        goes_wrong(&world, Fault::ErrorAfter, path, 1);
        let began = world.now();
        let wish = order(&rider, &[(SINGLE, 1)], card);
        let answer = ask(&world.engine, wish, Some(&claim(card))).await.unwrap();
        assert_eq!(stage(&answer), "Completed");
        assert!(world.now() - began < TimeDelta::seconds(5), "{card}");
        assert_eq!(charges_taken(&world), number + 1);
    }
    money_is_right(&world).await;
}

async fn what_stripe_has_stored_as_failed_and_never_did_is_given_up_in_the_end(store: StoreKind) {
    let world = World::open(store).await;
    for (card, path) in ROUTES {
        let rider = world.rider(card).await;
        let wish = || order(&rider, &[(SINGLE, 1)], card);
        goes_wrong(&world, Fault::ErrorBefore, path, 1);
        let began = world.now();
        let waits = ask(&world.engine, wish(), Some(&claim(card))).await;
        assert!(matches!(waits, Err(BuyProblem::Pending)));
        assert!(
            world.now() - began < TimeDelta::seconds(5),
            "asking on would only hear it again"
        );
        // What Stripe left half done may still come to light, so that it is not the end yet.
        world.clock.advance(Duration::from_mins(10));
        world.resolve().await;
        assert_eq!(world.unfinished().await.len(), 1);
        world.clock.advance(Duration::from_mins(8));
        world.resolve().await;
        let ended = ask(&world.engine, wish(), Some(&claim(card))).await.unwrap();
        assert_eq!(stage(&ended), "Voided");
    }
    assert_eq!(charges_taken(&world), 0);
    money_is_right(&world).await;
}
