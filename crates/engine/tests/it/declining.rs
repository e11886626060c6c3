//! Cards that are refused, on both routes: nothing is issued, the rider is free at once, and the answer stands.

use domain::purchase::Stage;
use engine::{BuyProblem, CardProblem};

use crate::{
    buying::{ask, money_is_right, order, stage},
    marketplace::SINGLE,
    world::{StoreKind, World, claim, on_both_stores},
};

on_both_stores!(
    a_decline_is_final_issues_nothing_and_frees_the_rider,
    a_card_that_cannot_be_kept_starts_no_purchase,
    a_payment_that_waits_for_the_rider_is_given_up_or_declined,
);

/// Cards that can be kept and are refused when they are charged.
const REFUSED_LATER: [&str; 6] = [
    "pm_card_chargeCustomerFail",
    "tok_chargeCustomerFail",
    "pm_card_visa_chargeCustomerFailLostCard",
    "tok_visa_chargeCustomerFailStolenCard",
    "pm_card_radarBlock",
    "tok_radarBlock",
];

async fn a_decline_is_final_issues_nothing_and_frees_the_rider(store: StoreKind) {
    let world = World::open(store).await;
    for card in REFUSED_LATER {
        let rider = world.rider(card).await;
        let first = ask(
            &world.engine,
            order(&rider, &[(SINGLE, 1)], card),
            Some(&claim(card)),
        )
        .await
        .unwrap();
        assert_eq!(stage(&first), "Declined", "{card}");
        assert!(world.wallet(&rider).await.items().is_empty());
        // Another key is another purchase, and may begin at once.
        world
            .buy_with(&rider, &[(SINGLE, 1)], "pm_card_visa")
            .await
            .unwrap();
        let again = ask(
            &world.engine,
            order(&rider, &[(SINGLE, 1)], card),
            Some(&claim(card)),
        )
        .await;
        assert_eq!(again.unwrap(), first);
    }
    let taken = world.at_stripe("charges");
    let taken = taken
        .iter()
        .filter(|charge| charge["status"] == "succeeded")
        .count();
    assert_eq!(taken, REFUSED_LATER.len());
    assert!(world.unfinished().await.is_empty());
    money_is_right(&world).await;
}

async fn a_card_that_cannot_be_kept_starts_no_purchase(store: StoreKind) {
    let world = World::open(store).await;
    for card in [
        "pm_card_visa_chargeDeclined",
        "tok_visa_chargeDeclined",
        "pm_card_visa_chargeDeclinedInsufficientFunds",
        "tok_visa_chargeDeclinedExpiredCard",
        "tok_visa_chargeDeclinedIncorrectCvc",
        "pm_card_visa_chargeDeclinedProcessingError",
    ] {
        let rider = world.rider(card).await;
        let refused = world.buy_with(&rider, &[(SINGLE, 1)], card).await;
        assert!(
            matches!(refused, Err(BuyProblem::Card(CardProblem::Declined { .. }))),
            "{card}: {refused:?}"
        );
        world.buy_with(&rider, &[(SINGLE, 1)], "tok_visa").await.unwrap();
    }
    assert!(
        world
            .purchases()
            .await
            .iter()
            .all(|it| matches!(it.stage(), Stage::Completed { .. }))
    );
    assert!(world.unfinished().await.is_empty());
    money_is_right(&world).await;
}

async fn a_payment_that_waits_for_the_rider_is_given_up_or_declined(store: StoreKind) {
    let world = World::open(store).await;
    for card in ["pm_card_authenticationRequired", "tok_threeDSecure2Required"] {
        let rider = world.rider(card).await;
        let answer = ask(
            &world.engine,
            order(&rider, &[(SINGLE, 1)], card),
            Some(&claim(card)),
        )
        .await
        .unwrap();
        assert!(
            ["Declined", "Voided"].contains(&stage(&answer).as_str()),
            "{card}"
        );
        assert!(world.wallet(&rider).await.items().is_empty());
    }
    for intent in world.at_stripe("payment_intents") {
        let status = intent["status"].as_str().unwrap();
        assert!(
            ["canceled", "requires_payment_method"].contains(&status),
            "{status}"
        );
    }
    assert!(world.unfinished().await.is_empty());
    money_is_right(&world).await;
}
