//! Refunds that Stripe refuses at first, and what operators say of the engine's fee.

use std::time::Duration;

use domain::{
    RefundId, StripeAccountId, StripeCallKey,
    operator::RefundRules,
    purchase::{Purchase, RefundState},
    transfer::TransferStatus,
};
use engine::{PassTransfer, RefundTransfer, RefundWord};
use payments::{Gateway, Metadata, NewRefund, PaymentRef, Platform, Secret, Stripe, StripeConfig};

use crate::{
    marketplace::{ACCOUNT, SINGLE, STRIPE_KEY, app, marketplace},
    sending::{body, own, redeem, send, shown},
    world::{StoreKind, World, admin, on_both_stores, rider_asks, usd},
};

on_both_stores!(
    a_refund_that_was_refused_and_made_after_all_is_told_to_every_transfer_it_concerns,
    where_an_operator_lets_us_keep_our_fee_a_refund_returns_none_of_it,
);

async fn status(world: &World, from: &domain::UserId, sent: &PassTransfer) -> TransferStatus {
    let own = world.engine.transfer(&app(), from, sent.transfer.id()).await;
    own.unwrap().unwrap().transfer.status()
}

async fn the_refund(world: &World) -> (Purchase, RefundId, RefundState) {
    let purchase = world.purchases().await.remove(0);
    let (id, refund) = purchase.refunds().iter().next().unwrap();
    let (id, state) = (id.clone(), refund.state.clone());
    (purchase, id, state)
}

/// What a person does at Stripe: the same refund, by its name.
async fn refund_by_hand(world: &World, purchase: &Purchase, refund: &RefundId) {
    let config = StripeConfig {
        base_url: world.stripe.url().trim_end_matches('/').to_owned(),
        ..StripeConfig::default()
    };
    let platform = Platform {
        account: None,
        secret_key: Secret::new(STRIPE_KEY),
    };
    let charge = purchase.charge().unwrap();
    let payment = match &charge.payment_intent {
        Some(intent) => PaymentRef::PaymentIntent(intent.clone()),
        None => PaymentRef::Charge(charge.charge.clone()),
    };
    let asked = NewRefund {
        payment,
        amount: usd(250),
        refund_application_fee: true,
        metadata: Metadata::of_refund(refund, &purchase.order().purchase),
    };
    let account = StripeAccountId::parse(ACCOUNT).unwrap();
    let key = StripeCallKey::derive(refund.as_str(), "by-hand", 1);
    let stripe = Stripe::new(&config).unwrap();
    let made = stripe.refund(&platform, &account, &key, &asked).await;
    assert!(matches!(made, payments::Outcome::Done(_)));
}

async fn a_refund_that_was_refused_and_made_after_all_is_told_to_every_transfer_it_concerns(
    store: StoreKind,
) {
    let world = World::open(store).await;
    let (office, rider) = (world.rider("office").await, world.rider("rider").await);
    let items = world
        .buy_with(&office, &[(SINGLE, 1)], "pm_card_createDispute")
        .await
        .unwrap();
    let first = send(&world, &office, &items, None).await;
    redeem(&world, &rider, &first.redemption_url).await.unwrap();
    let second = send(&world, &rider, &items, Some(Duration::from_hours(1))).await;
    let asked = RefundTransfer {
        own: own(&office, &first),
        items: None,
        reason: "asked for".to_owned(),
        word: RefundWord::Operator,
    };
    let refused = world
        .engine
        .refund_transfer(&rider_asks(&office), &asked, None, &shown)
        .await;
    assert_eq!(body(&refused.unwrap())["status"], "transferred");
    let (purchase, refund, state) = the_refund(&world).await;
    assert!(matches!(state, RefundState::Refused { .. }));
    assert!(purchase.review().is_some());

    let look = || async {
        let id = &purchase.order().purchase;
        world
            .engine
            .look_again_at_refund(&admin(), id, &refund)
            .await
            .unwrap()
    };
    assert_eq!(look().await, Some(false), "nothing went back yet");
    let dispute = world.at_stripe("disputes")[0]["id"].as_str().unwrap().to_owned();
    world
        .stripe
        .control()
        .settle_dispute(ACCOUNT, &dispute, true)
        .unwrap();
    refund_by_hand(&world, &purchase, &refund).await;
    for _ in 0..2 {
        assert_eq!(look().await, Some(true));
    }

    assert!(matches!(the_refund(&world).await.2, RefundState::Done { .. }));
    assert_eq!(status(&world, &office, &first).await, TransferStatus::Refunded);
    assert_eq!(status(&world, &rider, &second).await, TransferStatus::Refunded);
    assert_eq!(world.given_back(), (250, 1));
    assert_eq!(world.unfinished().await, Vec::<String>::new());
    let none = RefundId::parse("rfd_none").unwrap();
    let id = &purchase.order().purchase;
    assert_eq!(
        world
            .engine
            .look_again_at_refund(&admin(), id, &none)
            .await
            .unwrap(),
        None
    );
    world.audit().await;
}

async fn where_an_operator_lets_us_keep_our_fee_a_refund_returns_none_of_it(store: StoreKind) {
    let world = World::open(store).await;
    let office = world.rider("office").await;
    let items = world.buy(&office, &[(SINGLE, 3)]).await;
    assert_eq!(world.engine_fees(), (75, 0));
    let refund_one = |nth: usize| {
        let item = items[nth].clone();
        let (world, office) = (&world, office.clone());
        async move {
            let sent = send(world, &office, &[item], None).await;
            let asked = RefundTransfer {
                own: own(&office, &sent),
                items: None,
                reason: "asked for".to_owned(),
                word: RefundWord::App,
            };
            let refunded = world
                .engine
                .refund_transfer(&rider_asks(&office), &asked, None, &shown)
                .await;
            assert_eq!(body(&refunded.unwrap())["status"], "refunded");
        }
    };
    let mut keeping = marketplace();
    keeping.operators[0].refund_rules = RefundRules {
        returns_engine_fee: false,
        ..keeping.operators[0].refund_rules
    };
    world.engine.declare(&admin(), &keeping).await.unwrap();
    refund_one(0).await;
    assert_eq!((world.given_back(), world.engine_fees()), ((250, 1), (75, 0)));
    world.engine.declare(&admin(), &marketplace()).await.unwrap();
    refund_one(1).await;
    refund_one(2).await;
    assert_eq!(world.given_back(), (750, 3));
    assert_eq!(world.engine_fees(), (75, 50), "what was kept is not made up for");
    world.audit().await;
}
