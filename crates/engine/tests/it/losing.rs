//! Replies that get lost, and a Stripe that does not answer, at each call of a purchase in turn.

use std::time::Duration;

use domain::UserId;
use engine::{BuyProblem, CardProblem, Engine, Parts};
use payments::{Credential, Stripe, StripeConfig};
use stripe_sim::{Fault, FaultRule, core::Method};

use crate::{
    buying::{ask, ask_until_answered, money_is_right, order, stage},
    marketplace::{SINGLE, app},
    world::{StoreKind, World, claim, on_both_stores, rider_asks},
};

on_both_stores!(
    a_call_that_goes_wrong_anywhere_is_executed_once_and_the_purchase_completes,
    a_stripe_that_cannot_be_reached_changes_nothing,
    a_server_error_is_never_the_end_and_never_a_second_charge,
    a_customer_that_cannot_be_made_does_not_lock_the_rider_out_for_long,
);

/// The calls of a first purchase by route: where they go, and whether the card is kept before.
const CALLS: [(&str, [(&str, bool); 4]); 2] = [
    (
        "pm_card_visa",
        [
            ("/v1/customers", false),
            ("/v1/payment_methods/*/attach", false),
            ("/v1/payment_methods", true),
            ("/v1/payment_intents", true),
        ],
    ),
    (
        "tok_visa",
        [
            ("/v1/customers", false),
            ("/v1/customers/*/sources", false),
            ("/v1/tokens", true),
            ("/v1/charges", true),
        ],
    ),
];

async fn keep(engine: &Engine, rider: &UserId, card: &str) {
    let credential = Credential::parse(card).unwrap();
    engine
        .keep_card(&rider_asks(rider), &app(), rider, &credential)
        .await
        .unwrap();
}

fn goes_wrong(world: &World, fault: Fault, path: &str, times: u32) {
    let rule = FaultRule::next(fault, Method::Post, path, times);
    world.stripe.control().add_fault(rule);
}

async fn a_call_that_goes_wrong_anywhere_is_executed_once_and_the_purchase_completes(store: StoreKind) {
    let world = World::open(store).await;
    let mut bought = 0;
    for (card, calls) in CALLS {
        for (path, is_kept) in calls {
            for fault in [
                Fault::DropBefore,
                Fault::LoseReply,
                Fault::RateLimit,
                Fault::Conflict,
                Fault::Garbage,
                Fault::Truncate,
            ] {
                let rider = world.rider(&format!("{card} {path} {fault:?}")).await;
                if is_kept {
                    keep(&world.engine, &rider, card).await;
                }
                goes_wrong(&world, fault, path, 1);
                let buy = order(&rider, &[(SINGLE, 1)], card);
                let answer = ask_until_answered(&world.engine, buy, &claim(rider.as_str())).await;
                assert_eq!(stage(&answer), "Completed", "{card} {path} {fault:?}");
                assert!(
                    world.stripe.control().faults_left().is_empty(),
                    "{path} {fault:?} did not strike"
                );
                assert_eq!(world.wallet(&rider).await.items().len(), 1);
                bought += 1;
            }
        }
    }
    assert_eq!(world.at_stripe("charges").len(), bought);
    for purchase in world.purchases().await {
        for call in &purchase.payment().unwrap().calls {
            assert_eq!(world.stripe.control().executions(call.key.as_str()), 1);
        }
    }
    money_is_right(&world).await;
}

async fn a_stripe_that_cannot_be_reached_changes_nothing(store: StoreKind) {
    let world = World::open(store).await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let config = StripeConfig {
        base_url: format!("http://{closed}"),
        ..StripeConfig::default()
    };
    let parts = Parts {
        gateway: std::sync::Arc::new(Stripe::new(&config).unwrap()),
        ..world.parts().await
    };
    let cut_off = Engine::open(parts).await.unwrap();
    for (card, _) in CALLS {
        let rider = world.rider(card).await;
        let buy = || order(&rider, &[(SINGLE, 1)], card);
        let waits = ask(&cut_off, buy(), Some(&claim(card))).await;
        assert!(
            matches!(waits, Err(BuyProblem::Card(CardProblem::Pending))),
            "{waits:?}"
        );
        keep(&world.engine, &rider, card).await;
        let waits = ask(&cut_off, buy(), Some(&claim(card))).await;
        assert!(matches!(waits, Err(BuyProblem::Pending)), "{waits:?}");
        let answer = ask(&world.engine, buy(), Some(&claim(card))).await.unwrap();
        assert_eq!(stage(&answer), "Completed");
    }
    assert_eq!(world.at_stripe("charges").len(), 2);
    money_is_right(&world).await;
}

/// Stripe repeats a 500 under its key, whether it had charged or not: only its books tell.
async fn a_server_error_is_never_the_end_and_never_a_second_charge(store: StoreKind) {
    let world = World::open(store).await;
    for (card, path) in [
        ("pm_card_visa", "/v1/payment_intents"),
        ("tok_visa", "/v1/charges"),
    ] {
        for (fault, end) in [(Fault::ErrorAfter, "Completed"), (Fault::ErrorBefore, "Voided")] {
            let rider = world.rider(&format!("{card} {fault:?}")).await;
            keep(&world.engine, &rider, card).await;
            goes_wrong(&world, fault, path, 1);
            let key = claim(rider.as_str());
            let buy = || order(&rider, &[(SINGLE, 1)], card);
            let first = ask(&world.engine, buy(), Some(&key)).await;
            assert!(world.stripe.control().faults_left().is_empty());
            if end == "Completed" {
                // Stripe repeated itself, so its books were asked, and they hold the charge.
                assert_eq!(stage(&first.unwrap()), end, "{card} {fault:?}");
                continue;
            }
            assert!(matches!(first, Err(BuyProblem::Pending)), "{first:?}");
            world.resolve().await;
            assert_eq!(world.unfinished().await.len(), 1, "nothing is guessed");
            // Nobody asks for the charge any more, but one may still be on its way.
            world.clock.advance(Duration::from_mins(15));
            let round = world.resolve().await;
            assert_eq!(round.finished, 0);
            world.clock.advance(Duration::from_mins(3));
            world.resolve().await;
            assert_eq!(world.unfinished().await, Vec::<String>::new());
            let answer = ask(&world.engine, buy(), Some(&key)).await.unwrap();
            assert_eq!(stage(&answer), end, "{card} {fault:?}");
        }
    }
    assert_eq!(world.at_stripe("charges").len(), 2);
    money_is_right(&world).await;
}

async fn a_customer_that_cannot_be_made_does_not_lock_the_rider_out_for_long(store: StoreKind) {
    let world = World::open(store).await;
    let rider = world.rider("rider").await;
    goes_wrong(&world, Fault::ErrorBefore, "/v1/customers", 1);
    let waits = world.buy_with(&rider, &[(SINGLE, 1)], "pm_card_visa").await;
    assert!(matches!(waits, Err(BuyProblem::Card(CardProblem::Pending))));
    let other = world.buy_with(&rider, &[(SINGLE, 1)], "pm_card_mastercard").await;
    assert!(matches!(other, Err(BuyProblem::Card(CardProblem::Busy))));
    world.clock.advance(Duration::from_mins(15));
    world.resolve().await;
    assert_eq!(world.unfinished().await, Vec::<String>::new());
    world
        .buy_with(&rider, &[(SINGLE, 1)], "pm_card_mastercard")
        .await
        .unwrap();
    world
        .buy_with(&rider, &[(SINGLE, 1)], "pm_card_visa")
        .await
        .unwrap();
    money_is_right(&world).await;
}
