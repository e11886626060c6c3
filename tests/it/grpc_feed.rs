//! The event feed: who sees what, and that nothing is missed or seen twice.

use serde_json::json;
use tonic::{Code, Status, Streaming};

use crate::world::{
    ADMIN_KEY, BUS, Desk, OTHER_APPS_KEY, PUBLISHABLE_KEY, SECRET_KEY, SINGLE, Setting, Store, World,
    channel, keyed, lots, on_both_stores,
    pb::{Event, FollowRequest, FollowResponse, event_feed_client::EventFeedClient, follow_response::Said},
    reason, with,
};

on_both_stores!(
    everything_is_told_once_and_in_order_across_a_kill,
    a_key_sees_what_is_its_own,
    a_stay_is_seen_by_its_app_and_its_operator_alone,
    filters_pass_on_and_heartbeats_say_how_far,
    a_follower_ends_with_its_deadline_its_key_or_the_server,
    what_cannot_be_followed_is_refused,
);

async fn follow(
    world: &World,
    key: &str,
    wanted: FollowRequest,
) -> Result<Streaming<FollowResponse>, Status> {
    let mut feed = EventFeedClient::new(channel(world).await);
    let asked = with(keyed(key, wanted), "x-environment", "test");
    Ok(feed.follow(asked).await?.into_inner())
}

async fn open(world: &World, key: &str, wanted: FollowRequest) -> Streaming<FollowResponse> {
    follow(
        world,
        key,
        FollowRequest {
            heartbeat_seconds: Some(1),
            ..wanted
        },
    )
    .await
    .unwrap()
}

/// Everything up to a heartbeat, and the position that it names.
async fn until_silence(stream: &mut Streaming<FollowResponse>) -> (Vec<Event>, u64) {
    let mut events = Vec::new();
    loop {
        let told = stream.message().await.unwrap().expect("the stream goes on");
        match told.said.expect("something is said") {
            Said::Event(event) => events.push(event),
            Said::Heartbeat(beat) => return (events, beat.position),
        }
    }
}

fn positions(events: &[Event]) -> Vec<u64> {
    events.iter().map(|event| event.position).collect()
}

