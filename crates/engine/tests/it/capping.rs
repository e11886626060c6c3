//! Reaching a cap, at once and again, and what refunds make of it.

use std::time::Duration;

use domain::{
    DeviceId, PassId, UserId,
    wallet::{PassStatus, Wallet, WalletRejection},
};
use engine::{
    Activate, ActivateProblem, Answer, BuyProblem, NoQuote, RefundItems, RefundProblem, RefundRefusal,
    RefundWord,
};
use serde_json::json;

use crate::{
    marketplace::{BOOK, CAPPED, DAY, SINGLE},
    world::{StoreKind, World, answer, claim, on_both_stores, pass, rider_asks},
};

on_both_stores!(
    a_cap_is_reached_once_and_ridden_on_until_the_service_day_ends,
    of_two_activations_at_once_one_reaches_the_cap,
    one_key_reaches_the_cap_once,
    what_a_cap_ended_is_not_refunded_and_other_passes_are,
    what_only_replaces_others_is_not_for_sale,
    other_fares_are_not_capped,
);

fn status(wallet: &Wallet, id: &PassId, world: &World) -> PassStatus {
    wallet.pass(id).unwrap().status(None, world.now())
}

async fn rides(world: &World, user: &UserId, count: u32) -> Vec<PassId> {
    world
        .buy(user, &[(CAPPED, count)])
        .await
        .iter()
        .map(pass)
        .collect()
}

fn replacement(reached_by: &PassId) -> PassId {
    PassId::capping(reached_by).unwrap()
}

async fn a_cap_is_reached_once_and_ridden_on_until_the_service_day_ends(store: StoreKind) {
    let world = World::open(store).await;
    let rider = world.rider("rider").await;
    let passes = rides(&world, &rider, 4).await;
    for id in &passes[..3] {
        world.activate(&rider, id).await.unwrap();
    }
    let wallet = world.wallet(&rider).await;
    let day = replacement(&passes[1]);
    for (id, expected) in [
        (&passes[0], PassStatus::FareCapped),
        (&passes[1], PassStatus::FareCapped),
        (&passes[2], PassStatus::Unactivated),
        (&day, PassStatus::Active),
    ] {
        assert_eq!(status(&wallet, id, &world), expected, "{id}");
    }
    let knowingly = world.activate(&rider, &passes[0]).await;
    assert!(matches!(
        knowingly,
        Err(ActivateProblem::Refused(WalletRejection::Capped))
    ));
    // At the latest a day later, the service day is over, even when the clocks go back.
    world.clock.advance(Duration::from_hours(25));
    world.activate(&rider, &passes[2]).await.unwrap();
    let wallet = world.wallet(&rider).await;
    assert_eq!(status(&wallet, &day, &world), PassStatus::Expired);
    assert_eq!(status(&wallet, &passes[2], &world), PassStatus::Active);
    world.activate(&rider, &passes[3]).await.unwrap();
    let wallet = world.wallet(&rider).await;
    assert_eq!(
        status(&wallet, &replacement(&passes[3]), &world),
        PassStatus::Active
    );
    world.audit().await;
}

async fn activate_on(
    world: &World,
    engine: &engine::Engine,
    user: &UserId,
    id: &PassId,
    (seen, key): (u64, Option<&str>),
) -> Result<Answer, ActivateProblem> {
    let activate = Activate {
        user: user.clone(),
        pass: id.clone(),
        device: DeviceId::parse("phone").ok(),
        seen,
    };
    let boards_with = |wallet: &Wallet| {
        let boarding = wallet.boarding_pass(id, activate.device.as_ref(), world.now());
        answer(&json!(boarding.unwrap().id().as_str()))
    };
    let key = key.map(claim);
    engine
        .activate(&rider_asks(user), &activate, key.as_ref(), &boards_with)
        .await
}

