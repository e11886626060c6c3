//! Messages are tried for three days, in order, once by whoever is first, and an endpoint that never takes one is
//! disabled. Time passes only when it is told to.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use domain::{
    EndpointId, PingId,
    app::WebUrl,
    endpoint::{DisableReason, EndpointChange, EndpointCommand, EndpointOwner, EndpointSettings},
};
use engine::{
    Answer, Courier, Engine, Host, NewEndpoint, Parts, Webhooks,
    outbox::{Carrier, DeliveryState, Outbox, Parcel, Policy, Reply},
};
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::{
    marketplace::app,
    world::{StoreKind, World, admin, on_both_stores},
};

on_both_stores!(
    a_message_is_tried_for_three_days_and_its_endpoint_then_disabled,
    what_comes_later_in_a_stream_waits_and_a_receiver_may_ask_for_time,
    several_servers_send_each_message_once,
    a_claim_that_runs_out_is_taken_up_by_another_server,
    an_endpoint_that_does_not_answer_holds_up_no_other,
    what_an_address_says_that_was_given_up_meanwhile_does_not_end_the_endpoint,
);

/// Answers as it is told to, by address, and else with 200.
#[derive(Default)]
pub(crate) struct Script {
    answers: Mutex<HashMap<String, VecDeque<Reply>>>,
    pub(crate) sent: Mutex<Vec<Parcel>>,
    /// What every address answers once its list is over.
    always: Option<u16>,
}

fn reply(status: u16, retry_after: Option<&str>) -> Reply {
    Reply {
        status: Some(status),
        error: None,
        excerpt: None,
        retry_after: retry_after.map(str::to_owned),
        took: Duration::ZERO,
    }
}

#[async_trait]
impl Carrier for Script {
    async fn carry(&self, parcel: Parcel) -> Reply {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let next = answers.get_mut(&parcel.url).and_then(VecDeque::pop_front);
        self.sent
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(parcel);
        next.unwrap_or_else(|| reply(self.always.unwrap_or(200), None))
    }
}

impl Script {
    pub(crate) fn sent(&self) -> usize {
        self.sent.lock().unwrap().len()
    }
}

pub(crate) const URL: &str = "https://cityhop.example/hooks";

/// A server that sends by a script.
pub(crate) async fn server<C: Carrier>(world: &World, carrier: &Arc<C>) -> (Arc<Engine>, Arc<Courier>) {
    let carrier = Arc::clone(carrier) as Arc<dyn Carrier>;
    let webhooks = Webhooks::carried_by(
        Outbox::of(&world.database),
        carrier,
        // No name is looked up in tests.
        Policy { allow_private: true },
    );
    let parts = Parts {
        webhooks,
        ..world.parts().await
    };
    let engine = Arc::new(Engine::open(parts).await.unwrap());
    world.follow(&engine);
    let courier = Arc::new(Courier::begin(&engine).await.unwrap());
    (engine, courier)
}

pub(crate) fn nothing() -> Answer {
    Answer {
        status: 204,
        headers: vec![],
        body: String::new(),
    }
}

pub(crate) async fn endpoint(engine: &Engine, url: &str) -> EndpointId {
    let new = NewEndpoint {
        owner: EndpointOwner::App(app()),
        settings: EndpointSettings {
            url: WebUrl::parse(url).unwrap(),
            types: [].into(),
            description: None,
        },
    };
    let made = Mutex::new(None);
    let render = |endpoint: &domain::endpoint::Endpoint, _| {
        *made.lock().unwrap() = Some(endpoint.id().clone());
        nothing()
    };
    engine
        .create_endpoint(&admin(), &new, None, &render)
        .await
        .unwrap();
    made.into_inner().unwrap().unwrap()
}

async fn ping(engine: &Engine, endpoint: &EndpointId) {
    let ping = PingId::from_uuid(Uuid::now_v7());
    let command = |at| EndpointCommand::Ping {
        ping: ping.clone(),
        at,
    };
    engine
        .tell_endpoint(&admin(), endpoint, &command, None, &|_, _| nothing())
        .await
        .unwrap();
}

