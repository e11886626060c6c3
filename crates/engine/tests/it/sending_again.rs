//! What is sent again: wanted in an event, sent once for each wish, and whole however long it is.

use std::{collections::BTreeSet, sync::Arc};

use domain::{
    EndpointId,
    endpoint::EndpointEvent,
    operator::{Operator, OperatorCommand},
};
use engine::{
    Actor, Claim, Engine, ReplayFrom,
    log::{Filter, Position},
};

use crate::{
    marketplace::operator,
    webhooks::{Script, URL, endpoint, nothing, server},
    world::{StoreKind, World, admin, claim, on_both_stores},
};

on_both_stores!(
    what_is_sent_again_is_wanted_in_an_event_and_sent_once_for_each_request,
    a_long_replay_is_sent_whole_part_by_part,
    what_happened_before_there_was_a_queue_is_sent_on_request_only,
);

/// The wishes that something be sent again, and who had them.
async fn wishes(world: &World) -> Vec<(String, EndpointEvent)> {
    let filter = Filter::categories(["endpoint"]);
    let log = world.database.log();
    let mut events = log.read(Position::START, 1_000, &filter).await.unwrap();
    let lifted = events.drain(..).map(|event| {
        let what: EndpointEvent = event.lift(&engine::handle::upcasters()).unwrap();
        (event.metadata().unwrap().actor, what)
    });
    lifted
        .filter(|(_, what)| {
            matches!(
                what,
                EndpointEvent::Resent { .. } | EndpointEvent::Replayed { .. }
            )
        })
        .collect()
}

async fn replay(engine: &Engine, endpoint: &EndpointId, claim: Option<&Claim>) {
    let from = ReplayFrom::After(Position::START);
    engine
        .replay_webhooks(&admin(), endpoint, from, claim, &|_| nothing())
        .await
        .unwrap();
}

/// Suspends the operator and lets it sell again, so many times.
async fn flicker(engine: &Engine, times: usize) {
    for _ in 0..times {
        let suspend = |at| OperatorCommand::Suspend {
            reason: "a strike".to_owned(),
            at,
        };
        let reinstate = |at| OperatorCommand::Reinstate { reason: None, at };
        for command in [&suspend as &(dyn Fn(_) -> _ + Send + Sync), &reinstate] {
            engine
                .administer::<Operator>(&admin(), operator().as_str(), command, None, &|_, _| nothing())
                .await
                .unwrap();
        }
    }
}

async fn what_is_sent_again_is_wanted_in_an_event_and_sent_once_for_each_request(store: StoreKind) {
    let world = World::open(store).await;
    let script = Arc::new(Script::default());
    let (engine, courier) = server(&world, &script).await;
    let endpoint = endpoint(&engine, URL).await;
    flicker(&engine, 1).await;
    courier.round().await.unwrap();
    assert_eq!(script.sent(), 2);
    let page = engine
        .webhooks()
        .outbox
        .list(&endpoint, None, None, 1)
        .await
        .unwrap();
    let delivery = page.deliveries[0].id.clone();
    let key = claim("resend");
    for _ in 0..2 {
        let resent = engine
            .resend_webhook(&admin(), &endpoint, &delivery, Some(&key), &nothing())
            .await;
        assert!(resent.unwrap().is_some());
        courier.round().await.unwrap();
    }
    assert_eq!(script.sent(), 3);
    let key = claim("replay");
    replay(&engine, &endpoint, Some(&key)).await;
    courier.round().await.unwrap();
    let sent = script.sent();
    assert!(sent >= 5, "both, and whatever happened before them: {sent}");
    replay(&engine, &endpoint, Some(&key)).await;
    courier.round().await.unwrap();
    assert_eq!(script.sent(), sent);
    let wishes = wishes(&world).await;
    assert!(wishes.iter().all(|(actor, _)| *actor == Actor::Admin.to_string()));
    assert!(matches!(
        wishes.as_slice(),
        [(_, EndpointEvent::Resent { delivery: resent, .. }), (_, EndpointEvent::Replayed { after: 0, .. })]
            if *resent == delivery
    ));
    world.audit().await;
}

async fn a_long_replay_is_sent_whole_part_by_part(store: StoreKind) {
    let world = World::open(store).await;
    let script = Arc::new(Script::default());
    let (engine, courier) = server(&world, &script).await;
    // Nobody listens, so nothing of this is queued by itself.
    flicker(&engine, 140).await;
    let endpoint = endpoint(&engine, URL).await;
    replay(&engine, &endpoint, None).await;
    courier.round().await.unwrap();
    let sent = script.sent.lock().unwrap().clone();
    let flickers = sent.iter().filter(|parcel| {
        parcel.body.contains("operator.suspended") || parcel.body.contains("operator.reinstated")
    });
    let ids: BTreeSet<&str> = flickers.map(|parcel| parcel.id.as_str()).collect();
    assert_eq!(ids.len(), 280);
}

async fn what_happened_before_there_was_a_queue_is_sent_on_request_only(store: StoreKind) {
    let world = World::open(store).await;
    let endpoint = endpoint(&world.engine, URL).await;
    flicker(&world.engine, 1).await;
    let script = Arc::new(Script::default());
    let (engine, courier) = server(&world, &script).await;
    courier.round().await.unwrap();
    assert_eq!(script.sent(), 0);
    replay(&engine, &endpoint, None).await;
    courier.round().await.unwrap();
    assert!(script.sent() >= 2);
}