async fn of_two_activations_at_once_one_reaches_the_cap(store: StoreKind) {
    let world = World::open(store).await;
    let rider = world.rider("rider").await;
    let passes = rides(&world, &rider, 3).await;
    world.activate(&rider, &passes[0]).await.unwrap();
    let seen = world.wallet(&rider).await.revision();
    let other = world.another_engine(world.database.log()).await;
    let (one, two) = tokio::join!(
        activate_on(&world, &world.engine, &rider, &passes[1], (seen, None)),
        activate_on(&world, &other, &rider, &passes[2], (seen, None)),
    );
    // Whoever comes second finds the rider on what the first has reached: nothing is used up for it.
    let replaced: Vec<_> = world
        .wallet(&rider)
        .await
        .passes()
        .filter(|it| it.id().as_str().ends_with(".fare_cap"))
        .map(|it| it.id().to_string())
        .collect();
    assert_eq!(replaced.len(), 1);
    for outcome in [one, two] {
        assert_eq!(outcome.unwrap().body, json!(replaced[0]).to_string());
    }
    let wallet = world.wallet(&rider).await;
    let capped = wallet
        .passes()
        .filter(|it| it.status(None, world.now()) == PassStatus::FareCapped);
    assert_eq!(capped.count(), 2);
    world.audit().await;
}

async fn one_key_reaches_the_cap_once(store: StoreKind) {
    let world = World::open(store).await;
    let rider = world.rider("rider").await;
    let passes = rides(&world, &rider, 2).await;
    world.activate(&rider, &passes[0]).await.unwrap();
    let seen = (world.wallet(&rider).await.revision(), Some("ride"));
    let other = world.another_engine(world.database.log()).await;
    let (one, two) = tokio::join!(
        activate_on(&world, &world.engine, &rider, &passes[1], seen),
        activate_on(&world, &other, &rider, &passes[1], seen),
    );
    let later = activate_on(&world, &world.engine, &rider, &passes[1], seen)
        .await
        .unwrap();
    assert_eq!(later.body, json!(replacement(&passes[1]).as_str()).to_string());
    assert_eq!((one.unwrap(), two.unwrap()), (later.clone(), later));
    world.audit().await;
}

async fn what_a_cap_ended_is_not_refunded_and_other_passes_are(store: StoreKind) {
    let world = World::open(store).await;
    let rider = world.rider("rider").await;
    let items = world.buy(&rider, &[(CAPPED, 3)]).await;
    for item in &items[..2] {
        world.activate(&rider, &pass(item)).await.unwrap();
    }
    let refund = |items: &[domain::wallet::ItemId], word| RefundItems {
        holder: rider.clone(),
        items: items.to_vec(),
        reason: "asked for".to_owned(),
        word,
    };
    let voided = |_: &Wallet| answer(&json!({}));
    for (word, refusal) in [
        (RefundWord::App, WalletRejection::Used),
        (RefundWord::Operator, WalletRejection::Capped),
    ] {
        let asked = refund(&items, word);
        let refused = world
            .engine
            .refund_items(&rider_asks(&rider), &asked, None, &voided)
            .await;
        match refused {
            Err(RefundProblem::Refused(RefundRefusal::Item(found))) => assert_eq!(found, refusal),
            other => panic!("not refused: {other:?}"),
        }
    }
    assert_eq!(world.given_back(), (0, 0));
    let unused = refund(&items[2..], RefundWord::App);
    world
        .engine
        .refund_items(&rider_asks(&rider), &unused, None, &voided)
        .await
        .unwrap();
    assert_eq!(world.given_back(), (250, 1));
    world.audit().await;
}

async fn what_only_replaces_others_is_not_for_sale(store: StoreKind) {
    let world = World::open(store).await;
    let rider = world.rider("rider").await;
    let refused = world.buy_with(&rider, &[(DAY, 1)], "pm_card_visa").await;
    assert!(matches!(refused, Err(BuyProblem::NoQuote(NoQuote::NoSuchFare))));
}

async fn other_fares_are_not_capped(store: StoreKind) {
    let world = World::open(store).await;
    let rider = world.rider("rider").await;
    let items = world.buy(&rider, &[(SINGLE, 3), (BOOK, 1)]).await;
    for item in &items[..3] {
        world.activate(&rider, &pass(item)).await.unwrap();
    }
    let wallet = world.wallet(&rider).await;
    let active = wallet
        .passes()
        .filter(|it| it.status(None, world.now()) == PassStatus::Active);
    assert_eq!(active.count(), 3);
}