async fn count(engine: &Engine, endpoint: &EndpointId, state: DeliveryState) -> usize {
    let outbox = &engine.webhooks().outbox;
    let page = outbox.list(endpoint, Some(state), None, 100).await.unwrap();
    page.deliveries.len()
}

async fn a_message_is_tried_for_three_days_and_its_endpoint_then_disabled(store: StoreKind) {
    let world = World::open(store).await;
    let script = Arc::new(Script {
        always: Some(500),
        ..Script::default()
    });
    let (engine, courier) = server(&world, &script).await;
    let endpoint = endpoint(&engine, URL).await;
    ping(&engine, &endpoint).await;
    let begun = world.clock.now();
    for attempt in 1..=11 {
        courier.round().await.unwrap();
        assert_eq!(script.sent(), attempt);
        assert_eq!(
            count(&engine, &endpoint, DeliveryState::Pending).await,
            usize::from(attempt < 11)
        );
        world.clock.advance(Duration::from_hours(16));
    }
    let known = engine.directory().endpoint(&endpoint).unwrap();
    let (reason, _) = known.disabled().unwrap();
    assert_eq!(*reason, DisableReason::Failing { since: begun });
    assert_eq!(count(&engine, &endpoint, DeliveryState::Dead).await, 1);
    courier.round().await.unwrap();
    assert_eq!(script.sent(), 11);
    world.audit().await;
}

async fn what_comes_later_in_a_stream_waits_and_a_receiver_may_ask_for_time(store: StoreKind) {
    let world = World::open(store).await;
    let script = Arc::new(Script::default());
    let (engine, courier) = server(&world, &script).await;
    let endpoint = endpoint(&engine, URL).await;
    let hour = VecDeque::from([reply(503, Some("3600"))]);
    script.answers.lock().unwrap().insert(URL.to_owned(), hour);
    ping(&engine, &endpoint).await;
    ping(&engine, &endpoint).await;
    courier.round().await.unwrap();
    assert_eq!(script.sent(), 1);
    world.clock.advance(Duration::from_mins(59));
    courier.round().await.unwrap();
    assert_eq!(
        script.sent(),
        1,
        "not before the hour is over, nor the second message"
    );
    world.clock.advance(Duration::from_mins(2));
    courier.round().await.unwrap();
    let sent = script.sent.lock().unwrap().clone();
    assert_eq!(sent.len(), 3);
    assert_eq!(sent[0].id, sent[1].id);
    assert_ne!(sent[1].id, sent[2].id);
}

async fn several_servers_send_each_message_once(store: StoreKind) {
    let world = World::open(store).await;
    let script = Arc::new(Script::default());
    let (engine, one) = server(&world, &script).await;
    let (_other_engine, other) = server(&world, &script).await;
    let mut endpoints = Vec::new();
    for number in 0..4 {
        endpoints.push(endpoint(&engine, &format!("{URL}/{number}")).await);
    }
    for endpoint in &endpoints {
        for _ in 0..3 {
            ping(&engine, endpoint).await;
        }
    }
    let (first, second) = tokio::join!(one.round(), other.round());
    first.unwrap();
    second.unwrap();
    // What the one had claimed when the other looked is done by now.
    one.round().await.unwrap();
    other.round().await.unwrap();
    let sent = script.sent.lock().unwrap().clone();
    let ids: std::collections::BTreeSet<&str> = sent.iter().map(|parcel| parcel.id.as_str()).collect();
    assert_eq!((sent.len(), ids.len()), (12, 12));
    for endpoint in &endpoints {
        assert_eq!(count(&engine, endpoint, DeliveryState::Delivered).await, 3);
    }
}

