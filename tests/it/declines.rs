//! Cards that are refused: what the rider is told, and that nothing is taken or issued.

use crate::world::{Answer, Order, Store, World, on_both_stores};

on_both_stores!(
    a_declined_card_is_told_as_published_and_buys_nothing,
    a_card_that_fails_only_when_charged_buys_nothing,
    theft_and_fraud_look_exactly_like_any_other_decline,
    a_card_that_wants_the_rider_present_buys_nothing,
    after_a_decline_another_card_buys,
);

/// What a fresh rider is told who pays with this.
async fn told(world: &World, card: &str) -> Answer {
    let rider = world.rider(&format!("rider-of-{card}")).await;
    let told = rider.place(&Order::single(&rider.state().await).card(card)).await;
    assert!(rider.wallet().await.passes().is_empty(), "{card}");
    told
}

async fn a_declined_card_is_told_as_published_and_buys_nothing(store: Store) {
    let world = World::start(store).await;
    let declines = [
        ("chargeDeclined", "card_declined_generic"),
        (
            "chargeDeclinedInsufficientFunds",
            "card_declined_insufficient_funds",
        ),
        ("chargeDeclinedExpiredCard", "card_declined_expired"),
        ("chargeDeclinedIncorrectCvc", "card_declined_generic"),
        ("chargeDeclinedLostCard", "card_declined_generic"),
        ("chargeDeclinedStolenCard", "card_declined_generic"),
        (
            "chargeDeclinedVelocityLimitExceeded",
            "card_declined_insufficient_funds",
        ),
    ];
    for (name, code) in declines {
        told(&world, &format!("tok_{name}"))
            .await
            .refused(400, Some(code));
        told(&world, &format!("pm_card_{name}"))
            .await
            .refused(400, Some(code));
    }
    assert!(world.books().await.kept().is_empty());
    world.audit().await;
}

async fn a_card_that_fails_only_when_charged_buys_nothing(store: Store) {
    let world = World::start(store).await;
    let declines = [
        ("tok_chargeCustomerFail", "card_declined_generic"),
        ("pm_card_chargeCustomerFail", "card_declined_generic"),
        (
            "pm_card_visa_chargeCustomerFailStolenCard",
            "card_declined_generic",
        ),
    ];
    for (card, code) in declines {
        told(&world, card).await.refused(400, Some(code));
    }
    assert!(world.books().await.kept().is_empty());
    world.audit().await;
}

async fn theft_and_fraud_look_exactly_like_any_other_decline(store: Store) {
    let world = World::start(store).await;
    let plain = told(&world, "pm_card_chargeDeclined").await;
    let suspicious = [
        "pm_card_chargeDeclinedStolenCard",
        "pm_card_chargeDeclinedLostCard",
        "pm_card_chargeDeclinedFraudulent",
        "pm_card_radarBlock",
        "tok_chargeDeclinedFraudulent",
        "pm_card_visa_chargeCustomerFailStolenCard",
    ];
    let names = |answer: &Answer| -> Vec<String> {
        let mut names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
        names.sort();
        names
    };
    for card in suspicious {
        let told = told(&world, card).await;
        assert_eq!((told.status, &told.text), (plain.status, &plain.text), "{card}");
        assert_eq!(names(&told), names(&plain), "{card}");
    }
    assert!(world.books().await.kept().is_empty());
}

async fn a_card_that_wants_the_rider_present_buys_nothing(store: Store) {
    let world = World::start(store).await;
    let told = told(&world, "pm_card_authenticationRequired").await;
    told.refused(400, Some("card_declined_generic"));
    assert!(world.books().await.kept().is_empty());
    world.audit().await;
}

async fn after_a_decline_another_card_buys(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let state = rider.state().await;
    for card in ["tok_chargeDeclined", "pm_card_chargeCustomerFail"] {
        let declined = rider.place(&Order::single(&state).card(card)).await;
        declined.refused(400, Some("card_declined_generic"));
    }
    rider.place(&Order::single(&state)).await.ok();
    world.books().await.agree_with(&[rider.wallet().await.body]);
}
