//! What Stripe tells of payments, refunds and disputes ends in the same, however it comes: in order, twice, backwards, or
//! not at all, so that it has to be asked for.

use std::{collections::BTreeMap, time::Duration};

use domain::{
    StripeAccountId, UserId,
    operator::DisputedPasses,
    purchase::{Purchase, Stage},
    wallet::{ItemId, Standing, WalletRejection},
};
use engine::{ActivateProblem, BuyProblem, Parts, Received};
use payments::{EventPage, Gateway, Outcome, Platform, Secret, Stripe, StripeConfig, StripeEvent};
use serde_json::json;
use sha2::{Digest, Sha256};
use stripe_sim::{Fault, FaultRule, core::Method};

use crate::{
    buying::{ask, order},
    marketplace::{ACCOUNT, SINGLE, STRIPE_KEY, marketplace},
    world::{EVENT_SECRET, StoreKind, World, admin, claim, on_both_stores, pass, usd},
};

on_both_stores!(
    a_payment_whose_reply_was_lost_completes_when_stripe_tells_of_it,
    a_dispute_takes_passes_as_the_operator_wants_and_gives_them_back_when_it_is_won,
    a_banks_question_takes_neither_money_nor_passes,
    what_an_account_does_without_us_or_for_another_is_not_kept,
    what_was_heard_is_not_walked_again_and_a_lost_checkpoint_changes_nothing,
);

/// How news come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    InOrder,
    Twice,
    Backwards,
    /// Not at all: they are found in Stripe's list.
    Missed,
}

pub(crate) const WAYS: [Way; 4] = [Way::InOrder, Way::Twice, Way::Backwards, Way::Missed];

pub(crate) fn platform() -> Platform {
    Platform {
        account: None,
        secret_key: Secret::new(STRIPE_KEY),
    }
}

pub(crate) fn gateway(world: &World) -> Stripe {
    let config = StripeConfig {
        base_url: world.stripe.url().trim_end_matches('/').to_owned(),
        ..StripeConfig::default()
    };
    Stripe::new(&config).unwrap()
}

/// Everything that happened on the operator's account, the oldest first.
async fn events(world: &World) -> Vec<StripeEvent> {
    let account = StripeAccountId::parse(ACCOUNT).unwrap();
    let page = EventPage {
        since: world.now() - chrono::TimeDelta::days(1),
        until: world.now() + chrono::TimeDelta::days(1),
        after: None,
    };
    let listed = gateway(world)
        .list_events(&platform(), Some(&account), &page)
        .await;
    let Outcome::Done(done) = listed else {
        panic!("{listed:?}")
    };
    assert!(!done.value.has_more);
    done.value.items.into_iter().rev().collect()
}

/// HMAC-SHA-256, as Stripe signs (RFC 2104).
fn signed(at: i64, body: &str) -> String {
    let mut key = EVENT_SECRET.as_bytes().to_vec();
    key.resize(64, 0);
    let pad = |with: u8| key.iter().map(|byte| byte ^ with).collect::<Vec<u8>>();
    let inner = Sha256::digest([pad(0x36), format!("{at}.{body}").into_bytes()].concat());
    let mac = Sha256::digest([pad(0x5c), inner.to_vec()].concat());
    let hex = mac
        .iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    format!("t={at},v1={hex}")
}

/// One delivery, and what follows from it.
pub(crate) async fn tell(world: &World, event: &StripeEvent) -> Received {
    let body = json!({
        "id": event.id, "type": event.kind, "account": event.account.as_ref().map(ToString::to_string),
        "created": event.created.timestamp(), "livemode": event.livemode, "data": { "object": event.object },
    })
    .to_string();
    let signature = signed(world.now().timestamp(), &body);
    let received = world.engine.receive(body.as_bytes(), &signature).await.unwrap();
    if let Received::Kept(id) = &received {
        assert!(world.engine.act_on(id).await.unwrap(), "{}", event.kind);
    }
    received
}

pub(crate) async fn hear(world: &World, way: Way) {
    let mut news = events(world).await;
    match way {
        Way::InOrder => {}
        Way::Twice => {
            news = news
                .iter()
                .flat_map(|event| [event.clone(), event.clone()])
                .collect();
        }
        Way::Backwards => news.reverse(),
        Way::Missed => {
            world.clock.advance(Duration::from_mins(30));
            world.engine.look_for_missed_events().await;
            news.clear();
        }
    }
    for event in &news {
        tell(world, event).await;
    }
}

