//! An operator withdraws the platform's permission in the middle of a purchase: nothing is charged twice, and nothing that
//! was charged is forgotten.

use std::time::Duration;

use chrono::Utc;
use domain::{
    StripeAccountId,
    purchase::{Stage, VoidReason},
};
use engine::BuyProblem;
use payments::StripeEvent;
use serde_json::json;
use stripe_sim::{Fault, FaultRule, core::Method};

use crate::{
    buying::{ask, order},
    hearing::{tell, the_purchase},
    marketplace::{ACCOUNT, SINGLE, STRIPE_KEY, operator},
    world::{StoreKind, World, admin, claim, on_both_stores},
};

on_both_stores!(
    permission_withdrawn_between_credential_and_charge_ends_the_purchase_and_the_sales,
    permission_withdrawn_after_a_charge_whose_reply_was_lost_leaves_it_to_be_found_later,
);

const CHARGE: &str = "/v1/payment_intents";

/// What Stripe tells the platform, which may not read it back any more.
fn said(kind: &str) -> StripeEvent {
    StripeEvent {
        id: format!("evt_{}", kind.replace('.', "_")),
        kind: kind.to_owned(),
        account: StripeAccountId::parse(ACCOUNT).ok(),
        created: Utc::now(),
        livemode: false,
        object: json!({ "id": "ca_cityhop", "object": "application" }),
    }
}

fn is_left(world: &World) -> bool {
    let known = world.engine.directory().operator(&operator()).unwrap();
    known
        .account()
        .is_some_and(|account| account.deauthorized.concerns(&crate::marketplace::app()))
}

async fn permission_withdrawn_between_credential_and_charge_ends_the_purchase_and_the_sales(
    store: StoreKind,
) {
    let world = World::open(store).await;
    let rider = world.rider("rider").await;
    let control = world.stripe.control();
    control.add_fault(FaultRule::next(
        Fault::Delay { ms: 1_500 },
        Method::Post,
        CHARGE,
        1,
    ));
    let (engine, buy) = (
        world.engine.clone(),
        order(&rider, &[(SINGLE, 1)], "pm_card_visa"),
    );
    let asking = tokio::spawn(async move { ask(&engine, buy, Some(&claim("k"))).await });
    // The charge is on its way as soon as the fault has struck.
    while !control.faults_left().is_empty() {
        tokio::task::yield_now().await;
    }
    control.unlink(STRIPE_KEY, ACCOUNT).unwrap();
    let answer = asking.await.unwrap().unwrap();
    assert_eq!(crate::buying::stage(&answer), "Voided", "{answer:?}");
    let purchase = the_purchase(&world).await;
    let refused = Stage::Voided {
        reason: VoidReason::RefusedByStripe,
    };
    assert_eq!(*purchase.stage(), refused);
    assert!(!is_left(&world));
    for _ in 0..2 {
        tell(&world, &said("account.application.deauthorized")).await;
    }
    assert!(is_left(&world));
    let next = ask(&world.engine, order(&rider, &[(SINGLE, 1)], "pm_card_visa"), None).await;
    assert!(next.is_err(), "{next:?}");
    assert_eq!(world.at_stripe("charges").len(), 0);
    assert_eq!(world.unfinished().await, Vec::<String>::new());
    world.audit().await;
}

async fn permission_withdrawn_after_a_charge_whose_reply_was_lost_leaves_it_to_be_found_later(
    store: StoreKind,
) {
    let world = World::open(store).await;
    let rider = world.rider("rider").await;
    let control = world.stripe.control();
    control.add_fault(FaultRule::next(Fault::LoseReply, Method::Post, CHARGE, 1_000));
    let asked = ask(
        &world.engine,
        order(&rider, &[(SINGLE, 1)], "pm_card_visa"),
        Some(&claim("k")),
    )
    .await;
    assert!(matches!(asked, Err(BuyProblem::Pending)), "{asked:?}");
    control.clear_faults();
    control.unlink(STRIPE_KEY, ACCOUNT).unwrap();
    tell(&world, &said("account.application.deauthorized")).await;
    world.resolve().await;
    let purchase = the_purchase(&world).await;
    assert!(purchase.charge().is_none() && !matches!(purchase.stage(), Stage::Voided { .. }));
    assert_eq!(world.wallet(&rider).await.items().len(), 0);
    assert!(!world.unfinished().await.is_empty(), "it is not forgotten");

    control.link(STRIPE_KEY, ACCOUNT).unwrap();
    tell(&world, &said("account.application.authorized")).await;
    assert!(!is_left(&world));
    world.clock.advance(Duration::from_mins(30));
    assert!(world.engine.look_for_missed_events().await > 0);
    assert!(matches!(
        the_purchase(&world).await.stage(),
        Stage::Completed { .. }
    ));
    assert_eq!(world.wallet(&rider).await.items().len(), 1);
    assert_eq!(world.at_stripe("charges").len(), 1);
    let refreshed = world.engine.refresh_account(&admin(), &operator()).await;
    assert!(refreshed.is_ok());
    world.audit().await;
}
