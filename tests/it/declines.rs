//! Cards that are refused: what the rider is told, and that nothing is taken or issued.

use stripe_sim::{
    Fault, FaultRule,
    core::{IssuerCode, Method},
};

use crate::world::{Answer, Order, Store, World, on_both_stores};

on_both_stores!(
    a_declined_card_is_told_as_published_and_buys_nothing,
    a_card_that_fails_only_when_charged_buys_nothing,
    theft_and_fraud_look_exactly_like_any_other_decline,
    a_card_that_wants_the_rider_present_buys_nothing,
    after_a_decline_another_card_buys,
    a_card_refused_for_now_is_tried_again_under_the_same_key_and_charged_once,
    a_card_that_cannot_be_saved_just_now_is_tried_again_under_the_same_key,
    a_card_that_stays_refused_is_at_last_refused_for_good,
    a_retry_that_comes_too_late_finds_the_order_expired,
    a_card_that_is_not_for_this_kind_of_purchase_is_ineligible,
    every_published_decline_is_told_in_the_riders_language,
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

/// The next so many charges by this card's route meet an issuer that says this.
fn issuer_says(world: &World, card: &str, issuer: IssuerCode, times: u32) {
    let path = match card.starts_with("pm_") {
        true => "/v1/payment_intents",
        false => "/v1/charges",
    };
    let rule = FaultRule::next(Fault::Decline { issuer }, Method::Post, path, times);
    world.stripe().add_fault(rule);
}

async fn a_card_refused_for_now_is_tried_again_under_the_same_key_and_charged_once(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let mut bought = 0;
    for card in ["pm_card_visa", "tok_visa"] {
        for issuer in [
            IssuerCode::ProcessingError,
            IssuerCode::TryAgainLater,
            IssuerCode::IssuerNotAvailable,
        ] {
            let order = Order::single(&rider.state().await).card(card);
            issuer_says(&world, card, issuer, 2);
            for _ in 0..2 {
                let refused = rider.place(&order).await;
                refused.refused(408, Some("card_declined_retryable"));
                assert_eq!(refused.body["retryable"], true);
                assert_eq!(refused.body["type"], "card_error");
            }
            // Meanwhile it keeps the rider's other purchases out.
            let other = Order::single(&order.state).card(card);
            let meanwhile = rider.place(&other).await;
            meanwhile.refused(428, Some("existing_purchase_in_progess"));
            assert_eq!(world.books().await.kept().len(), bought);
            let first = rider.place(&order).await.ok();
            bought += 1;
            assert_eq!(rider.place(&order).await.text, first.text);
            assert_eq!(world.books().await.kept().len(), bought);
        }
    }
    world.books().await.agree_with(&[rider.wallet().await.body]);
    world.audit().await;
}

async fn a_card_that_cannot_be_saved_just_now_is_tried_again_under_the_same_key(store: Store) {
    let world = World::start(store).await;
    for name in [
        "pm_card_chargeDeclinedProcessingError",
        "tok_chargeDeclinedProcessingError",
    ] {
        let rider = world.rider(name).await;
        let order = Order::single(&rider.state().await).card(name);
        for _ in 0..2 {
            let refused = rider.place(&order).await;
            refused.refused(408, Some("card_declined_retryable"));
        }
        // Nothing was bought, so nothing keeps another card out.
        rider.place(&Order::single(&order.state)).await.ok();
    }
    assert_eq!(world.books().await.kept().len(), 2);
}

async fn a_card_that_stays_refused_is_at_last_refused_for_good(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let order = Order::single(&rider.state().await);
    issuer_says(&world, &order.card, IssuerCode::TryAgainLater, 5);
    for _ in 0..4 {
        let refused = rider.place(&order).await;
        refused.refused(408, Some("card_declined_retryable"));
    }
    let last = rider.place(&order).await;
    last.refused(400, Some("card_declined_generic"));
    assert_eq!(last.body["retryable"], false);
    assert_eq!(rider.place(&order).await.text, last.text);
    rider.place(&Order::single(&order.state)).await.ok();
    assert_eq!(world.books().await.kept().len(), 1);
    world.audit().await;
}

async fn a_retry_that_comes_too_late_finds_the_order_expired(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let order = Order::single(&rider.state().await);
    issuer_says(&world, &order.card, IssuerCode::IssuerNotAvailable, 1);
    let refused = rider.place(&order).await;
    refused.refused(408, Some("card_declined_retryable"));
    let other = Order::single(&order.state);
    let kept_out = rider.place(&other).await;
    kept_out.refused(428, Some("existing_purchase_in_progess"));
    world.age("purchase.started", 121).await;
    world.age("user.purchase_opened", 121).await;
    let expired = rider.place(&order).await;
    expired.refused(400, Some("order_expired"));
    assert_eq!(expired.body["retryable"], false);
    assert_eq!(rider.place(&order).await.text, expired.text);
    assert!(world.books().await.kept().is_empty());
    let released = Order::single(&order.state);
    rider.place(&released).await.ok();
    assert_eq!(world.books().await.kept().len(), 1);
}

async fn a_card_that_is_not_for_this_kind_of_purchase_is_ineligible(store: Store) {
    let world = World::start(store).await;
    for card in ["pm_card_visa", "tok_visa"] {
        issuer_says(&world, card, IssuerCode::CardNotSupported, 1);
        told(&world, card).await.refused(400, Some("card_ineligible"));
    }
    assert!(world.books().await.kept().is_empty());
}

async fn every_published_decline_is_told_in_the_riders_language(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    let state = rider.state().await;
    let cards = [
        "pm_card_chargeDeclined",
        "pm_card_chargeDeclinedStolenCard",
        "pm_card_radarBlock",
        "pm_card_chargeDeclinedExpiredCard",
        "pm_card_chargeDeclinedInsufficientFunds",
    ];
    let mut told = Vec::new();
    for card in cards {
        for language in ["en", "es", "de"] {
            let order = Order::single(&state).card(card);
            let call = rider.purchase(&order).header("Accept-Language", language);
            told.push(call.send().await.text);
        }
    }
    let (generic, others) = told.split_at(3);
    assert_ne!(generic[0], generic[1]);
    assert_eq!(generic[0], generic[2], "English where there is no German");
    for hidden in others.chunks(3).take(2) {
        assert_eq!(
            hidden, generic,
            "theft and fraud are told as any other decline, in every language"
        );
    }
    for own in others.chunks(3).skip(2) {
        assert!(own[0] != own[1] && own[0] != generic[0] && own[1] != generic[1]);
    }
}
