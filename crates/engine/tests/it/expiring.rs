//! What nobody redeems in time goes back to who paid for it.

use std::time::Duration;

use domain::{
    transfer::{TransferRejection, TransferStatus},
    wallet::{PassStatus, WalletRejection},
};
use engine::{ActivateProblem, CancelProblem, RedeemProblem, SendPasses, SendProblem};

use crate::{
    sending::{own, redeem, send, shown},
    world::{BOOK, FREE, SINGLE, StoreKind, World, app, on_both_stores, pass, rider_asks},
};

on_both_stores!(
    what_nobody_redeems_in_time_is_refunded_at_stripe_with_our_fee_in_proportion,
    nothing_is_due_before_the_expiry_and_nothing_is_left_after_the_refund,
    what_was_redeemed_in_time_never_expires,
    an_expired_transfer_of_several_purchases_is_refunded_by_each,
    what_cost_nothing_is_voided_and_nobody_asks_stripe,
    a_redemption_and_the_expiry_never_both_happen,
    a_purchase_that_cannot_give_back_goes_to_a_person_and_the_others_do_not_wait,
);

const WEEK: Duration = Duration::from_hours(7 * 24);

async fn what_nobody_redeems_in_time_is_refunded_at_stripe_with_our_fee_in_proportion(store: StoreKind) {
    let world = World::open(store).await;
    let (office, rider) = (world.rider("office").await, world.rider("rider").await);
    let items = world.buy(&office, &[(SINGLE, 3), (BOOK, 1)]).await;
    // 3 × 2.50 + 20.01 = 27.51, of which a tenth, rounded, is ours.
    assert_eq!(world.engine_fees(), (275, 0));
    let sent = send(&world, &office, &items[2..], Some(WEEK)).await;
    world.clock.advance(WEEK);

    assert_eq!(
        refusal(redeem(&world, &rider, &sent.redemption_url).await),
        TransferRejection::Invalid,
        "the clock alone closes a transfer"
    );
    let round = world.resolve().await;

    assert_eq!((round.finished, round.open), (1, 0));
    assert_eq!(world.given_back(), (2_251, 1));
    assert_eq!(world.engine_fees(), (275, 225));
    let own = world
        .engine
        .transfer(&app(), &office, sent.transfer.id())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(own.transfer.status(), TransferStatus::Refunded);
    let wallet = world.wallet(&office).await;
    let status = |nth: usize| wallet.pass(&pass(&items[nth])).unwrap().status(None, world.now());
    assert_eq!(status(2), PassStatus::Refunded);
    assert_eq!(status(1), PassStatus::Unactivated);
    let void = world.activate(&office, &pass(&items[2])).await;
    assert!(matches!(
        void,
        Err(ActivateProblem::Refused(WalletRejection::Refunded))
    ));
    world.activate(&office, &pass(&items[1])).await.unwrap();
}

async fn nothing_is_due_before_the_expiry_and_nothing_is_left_after_the_refund(store: StoreKind) {
    let world = World::open(store).await;
    let office = world.rider("office").await;
    let items = world.buy(&office, &[(SINGLE, 2)]).await;
    let sent = send(&world, &office, &items, Some(WEEK)).await;
    let stream = format!("transfer-{}", sent.transfer.id());

    world.clock.advance(WEEK - Duration::from_micros(1));
    assert_eq!(world.unfinished().await, Vec::<String>::new());
    world.resolve().await;
    assert_eq!(world.given_back(), (0, 0));

    world.clock.advance(Duration::from_micros(1));
    assert_eq!(world.unfinished().await, [stream]);
    let cancelled = world
        .engine
        .cancel_transfer(&rider_asks(&office), &own(&office, &sent), None, &shown)
        .await;
    assert!(matches!(
        cancelled,
        Err(CancelProblem::Refused(TransferRejection::Expired))
    ));
    world.resolve().await;
    assert_eq!(world.unfinished().await, Vec::<String>::new());
    assert_eq!(world.resolve().await.finished, 0);
    assert_eq!(world.given_back(), (500, 1));
}

async fn what_was_redeemed_in_time_never_expires(store: StoreKind) {
    let world = World::open(store).await;
    let (office, rider) = (world.rider("office").await, world.rider("rider").await);
    let items = world.buy(&office, &[(SINGLE, 1)]).await;
    let sent = send(&world, &office, &items, Some(WEEK)).await;
    redeem(&world, &rider, &sent.redemption_url).await.unwrap();
    world.clock.advance(WEEK * 2);
    assert_eq!(world.unfinished().await, Vec::<String>::new());
    world.resolve().await;
    assert_eq!(world.given_back(), (0, 0));
    world.activate(&rider, &pass(&items[0])).await.unwrap();
}