pub(crate) async fn the_purchase(world: &World) -> Purchase {
    world.purchases().await.pop().unwrap()
}

pub(crate) async fn standings(world: &World, user: &UserId) -> BTreeMap<ItemId, Standing> {
    let wallet = world.wallet(user).await;
    let items = wallet.items().iter();
    items
        .map(|item| (item.clone(), wallet.standing(item).unwrap().clone()))
        .collect()
}

async fn a_payment_whose_reply_was_lost_completes_when_stripe_tells_of_it(store: StoreKind) {
    for (card, path) in [
        ("pm_card_visa", "/v1/payment_intents"),
        ("tok_visa", "/v1/charges"),
    ] {
        for way in WAYS {
            let mut world = World::open(store).await;
            let rider = world.rider("rider").await;
            let lost = FaultRule::next(Fault::LoseReply, Method::Post, path, 1_000);
            world.stripe.control().add_fault(lost);
            let asked = ask(
                &world.engine,
                order(&rider, &[(SINGLE, 1)], card),
                Some(&claim("k")),
            )
            .await;
            assert!(matches!(asked, Err(BuyProblem::Pending)), "{asked:?}");
            // Also after the server that asked is gone.
            world.restart().await;
            hear(&world, way).await;
            let purchase = the_purchase(&world).await;
            assert!(
                matches!(purchase.stage(), Stage::Completed { .. }),
                "{card} {way:?} {:?}",
                purchase.stage()
            );
            assert_eq!(world.wallet(&rider).await.items().len(), 1);
            assert_eq!(world.at_stripe("charges").len(), 1);
            assert_eq!(world.unfinished().await, Vec::<String>::new(), "{card} {way:?}");
            world.audit().await;
        }
    }
}

async fn with_policy(store: StoreKind, passes: DisputedPasses) -> World {
    let world = World::open(store).await;
    let mut declared = marketplace();
    declared.operators[0].disputed_passes = passes;
    world.engine.declare(&admin(), &declared).await.unwrap();
    world
}

/// Bought with a card whose bank disputes everything.
async fn disputed(world: &World, card: &str) -> (UserId, Vec<ItemId>, String) {
    let rider = world.rider("rider").await;
    let items = world.buy_with(&rider, &[(SINGLE, 2)], card).await.unwrap();
    let dispute = world.at_stripe("disputes")[0]["id"].as_str().unwrap().to_owned();
    (rider, items, dispute)
}

async fn a_dispute_takes_passes_as_the_operator_wants_and_gives_them_back_when_it_is_won(store: StoreKind) {
    use DisputedPasses::{Keep, Suspend, VoidIfLost};
    for (passes, won) in [
        (Keep, false),
        (Suspend, true),
        (Suspend, false),
        (VoidIfLost, true),
        (VoidIfLost, false),
    ] {
        for way in WAYS {
            let world = with_policy(store, passes).await;
            let (rider, items, dispute) = disputed(&world, "pm_card_createDispute").await;
            if way != Way::Backwards {
                hear(&world, way).await;
                let purchase = the_purchase(&world).await;
                assert!(purchase.is_withheld());
                let refused = world.activate(&rider, &pass(&items[0])).await;
                let is_suspended =
                    matches!(refused, Err(ActivateProblem::Refused(WalletRejection::Suspended)));
                assert_eq!(is_suspended, passes == Suspend, "{passes:?} {way:?} {refused:?}");
            }
            let control = world.stripe.control();
            control.settle_dispute(ACCOUNT, &dispute, won).unwrap();
            hear(&world, way).await;
            let purchase = the_purchase(&world).await;
            let known = purchase.disputes().values().next().unwrap();
            assert_eq!(
                (known.won, known.inquiry, known.amount),
                (Some(won), false, usd(500))
            );
            assert_eq!(known.reason.as_deref(), Some("fraudulent"));
            assert_eq!(purchase.review(), None);
            let is_void = !won && passes != Keep;
            for standing in standings(&world, &rider).await.values() {
                assert_eq!(
                    matches!(standing, Standing::Invalidated { .. }),
                    is_void,
                    "{passes:?} {won} {way:?}"
                );
                assert!(is_void || *standing == Standing::Good);
            }
            assert_eq!(world.unfinished().await, Vec::<String>::new());
            world.audit().await;
        }
    }
}

