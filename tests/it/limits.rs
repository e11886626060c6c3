//! What one client may take of a server: requests, bytes, connections and time.

use std::time::Duration;

use reqwest::Method;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use stripe_sim::{Fault, FaultRule};

use crate::world::{
    Answer, App, OTHER_APPS_KEY, Order, PUBLISHABLE_KEY, SECRET_KEY, Setting, Store, World, eventually,
    on_both_stores,
};

on_both_stores!(
    a_key_has_so_many_requests_and_no_more,
    a_rate_of_nothing_is_none,
    what_is_too_large_is_refused_in_the_published_shape,
    a_client_that_dribbles_is_let_go,
    no_more_connections_are_served_than_allowed,
    who_finds_no_room_is_told_to_come_again_and_nothing_was_done,
);

/// Long enough for a machine that is busy with everything else.
const GIVE_UP: Duration = Duration::from_mins(2);

/// Calls until there is no more to be had. Less than the burst is never refused, and so the test ends soon.
async fn spend(app: &App) -> (usize, Answer) {
    for served in 0..10_000 {
        let answer = app.get("/agency").send().await;
        if answer.status == 429 {
            return (served, answer);
        }
    }
    panic!("never limited");
}

async fn a_key_has_so_many_requests_and_no_more(store: Store) {
    let setting = Setting::on(store)
        .with("SWITCHYARD_RATE_LIMIT", "1")
        .with("SWITCHYARD_RATE_LIMIT_BURST", "5");
    let world = World::of(setting).await;
    let (served, limited) = spend(&world.app()).await;
    assert!(served >= 5, "{served}");
    limited.refused(429, None);
    assert_eq!(
        (&limited.body["type"], &limited.body["retryable"]),
        (&"rate_limit_error".into(), &true.into())
    );
    let wait: u64 = limited.header("retry-after").parse().unwrap();
    assert!(wait >= 1);
    assert!(limited.header("x-request-id").starts_with("req_"));
    // Another key of the same app, and another app's, have requests of their own.
    for key in [PUBLISHABLE_KEY, OTHER_APPS_KEY] {
        world.app_with(key).get("/agency").send().await.ok();
    }
    // Keys that were never issued are no way around it: their holders share what the address has.
    let mut stranger = 0;
    let refused = loop {
        let key = format!("sk_test_never_issued_{stranger:010}");
        let answer = world.app_with(&key).get("/agency").send().await;
        if answer.status == 429 {
            break answer;
        }
        answer.refused(401, None);
        stranger += 1;
        assert!(stranger < 10_000, "never limited");
    };
    refused.refused(429, None);
    // Health and metrics are for whoever runs it.
    world.app().bare(Method::GET, "/healthz").send().await.ok();
}

async fn a_rate_of_nothing_is_none(store: Store) {
    let setting = Setting::on(store)
        .with("SWITCHYARD_RATE_LIMIT", "0")
        .with("SWITCHYARD_RATE_LIMIT_BURST", "1");
    let world = World::of(setting).await;
    for _ in 0..20 {
        world.app().get("/agency").send().await.ok();
    }
}

async fn what_is_too_large_is_refused_in_the_published_shape(store: Store) {
    let world = World::start(store).await;
    let app = world.app();
    let many = (0..70).fold(app.get("/agency"), |call, number| {
        call.header(&format!("x-{number}"), "y")
    });
    many.send().await.refused(400, None);
    let large = app.get("/agency").header("x-large", &"y".repeat(30_000));
    large.send().await.refused(400, None);
    let long = app.get(&format!("/agency?x={}", "y".repeat(20_000)));
    long.send().await.refused(400, None);
    let body = |bytes: usize| {
        let body = format!("sub=ann&email=ann%40example.com&x={}", "y".repeat(bytes));
        app.post("/auth/testing/jwt").body(body.into_bytes())
    };
    body(60_000).send().await.ok();
    body(70_000).send().await.refused(400, None);
    let jwt = format!("x{}", ".y".repeat(10_000));
    let refused = app.get("/pass?ticket_format=none").bearer(&jwt).send().await;
    refused.refused(401, Some("login_required"));
}

async fn connect(world: &World) -> TcpStream {
    let address = world.server.http().trim_start_matches("http://");
    TcpStream::connect(address).await.unwrap()
}