async fn everything_is_told_once_and_in_order_across_a_kill(store: Store) {
    let mut world = World::start(store).await;
    let rider = world.rider("ann").await;
    let mut stream = open(&world, ADMIN_KEY, FollowRequest::default()).await;
    rider.buy(SINGLE, "pm_card_visa").await.ok();
    let (mut events, _) = until_silence(&mut stream).await;
    assert!(!events.is_empty());
    world.kill();
    let cut = loop {
        match stream.message().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("a server that is killed does not say that it is done"),
            Err(status) => break status,
        }
    };
    assert_ne!(cut.code(), Code::Ok);
    world.restart().await;
    rider.buy(SINGLE, "pm_card_visa").await.ok();
    let after = events.last().unwrap().position;
    let mut stream = open(
        &world,
        ADMIN_KEY,
        FollowRequest {
            after,
            ..FollowRequest::default()
        },
    )
    .await;
    let (more, reached) = until_silence(&mut stream).await;
    assert!(more.iter().any(|event| event.r#type == "purchase.completed"));
    events.extend(more);
    let expected: Vec<u64> = (1..).take(events.len()).collect();
    assert_eq!(positions(&events), expected, "gapless, in order, each once");
    assert_eq!(reached, events.last().unwrap().position);
    let started = events
        .iter()
        .find(|event| event.r#type == "purchase.started")
        .unwrap();
    assert!(started.stream.starts_with("purchase-") && started.version == 1);
    let data: serde_json::Value = serde_json::from_slice(&started.data).unwrap();
    assert_eq!(data["type"], "started");
    let metadata = started.metadata.as_ref().unwrap();
    assert_eq!(metadata.app.as_deref(), Some("cityhop"));
    assert!(
        metadata
            .request
            .as_ref()
            .is_some_and(|name| name.starts_with("req_"))
    );
}

async fn a_key_sees_what_is_its_own(store: Store) {
    let world = World::start(store).await;
    let desk = Desk::of(&world);
    let operator = desk
        .hire(&json!({ "role": "operator_admin", "operator": BUS }))
        .await;
    let finance = desk.hire(&json!({ "role": "finance" })).await;
    let app = desk.hire(&json!({ "role": "app_admin", "app": "cityhop" })).await;
    world.rider("ann").await.buy(SINGLE, "pm_card_visa").await.ok();
    let seen = async |key: &str| {
        let mut stream = open(&world, key, FollowRequest::default()).await;
        until_silence(&mut stream).await.0
    };
    let (all, by_admin) = (seen(finance.key()).await, seen(ADMIN_KEY).await);
    assert_eq!(positions(&all), positions(&by_admin));
    let own = seen(SECRET_KEY).await;
    assert_eq!(positions(&own), positions(&seen(app.key()).await));
    for category in ["app-cityhop", "user-", "wallet-", "purchase-"] {
        assert!(
            own.iter().any(|event| event.stream.starts_with(category)),
            "{category}"
        );
    }
    let of_others = |event: &&Event| event.stream == "app-railmate" || event.stream.starts_with("access-");
    assert_eq!(own.iter().find(of_others), None);
    let theirs = seen(OTHER_APPS_KEY).await;
    assert!(theirs.iter().any(|event| event.stream == "app-railmate"));
    assert!(
        !theirs
            .iter()
            .any(|event| event.stream.starts_with("purchase-") || event.stream == "app-cityhop")
    );
    let sold = seen(operator.key()).await;
    let kinds = ["operator-bigbluebus", "catalog-bigbluebus", "purchase-"];
    assert!(
        sold.iter()
            .all(|event| kinds.iter().any(|kind| event.stream.starts_with(kind)))
    );
    assert!(sold.iter().any(|event| event.r#type == "purchase.completed"));
    for narrow in [&own, &theirs, &sold] {
        assert!(!narrow.is_empty() && narrow.len() < all.len());
    }
}

async fn a_stay_is_seen_by_its_app_and_its_operator_alone(store: Store) {
    let world = lots::with_lots(Setting::on(store)).await;
    let desk = Desk::of(&world);
    let ann = lots::rider(&world.app(), "ann", "tok_visa").await;
    lots::stay(&world.app(), &ann, lots::LOT).await;
    let seen = async |key: &str| {
        let mut stream = open(&world, key, FollowRequest::default()).await;
        let (events, _) = until_silence(&mut stream).await;
        let of_stays = events
            .into_iter()
            .filter(|event| event.stream.starts_with("parking-"));
        of_stays.map(|event| event.r#type).collect::<Vec<_>>()
    };
    let whole = [
        "parking.started",
        "parking.ended",
        "parking.billed",
        "parking.paid",
    ];
    assert_eq!(seen(SECRET_KEY).await, whole);
    let hire = async |operator: &str| {
        let role = json!({ "role": "operator_admin", "operator": operator });
        desk.hire(&role).await
    };
    assert_eq!(seen(hire("harborpark").await.key()).await, whole);
    assert_eq!(seen(hire("baypark").await.key()).await, [""; 0]);
    assert_eq!(seen(OTHER_APPS_KEY).await, [""; 0]);
}

async fn filters_pass_on_and_heartbeats_say_how_far(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    rider.buy(SINGLE, "pm_card_visa").await.ok();
    let mut all = open(&world, ADMIN_KEY, FollowRequest::default()).await;
    let (all, head) = until_silence(&mut all).await;
    let told = async |wanted: FollowRequest| {
        let mut stream = open(&world, ADMIN_KEY, wanted).await;
        until_silence(&mut stream).await
    };
    let expect = |keep: &dyn Fn(&Event) -> bool| -> Vec<u64> {
        all.iter()
            .filter(|event| keep(event))
            .map(|event| event.position)
            .collect()
    };
    let wallets = FollowRequest {
        categories: vec!["wallet".to_owned()],
        ..FollowRequest::default()
    };
    let (events, reached) = told(wallets).await;
    assert_eq!(
        positions(&events),
        expect(&|event| event.stream.starts_with("wallet-"))
    );
    assert_eq!(reached, head);
    let completed = vec!["purchase.completed".to_owned()];
    let (events, reached) = told(FollowRequest {
        types: completed,
        ..FollowRequest::default()
    })
    .await;
    assert_eq!((events.len(), reached), (1, head));
    let stream = events[0].stream.clone();
    let one = FollowRequest {
        streams: vec![stream.clone()],
        ..FollowRequest::default()
    };
    assert_eq!(
        positions(&told(one).await.0),
        expect(&|event| event.stream == stream)
    );
    let of_bus = FollowRequest {
        operator_id: BUS.to_owned(),
        ..FollowRequest::default()
    };
    assert!(told(of_bus).await.0.iter().any(|event| event.stream == stream));
    let of_other = FollowRequest {
        app_id: "railmate".to_owned(),
        ..FollowRequest::default()
    };
    assert!(!told(of_other).await.0.iter().any(|event| event.stream == stream));
    let nothing = FollowRequest {
        types: vec!["no.such_thing".to_owned()],
        ..FollowRequest::default()
    };
    let mut waiting = open(&world, ADMIN_KEY, nothing).await;
    assert_eq!(until_silence(&mut waiting).await, (Vec::new(), head));
    rider.buy(SINGLE, "pm_card_visa").await.ok();
    loop {
        // A purchase that is nothing to this follower moves on where it would resume.
        let (events, reached) = until_silence(&mut waiting).await;
        assert_eq!(events, Vec::new());
        if reached > head {
            break;
        }
    }
}

async fn a_follower_ends_with_its_deadline_its_key_or_the_server(store: Store) {
    let world = World::start(store).await;
    let desk = Desk::of(&world);
    let ended = async |mut stream: Streaming<FollowResponse>| loop {
        if let Err(status) = stream.message().await {
            break status;
        }
    };
    let mut feed = EventFeedClient::new(channel(&world).await);
    let hurried = with(
        keyed(SECRET_KEY, FollowRequest::default()),
        "grpc-timeout",
        "500m",
    );
    let late = ended(feed.follow(hurried).await.unwrap().into_inner()).await;
    assert_eq!(late.code(), Code::DeadlineExceeded);
    let issued = desk
        .post("/access-keys", &json!({ "label": "short", "role": "finance" }))
        .await
        .ok();
    let (key, id) = (
        issued.body["key"].as_str().unwrap(),
        issued.body["key_id"].as_str().unwrap(),
    );
    let stream = open(&world, key, FollowRequest::default()).await;
    desk.post(&format!("/access-keys/{id}/revoke"), &json!({}))
        .await
        .ok();
    assert_eq!(ended(stream).await.code(), Code::Unauthenticated);
    let stream = open(&world, SECRET_KEY, FollowRequest::default()).await;
    world.server.terminate();
    let stopped = ended(stream).await;
    assert_eq!(
        (stopped.code(), reason(&stopped).0.as_str()),
        (Code::Unavailable, "unavailable")
    );
}

async fn what_cannot_be_followed_is_refused(store: Store) {
    let world = World::start(store).await;
    let refused = async |key: &str, wanted: FollowRequest| {
        let status = follow(&world, key, wanted).await.map(|_| ()).unwrap_err();
        (status.code(), reason(&status).1)
    };
    let all = FollowRequest::default;
    assert_eq!(refused(PUBLISHABLE_KEY, all()).await.0, Code::PermissionDenied);
    assert_eq!(refused("sk_test_made_up", all()).await.0, Code::Unauthenticated);
    assert_eq!(refused("ak_test_made_up", all()).await.0, Code::Unauthenticated);
    let wrong = [
        (
            FollowRequest {
                after: u64::MAX,
                ..all()
            },
            Code::OutOfRange,
            "after",
        ),
        (
            FollowRequest {
                streams: vec!["nodash".to_owned()],
                ..all()
            },
            Code::InvalidArgument,
            "streams",
        ),
        (
            FollowRequest {
                types: vec![String::new()],
                ..all()
            },
            Code::InvalidArgument,
            "types",
        ),
        (
            FollowRequest {
                app_id: "nobody".to_owned(),
                ..all()
            },
            Code::NotFound,
            "app_id",
        ),
        (
            FollowRequest {
                operator_id: "a b".to_owned(),
                ..all()
            },
            Code::NotFound,
            "operator_id",
        ),
        (
            FollowRequest {
                heartbeat_seconds: Some(0),
                ..all()
            },
            Code::InvalidArgument,
            "heartbeat_seconds",
        ),
    ];
    for (wanted, code, param) in wrong {
        assert_eq!(refused(ADMIN_KEY, wanted).await, (code, param.to_owned()));
    }
}