async fn a_banks_question_takes_neither_money_nor_passes(store: StoreKind) {
    for way in WAYS {
        let world = World::open(store).await;
        let (rider, items, dispute) = disputed(&world, "pm_card_createDisputeInquiry").await;
        hear(&world, way).await;
        let purchase = the_purchase(&world).await;
        let known = purchase.disputes().values().next().unwrap();
        assert!(known.inquiry && known.won.is_none() && !purchase.is_withheld());
        world.activate(&rider, &pass(&items[0])).await.unwrap();
        world
            .stripe
            .control()
            .settle_dispute(ACCOUNT, &dispute, true)
            .unwrap();
        hear(&world, way).await;
        let known = the_purchase(&world).await;
        let known = known.disputes().values().next().unwrap().clone();
        assert!(known.inquiry && known.won == Some(true));
        world.audit().await;
    }
}

async fn what_an_account_does_without_us_or_for_another_is_not_kept(store: StoreKind) {
    let world = World::open(store).await;
    let rider = world.rider("rider").await;
    world.buy(&rider, &[(SINGLE, 1)]).await;
    let events = events(&world).await;
    let charged = events
        .iter()
        .find(|event| event.kind == "charge.succeeded")
        .unwrap();
    assert_eq!(
        tell(&world, charged).await,
        Received::Unheeded,
        "it was answered to us"
    );
    let mut own_business = charged.clone();
    own_business.object["metadata"] = json!({});
    assert_eq!(tell(&world, &own_business).await, Received::Unheeded);
    let mut unknown = charged.clone();
    unknown.object["metadata"]["purchase"] = json!("pur_0192f0c4a1b27def8a90b1c2d3e4f567");
    assert_eq!(tell(&world, &unknown).await, Received::Unheeded);
    let mut elsewhere = charged.clone();
    elsewhere.object["id"] = json!("ch_another");
    elsewhere.account = StripeAccountId::parse("acct_another").ok();
    assert_eq!(tell(&world, &elsewhere).await, Received::Unheeded);
    // A second charge under our name is news, and what Stripe does not show of it is nobody's.
    let mut second = charged.clone();
    "evt_second".clone_into(&mut second.id);
    second.object["id"] = json!("ch_second");
    assert!(matches!(tell(&world, &second).await, Received::Kept(_)));
    assert_eq!(the_purchase(&world).await.review(), None);
    world.audit().await;
}

async fn what_was_heard_is_not_walked_again_and_a_lost_checkpoint_changes_nothing(store: StoreKind) {
    let world = World::open(store).await;
    let (_, _, dispute) = disputed(&world, "pm_card_createDispute").await;
    world.clock.advance(Duration::from_mins(30));
    assert!(world.engine.look_for_missed_events().await > 0);
    assert_eq!(
        world.engine.look_for_missed_events().await,
        0,
        "not before it is time"
    );
    world.clock.advance(Duration::from_mins(30));
    assert_eq!(world.engine.look_for_missed_events().await, 0, "nothing new");
    // Another server, which remembers nothing, and a list that cannot be had at first.
    let parts = world.parts().await;
    let other = engine::Engine::open(Parts { ..parts }).await.unwrap();
    let lost = FaultRule::next(Fault::DropBefore, Method::Get, "/v1/events", 2);
    world.stripe.control().add_fault(lost);
    let control = world.stripe.control();
    control.settle_dispute(ACCOUNT, &dispute, false).unwrap();
    assert_eq!(other.look_for_missed_events().await, 0, "left for the next round");
    assert!(
        the_purchase(&world)
            .await
            .disputes()
            .values()
            .all(|it| it.won.is_none())
    );
    world.clock.advance(Duration::from_mins(30));
    assert!(other.look_for_missed_events().await > 0);
    assert!(
        the_purchase(&world)
            .await
            .disputes()
            .values()
            .all(|it| it.won == Some(false))
    );
    world.audit().await;
}