/// Sends a byte at a time, for ever, until the server has had enough; gives what it said.
async fn dribble(mut connection: TcpStream, begin: &str, more: u8) -> String {
    connection.write_all(begin.as_bytes()).await.unwrap();
    let mut said = Vec::new();
    let (mut from, mut to) = connection.split();
    let reading = async {
        // A reset is an end as well.
        let _ = from.read_to_end(&mut said).await;
    };
    let writing = async {
        while to.write_all(&[more]).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        std::future::pending::<()>().await;
    };
    let ended = tokio::time::timeout(GIVE_UP, async {
        tokio::select! { () = reading => {}, () = writing => {} }
    });
    assert!(ended.await.is_ok(), "the server waits for ever for {begin:?}");
    String::from_utf8_lossy(&said).into_owned()
}

async fn a_client_that_dribbles_is_let_go(store: Store) {
    let world = World::of(Setting::on(store).with("SWITCHYARD_CLIENT_TIMEOUT", "2")).await;
    let head = format!(
        "POST /auth/testing/jwt HTTP/1.1\r\nHost: x\r\nToken-Transit-Api-Version: 2020-05-21\r\n\
         Token-Transit-Api-Key: {SECRET_KEY}\r\n"
    );
    let body = format!("{head}Content-Length: 60000\r\n\r\nsub=");
    let endless = format!("{head}X: ");
    let slow = [
        dribble(connect(&world).await, "", b'G'),
        dribble(connect(&world).await, "PRI * HT", b'T'),
        dribble(connect(&world).await, &endless, b'y'),
        dribble(connect(&world).await, &body, b'y'),
    ];
    let said = futures::future::join_all(slow).await;
    assert_eq!(said[2], "", "a head that never ends is not answered");
    assert!(said[3].starts_with("HTTP/1.1 408 "), "{}", said[3]);
    assert!(said[3].contains(r#""retryable":true"#), "{}", said[3]);
    // A connection that is done with is not kept for ever either.
    let mut idle = connect(&world).await;
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    let mut answer = String::new();
    let closed = tokio::time::timeout(GIVE_UP, idle.read_to_string(&mut answer)).await;
    closed.expect("an idle connection is closed").unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    // Nobody else was kept waiting, and who sends what they have to say is served.
    world.app().get("/agency").send().await.ok();
    world
        .rider("ann")
        .await
        .buy("regular_single_ride", "pm_card_visa")
        .await
        .ok();
}

async fn no_more_connections_are_served_than_allowed(store: Store) {
    const REQUEST: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let setting = Setting::on(store)
        .with("SWITCHYARD_CONNECTION_LIMIT", "2")
        .with("SWITCHYARD_CLIENT_TIMEOUT", "3600");
    let world = World::of(setting).await;
    let mut taken = Vec::new();
    for _ in 0..2 {
        let mut held = connect(&world).await;
        held.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            .await
            .unwrap();
        let mut answer = [0; 12];
        held.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200");
        taken.push(held);
    }
    let mut late = connect(&world).await;
    late.write_all(REQUEST).await.unwrap();
    let mut answer = String::new();
    // However long this waits, there is no answer while both are held.
    let early = tokio::time::timeout(Duration::from_millis(300), late.read_to_string(&mut answer)).await;
    assert!(early.is_err(), "served beyond the limit: {answer}");
    drop(taken.pop());
    let served = tokio::time::timeout(GIVE_UP, late.read_to_string(&mut answer)).await;
    served.expect("a free slot is used").unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

async fn who_finds_no_room_is_told_to_come_again_and_nothing_was_done(store: Store) {
    let world = World::of(Setting::on(store).with("SWITCHYARD_REQUEST_LIMIT", "1")).await;
    let (ann, ben) = (world.rider("ann").await, world.rider("ben").await);
    let order = Order::single(&ann.state().await);
    let slow = Fault::DelayReply { ms: 5_000 };
    let charge = stripe_sim::core::Method::Post;
    world
        .stripe()
        .add_fault(FaultRule::next(slow, charge, "/v1/payment_intents", 1));
    let under_way = tokio::spawn(ann.purchase(&order).try_send());
    eventually("the purchase is at Stripe", async || {
        world.stripe().faults_left().is_empty()
    })
    .await;
    let other = Order::single(&ben.state().await);
    let turned_away = ben.place(&other).await;
    turned_away.refused(503, Some("appengine_unexpected_error"));
    assert_eq!(turned_away.body["retryable"], true);
    assert!(turned_away.header("retry-after").parse::<u64>().unwrap() >= 1);
    world.app().bare(Method::GET, "/healthz").send().await.ok();
    assert!(ben.wallet().await.passes().is_empty(), "a read is served");
    under_way.await.unwrap().unwrap().ok();
    ben.place(&other).await.ok();
    let metrics = world.app().bare(Method::GET, "/metrics").send().await.ok();
    assert!(
        metrics
            .text
            .contains("http_requests_shed_total{kind=\"change\"} 1"),
        "{}",
        metrics.text
    );
    world.audit().await;
}
