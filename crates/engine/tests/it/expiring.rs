//! What nobody redeems in time goes back to who paid for it.

use std::{sync::Arc, time::Duration};

use domain::{
    transfer::{TransferRejection, TransferStatus},
    wallet::{PassStatus, WalletRejection},
};
use engine::{ActivateProblem, CancelProblem, SendPasses, SendProblem};

use crate::{
    clock::Clock,
    log_with_a_gap::LogWithAGap,
    marketplace::{BOOK, FREE, SINGLE, app},
    sending::{counted, own, redeem, redemption, refusal, send, shown},
    world::{StoreKind, World, on_both_stores, pass, rider_asks},
};

on_both_stores!(
    what_nobody_redeems_in_time_is_refunded_at_stripe_with_our_fee_in_proportion,
    nothing_is_due_before_the_expiry_and_nothing_is_left_after_the_refund,
    what_was_redeemed_in_time_never_expires,
    an_expired_transfer_of_several_purchases_is_refunded_by_each,
    what_cost_nothing_is_voided_and_nobody_asks_stripe,
    a_redemption_that_the_expiry_overtakes_takes_nothing,
    an_expiry_that_a_redemption_overtakes_refunds_nothing,
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
    world.audit().await;
}

async fn nothing_is_due_before_the_expiry_and_nothing_is_left_after_the_refund(store: StoreKind) {
    let world = World::open(store).await;
    let office = world.rider("office").await;
    let items = world.buy(&office, &[(SINGLE, 2)]).await;
    let sent = send(&world, &office, &items, Some(WEEK)).await;
    let stream = format!("transfer-{}", sent.transfer.id());

    let instant = Duration::from_micros(1);
    world.clock.advance(WEEK.checked_sub(instant).unwrap());
    assert_eq!(world.unfinished().await, Vec::<String>::new());
    world.resolve().await;
    assert_eq!(world.given_back(), (0, 0));

    world.clock.advance(instant);
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
    world.audit().await;
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
    world.audit().await;
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
    world.audit().await;
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
    world.audit().await;
}

async fn a_redemption_that_the_expiry_overtakes_takes_nothing(store: StoreKind) {
    let world = Arc::new(World::open(store).await);
    let (office, rider) = (world.rider("office").await, world.rider("rider").await);
    let items = world.buy(&office, &[(SINGLE, 1)]).await;
    let sent = send(&world, &office, &items, Some(WEEK)).await;
    world.clock.advance(WEEK);
    // Its clock is behind: by its own time the link still holds.
    let behind = Arc::new(Clock::at(world.now() - Duration::from_millis(1)));
    let expiring = Arc::clone(&world);
    let log = LogWithAGap::before_the_next_append(world.database.log(), async move {
        expiring.resolve().await;
    });
    let late = world.another_engine_at(log, &behind).await;

    let asked = redemption(&rider, &sent.redemption_url);
    let result = late.redeem(&rider_asks(&rider), &asked, None, &counted).await;

    assert_eq!(refusal(result), TransferRejection::Invalid);
    assert!(world.wallet(&rider).await.items().is_empty());
    assert_eq!(world.given_back(), (250, 1));
    world.audit().await;
}

async fn an_expiry_that_a_redemption_overtakes_refunds_nothing(store: StoreKind) {
    let world = Arc::new(World::open(store).await);
    let (office, rider) = (world.rider("office").await, world.rider("rider").await);
    let items = world.buy(&office, &[(SINGLE, 1)]).await;
    let sent = send(&world, &office, &items, Some(WEEK)).await;
    world.clock.advance(WEEK);
    world.unfinished().await;
    let behind = Arc::new(Clock::at(world.now() - Duration::from_millis(1)));
    let late = world.another_engine_at(world.database.log(), &behind).await;
    let taker = rider.clone();
    let log = LogWithAGap::before_the_next_append(world.database.log(), async move {
        let asked = redemption(&taker, &sent.redemption_url);
        late.redeem(&rider_asks(&taker), &asked, None, &counted)
            .await
            .unwrap();
    });
    let expiring = world.another_engine(log).await;

    expiring
        .resolve_round(world.database.views(), true)
        .await
        .unwrap();

    assert_eq!(world.given_back(), (0, 0));
    world.activate(&rider, &pass(&items[0])).await.unwrap();
    assert_eq!(world.unfinished().await, Vec::<String>::new());
    world.audit().await;
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
    world.audit().await;
}
