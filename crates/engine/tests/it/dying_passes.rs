//! Redemptions and refunds whose process dies at every operation in turn, before and after it: whatever comes next ends
//! them once.

use std::sync::Arc;

use domain::{UserId, transfer::TransferStatus};
use engine::{Engine, Parts, PassTransfer, RefundTransfer, RefundWord};

use crate::{
    fuse::{Fuse, FusedGateway, FusedLog},
    log_that_dies::Death,
    marketplace::{SINGLE, app},
    sending::{body, counted, own, redemption, send, shown},
    unlocking::{issue, may_buy, senior},
    world::{StoreKind, World, claim, on_both_stores, rider_asks},
};

on_both_stores!(
    a_redemption_that_dies_anywhere_takes_the_passes_once,
    a_voucher_whose_redemption_dies_anywhere_unlocks_once,
    a_refund_that_dies_anywhere_is_paid_back_once,
);

const DEATHS: [Death; 2] = [Death::Before, Death::After];

async fn mortal(world: &World, fuse: &Arc<Fuse>) -> Engine {
    let parts = world.parts().await;
    let parts = Parts {
        log: Arc::new(FusedLog(parts.log, fuse.clone())),
        gateway: Arc::new(FusedGateway(parts.gateway, fuse.clone())),
        ..parts
    };
    Engine::open(parts).await.unwrap()
}

/// Redeems with a process that dies after so many operations, and then again with one that does not. Whether it died.
async fn redeems(world: &World, rider: &UserId, link: &str, operations: i64, death: Death) -> bool {
    let fuse = Fuse::new(operations, death);
    let engine = mortal(world, &fuse).await;
    let (context, asked, key) = (rider_asks(rider), redemption(rider, link), claim(link));
    let died = fuse
        .run(engine.redeem(&context, &asked, Some(&key), &counted))
        .await
        .is_none();
    let next = world.another_engine(world.database.log()).await;
    let answer = next.redeem(&context, &asked, Some(&key), &counted).await.unwrap();
    let again = next.redeem(&context, &asked, Some(&key), &counted).await.unwrap();
    assert_eq!(answer, again);
    died
}

async fn a_redemption_that_dies_anywhere_takes_the_passes_once(store: StoreKind) {
    let world = World::open(store).await;
    let office = world.rider("office").await;
    for death in DEATHS {
        let mut operations = 0;
        loop {
            let rider = world.rider(&format!("{death:?} {operations}")).await;
            let items = world.buy(&office, &[(SINGLE, 2)]).await;
            let sent = send(&world, &office, &items, None).await;
            let died = redeems(&world, &rider, &sent.redemption_url, operations, death).await;
            assert_eq!(world.wallet(&rider).await.items().len(), 2);
            assert_eq!(status(&world, &office, &sent).await, TransferStatus::Transferred);
            if !died {
                break;
            }
            operations += 1;
        }
        assert_eq!(operations, 1, "a redemption is one commit");
    }
    assert_eq!(world.unfinished().await, Vec::<String>::new());
    world.audit().await;
}

async fn a_voucher_whose_redemption_dies_anywhere_unlocks_once(store: StoreKind) {
    let world = World::open(store).await;
    for death in DEATHS {
        let mut operations = 0;
        loop {
            let rider = world.rider(&format!("{death:?} {operations}")).await;
            let (terms, count) = senior(1);
            let (series, codes) = issue(&world, terms, count).await;
            let died = redeems(&world, &rider, &codes[0], operations, death).await;
            assert!(may_buy(&world, &rider).await);
            let user = world.engine.rider(&rider).await.unwrap().unwrap();
            assert_eq!(user.redeemed_of(&series), 1);
            if !died {
                break;
            }
            operations += 1;
        }
        assert_eq!(operations, 1, "a redemption is one commit");
    }
    world.audit().await;
}

async fn status(world: &World, from: &UserId, sent: &PassTransfer) -> TransferStatus {
    let own = world.engine.transfer(&app(), from, sent.transfer.id()).await;
    own.unwrap().unwrap().transfer.status()
}

async fn a_refund_that_dies_anywhere_is_paid_back_once(store: StoreKind) {
    let world = World::open(store).await;
    let office = world.rider("office").await;
    let mut refunds = 0;
    for death in DEATHS {
        let mut operations = 0;
        loop {
            let items = world.buy(&office, &[(SINGLE, 2)]).await;
            let sent = send(&world, &office, &items, None).await;
            let asked = RefundTransfer {
                own: own(&office, &sent),
                items: Some(items[..1].to_vec()),
                reason: "asked for".to_owned(),
                word: RefundWord::App,
            };
            let key = claim(sent.transfer.id().as_str());
            let context = rider_asks(&office);
            let fuse = Fuse::new(operations, death);
            let engine = mortal(&world, &fuse).await;
            let refund = engine.refund_transfer(&context, &asked, Some(&key), &shown);
            let died = fuse.run(refund).await.is_none();
            // Half of the time whoever asked comes back first, half of the time the resolver does.
            if operations % 2 == 0 {
                assert_eq!(world.resolve().await.open, 0, "{death:?} {operations}");
            }
            let next = world.another_engine(world.database.log()).await;
            let answer = next
                .refund_transfer(&context, &asked, Some(&key), &shown)
                .await
                .unwrap();
            assert_eq!(
                body(&answer)["status"],
                "partially_refunded",
                "{death:?} {operations}"
            );
            refunds += 1;
            assert_eq!(
                world.given_back(),
                (250 * refunds, usize::try_from(refunds).unwrap())
            );
            assert_eq!(world.unfinished().await, Vec::<String>::new());
            if !died {
                break;
            }
            operations += 1;
        }
        assert!(
            operations >= 4,
            "intent, call, money, transfer, answer: {operations}"
        );
    }
    world.audit().await;
}