async fn a_claim_that_runs_out_is_taken_up_by_another_server(store: StoreKind) {
    let world = World::open(store).await;
    let script = Arc::new(Script::default());
    let (engine, courier) = server(&world, &script).await;
    let endpoint = endpoint(&engine, URL).await;
    ping(&engine, &endpoint).await;
    // Somebody queues it and dies with the claim.
    let failing = Arc::new(Script {
        always: Some(500),
        ..Script::default()
    });
    let (_, dying) = server(&world, &failing).await;
    dying.round().await.unwrap();
    world.clock.advance(Duration::from_secs(6));
    let now = world.clock.now();
    let until = now + chrono::TimeDelta::seconds(60);
    let outbox = &engine.webhooks().outbox;
    let claimed = outbox.claim(&endpoint, (now, until), "dead", 10).await.unwrap();
    assert_eq!(claimed.len(), 1);
    courier.round().await.unwrap();
    assert_eq!(script.sent(), 0);
    world.clock.advance(Duration::from_secs(61));
    courier.round().await.unwrap();
    assert_eq!(script.sent(), 1);
    assert_eq!(count(&engine, &endpoint, DeliveryState::Delivered).await, 1);
}

/// Lets one address wait for as long as nobody opens the gate.
struct Gated {
    script: Script,
    gate: Semaphore,
    waiting: AtomicUsize,
}

#[async_trait]
impl Carrier for Gated {
    async fn carry(&self, parcel: Parcel) -> Reply {
        if parcel.url == URL {
            self.waiting.fetch_add(1, Ordering::SeqCst);
            self.gate.acquire().await.unwrap().forget();
        }
        self.script.carry(parcel).await
    }
}

async fn an_endpoint_that_does_not_answer_holds_up_no_other(store: StoreKind) {
    let world = World::open(store).await;
    let gated = Arc::new(Gated {
        script: Script::default(),
        gate: Semaphore::new(0),
        waiting: AtomicUsize::new(0),
    });
    let (engine, courier) = server(&world, &gated).await;
    let slow = endpoint(&engine, URL).await;
    let quick = endpoint(&engine, &format!("{URL}/quick")).await;
    for _ in 0..3 {
        ping(&engine, &slow).await;
        ping(&engine, &quick).await;
    }
    let round = tokio::spawn(async move { courier.round().await });
    let waited = tokio::time::timeout(Duration::from_mins(1), async {
        while count(&engine, &quick, DeliveryState::Delivered).await < 3 {
            tokio::task::yield_now().await;
        }
    });
    assert!(waited.await.is_ok(), "the quick one gets its messages");
    assert_eq!(count(&engine, &slow, DeliveryState::Pending).await, 3);
    gated.gate.add_permits(3);
    round.await.unwrap().unwrap();
    assert_eq!(count(&engine, &slow, DeliveryState::Delivered).await, 3);
}

async fn what_an_address_says_that_was_given_up_meanwhile_does_not_end_the_endpoint(store: StoreKind) {
    let world = World::open(store).await;
    let gated = Arc::new(Gated {
        script: Script::default(),
        gate: Semaphore::new(0),
        waiting: AtomicUsize::new(0),
    });
    let gone = VecDeque::from([reply(410, None)]);
    gated.script.answers.lock().unwrap().insert(URL.to_owned(), gone);
    let (engine, courier) = server(&world, &gated).await;
    let endpoint = endpoint(&engine, URL).await;
    ping(&engine, &endpoint).await;
    let sending = Arc::clone(&courier);
    let round = tokio::spawn(async move { sending.round().await });
    while gated.waiting.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    let elsewhere = EndpointChange {
        url: WebUrl::parse(format!("{URL}/new")).ok(),
        ..EndpointChange::default()
    };
    engine
        .change_endpoint(&admin(), &endpoint, &elsewhere, None, &|_, _| nothing())
        .await
        .unwrap();
    gated.gate.add_permits(1);
    round.await.unwrap().unwrap();
    assert!(engine.directory().endpoint(&endpoint).unwrap().is_enabled());
    world.clock.advance(Duration::from_secs(6));
    courier.round().await.unwrap();
    assert_eq!(count(&engine, &endpoint, DeliveryState::Delivered).await, 1);
}
