//! Giving back what a wallet holds, and what was sent.

use std::time::Duration;

use domain::{
    UserId,
    transfer::{TransferRejection, TransferStatus},
    wallet::{ItemId, Wallet, WalletRejection},
};
use engine::{
    ActivateProblem, Answer, RefundItems, RefundProblem, RefundRefusal, RefundTransfer, RefundWord,
};
use serde_json::json;
use stripe_sim::{Fault, FaultRule};

use crate::{
    marketplace::{REFUNDABLE_FOR, SINGLE, app},
    sending::{body, own, redeem, send, shown},
    world::{StoreKind, World, answer, claim, on_both_stores, pass, rider_asks},
};

on_both_stores!(
    refunds_in_parts_return_exactly_what_was_paid_and_what_we_took,
    one_key_refunds_once_however_often_it_is_used,
    an_app_gives_back_what_is_unused_and_only_while_the_operator_lets_it,
    a_transfer_is_refunded_before_its_redemption_in_part_and_the_rest_is_redeemed,
    a_transfer_is_refunded_after_its_redemption_out_of_the_new_holders_wallet,
    what_was_sent_on_is_void_in_the_second_transfer_too,
    a_refund_whose_outcome_is_open_says_so_and_its_key_learns_the_end,
);

fn voided(wallet: &Wallet) -> Answer {
    let void = wallet.passes().filter(|pass| pass.refund().is_some()).count();
    answer(&json!({ "void": void }))
}

fn of(holder: &UserId, items: &[ItemId], word: RefundWord) -> RefundItems {
    RefundItems {
        holder: holder.clone(),
        items: items.to_vec(),
        reason: "asked for".to_owned(),
        word,
    }
}

async fn refund(world: &World, refund: &RefundItems, key: Option<&str>) -> Result<Answer, RefundProblem> {
    let key = key.map(claim);
    world
        .engine
        .refund_items(&rider_asks(&refund.holder), refund, key.as_ref(), &voided)
        .await
}