async fn an_expired_transfer_of_several_purchases_is_refunded_by_each(store: StoreKind) {
    let world = World::open(store).await;
    let office = world.rider("office").await;
    let mut items = world.buy(&office, &[(SINGLE, 2)]).await;
    items.extend(world.buy(&office, &[(BOOK, 1)]).await);
    let sent = send(&world, &office, &items[1..], Some(WEEK)).await;
    world.clock.advance(WEEK);
    world.resolve().await;
    assert_eq!(world.given_back(), (2_251, 2));
    let own = world
        .engine
        .transfer(&app(), &office, sent.transfer.id())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(own.transfer.status(), TransferStatus::Refunded);
    assert_eq!(own.transfer.refunds().count(), 2);
}

async fn what_cost_nothing_is_voided_and_nobody_asks_stripe(store: StoreKind) {
    let world = World::open(store).await;
    let office = world.rider("office").await;
    let items = world.buy(&office, &[(FREE, 2)]).await;
    let sent = send(&world, &office, &items, Some(WEEK)).await;
    world.clock.advance(WEEK);
    assert_eq!(world.resolve().await.finished, 1);
    assert_eq!(world.given_back(), (0, 0));
    let own = world
        .engine
        .transfer(&app(), &office, sent.transfer.id())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(own.transfer.status(), TransferStatus::Refunded);
    assert_eq!(world.unfinished().await, Vec::<String>::new());
    let past = SendPasses {
        app: app(),
        from: office.clone(),
        items: world.buy(&office, &[(SINGLE, 1)]).await,
        expires_at: Some(world.now()),
    };
    let refused = world
        .engine
        .send_passes(&rider_asks(&office), past, None, &shown)
        .await;
    assert!(matches!(refused, Err(SendProblem::Refused(_))));
}

async fn a_redemption_and_the_expiry_never_both_happen(store: StoreKind) {
    let world = World::open(store).await;
    let (office, rider) = (world.rider("office").await, world.rider("rider").await);
    let items = world.buy(&office, &[(SINGLE, 4)]).await;
    for item in items {
        let sent = send(&world, &office, std::slice::from_ref(&item), Some(WEEK)).await;
        let before = world.given_back().0;
        world.clock.advance(WEEK - Duration::from_millis(1));
        // The time runs out while both are on their way; each reads the clock where it happens to be.
        let (taken, (), ()) = tokio::join!(
            redeem(&world, &rider, &sent.redemption_url),
            async {
                tokio::task::yield_now().await;
                world.clock.advance(Duration::from_millis(1));
            },
            async {
                world.resolve().await;
            }
        );
        world.resolve().await;
        let held = world.wallet(&rider).await.pass(&pass(&item)).is_some();
        let back = world.given_back().0 - before;
        assert_eq!(taken.is_ok(), held);
        assert_eq!(back, if held { 0 } else { 250 });
    }
}

async fn a_purchase_that_cannot_give_back_goes_to_a_person_and_the_others_do_not_wait(store: StoreKind) {
    let world = World::open(store).await;
    let office = world.rider("office").await;
    let disputed = world
        .buy_with(&office, &[(SINGLE, 1)], "pm_card_createDispute")
        .await
        .unwrap();
    let fine = world.buy(&office, &[(SINGLE, 1)]).await;
    let sent = send(&world, &office, &[disputed, fine].concat(), Some(WEEK)).await;
    world.clock.advance(WEEK);
    world.resolve().await;

    assert_eq!(world.given_back(), (250, 1));
    let own = world
        .engine
        .transfer(&app(), &office, sent.transfer.id())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(own.transfer.status(), TransferStatus::PartiallyRefunded);
    let reviewed = world
        .purchases()
        .await
        .iter()
        .filter(|it| it.review().is_some())
        .count();
    assert_eq!(
        reviewed, 1,
        "somebody has to look at the purchase that Stripe would not refund"
    );
    assert_eq!(
        world.unfinished().await,
        Vec::<String>::new(),
        "no machine can do more"
    );
    let rounds = (world.resolve().await, world.given_back());
    assert_eq!((rounds.0.open, rounds.1), (0, (250, 1)));
}

fn refusal(result: Result<engine::Answer, RedeemProblem>) -> TransferRejection {
    match result {
        Err(RedeemProblem::Refused(rejection)) => rejection,
        other => panic!("not refused: {other:?}"),
    }
}
