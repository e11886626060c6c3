//! Refunds that change at Stripe without us, however the news of it come.

use std::time::Duration;

use domain::{
    StripeAccountId, StripeCallKey,
    purchase::{Purchase, RefundState},
    wallet::Standing,
};
use engine::{OperatorRefund, RefundWhat};
use payments::{Gateway, Metadata, NewRefund, Outcome, PaymentRef};
use serde_json::json;

use crate::{
    hearing::{WAYS, Way, gateway, hear, platform, standings, the_purchase},
    marketplace::{ACCOUNT, SINGLE, operator},
    world::{StoreKind, World, admin, answer, on_both_stores, usd},
};

on_both_stores!(
    a_refund_that_fails_after_it_was_done_is_undone_in_the_log_and_the_books,
    what_is_given_back_at_stripe_is_written_down_and_voids_what_it_paid_for,
);

async fn give_back(world: &World) {
    let purchase = the_purchase(world).await;
    let wanted = OperatorRefund {
        operator: operator(),
        what: RefundWhat::Purchase {
            purchase: purchase.order().purchase.clone(),
            items: None,
        },
        reason: "asked for".to_owned(),
        override_rules: false,
    };
    let render = |_: &Purchase, _: &domain::RefundId| answer(&json!({}));
    world
        .engine
        .refund_by_operator(&admin(), &wanted, None, &render)
        .await
        .unwrap();
}

async fn a_refund_that_fails_after_it_was_done_is_undone_in_the_log_and_the_books(store: StoreKind) {
    for way in WAYS {
        let world = World::open(store).await;
        let rider = world.rider("rider").await;
        world
            .buy_with(&rider, &[(SINGLE, 1)], "pm_card_refundFail")
            .await
            .unwrap();
        give_back(&world).await;
        let state = |purchase: &Purchase| purchase.refunds().values().next().unwrap().state.clone();
        assert!(matches!(
            state(&the_purchase(&world).await),
            RefundState::Done { .. }
        ));
        world.stripe.control().advance_time(120).unwrap();
        world.clock.advance(Duration::from_mins(2));
        hear(&world, way).await;
        let purchase = the_purchase(&world).await;
        let RefundState::Refused { code } = state(&purchase) else {
            panic!("{way:?} {:?}", state(&purchase))
        };
        assert_eq!(code, "expired_or_canceled_card");
        assert_eq!(purchase.refundable().unwrap(), usd(250));
        assert!(purchase.review().is_some(), "a person is told");
        let before = purchase.clone();
        hear(&world, Way::Backwards).await;
        assert_eq!(the_purchase(&world).await, before, "{way:?}");
        world.audit().await;
    }
}

/// What a person does on Stripe's dashboard.
async fn refund_by_hand(world: &World, amount: i64) {
    let purchase = the_purchase(world).await;
    let charge = purchase.charge().unwrap();
    let asked = NewRefund {
        payment: PaymentRef::Charge(charge.charge.clone()),
        amount: usd(amount),
        refund_application_fee: false,
        metadata: Metadata::new(),
    };
    let account = StripeAccountId::parse(ACCOUNT).unwrap();
    let key = StripeCallKey::derive("by-hand", "refund", u32::try_from(amount).unwrap());
    let made = gateway(world).refund(&platform(), &account, &key, &asked).await;
    assert!(matches!(made, Outcome::Done(_)), "{made:?}");
}

async fn what_is_given_back_at_stripe_is_written_down_and_voids_what_it_paid_for(store: StoreKind) {
    for way in WAYS {
        let world = World::open(store).await;
        let rider = world.rider("rider").await;
        world.buy(&rider, &[(SINGLE, 2)]).await;
        refund_by_hand(&world, 100).await;
        hear(&world, way).await;
        let purchase = the_purchase(&world).await;
        assert_eq!(purchase.refundable().unwrap(), usd(400));
        let good = standings(&world, &rider).await;
        assert!(
            good.values().all(|it| *it == Standing::Good),
            "a part of the price voids nothing"
        );
        refund_by_hand(&world, 400).await;
        hear(&world, way).await;
        let purchase = the_purchase(&world).await;
        assert_eq!(purchase.refundable().unwrap(), usd(0));
        assert_eq!(
            (purchase.refunds().len(), purchase.review()),
            (2, None),
            "{way:?}"
        );
        let void = standings(&world, &rider).await;
        assert!(
            void.values().all(|it| matches!(it, Standing::Refunded { .. })),
            "{way:?} {void:?}"
        );
        assert_eq!(world.engine_fees(), (50, 0), "the dashboard leaves us our fee");
        world.audit().await;
    }
}
