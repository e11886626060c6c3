//! The process dies at every place where it can, and whatever comes after it ends the work the same way.

use std::time::Duration;

use domain::{UserId, wallet::ItemId};
use engine::{RefundItems, RefundTransfer, RefundWord};
use stripe_sim::{Fault, FaultRule, core::Method};

use crate::{
    log_that_dies::{Death, LogThatDies},
    marketplace::{SINGLE, app},
    sending::{own, redeem, send, shown},
    world::{StoreKind, World, admin, answer, claim, on_both_stores, pass, rider_asks},
};

on_both_stores!(
    an_expiry_that_dies_anywhere_refunds_once,
    a_refund_that_dies_anywhere_never_leaves_a_working_pass_without_its_money,
    a_process_that_dies_while_stripe_refunds_does_not_refund_again,
    a_redemption_that_dies_either_moved_everything_or_nothing,
);

const WEEK: Duration = Duration::from_hours(7 * 24);
/// More appends than any of these use cases makes.
const APPENDS: u32 = 6;
const DEATHS: [Death; 2] = [Death::Before, Death::After];

fn is_void(wallet: &domain::Wallet, item: &ItemId) -> bool {
    wallet.pass(&pass(item)).unwrap().refund().is_some()
}

async fn an_expiry_that_dies_anywhere_refunds_once(store: StoreKind) {
    let world = World::open(store).await;
    let office = world.rider("office").await;
    let (mut before, mut fees) = (0, 0);
    for death in DEATHS {
        for appends in 0..APPENDS {
            let mut items = world.buy(&office, &[(SINGLE, 2)]).await;
            items.extend(world.buy(&office, &[(SINGLE, 1)]).await);
            let sent = send(&world, &office, &items[1..], Some(WEEK)).await;
            world.clock.advance(WEEK);
            world.unfinished().await;
            let dying = LogThatDies::after(world.database.log(), appends, death);
            let engine = world.another_engine(dying).await;
            let _ = engine.resolve_round(world.database.views(), true).await.unwrap();
            drop(engine);

            world.resolve().await;

            let own = world
                .engine
                .transfer(&app(), &office, sent.transfer.id())
                .await
                .unwrap()
                .unwrap();
            assert_eq!(
                own.transfer.status().as_str(),
                "refunded",
                "{appends} appends, died {death:?}"
            );
            let (amount, count) = world.given_back();
            assert_eq!(
                (amount - before, count * 250),
                (500, usize::try_from(amount).unwrap())
            );
            assert_eq!(world.engine_fees().1 - fees, 50);
            (before, fees) = (amount, world.engine_fees().1);
            assert_eq!(world.unfinished().await, Vec::<String>::new());
            assert!(!is_void(&world.wallet(&office).await, &items[0]));
        }
    }
    world.audit().await;
}

async fn a_refund_that_dies_anywhere_never_leaves_a_working_pass_without_its_money(store: StoreKind) {
    let world = World::open(store).await;
    let office = world.rider("office").await;
    let mut before = 0;
    for death in DEATHS {
        for appends in 0..APPENDS {
            let items = world.buy(&office, &[(SINGLE, 1)]).await;
            let sent = send(&world, &office, &items, None).await;
            let refund = RefundTransfer {
                own: own(&office, &sent),
                items: None,
                reason: "asked for".to_owned(),
                word: RefundWord::App,
            };
            let key = claim(&format!("refund-{death:?}-{appends}"));
            let dying = LogThatDies::after(world.database.log(), appends, death);
            let engine = world.another_engine(dying).await;
            let _ = engine
                .refund_transfer(&rider_asks(&office), &refund, Some(&key), &shown)
                .await;
            drop(engine);

            // Whoever finds it now: it is void and owed, or neither.
            world.resolve().await;
            let (void, back) = (
                is_void(&world.wallet(&office).await, &items[0]),
                world.given_back().0 - before,
            );
            assert_eq!(
                back,
                if void { 250 } else { 0 },
                "{appends} appends, died {death:?}"
            );
            // And the client, asking again with its key, learns the same.
            let answer = world
                .engine
                .refund_transfer(&rider_asks(&office), &refund, Some(&key), &shown)
                .await;
            assert!(answer.unwrap().body.contains("refunded"));
            assert_eq!(world.given_back().0 - before, 250);
            before += 250;
            assert_eq!(world.unfinished().await, Vec::<String>::new());
        }
    }
    world.audit().await;
}

async fn a_process_that_dies_while_stripe_refunds_does_not_refund_again(store: StoreKind) {
    let mut world = World::open(store).await;
    let rider = world.rider("rider").await;
    let items = world.buy(&rider, &[(SINGLE, 2)]).await;
    let slow = FaultRule::next(Fault::DelayReply { ms: 60_000 }, Method::Post, "/v1/refunds", 1);
    world.stripe.control().add_fault(slow);
    let (engine, asked) = (world.engine.clone(), refund_of(&rider, &items[..1]));
    let dying = tokio::spawn(async move {
        let key = claim("refund-1");
        let render = |_: &domain::Wallet| answer(&serde_json::json!({}));
        engine.refund_items(&admin(), &asked, Some(&key), &render).await
    });
    while world.given_back().1 == 0 {
        assert!(!dying.is_finished(), "it ended without asking Stripe");
        tokio::task::yield_now().await;
    }
    dying.abort();
    assert!(dying.await.unwrap_err().is_cancelled());

    world.restart().await;
    assert_eq!(world.unfinished().await.len(), 1);
    // A day later Stripe has forgotten the key: only looking finds the refund again.
    world.clock.advance(Duration::from_hours(25));
    world.resolve().await;
    assert_eq!(world.given_back(), (250, 1));
    assert_eq!(world.unfinished().await, Vec::<String>::new());
    assert!(is_void(&world.wallet(&rider).await, &items[0]));
    world.audit().await;
}

fn refund_of(holder: &UserId, items: &[ItemId]) -> RefundItems {
    RefundItems {
        holder: holder.clone(),
        items: items.to_vec(),
        reason: "asked for".to_owned(),
        word: RefundWord::Operator,
    }
}

async fn a_redemption_that_dies_either_moved_everything_or_nothing(store: StoreKind) {
    let world = World::open(store).await;
    let (office, rider) = (world.rider("office").await, world.rider("rider").await);
    for death in DEATHS {
        let items = world.buy(&office, &[(SINGLE, 2)]).await;
        let sent = send(&world, &office, &items, None).await;
        let engine = world
            .another_engine(LogThatDies::after(world.database.log(), 0, death))
            .await;
        let asked = engine::Redeem {
            app: app(),
            by: rider.clone(),
            link_or_code: sent.redemption_url.clone(),
        };
        let render = |_: &domain::Wallet| answer(&serde_json::json!({}));
        assert!(
            engine
                .redeem(&rider_asks(&rider), &asked, None, &render)
                .await
                .is_err()
        );
        let (old, new) = (world.wallet(&office).await, world.wallet(&rider).await);
        for item in &items {
            let moved = death == Death::After;
            let left = old.pass(&pass(item)).unwrap().transferred_at().is_some();
            assert_eq!((left, new.pass(&pass(item)).is_some()), (moved, moved));
        }
        let again = redeem(&world, &rider, &sent.redemption_url).await;
        assert_eq!(again.is_ok(), death == Death::Before);
    }
    world.audit().await;
}
