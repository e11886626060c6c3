//! Several servers on one log: what is unfinished is taken up by one of them, and by another when that one dies.

use std::time::Duration;

use engine::{BuyProblem, Round};
use futures::future::join_all;
use stripe_sim::{Fault, FaultRule, When, core::Method};

use crate::{
    buying::{ask, money_is_right, order},
    marketplace::SINGLE,
    world::{StoreKind, World, claim, on_both_stores},
};

on_both_stores!(
    servers_share_what_is_unfinished_and_none_does_it_twice,
    what_a_dead_server_was_at_is_taken_up_when_its_lease_ends,
    one_broken_operator_is_left_alone_after_a_while,
);

const CHARGES: &str = "/v1/payment_intents";
const RIDERS: usize = 12;
const ROUNDS: u32 = 20;
const MANY: u32 = 10_000;

/// So many riders whose charge Stripe does not answer. None of them knows the outcome.
async fn unknown(world: &World, riders: usize) {
    let broken = FaultRule::next(Fault::DropBefore, Method::Post, CHARGES, MANY);
    world.stripe.control().add_fault(broken);
    for number in 0..riders {
        let rider = world.rider(&format!("rider {number}")).await;
        let buy = order(&rider, &[(SINGLE, 1)], "pm_card_visa");
        let asked = ask(&world.engine, buy, Some(&claim(rider.as_str()))).await;
        assert!(matches!(asked, Err(BuyProblem::Pending)), "{asked:?}");
    }
    world.stripe.control().clear_faults();
    assert_eq!(world.unfinished().await.len(), riders);
}

async fn servers_share_what_is_unfinished_and_none_does_it_twice(store: StoreKind) {
    let world = World::open(store).await;
    unknown(&world, RIDERS).await;
    let mut servers = Vec::new();
    for _ in 0..3 {
        servers.push(world.another_engine(world.database.log()).await);
    }
    // Slow enough for every server to meet what the others are at.
    let slow = FaultRule::next(Fault::DelayReply { ms: 300 }, Method::Post, CHARGES, MANY);
    world.stripe.control().add_fault(slow);
    let rounds = servers
        .iter()
        .map(|server| server.resolve_round(world.database.views(), true));
    let rounds: Vec<Round> = join_all(rounds).await.into_iter().map(Result::unwrap).collect();
    let finished: usize = rounds.iter().map(|round| round.finished).sum();
    let left: usize = rounds.iter().map(|round| round.left).sum();
    assert_eq!(finished, RIDERS, "{rounds:?}");
    assert!(left > 0, "{rounds:?}");
    assert_eq!(world.unfinished().await, Vec::<String>::new());
    assert_eq!(world.at_stripe("charges").len(), RIDERS);
    money_is_right(&world).await;
}

async fn what_a_dead_server_was_at_is_taken_up_when_its_lease_ends(store: StoreKind) {
    let world = World::open(store).await;
    unknown(&world, 1).await;
    let slow = FaultRule::next(Fault::DelayReply { ms: 2_000 }, Method::Post, CHARGES, 1);
    world.stripe.control().add_fault(slow);
    let dead = world.another_engine(world.database.log()).await;
    let next = world.another_engine(world.database.log()).await;
    tokio::select! {
        _ = dead.resolve_round(world.database.views(), true) => panic!("it waits for Stripe"),
        () = async {
            while !world.stripe.control().faults_left().is_empty() {
                tokio::task::yield_now().await;
            }
        } => {}
    }
    let left = Round {
        finished: 0,
        open: 0,
        left: 1,
    };
    let round = next.resolve_round(world.database.views(), true).await.unwrap();
    assert_eq!(round, left, "nobody knows that it is dead");
    // Stripe is still at work on the charge of the dead one for a while.
    while !world.unfinished().await.is_empty() {
        world.clock.advance(Duration::from_mins(1));
        next.resolve_round(world.database.views(), true).await.unwrap();
    }
    assert_eq!(world.at_stripe("charges").len(), 1);
    money_is_right(&world).await;
}

async fn one_broken_operator_is_left_alone_after_a_while(store: StoreKind) {
    let world = World::open(store).await;
    unknown(&world, RIDERS).await;
    let broken = FaultRule::next(Fault::DropBefore, Method::Post, CHARGES, MANY);
    world.stripe.control().add_fault(broken);
    for _ in 0..ROUNDS {
        let round = world.resolve().await;
        assert_eq!(round.open, RIDERS);
    }
    let left = world.stripe.control().faults_left();
    assert_eq!(left.len(), 1);
    let tried = match left[0].when {
        When::Next(left) => MANY - left,
        When::PerMillion(_) => panic!("{left:?}"),
    };
    assert!((1..ROUNDS * 12).contains(&tried), "tried {tried} times");
    world.stripe.control().clear_faults();
    world.clock.advance(Duration::from_mins(1));
    world.resolve().await;
    world.clock.advance(Duration::from_mins(1));
    world.resolve().await;
    assert_eq!(world.unfinished().await, Vec::<String>::new());
    assert_eq!(world.at_stripe("charges").len(), RIDERS);
    money_is_right(&world).await;
}