fn why(result: Result<Answer, RefundProblem>) -> RefundRefusal {
    match result {
        Err(RefundProblem::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

async fn refunds_in_parts_return_exactly_what_was_paid_and_what_we_took(store: StoreKind) {
    let world = World::open(store).await;
    let rider = world.rider("rider").await;
    // 3 × 2.50 = 7.50: our tenth is 75, which three equal parts cannot share without rounding.
    let items = world.buy(&rider, &[(SINGLE, 3)]).await;
    assert_eq!(world.engine_fees(), (75, 0));
    for (nth, item) in items.iter().enumerate() {
        refund(
            &world,
            &of(&rider, std::slice::from_ref(item), RefundWord::App),
            None,
        )
        .await
        .unwrap();
        let parts = i64::try_from(nth).unwrap() + 1;
        assert_eq!(world.given_back(), (250 * parts, nth + 1));
        assert_eq!(world.engine_fees(), (75, 25 * parts));
    }
    let again = refund(&world, &of(&rider, &items[..1], RefundWord::Operator), None).await;
    assert_eq!(why(again), RefundRefusal::Item(WalletRejection::Refunded));
    assert_eq!(world.unfinished().await, Vec::<String>::new());
    world.audit().await;
}

async fn one_key_refunds_once_however_often_it_is_used(store: StoreKind) {
    let world = World::open(store).await;
    let rider = world.rider("rider").await;
    let items = world.buy(&rider, &[(SINGLE, 2)]).await;
    let asked = of(&rider, &items[..1], RefundWord::App);
    let other = world.another_engine(world.database.log()).await;
    let key = claim("refund-1");
    let context = rider_asks(&rider);
    let (one, two, three) = tokio::join!(
        world.engine.refund_items(&context, &asked, Some(&key), &voided),
        world.engine.refund_items(&context, &asked, Some(&key), &voided),
        other.refund_items(&context, &asked, Some(&key), &voided),
    );
    refund(&world, &of(&rider, &items[1..], RefundWord::App), None)
        .await
        .unwrap();
    let later = refund(&world, &asked, Some("refund-1")).await.unwrap();
    for answer in [one, two, three] {
        assert_eq!(answer.unwrap(), later);
    }
    assert_eq!(body(&later), json!({ "void": 1 }));
    assert_eq!(world.given_back(), (500, 2));
    world.audit().await;
}

async fn an_app_gives_back_what_is_unused_and_only_while_the_operator_lets_it(store: StoreKind) {
    let world = World::open(store).await;
    let (rider, other) = (world.rider("rider").await, world.rider("other").await);
    let items = world.buy(&rider, &[(SINGLE, 2)]).await;
    world.activate(&rider, &pass(&items[0])).await.unwrap();
    let used = refund(&world, &of(&rider, &items, RefundWord::App), None).await;
    assert_eq!(why(used), RefundRefusal::Item(WalletRejection::Used));
    let foreign = refund(&world, &of(&other, &items, RefundWord::Operator), None).await;
    assert_eq!(why(foreign), RefundRefusal::Item(WalletRejection::NoSuchPass));
    world.clock.advance(REFUNDABLE_FOR);
    let late = refund(&world, &of(&rider, &items[1..], RefundWord::App), None).await;
    assert_eq!(why(late), RefundRefusal::NotAllowed);
    assert_eq!(world.given_back(), (0, 0));
    refund(&world, &of(&rider, &items, RefundWord::Operator), None)
        .await
        .unwrap();
    assert_eq!(world.given_back(), (500, 1));
    for item in &items {
        let void = world.activate(&rider, &pass(item)).await;
        assert!(matches!(
            void,
            Err(ActivateProblem::Refused(WalletRejection::Refunded))
        ));
    }
    world.audit().await;
}

async fn refund_sent(
    world: &World,
    from: &UserId,
    sent: &engine::PassTransfer,
    items: Option<&[ItemId]>,
) -> Result<Answer, RefundProblem> {
    let refund = RefundTransfer {
        own: own(from, sent),
        items: items.map(<[ItemId]>::to_vec),
        reason: "asked for".to_owned(),
        word: RefundWord::App,
    };
    world
        .engine
        .refund_transfer(&rider_asks(from), &refund, None, &shown)
        .await
}

async fn a_transfer_is_refunded_before_its_redemption_in_part_and_the_rest_is_redeemed(store: StoreKind) {
    let world = World::open(store).await;
    let (office, rider) = (world.rider("office").await, world.rider("rider").await);
    let items = world.buy(&office, &[(SINGLE, 3)]).await;
    let sent = send(&world, &office, &items[..2], Some(Duration::from_hours(1))).await;
    let foreign = refund_sent(&world, &rider, &sent, None).await;
    assert_eq!(why(foreign), RefundRefusal::Transfer(TransferRejection::NotKnown));
    let not_in_it = refund_sent(&world, &office, &sent, Some(&items[2..])).await;
    assert_eq!(
        why(not_in_it),
        RefundRefusal::Transfer(TransferRejection::NoSuchItem)
    );
    let part = refund_sent(&world, &office, &sent, Some(&items[..1]))
        .await
        .unwrap();
    assert_eq!(body(&part)["status"], "partially_refunded");
    redeem(&world, &rider, &sent.redemption_url).await.unwrap();
    assert!(world.wallet(&rider).await.pass(&pass(&items[0])).is_none());
    world.activate(&rider, &pass(&items[1])).await.unwrap();
    world.clock.advance(Duration::from_hours(2));
    world.resolve().await;
    assert_eq!(world.given_back(), (250, 1));
    assert_eq!(world.engine_fees(), (75, 25));
    world.audit().await;
}

async fn a_transfer_is_refunded_after_its_redemption_out_of_the_new_holders_wallet(store: StoreKind) {
    let world = World::open(store).await;
    let (office, rider) = (world.rider("office").await, world.rider("rider").await);
    let items = world.buy(&office, &[(SINGLE, 2)]).await;
    let sent = send(&world, &office, &items, None).await;
    redeem(&world, &rider, &sent.redemption_url).await.unwrap();
    let all = refund_sent(&world, &office, &sent, None).await.unwrap();
    assert_eq!(body(&all)["status"], "refunded");
    assert_eq!(world.given_back(), (500, 1));
    for (holder, refusal) in [
        (&rider, WalletRejection::Refunded),
        (&office, WalletRejection::Transferred),
    ] {
        match world.activate(holder, &pass(&items[0])).await {
            Err(ActivateProblem::Refused(rejection)) => assert_eq!(rejection, refusal),
            other => panic!("not refused: {other:?}"),
        }
    }
    let again = refund_sent(&world, &office, &sent, None).await;
    assert_eq!(why(again), RefundRefusal::Transfer(TransferRejection::Refunded));
    world.audit().await;
}

async fn what_was_sent_on_is_void_in_the_second_transfer_too(store: StoreKind) {
    let world = World::open(store).await;
    let (office, rider, third) = (
        world.rider("office").await,
        world.rider("rider").await,
        world.rider("third").await,
    );
    let items = world.buy(&office, &[(SINGLE, 2)]).await;
    let first = send(&world, &office, &items, None).await;
    redeem(&world, &rider, &first.redemption_url).await.unwrap();
    let second = send(&world, &rider, &items[..1], Some(Duration::from_hours(1))).await;

    refund_sent(&world, &office, &first, None).await.unwrap();

    let on = world
        .engine
        .transfer(&app(), &rider, second.transfer.id())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(on.transfer.status(), TransferStatus::Refunded);
    assert!(redeem(&world, &third, &second.redemption_url).await.is_err());
    world.clock.advance(Duration::from_hours(2));
    world.resolve().await;
    assert_eq!(world.given_back(), (500, 1));
    assert_eq!(world.unfinished().await, Vec::<String>::new());
    world.audit().await;
}

async fn a_refund_whose_outcome_is_open_says_so_and_its_key_learns_the_end(store: StoreKind) {
    let mut world = World::open(store).await;
    let (office, rider) = (world.rider("office").await, world.rider("rider").await);
    let items = world.buy(&office, &[(SINGLE, 2)]).await;
    let sent = send(&world, &office, &items, None).await;
    let asked = RefundTransfer {
        own: own(&office, &sent),
        items: Some(items[..1].to_vec()),
        reason: "asked for".to_owned(),
        word: RefundWord::App,
    };
    let key = claim("refund-1");
    let lost = FaultRule::next(
        Fault::LoseReply,
        stripe_sim::core::Method::Post,
        "/v1/refunds",
        1_000,
    );
    world.stripe.control().add_fault(lost);
    let open = world
        .engine
        .refund_transfer(&rider_asks(&office), &asked, Some(&key), &shown)
        .await;
    assert!(matches!(open, Err(RefundProblem::Pending)));
    assert!(world.activate(&office, &pass(&items[0])).await.is_err());
    assert!(
        redeem(&world, &rider, &sent.redemption_url).await.is_err(),
        "the refund must be known first"
    );

    world.restart().await;
    world.stripe.control().clear_faults();
    let known = world
        .engine
        .refund_transfer(&rider_asks(&office), &asked, Some(&key), &shown)
        .await;
    let known = known.unwrap();
    assert_eq!(body(&known)["status"], "partially_refunded");
    assert_eq!(world.given_back(), (250, 1));
    redeem(&world, &rider, &sent.redemption_url).await.unwrap();
    let again = world
        .engine
        .refund_transfer(&rider_asks(&office), &asked, Some(&key), &shown)
        .await;
    assert_eq!(again.unwrap(), known);
    world.audit().await;
}
